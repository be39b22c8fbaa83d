import { defineTopic } from '@qianxing/events';

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
