import type { Migration } from '@qianxing/database';

/** What WeChat is told of the parcels belongs to the payment, not to the parcel: every report names all of them. */
export const shippingInfos: Migration = {
  id: 'fulfilment/0002-shipping-infos',
  async up({ execute }) {
    await execute('ALTER TABLE fulfilment_task_lines ADD COLUMN refundedQuantity BIGINT NOT NULL DEFAULT 0');
    // Which of the units held so far are refunded was not kept; all of them counted as not to be shipped.
    await execute('UPDATE fulfilment_task_lines SET refundedQuantity = heldQuantity');
    await execute(`CREATE TABLE fulfilment_shipping_infos (
      paymentId VARCHAR(26) NOT NULL PRIMARY KEY,
      mode VARCHAR(10),
      complete SMALLINT NOT NULL,
      state VARCHAR(12) NOT NULL,
      changes BIGINT NOT NULL,
      uploadTime BIGINT NOT NULL,
      attempts BIGINT NOT NULL,
      nextAttemptAt BIGINT,
      CONSTRAINT fulfilment_shipping_infos_mode CHECK (mode IS NULL OR mode IN ('unified', 'split')),
      CONSTRAINT fulfilment_shipping_infos_state CHECK (state IN ('not_needed', 'waiting', 'uploaded', 'rejected', 'unknown')),
      CONSTRAINT fulfilment_shipping_infos_complete CHECK (complete IN (0, 1))
    )`);
    await execute('CREATE INDEX fulfilment_shipping_infos_due ON fulfilment_shipping_infos (nextAttemptAt)');
    await execute(`INSERT INTO fulfilment_shipping_infos (paymentId, mode, complete, state, changes, uploadTime, attempts, nextAttemptAt)
      SELECT p.paymentId, CASE WHEN p.tried = 1 THEN 'split' END, 0, CASE WHEN p.isOpen = 1 THEN 'waiting' ELSE p.state END, 1, p.shippedAt, 0,
        CASE WHEN p.isOpen = 1 THEN p.shippedAt END
      FROM (
        SELECT t.paymentId AS paymentId, MAX(s.shippedAt) AS shippedAt, MAX(s.shippingInfo) AS state,
          MAX(CASE WHEN s.shippingInfo IN ('waiting', 'unknown') THEN 1 ELSE 0 END) AS isOpen,
          MAX(CASE WHEN s.shippingInfo IN ('uploaded', 'unknown') THEN 1 ELSE 0 END) AS tried
        FROM fulfilment_shipments s JOIN fulfilment_tasks t ON t.orderId = s.orderId GROUP BY t.paymentId
      ) p`);
  },
};
