import type { Migration } from '@qianxing/database';

export const orders: Migration = {
  id: 'order/0001-orders',
  async up({ execute }) {
    await execute(`CREATE TABLE order_stock (
      skuId VARCHAR(26) NOT NULL PRIMARY KEY,
      warehouseId VARCHAR(26) NOT NULL,
      onHand BIGINT NOT NULL,
      reserved BIGINT NOT NULL DEFAULT 0,
      sold BIGINT NOT NULL DEFAULT 0,
      updatedAt BIGINT NOT NULL,
      CONSTRAINT order_stock_on_hand CHECK (onHand >= 0),
      CONSTRAINT order_stock_reserved CHECK (reserved >= 0 AND reserved <= onHand),
      CONSTRAINT order_stock_sold CHECK (sold >= 0)
    )`);
    await execute(`CREATE TABLE order_stock_adjustments (
      adjustmentId VARCHAR(26) NOT NULL PRIMARY KEY,
      skuId VARCHAR(26) NOT NULL,
      delta BIGINT NOT NULL,
      source VARCHAR(80) NOT NULL,
      adjustedAt BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX order_stock_adjustments_sku ON order_stock_adjustments (skuId)');
    await execute(`CREATE TABLE order_cart_items (
      memberId VARCHAR(26) NOT NULL,
      skuId VARCHAR(26) NOT NULL,
      quantity BIGINT NOT NULL,
      selected SMALLINT NOT NULL DEFAULT 1,
      addedAt BIGINT NOT NULL,
      PRIMARY KEY (memberId, skuId),
      CONSTRAINT order_cart_quantity CHECK (quantity BETWEEN 1 AND 999)
    )`);
    await execute(`CREATE TABLE order_trades (
      tradeId VARCHAR(26) NOT NULL PRIMARY KEY,
      tradeNo VARCHAR(20) NOT NULL,
      memberId VARCHAR(26) NOT NULL,
      requestKey VARCHAR(100) NOT NULL,
      requestHash VARCHAR(64) NOT NULL,
      status VARCHAR(20) NOT NULL,
      goodsFen BIGINT NOT NULL,
      discountFen BIGINT NOT NULL,
      freightFen BIGINT NOT NULL,
      payableFen BIGINT NOT NULL,
      paymentId VARCHAR(26),
      cancelReason VARCHAR(20),
      placedAt BIGINT NOT NULL,
      expiresAt BIGINT NOT NULL,
      paidAt BIGINT,
      cancelledAt BIGINT,
      CONSTRAINT order_trades_no UNIQUE (tradeNo),
      CONSTRAINT order_trades_request UNIQUE (memberId, requestKey),
      CONSTRAINT order_trades_sum CHECK (payableFen = goodsFen - discountFen + freightFen AND discountFen >= 0 AND discountFen <= goodsFen),
      CONSTRAINT order_trades_status CHECK (status IN ('awaiting_payment', 'paid', 'cancelled'))
    )`);
    await execute('CREATE INDEX order_trades_expiry ON order_trades (status, expiresAt)');
    await execute(`CREATE TABLE order_orders (
      orderId VARCHAR(26) NOT NULL PRIMARY KEY,
      orderNo VARCHAR(20) NOT NULL,
      tradeId VARCHAR(26) NOT NULL,
      memberId VARCHAR(26) NOT NULL,
      merchantId VARCHAR(26) NOT NULL,
      merchantName VARCHAR(80) NOT NULL,
      warehouseId VARCHAR(26) NOT NULL,
      warehouseName VARCHAR(80) NOT NULL,
      status VARCHAR(20) NOT NULL,
      goodsFen BIGINT NOT NULL,
      discountFen BIGINT NOT NULL,
      freightFen BIGINT NOT NULL,
      payableFen BIGINT NOT NULL,
      refundedFen BIGINT NOT NULL DEFAULT 0,
      recipientName VARCHAR(80) NOT NULL,
      recipientPhone VARCHAR(20) NOT NULL,
      recipientRegion VARCHAR(120) NOT NULL,
      recipientDetail VARCHAR(240) NOT NULL,
      remark VARCHAR(400),
      placedAt BIGINT NOT NULL,
      expiresAt BIGINT NOT NULL,
      paidAt BIGINT,
      shippedAt BIGINT,
      deliveredAt BIGINT,
      receivedAt BIGINT,
      completedAt BIGINT,
      cancelledAt BIGINT,
      cancelReason VARCHAR(20),
      autoReceiveAt BIGINT,
      returnWindowEndsAt BIGINT,
      CONSTRAINT order_orders_no UNIQUE (orderNo),
      CONSTRAINT order_orders_sum CHECK (payableFen = goodsFen - discountFen + freightFen),
      CONSTRAINT order_orders_refund CHECK (refundedFen >= 0 AND refundedFen <= payableFen),
      CONSTRAINT order_orders_status CHECK (status IN ('awaiting_payment', 'paid', 'partly_shipped', 'shipped', 'received', 'completed', 'cancelled'))
    )`);
    await execute('CREATE INDEX order_orders_trade ON order_orders (tradeId)');
    await execute('CREATE INDEX order_orders_member ON order_orders (memberId, orderId)');
    await execute('CREATE INDEX order_orders_status ON order_orders (status, orderId)');
    await execute('CREATE INDEX order_orders_receive ON order_orders (status, autoReceiveAt)');
    await execute('CREATE INDEX order_orders_complete ON order_orders (status, returnWindowEndsAt)');
    await execute('CREATE INDEX order_orders_paid ON order_orders (paidAt)');
    await execute(`CREATE TABLE order_lines (
      orderLineId VARCHAR(26) NOT NULL PRIMARY KEY,
      orderId VARCHAR(26) NOT NULL,
      position BIGINT NOT NULL,
      skuId VARCHAR(26) NOT NULL,
      productId VARCHAR(26) NOT NULL,
      title VARCHAR(240) NOT NULL,
      label VARCHAR(240) NOT NULL,
      pictureUrl VARCHAR(300) NOT NULL,
      unitPriceFen BIGINT NOT NULL,
      quantity BIGINT NOT NULL,
      goodsFen BIGINT NOT NULL,
      discountFen BIGINT NOT NULL,
      payableFen BIGINT NOT NULL,
      shippedQuantity BIGINT NOT NULL DEFAULT 0,
      refundedQuantity BIGINT NOT NULL DEFAULT 0,
      refundedFen BIGINT NOT NULL DEFAULT 0,
      openQuantity BIGINT NOT NULL DEFAULT 0,
      openFen BIGINT NOT NULL DEFAULT 0,
      restockedQuantity BIGINT NOT NULL DEFAULT 0,
      beneficiaries MEDIUMTEXT,
      CONSTRAINT order_lines_goods CHECK (goodsFen = unitPriceFen * quantity AND payableFen = goodsFen - discountFen AND payableFen >= 0),
      CONSTRAINT order_lines_quantity CHECK (quantity > 0 AND refundedQuantity >= 0 AND openQuantity >= 0 AND refundedQuantity + openQuantity <= quantity),
      CONSTRAINT order_lines_refund CHECK (refundedFen >= 0 AND openFen >= 0 AND refundedFen + openFen <= payableFen),
      CONSTRAINT order_lines_shipped CHECK (shippedQuantity >= 0 AND shippedQuantity <= quantity),
      CONSTRAINT order_lines_restocked CHECK (restockedQuantity >= 0 AND restockedQuantity <= quantity)
    )`);
    await execute('CREATE INDEX order_lines_order ON order_lines (orderId, position)');
    await execute('CREATE INDEX order_lines_sku ON order_lines (skuId)');
    await execute(`CREATE TABLE order_history (
      orderId VARCHAR(26) NOT NULL,
      status VARCHAR(20) NOT NULL,
      at BIGINT NOT NULL,
      PRIMARY KEY (orderId, status)
    )`);
    await execute(`CREATE TABLE order_parcels (
      shipmentId VARCHAR(26) NOT NULL PRIMARY KEY,
      orderId VARCHAR(26) NOT NULL,
      shippedAt BIGINT NOT NULL
    )`);
    await execute(`CREATE TABLE order_notes (
      noteId VARCHAR(26) NOT NULL PRIMARY KEY,
      orderId VARCHAR(26) NOT NULL,
      note VARCHAR(1000) NOT NULL,
      staffName VARCHAR(80) NOT NULL,
      at BIGINT NOT NULL
    )`);
    await execute('CREATE INDEX order_notes_order ON order_notes (orderId)');
    await execute(`CREATE TABLE order_after_sales (
      afterSaleId VARCHAR(26) NOT NULL PRIMARY KEY,
      afterSaleNo VARCHAR(20) NOT NULL,
      memberId VARCHAR(26) NOT NULL,
      requestKey VARCHAR(100) NOT NULL,
      orderId VARCHAR(26) NOT NULL,
      orderLineId VARCHAR(26) NOT NULL,
      kind VARCHAR(20) NOT NULL,
      quantity BIGINT NOT NULL,
      unshippedQuantity BIGINT NOT NULL,
      goodsRefundFen BIGINT NOT NULL,
      freightRefundFen BIGINT NOT NULL,
      reason VARCHAR(30) NOT NULL,
      description VARCHAR(1000) NOT NULL,
      status VARCHAR(20) NOT NULL,
      rejectReason VARCHAR(400),
      returnCarrierCode VARCHAR(40),
      returnWaybillNo VARCHAR(40),
      createdAt BIGINT NOT NULL,
      updatedAt BIGINT NOT NULL,
      CONSTRAINT order_after_sales_no UNIQUE (afterSaleNo),
      CONSTRAINT order_after_sales_request UNIQUE (memberId, requestKey),
      CONSTRAINT order_after_sales_amount CHECK (quantity > 0 AND goodsRefundFen >= 0 AND freightRefundFen >= 0),
      CONSTRAINT order_after_sales_status CHECK (status IN ('applied', 'approved', 'rejected', 'returning', 'returned', 'refunding', 'refunded', 'closed'))
    )`);
    await execute('CREATE INDEX order_after_sales_member ON order_after_sales (memberId, afterSaleId)');
    await execute('CREATE INDEX order_after_sales_order ON order_after_sales (orderId)');
    await execute('CREATE INDEX order_after_sales_status ON order_after_sales (status, afterSaleId)');
    await execute(`CREATE TABLE order_after_sale_history (
      afterSaleId VARCHAR(26) NOT NULL,
      status VARCHAR(20) NOT NULL,
      actor VARCHAR(10) NOT NULL,
      note VARCHAR(400),
      at BIGINT NOT NULL,
      PRIMARY KEY (afterSaleId, status)
    )`);
  },
};
