import type { Transaction } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import { newId, newNumber } from '@qianxing/ids';
import { failpoint } from '@qianxing/testing';
import { afterSaleHold, lineRefunded, refundRequested } from '../contract';
import { type Lifecycle, refreshShipping } from '../lifecycle';
import { AFTER_SALE_ALLOWED, type AfterSaleKind, type AfterSaleReason, OPEN_AFTER_SALE } from '../model';
import { fail } from '../problems';
import { refundableQuantity, refundShare, unclaimedUnits } from '../rules';
import { restock } from '../stock/store';
import { findLine, findTrade, linesOfOrders, lockOrder, moveOrder } from '../store';
import type { AfterSaleRow, LineRow, OrderRow } from '../tables';
import {
  afterSaleByRequestKey,
  closeOnLine,
  committed,
  correctAfterSale,
  findAfterSale,
  freightTaken,
  insertAfterSale,
  moveAfterSale,
  openOnLine,
  refundOnLine,
  unshippedClaims,
} from './store';

export interface Application {
  readonly memberId: string;
  readonly requestKey: string;
  readonly orderLineId: string;
  readonly quantity: number;
  readonly kind: AfterSaleKind;
  readonly reason: AfterSaleReason;
  readonly description: string;
  readonly now: number;
}

/** Applies: sets the quantity and its share of the money aside under the order's lock. The same request key gets the same after-sale. */
export async function applyForAfterSale(
  lifecycle: Lifecycle,
  transaction: Transaction,
  application: Application,
): Promise<Result<AfterSaleRow>> {
  const earlier = await afterSaleByRequestKey(transaction, application.memberId, application.requestKey);
  if (earlier) return ok(earlier);
  const seen = await findLine(transaction, application.orderLineId);
  const order = seen && (await lockOrder(transaction, seen.orderId));
  if (!order || order.memberId !== application.memberId) return fail('orderNotFound');
  const meanwhile = await afterSaleByRequestKey(transaction, application.memberId, application.requestKey);
  if (meanwhile) return ok(meanwhile);
  const line = await findLine(transaction, application.orderLineId);
  if (!line) return fail('orderNotFound');
  const claims = await unshippedClaims(transaction, order.orderId, [...OPEN_AFTER_SALE, 'refunded']);
  const units = unclaimedUnits(line, claims.get(line.orderLineId) ?? 0);
  const refusal = refuseApplication(order, line, units, application);
  if (refusal) return refusal;
  const row = await newAfterSale(transaction, order, line, units.unshipped, application);
  await openOnLine(transaction, line.orderLineId, row.quantity, row.goodsRefundFen);
  await insertAfterSale(transaction, row);
  await emitHold(lifecycle, transaction, row, false, application.now);
  return ok(row);
}

function refuseApplication(
  order: OrderRow,
  line: LineRow,
  units: { returnable: number },
  application: Application,
): Result<never> | undefined {
  const windowOver = order.returnWindowEndsAt !== null && order.returnWindowEndsAt <= application.now;
  if (!AFTER_SALE_ALLOWED.includes(order.status) || windowOver) return fail('afterSaleClosed');
  const left = refundableQuantity(line);
  if (application.quantity > left) return fail('afterSaleQuantity', { params: { left }, path: '/quantity' });
  if (application.kind !== 'return_and_refund') return undefined;
  if (line.shippedQuantity === 0) return fail('returnNotShipped', { path: '/kind' });
  if (application.quantity > units.returnable) return fail('returnQuantity', { params: { left: units.returnable }, path: '/quantity' });
  return undefined;
}

async function newAfterSale(
  transaction: Transaction,
  order: OrderRow,
  line: LineRow,
  unshipped: number,
  application: Application,
): Promise<AfterSaleRow> {
  return {
    afterSaleId: newId(application.now),
    afterSaleNo: newNumber(application.now),
    memberId: application.memberId,
    requestKey: application.requestKey,
    orderId: order.orderId,
    orderLineId: line.orderLineId,
    kind: application.kind,
    quantity: application.quantity,
    unshippedQuantity: application.kind === 'refund_only' ? Math.min(unshipped, application.quantity) : 0,
    goodsRefundFen: refundShare(line, application.quantity),
    freightRefundFen: await expectedFreight(transaction, order, line, application.quantity),
    reason: application.reason,
    description: application.description,
    status: 'applied',
    rejectReason: null,
    returnCarrierCode: null,
    returnWaybillNo: null,
    createdAt: application.now,
    updatedAt: application.now,
  };
}

/** Freight goes back with the last units of an order of which nothing was shipped; decided when the refund starts, shown before. */
async function expectedFreight(transaction: Transaction, order: OrderRow, line: LineRow, quantity: number): Promise<number> {
  const lines = await linesOfOrders(transaction, [order.orderId]);
  if (lines.some((other) => other.shippedQuantity > 0)) return 0;
  const left = lines.reduce((sum, other) => sum + refundableQuantity(other), 0);
  if (left !== quantity || refundableQuantity(line) !== quantity) return 0;
  return order.freightFen - (await freightTaken(transaction, order.orderId));
}

async function emitHold(lifecycle: Lifecycle, transaction: Transaction, row: AfterSaleRow, released: boolean, now: number): Promise<void> {
  if (row.unshippedQuantity === 0) return;
  await lifecycle.events.emit(transaction, afterSaleHold, {
    aggregateId: row.orderId,
    occurredAt: now,
    payload: {
      afterSaleId: row.afterSaleId,
      orderId: row.orderId,
      orderLineId: row.orderLineId,
      quantity: row.unshippedQuantity,
      released,
    },
  });
}

/** Locks the order of an after-sale and reads the after-sale behind that lock. */
async function locked(transaction: Transaction, afterSaleId: string): Promise<{ order: OrderRow; row: AfterSaleRow } | undefined> {
  const seen = await findAfterSale(transaction, afterSaleId);
  const order = seen && (await lockOrder(transaction, seen.orderId));
  const row = order && (await findAfterSale(transaction, afterSaleId));
  return order && row ? { order, row } : undefined;
}

/** Staff approves. Refund-only starts the refund at once; a return waits for the goods. */
export async function approve(
  lifecycle: Lifecycle,
  transaction: Transaction,
  afterSaleId: string,
  note: string | null,
  now: number,
): Promise<Result<undefined>> {
  const found = await locked(transaction, afterSaleId);
  if (!found) return fail('afterSaleNotFound');
  const moved = await moveAfterSale(transaction, afterSaleId, { from: ['applied'], to: 'approved', actor: 'staff', note, now });
  if (!moved) return fail('afterSaleState');
  if (found.row.kind === 'refund_only') await startRefund(lifecycle, transaction, found.row, 'approved', now);
  return ok();
}

/** The goods are back: the refund starts. */
export async function confirmReturn(
  lifecycle: Lifecycle,
  transaction: Transaction,
  afterSaleId: string,
  note: string | null,
  now: number,
): Promise<Result<undefined>> {
  const found = await locked(transaction, afterSaleId);
  if (!found) return fail('afterSaleNotFound');
  if (found.row.kind !== 'return_and_refund') return fail('afterSaleState');
  const moved = await moveAfterSale(transaction, afterSaleId, {
    from: ['approved', 'returning'],
    to: 'returned',
    actor: 'staff',
    note,
    now,
  });
  if (!moved) return fail('afterSaleState');
  await startRefund(lifecycle, transaction, found.row, 'returned', now);
  return ok();
}

/** What is due of the freight now that one more after-sale is refunding: all of it once every unit goes back and none was shipped. */
async function freightToRefund(transaction: Transaction, order: OrderRow, own: AfterSaleRow): Promise<number> {
  const lines = await linesOfOrders(transaction, [order.orderId]);
  const { units, freightFen } = await committed(transaction, order.orderId);
  const whole = units === lines.reduce((sum, line) => sum + line.quantity, 0);
  if (!whole || lines.some((line) => line.shippedQuantity > 0)) return 0;
  return order.freightFen - (freightFen - own.freightRefundFen);
}

async function startRefund(
  lifecycle: Lifecycle,
  transaction: Transaction,
  row: AfterSaleRow,
  from: 'approved' | 'returned',
  now: number,
): Promise<void> {
  await moveAfterSale(transaction, row.afterSaleId, { from: [from], to: 'refunding', actor: 'system', now });
  const order = await lockOrder(transaction, row.orderId);
  const trade = order && (await findTrade(transaction, order.tradeId));
  if (!order || !trade?.paymentId) throw new Error(`after-sale ${row.afterSaleId} of an unpaid trade`);
  const freightFen = await freightToRefund(transaction, order, row);
  if (freightFen !== row.freightRefundFen) await correctAfterSale(transaction, row.afterSaleId, { freightRefundFen: freightFen });
  const amountFen = row.goodsRefundFen + freightFen;
  await failpoint('order.beforeRefundRequest');
  if (amountFen === 0) {
    await finishRefund(lifecycle, transaction, row.afterSaleId, now);
    return;
  }
  await lifecycle.events.emit(transaction, refundRequested, {
    aggregateId: order.tradeId,
    occurredAt: now,
    payload: {
      refundKey: `afterSale:${row.afterSaleId}`,
      paymentId: trade.paymentId,
      tradeId: order.tradeId,
      amountFen,
      reason: `售后 ${row.afterSaleNo}`,
    },
  });
}

/** Money is back with the buyer: quantities, stock, order status and the claw-back event follow. Second call does nothing. */
export async function finishRefund(lifecycle: Lifecycle, transaction: Transaction, afterSaleId: string, now: number): Promise<void> {
  const found = await locked(transaction, afterSaleId);
  if (!found) throw new Error(`refund for an unknown after-sale ${afterSaleId}`);
  const { order, row } = found;
  const moved = await moveAfterSale(transaction, afterSaleId, { from: ['refunding'], to: 'refunded', actor: 'system', now });
  if (!moved) return;
  const restockQuantity = row.kind === 'return_and_refund' ? row.quantity : await withdrawn(transaction, row);
  await refundOnLine(transaction, {
    orderId: row.orderId,
    orderLineId: row.orderLineId,
    quantity: row.quantity,
    goodsFen: row.goodsRefundFen,
    freightFen: row.freightRefundFen,
    restockQuantity,
  });
  const lines = await linesOfOrders(transaction, [row.orderId]);
  const line = lines.find((candidate) => candidate.orderLineId === row.orderLineId);
  if (!line) throw new Error(`after-sale ${afterSaleId} without its line`);
  if (restockQuantity > 0) await restock(transaction, { skuId: line.skuId, quantity: restockQuantity }, now);
  await failpoint('order.afterRefundOnLine');
  await settleOrder(lifecycle, transaction, order, lines, now);
  await lifecycle.events.emit(transaction, lineRefunded, {
    aggregateId: row.orderId,
    occurredAt: now,
    payload: {
      afterSaleId,
      tradeId: order.tradeId,
      orderId: row.orderId,
      orderLineId: row.orderLineId,
      memberId: row.memberId,
      quantity: row.quantity,
      refundedFen: row.goodsRefundFen,
      lineRefundedFen: line.refundedFen,
      linePaidFen: line.payableFen,
      lineQuantity: line.quantity,
      lineRefundedQuantity: line.refundedQuantity,
      restockedQuantity: restockQuantity,
    },
  });
}

/** Units of a refund-only that really did not leave: a parcel may have been faster than the hold. */
async function withdrawn(transaction: Transaction, row: AfterSaleRow): Promise<number> {
  if (row.unshippedQuantity === 0) return 0;
  const line = await findLine(transaction, row.orderLineId);
  if (!line) throw new Error(`after-sale ${row.afterSaleId} without its line`);
  const claims = await unshippedClaims(transaction, row.orderId, ['refunded']);
  const before = (claims.get(row.orderLineId) ?? 0) - row.unshippedQuantity;
  const units = Math.min(row.unshippedQuantity, Math.max(0, line.quantity - line.shippedQuantity - before));
  if (units !== row.unshippedQuantity) await correctAfterSale(transaction, row.afterSaleId, { unshippedQuantity: units });
  return units;
}

async function settleOrder(
  lifecycle: Lifecycle,
  transaction: Transaction,
  order: OrderRow,
  lines: readonly LineRow[],
  now: number,
): Promise<void> {
  if (lines.every((line) => line.refundedQuantity === line.quantity)) {
    await moveOrder(transaction, order.orderId, ['paid', 'partly_shipped', 'shipped', 'received'], 'cancelled', now, {
      cancelledAt: now,
      cancelReason: 'refunded',
    });
  } else {
    await refreshShipping(lifecycle, transaction, order, now);
  }
}

/** Ends an after-sale without a refund and gives back what it had set aside. */
async function end(
  lifecycle: Lifecycle,
  transaction: Transaction,
  found: { row: AfterSaleRow },
  move: Parameters<typeof moveAfterSale>[2],
): Promise<Result<undefined>> {
  const { row } = found;
  if (!(await moveAfterSale(transaction, row.afterSaleId, move))) return fail('afterSaleState');
  await closeOnLine(transaction, row.orderLineId, row.quantity, row.goodsRefundFen);
  await emitHold(lifecycle, transaction, row, true, move.now);
  return ok();
}

export async function reject(
  lifecycle: Lifecycle,
  transaction: Transaction,
  afterSaleId: string,
  reason: string,
  now: number,
): Promise<Result<undefined>> {
  const found = await locked(transaction, afterSaleId);
  if (!found) return fail('afterSaleNotFound');
  return end(lifecycle, transaction, found, {
    from: ['applied'],
    to: 'rejected',
    actor: 'staff',
    note: reason,
    change: { rejectReason: reason },
    now,
  });
}

export async function cancelByBuyer(
  lifecycle: Lifecycle,
  transaction: Transaction,
  memberId: string,
  afterSaleId: string,
  now: number,
): Promise<Result<undefined>> {
  const found = await locked(transaction, afterSaleId);
  if (found?.row.memberId !== memberId) return fail('afterSaleNotFound');
  const waitsForGoods = found.row.kind === 'return_and_refund';
  return end(lifecycle, transaction, found, {
    from: waitsForGoods ? ['applied', 'approved'] : ['applied'],
    to: 'closed',
    actor: 'buyer',
    now,
  });
}

export async function sendBack(
  transaction: Transaction,
  memberId: string,
  afterSaleId: string,
  parcel: { carrierCode: string; waybillNo: string },
  now: number,
): Promise<Result<undefined>> {
  const found = await locked(transaction, afterSaleId);
  if (found?.row.memberId !== memberId) return fail('afterSaleNotFound');
  if (found.row.kind !== 'return_and_refund') return fail('afterSaleState');
  const change = { returnCarrierCode: parcel.carrierCode, returnWaybillNo: parcel.waybillNo };
  const moved = await moveAfterSale(transaction, afterSaleId, { from: ['approved'], to: 'returning', actor: 'buyer', change, now });
  return moved ? ok() : fail('afterSaleState');
}
