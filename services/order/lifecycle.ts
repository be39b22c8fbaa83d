import { insertIfAbsent, type Transaction } from '@qianxing/database';
import type { EventWriter } from '@qianxing/events';
import { failpoint } from '@qianxing/testing';
import { unshippedClaims } from './aftersales/store';
import { orderCancelled, orderCompleted, orderPaid, orderReceived, refundRequested, tradeCancelled } from './contract';
import { orderFacts } from './facts';
import type { OrderPolicy } from './model';
import { shippingStatus } from './rules';
import { release, sell } from './stock/store';
import { addShipped, endTrade, linesOfOrders, lockOrder, lockTrade, moveOrder, ordersOfTrade, setDelivered } from './store';
import type { LineRow, OrderRow } from './tables';

/** Every step locks the trade or order row first and then moves it by a guarded update; a step that comes second does nothing. */
export interface Lifecycle {
  readonly events: EventWriter;
  readonly policy: OrderPolicy;
  /** How a trade is locked and ended; race tests put one without guards here to show that they would notice. */
  readonly trades?: TradeGuard;
}

export interface TradeGuard {
  readonly lock: typeof lockTrade;
  readonly end: typeof endTrade;
}

const guarded: TradeGuard = { lock: lockTrade, end: endTrade };

interface Arrived {
  readonly paymentId: string;
  readonly tradeId: string;
  readonly amountFen: number;
  readonly paidAt: number;
}

/**
 * Money arrived for a trade. Awaiting payment: stock is sold and the orders are paid. Already cancelled, paid by another payment, or
 * the wrong amount: the money goes back by rule, under the natural key `late:{paymentId}`.
 */
export async function payTrade(lifecycle: Lifecycle, transaction: Transaction, arrived: Arrived): Promise<void> {
  const trades = lifecycle.trades ?? guarded;
  const trade = await trades.lock(transaction, arrived.tradeId);
  if (!trade) throw new Error(`payment for an unknown trade ${arrived.tradeId}`);
  if (trade.paymentId === arrived.paymentId) return;
  if (trade.status !== 'awaiting_payment' || trade.payableFen !== arrived.amountFen) {
    await lifecycle.events.emit(transaction, refundRequested, {
      aggregateId: trade.tradeId,
      occurredAt: arrived.paidAt,
      payload: {
        refundKey: `late:${arrived.paymentId}`,
        paymentId: arrived.paymentId,
        tradeId: trade.tradeId,
        amountFen: arrived.amountFen,
        reason: trade.status === 'awaiting_payment' ? '实付金额与应付不符' : '订单已关闭，自动退款',
      },
    });
    return;
  }
  const change = { status: 'paid', paymentId: arrived.paymentId, paidAt: arrived.paidAt } as const;
  if (!(await trades.end(transaction, trade.tradeId, change))) throw new Error(`trade ${trade.tradeId} ended in spite of its lock`);
  const orders = await ordersOfTrade(transaction, trade.tradeId);
  const lines = await linesOfOrders(
    transaction,
    orders.map((order) => order.orderId),
  );
  await sell(transaction, lines, arrived.paidAt);
  await failpoint('order.afterSell');
  for (const order of orders) {
    await moveOrder(transaction, order.orderId, ['awaiting_payment'], 'paid', arrived.paidAt, { paidAt: arrived.paidAt });
    await lifecycle.events.emit(transaction, orderPaid, {
      aggregateId: order.orderId,
      occurredAt: arrived.paidAt,
      payload: {
        ...orderFacts(order, linesOf(order, lines)),
        paymentId: arrived.paymentId,
        paidAt: arrived.paidAt,
        payableFen: order.payableFen,
        freightFen: order.freightFen,
        warehouseName: order.warehouseName,
        recipient: { name: order.recipientName, phone: order.recipientPhone, region: order.recipientRegion, detail: order.recipientDetail },
      },
    });
  }
}

const linesOf = (order: OrderRow, lines: readonly LineRow[]): LineRow[] => lines.filter((line) => line.orderId === order.orderId);

/** Cancels an unpaid trade and gives the stock back; false when it was paid or cancelled already. */
export async function cancelTrade(
  lifecycle: Lifecycle,
  transaction: Transaction,
  tradeId: string,
  reason: 'buyer' | 'expired' | 'staff',
  now: number,
): Promise<boolean> {
  const trades = lifecycle.trades ?? guarded;
  const trade = await trades.lock(transaction, tradeId);
  if (trade?.status !== 'awaiting_payment') return false;
  if (!(await trades.end(transaction, tradeId, { status: 'cancelled', cancelReason: reason, cancelledAt: now }))) return false;
  const orders = await ordersOfTrade(transaction, tradeId);
  const lines = await linesOfOrders(
    transaction,
    orders.map((order) => order.orderId),
  );
  await release(transaction, lines, now);
  await failpoint('order.afterRelease');
  for (const order of orders) {
    await moveOrder(transaction, order.orderId, ['awaiting_payment'], 'cancelled', now, { cancelledAt: now, cancelReason: reason });
    await lifecycle.events.emit(transaction, orderCancelled, {
      aggregateId: order.orderId,
      occurredAt: now,
      payload: { ...orderFacts(order, linesOf(order, lines)), reason },
    });
  }
  await lifecycle.events.emit(transaction, tradeCancelled, { aggregateId: tradeId, occurredAt: now, payload: { tradeId, reason } });
  return true;
}

/** A parcel left: counts its units once and moves the order to partly shipped or shipped. */
export async function noteParcel(
  lifecycle: Lifecycle,
  transaction: Transaction,
  parcel: { shipmentId: string; orderId: string; lines: readonly { orderLineId: string; quantity: number }[]; shippedAt: number },
): Promise<void> {
  const order = await lockOrder(transaction, parcel.orderId);
  if (!order) throw new Error(`parcel of an unknown order ${parcel.orderId}`);
  const first = await insertIfAbsent(transaction, 'order_parcels', {
    shipmentId: parcel.shipmentId,
    orderId: parcel.orderId,
    shippedAt: parcel.shippedAt,
  });
  if (!first) return;
  for (const line of [...parcel.lines].sort((a, b) => (a.orderLineId < b.orderLineId ? -1 : 1))) {
    await addShipped(transaction, line.orderLineId, line.quantity);
  }
  await refreshShipping(lifecycle, transaction, order, parcel.shippedAt);
}

/** Recomputes the shipping status of a paid order after shipping or refunding. */
export async function refreshShipping(lifecycle: Lifecycle, transaction: Transaction, order: OrderRow, now: number): Promise<void> {
  const withdrawn = await unshippedClaims(transaction, order.orderId, ['refunded']);
  const lines = await linesOfOrders(transaction, [order.orderId]);
  const status = shippingStatus(lines.map((line) => ({ ...line, withdrawnQuantity: withdrawn.get(line.orderLineId) ?? 0 })));
  if (status === 'shipped') {
    const autoReceiveAt = now + lifecycle.policy.autoReceiveAfterShippedMs;
    await moveOrder(transaction, order.orderId, ['paid', 'partly_shipped'], 'shipped', now, { shippedAt: now, autoReceiveAt });
  } else if (status === 'partly_shipped') {
    await moveOrder(transaction, order.orderId, ['paid'], 'partly_shipped', now);
  }
}

export async function noteDelivery(lifecycle: Lifecycle, transaction: Transaction, orderId: string, deliveredAt: number): Promise<void> {
  await setDelivered(transaction, orderId, deliveredAt, deliveredAt + lifecycle.policy.autoReceiveAfterDeliveredMs);
}

/** Receipt by the buyer or by the clock; starts the return window. */
export async function receiveOrder(
  lifecycle: Lifecycle,
  transaction: Transaction,
  orderId: string,
  now: number,
  automatic: boolean,
): Promise<boolean> {
  const order = await lockOrder(transaction, orderId);
  if (order?.status !== 'shipped') return false;
  const lines = await linesOfOrders(transaction, [orderId]);
  if (lines.some((line) => line.openQuantity > 0)) return false;
  await moveOrder(transaction, orderId, ['shipped'], 'received', now, {
    receivedAt: now,
    autoReceiveAt: null,
    returnWindowEndsAt: now + lifecycle.policy.returnWindowMs,
  });
  await lifecycle.events.emit(transaction, orderReceived, {
    aggregateId: orderId,
    occurredAt: now,
    payload: { ...orderFacts(order, lines), receivedAt: now, automatic },
  });
  return true;
}

/** The return window is over and nothing is open: commission may become available. */
export async function completeOrder(lifecycle: Lifecycle, transaction: Transaction, orderId: string, now: number): Promise<boolean> {
  const order = await lockOrder(transaction, orderId);
  if (order?.status !== 'received' || order.returnWindowEndsAt === null || order.returnWindowEndsAt > now) return false;
  const lines = await linesOfOrders(transaction, [orderId]);
  if (lines.some((line) => line.openQuantity > 0)) return false;
  await moveOrder(transaction, orderId, ['received'], 'completed', now, { completedAt: now });
  await lifecycle.events.emit(transaction, orderCompleted, {
    aggregateId: orderId,
    occurredAt: now,
    payload: { ...orderFacts(order, lines), completedAt: now },
  });
  return true;
}
