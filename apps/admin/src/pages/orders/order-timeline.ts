import type { Answer } from '../../api/client';

export type OrderDetail = Answer<'/staff/v1/orders/{orderId}', 'get'>;

/** What is known to come next, with its time: end of payment time, receipt by itself, end of the return window. */
export function upcomingOf(order: OrderDetail): { key: 'expires' | 'autoReceive' | 'windowEnds'; at: string }[] {
  switch (order.status) {
    case 'awaiting_payment':
      return order.expiresAt === null ? [] : [{ key: 'expires', at: order.expiresAt }];
    case 'shipped':
      return order.autoReceiveAt === null ? [] : [{ key: 'autoReceive', at: order.autoReceiveAt }];
    case 'received':
      return order.returnWindowEndsAt === null ? [] : [{ key: 'windowEnds', at: order.returnWindowEndsAt }];
    case 'paid':
    case 'partly_shipped':
    case 'completed':
    case 'cancelled':
      return [];
    default:
      return order.status satisfies never;
  }
}

/** Pieces of a line that still can be shipped. */
export function unshippedQuantity(line: OrderDetail['lines'][number]): number {
  return Math.max(0, line.quantity - line.shippedQuantity - line.refundedQuantity);
}
