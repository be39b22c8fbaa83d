import { type AFTER_SALE_REASONS, type AFTER_SALE_STATUSES, ORDER_STATUSES } from './contract/shapes';

export type OrderStatus = (typeof ORDER_STATUSES)[number];
export type AfterSaleStatus = (typeof AFTER_SALE_STATUSES)[number];
export type AfterSaleReason = (typeof AFTER_SALE_REASONS)[number];
export type TradeStatus = 'awaiting_payment' | 'paid' | 'cancelled';
export type CancelReason = 'buyer' | 'expired' | 'staff' | 'refunded';
export type AfterSaleKind = 'refund_only' | 'return_and_refund';

/** Which status may follow which. `cancelled` after payment means: everything was refunded. */
export const ORDER_TRANSITIONS: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  awaiting_payment: ['paid', 'cancelled'],
  paid: ['partly_shipped', 'shipped', 'cancelled'],
  partly_shipped: ['shipped', 'cancelled'],
  shipped: ['received', 'cancelled'],
  received: ['completed', 'cancelled'],
  completed: [],
  cancelled: [],
};

/** Nothing follows any more. */
export const ORDERS_OVER: readonly OrderStatus[] = ORDER_STATUSES.filter((status) => ORDER_TRANSITIONS[status].length === 0);
export const ORDERS_UNDER_WAY: readonly OrderStatus[] = ORDER_STATUSES.filter((status) => ORDER_TRANSITIONS[status].length > 0);

export const AFTER_SALE_TRANSITIONS: Readonly<Record<AfterSaleStatus, readonly AfterSaleStatus[]>> = {
  applied: ['approved', 'rejected', 'closed'],
  approved: ['returning', 'returned', 'refunding', 'closed'],
  returning: ['returned', 'closed'],
  returned: ['refunding'],
  refunding: ['refunded'],
  rejected: [],
  refunded: [],
  closed: [],
};

/** After-sales that still hold a quantity and an amount of their line. */
export const OPEN_AFTER_SALE: readonly AfterSaleStatus[] = ['applied', 'approved', 'returning', 'returned', 'refunding'];

/** Statuses in which a buyer may apply for after-sales. */
export const AFTER_SALE_ALLOWED: readonly OrderStatus[] = ['paid', 'partly_shipped', 'shipped', 'received'];

/** Settings of the order flow, from configuration. */
export interface OrderPolicy {
  /** How long stock stays reserved for an unpaid trade. */
  readonly paymentWindowMs: number;
  /** An order confirms itself this long after its last parcel was shipped… */
  readonly autoReceiveAfterShippedMs: number;
  /** …or this long after its last parcel was delivered, whichever comes first. */
  readonly autoReceiveAfterDeliveredMs: number;
  /** After-sales window after receipt; commission becomes available when it closes. At least 7 days (consumer law, article 25). */
  readonly returnWindowMs: number;
  readonly spendDiscounts: readonly SpendDiscount[];
  readonly freight: FreightRule;
}

/** «Spend `thresholdFen`, save `amountFen`» over the whole trade; the best one that applies is taken. */
export interface SpendDiscount {
  readonly code: string;
  readonly thresholdFen: number;
  readonly amountFen: number;
  readonly labelZh: string;
  readonly labelEn: string;
}

export interface FreightRule {
  /** A group (one warehouse) at or above this goods value ships free. */
  readonly freeFromFen: number;
  readonly firstGrams: number;
  readonly firstFen: number;
  readonly nextGrams: number;
  readonly nextFen: number;
  /** Added per group for these province codes, free or not. */
  readonly remoteProvinceCodes: readonly string[];
  readonly remoteFen: number;
}
