import type { AfterSaleKind, AfterSaleReason, AfterSaleStatus, CancelReason, OrderStatus, TradeStatus } from './model';

/** Rows as the database holds them: amounts in fen, instants in UTC milliseconds, booleans as 0 and 1. */
export interface StockRow {
  skuId: string;
  warehouseId: string;
  onHand: number;
  reserved: number;
  sold: number;
  updatedAt: number;
}

export interface TradeRow {
  tradeId: string;
  tradeNo: string;
  memberId: string;
  requestKey: string;
  /** Hash of the request's body: the same key with another body is a conflict. */
  requestHash: string;
  status: TradeStatus;
  goodsFen: number;
  discountFen: number;
  freightFen: number;
  payableFen: number;
  paymentId: string | null;
  cancelReason: CancelReason | null;
  placedAt: number;
  expiresAt: number;
  paidAt: number | null;
  cancelledAt: number | null;
}

export interface OrderRow {
  orderId: string;
  orderNo: string;
  tradeId: string;
  memberId: string;
  merchantId: string;
  merchantName: string;
  warehouseId: string;
  warehouseName: string;
  status: OrderStatus;
  goodsFen: number;
  discountFen: number;
  freightFen: number;
  payableFen: number;
  refundedFen: number;
  recipientName: string;
  recipientPhone: string;
  recipientRegion: string;
  recipientDetail: string;
  remark: string | null;
  placedAt: number;
  expiresAt: number;
  paidAt: number | null;
  shippedAt: number | null;
  deliveredAt: number | null;
  receivedAt: number | null;
  completedAt: number | null;
  cancelledAt: number | null;
  cancelReason: CancelReason | null;
  autoReceiveAt: number | null;
  returnWindowEndsAt: number | null;
}

export interface LineRow {
  orderLineId: string;
  orderId: string;
  position: number;
  skuId: string;
  productId: string;
  title: string;
  label: string;
  pictureUrl: string;
  unitPriceFen: number;
  quantity: number;
  goodsFen: number;
  discountFen: number;
  payableFen: number;
  shippedQuantity: number;
  refundedQuantity: number;
  refundedFen: number;
  openQuantity: number;
  openFen: number;
  restockedQuantity: number;
  beneficiaries: string | null;
}

export interface AfterSaleRow {
  afterSaleId: string;
  afterSaleNo: string;
  memberId: string;
  requestKey: string;
  orderId: string;
  orderLineId: string;
  kind: AfterSaleKind;
  quantity: number;
  unshippedQuantity: number;
  goodsRefundFen: number;
  freightRefundFen: number;
  reason: AfterSaleReason;
  description: string;
  status: AfterSaleStatus;
  rejectReason: string | null;
  returnCarrierCode: string | null;
  returnWaybillNo: string | null;
  createdAt: number;
  updatedAt: number;
}

/** A type alias, not an interface: Kysely's `withTables` wants an index signature. */
export type OrderTables = {
  order_stock: StockRow;
  order_stock_adjustments: { adjustmentId: string; skuId: string; delta: number; source: string; adjustedAt: number };
  order_cart_items: { memberId: string; skuId: string; quantity: number; selected: number; addedAt: number };
  order_trades: TradeRow;
  order_orders: OrderRow;
  order_lines: LineRow;
  order_history: { orderId: string; status: OrderStatus; at: number };
  order_parcels: { shipmentId: string; orderId: string; shippedAt: number };
  order_notes: { noteId: string; orderId: string; note: string; staffName: string; at: number };
  order_after_sales: AfterSaleRow;
  order_after_sale_history: {
    afterSaleId: string;
    status: AfterSaleStatus;
    actor: 'buyer' | 'staff' | 'system';
    note: string | null;
    at: number;
  };
};
