import type { Migration } from '@qianxing/database';

/** Open refunds and transfers are counted for dashboards and metrics without reading those that are over. */
export const openCounts: Migration = {
  id: 'payment/0002-open-counts',
  async up({ execute }) {
    await execute('CREATE INDEX payment_refunds_status ON payment_refunds (status, refundId)');
    await execute('CREATE INDEX payment_transfers_status ON payment_transfers (status, transferId)');
  },
};
