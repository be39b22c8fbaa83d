import type { Migration } from '@qianxing/database';

/** The receiver's real name, sealed, for transfers of 2,000 yuan and more. */
export const realNames: Migration = {
  id: 'promotion/0002-real-names',
  async up({ execute }) {
    await execute('ALTER TABLE promotion_withdrawals ADD COLUMN realNameSealed VARCHAR(400)');
  },
};
