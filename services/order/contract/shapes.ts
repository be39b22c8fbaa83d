import { Closed, Count, FenAmount, Id, Instant, Nullable, OneOf, Quantity, type Static, Type } from '@qianxing/http/schemas';

export const ORDER_STATUSES = ['awaiting_payment', 'paid', 'partly_shipped', 'shipped', 'received', 'completed', 'cancelled'] as const;
export const AFTER_SALE_STATUSES = ['applied', 'approved', 'rejected', 'returning', 'returned', 'refunding', 'refunded', 'closed'] as const;
export const AFTER_SALE_REASONS = ['no_longer_wanted', 'wrong_size', 'damaged', 'wrong_item', 'quality', 'late', 'other'] as const;

export const CartItem = Closed({
  skuId: Id,
  productId: Id,
  title: Type.String(),
  label: Type.String(),
  pictureUrl: Type.String(),
  merchantName: Type.String(),
  unitPriceFen: FenAmount,
  quantity: Quantity,
  selected: Type.Boolean(),
  available: Type.Integer(),
  /** Why this item cannot be ordered as it stands, or null. */
  obstacle: Nullable(OneOf('delisted', 'out_of_stock', 'too_many')),
});
export const Cart = Closed({ items: Type.Array(CartItem), selectedCount: Count, selectedTotalFen: FenAmount });

export const PricedLine = Closed({
  skuId: Id,
  title: Type.String(),
  label: Type.String(),
  pictureUrl: Type.String(),
  unitPriceFen: FenAmount,
  quantity: Quantity,
  /** unit price × quantity */
  goodsFen: FenAmount,
  /** this line's share of the discount */
  discountFen: FenAmount,
  /** what is paid for the line's goods: goodsFen − discountFen */
  payableFen: FenAmount,
});
export const Quote = Closed({
  groups: Type.Array(
    Closed({
      merchantId: Id,
      merchantName: Type.String(),
      warehouseId: Id,
      warehouseName: Type.String(),
      lines: Type.Array(PricedLine),
      goodsFen: FenAmount,
      discountFen: FenAmount,
      freightFen: FenAmount,
      payableFen: FenAmount,
    }),
  ),
  goodsFen: FenAmount,
  discountFen: FenAmount,
  freightFen: FenAmount,
  payableFen: FenAmount,
  discounts: Type.Array(Closed({ code: Type.String(), labelZh: Type.String(), labelEn: Type.String(), amountFen: FenAmount })),
});
export type Quote = Static<typeof Quote>;

export const OrderLine = Closed({
  orderLineId: Id,
  ...PricedLine.properties,
  productId: Id,
  shippedQuantity: Count,
  refundedQuantity: Count,
  refundedFen: FenAmount,
  /** Quantity for which an after-sale may still be applied. */
  afterSaleQuantity: Count,
});
export const Order = Closed({
  orderId: Id,
  orderNo: Type.String(),
  tradeId: Id,
  status: OneOf(...ORDER_STATUSES),
  merchantId: Id,
  merchantName: Type.String(),
  warehouseName: Type.String(),
  lines: Type.Array(OrderLine),
  goodsFen: FenAmount,
  discountFen: FenAmount,
  freightFen: FenAmount,
  payableFen: FenAmount,
  refundedFen: FenAmount,
  recipient: Closed({ name: Type.String(), phone: Type.String(), region: Type.String(), detail: Type.String() }),
  remark: Nullable(Type.String()),
  placedAt: Instant,
  expiresAt: Nullable(Instant),
  paidAt: Nullable(Instant),
  shippedAt: Nullable(Instant),
  deliveredAt: Nullable(Instant),
  receivedAt: Nullable(Instant),
  completedAt: Nullable(Instant),
  cancelledAt: Nullable(Instant),
  cancelReason: Nullable(OneOf('buyer', 'expired', 'staff', 'refunded')),
  /** When the order confirms itself if the buyer does not. */
  autoReceiveAt: Nullable(Instant),
  /** End of the return window: until then after-sales may be applied and commission is not available. */
  returnWindowEndsAt: Nullable(Instant),
  actions: Type.Array(OneOf('pay', 'cancel', 'receive', 'after_sale')),
});
export type Order = Static<typeof Order>;

export const Trade = Closed({
  tradeId: Id,
  tradeNo: Type.String(),
  status: OneOf('awaiting_payment', 'paid', 'cancelled'),
  payableFen: FenAmount,
  orders: Type.Array(Closed({ orderId: Id, orderNo: Type.String(), merchantName: Type.String(), payableFen: FenAmount })),
  placedAt: Instant,
  expiresAt: Instant,
});
export type Trade = Static<typeof Trade>;

export const AfterSale = Closed({
  afterSaleId: Id,
  afterSaleNo: Type.String(),
  orderId: Id,
  orderNo: Type.String(),
  orderLineId: Id,
  title: Type.String(),
  label: Type.String(),
  pictureUrl: Type.String(),
  kind: OneOf('refund_only', 'return_and_refund'),
  quantity: Quantity,
  /** What will be refunded: the quantity's share of what was paid (plus freight when the whole order goes back unshipped). */
  refundFen: FenAmount,
  reason: OneOf(...AFTER_SALE_REASONS),
  description: Type.String(),
  status: OneOf(...AFTER_SALE_STATUSES),
  rejectReason: Nullable(Type.String()),
  returnAddress: Nullable(Type.String()),
  returnCarrierCode: Nullable(Type.String()),
  returnWaybillNo: Nullable(Type.String()),
  history: Type.Array(
    Closed({ status: OneOf(...AFTER_SALE_STATUSES), by: OneOf('buyer', 'staff', 'system'), note: Nullable(Type.String()), at: Instant }),
  ),
  actions: Type.Array(OneOf('cancel', 'send_back', 'approve', 'reject', 'confirm_return')),
  createdAt: Instant,
});
export type AfterSale = Static<typeof AfterSale>;
