import { defineTopic } from '@qianxing/events';
import { defineContract } from '@qianxing/http/contract';
import {
  Closed,
  Count,
  FenAmount,
  Id,
  Instant,
  Nullable,
  OneOf,
  PageOf,
  PageQuery,
  Quantity,
  type Static,
  Text,
  Type,
} from '@qianxing/http/schemas';

export const ORDER_STATUSES = ['awaiting_payment', 'paid', 'partly_shipped', 'shipped', 'received', 'completed', 'cancelled'] as const;
export const AFTER_SALE_STATUSES = ['applied', 'approved', 'rejected', 'returning', 'returned', 'refunding', 'refunded', 'closed'] as const;
export const AFTER_SALE_REASONS = ['no_longer_wanted', 'wrong_size', 'damaged', 'wrong_item', 'quality', 'late', 'other'] as const;

const ItemInput = Closed({ skuId: Id, quantity: Quantity });

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

const orderFilters = { status: Type.Optional(OneOf(...ORDER_STATUSES)) };
const StaffOrderRow = Closed({
  orderId: Id,
  orderNo: Type.String(),
  tradeNo: Type.String(),
  memberNo: Type.Integer(),
  memberName: Type.String(),
  merchantName: Type.String(),
  warehouseName: Type.String(),
  status: OneOf(...ORDER_STATUSES),
  summary: Type.String(),
  quantity: Count,
  payableFen: FenAmount,
  refundedFen: FenAmount,
  placedAt: Instant,
  paidAt: Nullable(Instant),
});
const StaffOrder = Closed({
  ...Order.properties,
  tradeNo: Type.String(),
  memberId: Id,
  memberNo: Type.Integer(),
  memberName: Type.String(),
  staffNotes: Type.Array(Closed({ note: Type.String(), staffName: Type.String(), at: Instant })),
  history: Type.Array(Closed({ status: OneOf(...ORDER_STATUSES), at: Instant })),
  beneficiaries: Type.Array(Closed({ orderLineId: Id, level: Type.Integer(), promoterNo: Type.Integer(), rateBp: Type.Integer() })),
});
const StaffAfterSale = Closed({ ...AfterSale.properties, memberNo: Type.Integer(), memberName: Type.String() });
const StockRow = Closed({
  skuId: Id,
  title: Type.String(),
  label: Type.String(),
  warehouseName: Type.String(),
  onHand: Type.Integer(),
  reserved: Type.Integer(),
  sold: Type.Integer(),
  available: Type.Integer(),
});

export const orderContract = defineContract({
  cart: { method: 'GET', path: '/api/v1/cart', access: 'member', summary: 'The cart with current prices and stock', response: Cart },
  putCartItem: {
    method: 'PUT',
    path: '/api/v1/cart/items/:skuId',
    access: 'member',
    summary: 'Set quantity and selection of an item',
    params: Closed({ skuId: Id }),
    body: Closed({ quantity: Quantity, selected: Type.Optional(Type.Boolean()) }),
    response: Cart,
  },
  addCartItem: {
    method: 'POST',
    path: '/api/v1/cart/items',
    access: 'member',
    summary: 'Add to the quantity of an item',
    body: ItemInput,
    response: Cart,
  },
  deleteCartItems: {
    method: 'POST',
    path: '/api/v1/cart/removals',
    access: 'member',
    summary: 'Remove items',
    body: Closed({ skuIds: Type.Array(Id, { minItems: 1, maxItems: 200 }) }),
    response: Cart,
  },
  quote: {
    method: 'POST',
    path: '/api/v1/quotes',
    access: 'member',
    summary: 'Price items with server prices',
    body: Closed({ items: Type.Array(ItemInput, { minItems: 1, maxItems: 50 }), addressId: Type.Optional(Id) }),
    response: Quote,
  },
  placeTrade: {
    method: 'POST',
    path: '/api/v1/trades',
    access: 'member',
    summary: 'Place a trade: reserves stock and freezes prices',
    idempotent: 'handler',
    status: 201,
    body: Closed({
      items: Type.Array(ItemInput, { minItems: 1, maxItems: 50 }),
      addressId: Id,
      expectedPayableFen: FenAmount,
      remark: Type.Optional(Text(200, 0)),
    }),
    response: Trade,
  },
  trade: {
    method: 'GET',
    path: '/api/v1/trades/:tradeId',
    access: 'member',
    summary: 'A trade and its orders',
    params: Closed({ tradeId: Id }),
    response: Trade,
  },
  cancelTrade: {
    method: 'POST',
    path: '/api/v1/trades/:tradeId/cancel',
    access: 'member',
    summary: 'Cancel an unpaid trade',
    params: Closed({ tradeId: Id }),
    body: Closed({}),
    response: Trade,
  },
  listOrders: {
    method: 'GET',
    path: '/api/v1/orders',
    access: 'member',
    summary: 'My orders, newest first',
    query: Closed({ ...PageQuery, ...orderFilters }),
    response: PageOf(Order),
  },
  order: {
    method: 'GET',
    path: '/api/v1/orders/:orderId',
    access: 'member',
    summary: 'My order',
    params: Closed({ orderId: Id }),
    response: Order,
  },
  receiveOrder: {
    method: 'POST',
    path: '/api/v1/orders/:orderId/receive',
    access: 'member',
    summary: 'Confirm receipt',
    params: Closed({ orderId: Id }),
    body: Closed({}),
    response: Order,
  },
  applyAfterSale: {
    method: 'POST',
    path: '/api/v1/after-sales',
    access: 'member',
    summary: 'Apply for a refund of a quantity of a line',
    idempotent: true,
    status: 201,
    body: Closed({
      orderLineId: Id,
      quantity: Quantity,
      kind: AfterSale.properties.kind,
      reason: AfterSale.properties.reason,
      description: Type.Optional(Text(500, 0)),
    }),
    response: AfterSale,
  },
  listAfterSales: {
    method: 'GET',
    path: '/api/v1/after-sales',
    access: 'member',
    summary: 'My after-sales',
    query: Closed({ ...PageQuery, orderId: Type.Optional(Id) }),
    response: PageOf(AfterSale),
  },
  afterSale: {
    method: 'GET',
    path: '/api/v1/after-sales/:afterSaleId',
    access: 'member',
    summary: 'My after-sale',
    params: Closed({ afterSaleId: Id }),
    response: AfterSale,
  },
  cancelAfterSale: {
    method: 'POST',
    path: '/api/v1/after-sales/:afterSaleId/cancel',
    access: 'member',
    summary: 'Withdraw the application',
    params: Closed({ afterSaleId: Id }),
    body: Closed({}),
    response: AfterSale,
  },
  sendBackAfterSale: {
    method: 'POST',
    path: '/api/v1/after-sales/:afterSaleId/return-shipment',
    access: 'member',
    summary: 'Tell how the goods are sent back',
    params: Closed({ afterSaleId: Id }),
    body: Closed({ carrierCode: Text(40), waybillNo: Type.String({ pattern: '^[A-Za-z0-9-]{6,40}$' }) }),
    response: AfterSale,
  },

  staffOrders: {
    method: 'GET',
    path: '/staff/v1/orders',
    access: 'staff:order.read',
    summary: 'Orders with filters',
    query: Closed({
      ...PageQuery,
      ...orderFilters,
      merchantId: Type.Optional(Id),
      text: Type.Optional(Text(60)),
      memberNo: Type.Optional(Type.Integer()),
      placedFrom: Type.Optional(Instant),
      placedTo: Type.Optional(Instant),
    }),
    response: PageOf(StaffOrderRow),
  },
  staffOrder: {
    method: 'GET',
    path: '/staff/v1/orders/:orderId',
    access: 'staff:order.read',
    summary: 'An order; recipient data masked unless revealed',
    params: Closed({ orderId: Id }),
    response: StaffOrder,
  },
  staffNote: {
    method: 'POST',
    path: '/staff/v1/orders/:orderId/notes',
    access: 'staff:order.write',
    summary: 'Add a note',
    params: Closed({ orderId: Id }),
    body: Closed({ note: Text(500) }),
    status: 201,
    response: StaffOrder,
  },
  staffCancelOrder: {
    method: 'POST',
    path: '/staff/v1/trades/:tradeId/cancel',
    access: 'staff:order.write',
    summary: 'Cancel an unpaid trade',
    params: Closed({ tradeId: Id }),
    body: Closed({ reason: Text(200) }),
    response: Trade,
  },
  staffAfterSales: {
    method: 'GET',
    path: '/staff/v1/after-sales',
    access: 'staff:order.read',
    summary: 'After-sales desk',
    query: Closed({ ...PageQuery, status: Type.Optional(OneOf(...AFTER_SALE_STATUSES)), text: Type.Optional(Text(60)) }),
    response: PageOf(StaffAfterSale),
  },
  staffAfterSale: {
    method: 'GET',
    path: '/staff/v1/after-sales/:afterSaleId',
    access: 'staff:order.read',
    summary: 'An after-sale',
    params: Closed({ afterSaleId: Id }),
    response: StaffAfterSale,
  },
  approveAfterSale: {
    method: 'POST',
    path: '/staff/v1/after-sales/:afterSaleId/approve',
    access: 'staff:afterSale.write',
    summary: 'Approve: refund-only goes to refunding, a return waits for the goods',
    params: Closed({ afterSaleId: Id }),
    body: Closed({ note: Type.Optional(Text(200, 0)) }),
    response: StaffAfterSale,
  },
  rejectAfterSale: {
    method: 'POST',
    path: '/staff/v1/after-sales/:afterSaleId/reject',
    access: 'staff:afterSale.write',
    summary: 'Reject with a reason the buyer sees',
    params: Closed({ afterSaleId: Id }),
    body: Closed({ reason: Text(200) }),
    response: StaffAfterSale,
  },
  confirmReturn: {
    method: 'POST',
    path: '/staff/v1/after-sales/:afterSaleId/confirm-return',
    access: 'staff:afterSale.write',
    summary: 'Goods are back; refund starts',
    params: Closed({ afterSaleId: Id }),
    body: Closed({ note: Type.Optional(Text(200, 0)) }),
    response: StaffAfterSale,
  },
  staffStock: {
    method: 'GET',
    path: '/staff/v1/stock',
    access: 'staff:catalog.read',
    summary: 'Stock by SKU',
    query: Closed({ ...PageQuery, availableBelow: Type.Optional(Type.Integer()) }),
    response: PageOf(StockRow),
  },
});

/** Who earns from a line, frozen when the order is placed. `levels` holds at most three entries. */
export interface BeneficiaryChain {
  readonly planVersionId: string;
  readonly levels: readonly {
    readonly level: 1 | 2 | 3;
    readonly promoterId: string;
    readonly promoterNo: number;
    readonly rateBp: number;
  }[];
}

/** A line as events carry it. `paidFen` is cash for the goods of the line without freight: the commission base. */
export interface OrderLineFacts {
  readonly orderLineId: string;
  readonly skuId: string;
  readonly productId: string;
  readonly title: string;
  readonly label: string;
  readonly quantity: number;
  readonly paidFen: number;
  readonly beneficiaries: BeneficiaryChain | null;
}

interface OrderFacts {
  readonly tradeId: string;
  readonly orderId: string;
  readonly orderNo: string;
  readonly memberId: string;
  readonly merchantId: string;
  readonly warehouseId: string;
  readonly lines: readonly OrderLineFacts[];
}

export const orderPlaced = defineTopic<OrderFacts>()('order.placed');
/** `recipient` lets fulfilment ship without asking back. */
export const orderPaid = defineTopic<
  OrderFacts & {
    paymentId: string;
    paidAt: number;
    payableFen: number;
    freightFen: number;
    warehouseName: string;
    recipient: { name: string; phone: string; region: string; detail: string };
  }
>()('order.paid');
/** Before payment only; after payment an order ends through after-sales. */
export const orderCancelled = defineTopic<OrderFacts & { reason: 'buyer' | 'expired' | 'staff' }>()('order.cancelled');
export const tradeCancelled = defineTopic<{ tradeId: string; reason: 'buyer' | 'expired' | 'staff' }>()('order.tradeCancelled');
export const orderReceived = defineTopic<OrderFacts & { receivedAt: number; automatic: boolean }>()('order.received');
/** The return window has closed and no after-sale is open. */
export const orderCompleted = defineTopic<OrderFacts & { completedAt: number }>()('order.completed');
/** Asks payment to refund. `refundKey` is the natural key: `afterSale:{id}` or `late:{paymentId}`. */
export const refundRequested = defineTopic<{ refundKey: string; paymentId: string; tradeId: string; amountFen: number; reason: string }>()(
  'order.refundRequested',
);
/** An after-sale holds a quantity back from shipping (still unshipped), or gives it back when `released`. */
export const afterSaleHold = defineTopic<{
  afterSaleId: string;
  orderId: string;
  orderLineId: string;
  quantity: number;
  released: boolean;
}>()('order.afterSaleHold');
/** Money for a quantity of a line went back. `refundedFen` is goods cash of this refund; `lineRefundedFen` the line's total so far. */
export const lineRefunded = defineTopic<{
  afterSaleId: string;
  tradeId: string;
  orderId: string;
  orderLineId: string;
  memberId: string;
  quantity: number;
  refundedFen: number;
  lineRefundedFen: number;
  linePaidFen: number;
  lineQuantity: number;
  lineRefundedQuantity: number;
  /** Units of this refund that are on hand again. */
  restockedQuantity: number;
}>()('order.lineRefunded');

export interface OrderApi {
  /** What payment needs to open a payment; undefined if the trade is not this member's. */
  tradeForPayment(
    tradeId: string,
    memberId: string,
  ): Promise<
    | {
        tradeId: string;
        tradeNo: string;
        memberId: string;
        payableFen: number;
        status: 'awaiting_payment' | 'paid' | 'cancelled';
        expiresAt: number;
        description: string;
      }
    | undefined
  >;
  /** Number of paid, not fully refunded orders of a member. */
  paidOrderCount(memberId: string): Promise<number>;
  /**
   * Sets what the outside shop says can be sold now (`available`), creating the stock row if needed. `toldUnits` are the units taken here
   * (reserved and sold) that the outside shop knew of when it said so: what was taken beyond them is deducted, exactly and at once, however
   * late the outside shop hears of it. Without it `available` counts as it is.
   */
  setAvailable(skuId: string, warehouseId: string, available: number, source: string, toldUnits?: number): Promise<void>;
  /** Available units by SKU. */
  available(skuIds: readonly string[]): Promise<Map<string, { onHand: number; reserved: number; sold: number; available: number }>>;
  /** Orders and amounts per shop day, half-open period, for dashboards. */
  salesByDay(
    fromMs: number,
    toMs: number,
  ): Promise<{ day: string; placedOrders: number; paidOrders: number; paidFen: number; refundedFen: number; buyers: number }[]>;
  /** Members who paid in the half-open period, each counted once. */
  buyersBetween(fromMs: number, toMs: number): Promise<number>;
  countsByStatus(): Promise<Record<string, number>>;
  topProducts(
    fromMs: number,
    toMs: number,
    limit: number,
  ): Promise<{ productId: string; title: string; quantity: number; paidFen: number }[]>;
}
