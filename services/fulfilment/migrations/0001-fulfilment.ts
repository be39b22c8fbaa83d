import type { Migration } from '@qianxing/database';

export const fulfilment: Migration = {
  id: 'fulfilment/0001-fulfilment',
  async up({ execute }) {
    await execute(`CREATE TABLE fulfilment_tasks (
      orderId VARCHAR(26) NOT NULL PRIMARY KEY,
      orderNo VARCHAR(20) NOT NULL,
      tradeId VARCHAR(26) NOT NULL,
      memberId VARCHAR(26) NOT NULL,
      paymentId VARCHAR(26) NOT NULL,
      warehouseId VARCHAR(26) NOT NULL,
      warehouseName VARCHAR(80) NOT NULL,
      recipientName VARCHAR(80) NOT NULL,
      recipientPhone VARCHAR(20) NOT NULL,
      region VARCHAR(120) NOT NULL,
      detail VARCHAR(240) NOT NULL,
      open SMALLINT NOT NULL,
      forget SMALLINT NOT NULL DEFAULT 0,
      deliveredAt BIGINT,
      paidAt BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX fulfilment_tasks_open ON fulfilment_tasks (open, paidAt, orderId)');
    await execute('CREATE INDEX fulfilment_tasks_payment ON fulfilment_tasks (paymentId)');
    await execute('CREATE INDEX fulfilment_tasks_member ON fulfilment_tasks (memberId)');
    await execute('CREATE INDEX fulfilment_tasks_forget ON fulfilment_tasks (forget, open)');
    await execute('CREATE INDEX fulfilment_tasks_no ON fulfilment_tasks (orderNo)');
    await execute(`CREATE TABLE fulfilment_task_lines (
      orderLineId VARCHAR(26) NOT NULL PRIMARY KEY,
      orderId VARCHAR(26) NOT NULL,
      position BIGINT NOT NULL,
      title VARCHAR(240) NOT NULL,
      label VARCHAR(240) NOT NULL,
      quantity BIGINT NOT NULL,
      shippedQuantity BIGINT NOT NULL DEFAULT 0,
      heldQuantity BIGINT NOT NULL DEFAULT 0,
      CONSTRAINT fulfilment_task_lines_quantity CHECK (quantity > 0 AND shippedQuantity >= 0 AND heldQuantity >= 0 AND shippedQuantity + heldQuantity <= quantity)
    )`);
    await execute('CREATE INDEX fulfilment_task_lines_order ON fulfilment_task_lines (orderId, position)');
    await execute(`CREATE TABLE fulfilment_holds (
      afterSaleId VARCHAR(26) NOT NULL PRIMARY KEY,
      orderId VARCHAR(26) NOT NULL,
      orderLineId VARCHAR(26) NOT NULL,
      wantedQuantity BIGINT NOT NULL,
      quantity BIGINT NOT NULL,
      released SMALLINT NOT NULL DEFAULT 0
    )`);
    await execute('CREATE INDEX fulfilment_holds_order ON fulfilment_holds (orderId)');
    await execute(`CREATE TABLE fulfilment_shipments (
      shipmentId VARCHAR(26) NOT NULL PRIMARY KEY,
      orderId VARCHAR(26) NOT NULL,
      carrierCode VARCHAR(40) NOT NULL,
      waybillNo VARCHAR(40) NOT NULL,
      status VARCHAR(20) NOT NULL,
      salt VARCHAR(40) NOT NULL,
      shippingInfo VARCHAR(12) NOT NULL,
      subscription VARCHAR(12) NOT NULL,
      attempts BIGINT NOT NULL DEFAULT 0,
      nextAttemptAt BIGINT,
      lastNewsAt BIGINT NOT NULL,
      shippedAt BIGINT NOT NULL,
      deliveredAt BIGINT,
      CONSTRAINT fulfilment_shipments_waybill UNIQUE (carrierCode, waybillNo, orderId),
      CONSTRAINT fulfilment_shipments_status CHECK (status IN ('shipped', 'picked_up', 'in_transit', 'out_for_delivery', 'delivered', 'problem', 'returned'))
    )`);
    await execute('CREATE INDEX fulfilment_shipments_order ON fulfilment_shipments (orderId)');
    await execute('CREATE INDEX fulfilment_shipments_number ON fulfilment_shipments (waybillNo)');
    await execute('CREATE INDEX fulfilment_shipments_due ON fulfilment_shipments (nextAttemptAt)');
    await execute('CREATE INDEX fulfilment_shipments_status ON fulfilment_shipments (status, lastNewsAt)');
    await execute(`CREATE TABLE fulfilment_shipment_lines (
      shipmentId VARCHAR(26) NOT NULL,
      orderLineId VARCHAR(26) NOT NULL,
      quantity BIGINT NOT NULL,
      PRIMARY KEY (shipmentId, orderLineId),
      CONSTRAINT fulfilment_shipment_lines_quantity CHECK (quantity > 0)
    )`);
    await execute(`CREATE TABLE fulfilment_tracking_events (
      shipmentId VARCHAR(26) NOT NULL,
      nodeHash VARCHAR(80) NOT NULL,
      at BIGINT NOT NULL,
      status VARCHAR(20) NOT NULL,
      text VARCHAR(500) NOT NULL,
      place VARCHAR(120),
      PRIMARY KEY (shipmentId, nodeHash)
    )`);
    await execute(`CREATE TABLE fulfilment_exceptions (
      exceptionId VARCHAR(26) NOT NULL PRIMARY KEY,
      exceptionKey VARCHAR(80) NOT NULL,
      kind VARCHAR(30) NOT NULL,
      orderId VARCHAR(26) NOT NULL,
      shipmentId VARCHAR(26),
      detail VARCHAR(300) NOT NULL,
      openedAt BIGINT NOT NULL,
      resolvedAt BIGINT,
      resolution VARCHAR(600),
      CONSTRAINT fulfilment_exceptions_key UNIQUE (exceptionKey)
    )`);
    await execute('CREATE INDEX fulfilment_exceptions_shipment ON fulfilment_exceptions (shipmentId)');
    await execute('CREATE INDEX fulfilment_exceptions_order ON fulfilment_exceptions (orderId)');
    await execute('CREATE INDEX fulfilment_exceptions_kind ON fulfilment_exceptions (kind, resolvedAt)');
    await execute('CREATE INDEX fulfilment_exceptions_open ON fulfilment_exceptions (resolvedAt, exceptionId)');
  },
};
