import { type Query, type Transaction, textBegins, textContains } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import { type RawBuilder, sql } from 'kysely';
import type { CancelReason, OrderStatus } from './model';
import { mayFollow } from './rules';
import type { LineRow, OrderRow, OrderTables, TradeRow } from './tables';

const tablesOf = (query: Query) => query.withTables<OrderTables>();

/** Ids begin with their instant: a range of the primary key finds the orders of a period without an index of its own. */
export const firstIdAt = (instantMs: number): string => newId(Math.max(0, instantMs)).slice(0, 10);

export async function findTrade(query: Query, tradeId: string): Promise<TradeRow | undefined> {
  return tablesOf(query).selectFrom('order_trades').selectAll().where('tradeId', '=', tradeId).executeTakeFirst();
}

export async function lockTrade(transaction: Transaction, tradeId: string): Promise<TradeRow | undefined> {
  return tablesOf(transaction).selectFrom('order_trades').selectAll().where('tradeId', '=', tradeId).forUpdate().executeTakeFirst();
}

export async function ordersOfTrade(query: Query, tradeId: string): Promise<OrderRow[]> {
  return tablesOf(query).selectFrom('order_orders').selectAll().where('tradeId', '=', tradeId).orderBy('orderId').execute();
}

export async function findOrder(query: Query, orderId: string): Promise<OrderRow | undefined> {
  return tablesOf(query).selectFrom('order_orders').selectAll().where('orderId', '=', orderId).executeTakeFirst();
}

/** Locks the order row: whatever changes an order or its lines holds this lock first. */
export async function lockOrder(transaction: Transaction, orderId: string): Promise<OrderRow | undefined> {
  return tablesOf(transaction).selectFrom('order_orders').selectAll().where('orderId', '=', orderId).forUpdate().executeTakeFirst();
}

export async function linesOfOrders(query: Query, orderIds: readonly string[]): Promise<LineRow[]> {
  if (orderIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('order_lines')
    .selectAll()
    .where('orderId', 'in', orderIds)
    .orderBy('orderId')
    .orderBy('position')
    .execute();
}

export async function findLine(query: Query, orderLineId: string): Promise<LineRow | undefined> {
  return tablesOf(query).selectFrom('order_lines').selectAll().where('orderLineId', '=', orderLineId).executeTakeFirst();
}

/** Moves a trade from awaiting payment; false when somebody else was first. */
export async function endTrade(
  transaction: Transaction,
  tradeId: string,
  change: { status: 'paid'; paymentId: string; paidAt: number } | { status: 'cancelled'; cancelReason: CancelReason; cancelledAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('order_trades')
    .set(change)
    .where('tradeId', '=', tradeId)
    .where('status', '=', 'awaiting_payment')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

type OrderChange = Partial<
  Pick<
    OrderRow,
    'paidAt' | 'shippedAt' | 'receivedAt' | 'completedAt' | 'cancelledAt' | 'cancelReason' | 'autoReceiveAt' | 'returnWindowEndsAt'
  >
>;

/**
 * Guarded transition of one order with its line in the history; false when it was not in `from` any more.
 * @throws RangeError on a transition that the model does not know.
 */
export async function moveOrder(
  transaction: Transaction,
  orderId: string,
  from: readonly OrderStatus[],
  to: OrderStatus,
  at: number,
  change: OrderChange = {},
): Promise<boolean> {
  for (const status of from) if (!mayFollow(status, to)) throw new RangeError(`an order never goes from ${status} to ${to}`);
  const tables = tablesOf(transaction);
  const { numUpdatedRows } = await tables
    .updateTable('order_orders')
    .set({ ...change, status: to })
    .where('orderId', '=', orderId)
    .where('status', 'in', from)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  await tables.insertInto('order_history').values({ orderId, status: to, at }).execute();
  return true;
}

export async function setDelivered(transaction: Transaction, orderId: string, deliveredAt: number, autoReceiveAt: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('order_orders')
    .set((eb) => ({
      deliveredAt,
      autoReceiveAt: eb.fn<number>('coalesce', [
        sql<number>`case when autoReceiveAt < ${autoReceiveAt} then autoReceiveAt end`,
        eb.val(autoReceiveAt),
      ]),
    }))
    .where('orderId', '=', orderId)
    .where('deliveredAt', 'is', null)
    .where('status', 'in', ['partly_shipped', 'shipped'])
    .execute();
}

export async function addShipped(transaction: Transaction, orderLineId: string, quantity: number): Promise<void> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('order_lines')
    .set((eb) => ({ shippedQuantity: eb('shippedQuantity', '+', quantity) }))
    .where('orderLineId', '=', orderLineId)
    .where(sql<boolean>`shippedQuantity + ${quantity} <= quantity`)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new Error(`line ${orderLineId} cannot ship ${quantity} more`);
}

export interface OrderFilter {
  readonly memberId?: string | undefined;
  readonly merchantId?: string | undefined;
  readonly status?: OrderStatus | undefined;
  /** Start of an order or trade number, or words of a product's title or label. */
  readonly text?: string | undefined;
  readonly placedFrom?: number | undefined;
  readonly placedTo?: number | undefined;
}

/** Orders newest first; `before` is the id of the last order of the page before. */
export async function listOrders(
  query: Query,
  filter: OrderFilter,
  page: { before: string | undefined; limit: number },
): Promise<OrderRow[]> {
  let rows = tablesOf(query).selectFrom('order_orders').selectAll().orderBy('orderId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('orderId', '<', page.before);
  if (filter.memberId !== undefined) rows = rows.where('memberId', '=', filter.memberId);
  if (filter.merchantId !== undefined) rows = rows.where('merchantId', '=', filter.merchantId);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  if (filter.text !== undefined) rows = rows.where(matchesText(filter.text));
  if (filter.placedFrom !== undefined) rows = rows.where('orderId', '>=', firstIdAt(filter.placedFrom));
  if (filter.placedTo !== undefined) rows = rows.where('orderId', '<', firstIdAt(filter.placedTo));
  return rows.execute();
}

export async function tradeNumbers(query: Query, tradeIds: readonly string[]): Promise<Map<string, string>> {
  if (tradeIds.length === 0) return new Map();
  const rows = await tablesOf(query).selectFrom('order_trades').select(['tradeId', 'tradeNo']).where('tradeId', 'in', tradeIds).execute();
  return new Map(rows.map((row) => [row.tradeId, row.tradeNo]));
}

export async function historyOf(query: Query, orderId: string): Promise<{ status: OrderStatus; at: number }[]> {
  return tablesOf(query).selectFrom('order_history').select(['status', 'at']).where('orderId', '=', orderId).orderBy('at').execute();
}

export async function notesOf(query: Query, orderId: string): Promise<{ note: string; staffName: string; at: number }[]> {
  return tablesOf(query)
    .selectFrom('order_notes')
    .select(['note', 'staffName', 'at'])
    .where('orderId', '=', orderId)
    .orderBy('noteId')
    .execute();
}

export async function addNote(
  transaction: Transaction,
  note: { orderId: string; note: string; staffName: string; at: number },
): Promise<void> {
  await tablesOf(transaction)
    .insertInto('order_notes')
    .values({ noteId: newId(note.at), ...note })
    .execute();
}

/** Trades whose payment window is over. */
export async function expiredTrades(query: Query, now: number, limit: number): Promise<string[]> {
  const rows = await tablesOf(query)
    .selectFrom('order_trades')
    .select('tradeId')
    .where('status', '=', 'awaiting_payment')
    .where('expiresAt', '<=', now)
    .orderBy('expiresAt')
    .limit(limit)
    .execute();
  return rows.map((row) => row.tradeId);
}

const withoutOpenAfterSale = sql<boolean>`not exists (select 1 from order_lines where order_lines.orderId = order_orders.orderId and order_lines.openQuantity > 0)`;

/** Shipped orders whose automatic receipt is due and that have no open after-sale. */
export async function ordersToReceive(query: Query, now: number, limit: number): Promise<string[]> {
  const rows = await tablesOf(query)
    .selectFrom('order_orders')
    .select('orderId')
    .where('status', '=', 'shipped')
    .where('autoReceiveAt', '<=', now)
    .where(withoutOpenAfterSale)
    .orderBy('autoReceiveAt')
    .limit(limit)
    .execute();
  return rows.map((row) => row.orderId);
}

/** Received orders whose return window is over and that have no open after-sale. */
export async function ordersToComplete(query: Query, now: number, limit: number): Promise<string[]> {
  const rows = await tablesOf(query)
    .selectFrom('order_orders')
    .select('orderId')
    .where('status', '=', 'received')
    .where('returnWindowEndsAt', '<=', now)
    .where(withoutOpenAfterSale)
    .orderBy('returnWindowEndsAt')
    .limit(limit)
    .execute();
  return rows.map((row) => row.orderId);
}

/** Orders by the beginning of their numbers or by words of their goods. */
function matchesText(text: string): RawBuilder<boolean> {
  return sql<boolean>`(${textBegins('orderNo', text)}
    or tradeId in (select tradeId from order_trades where ${textBegins('tradeNo', text)})
    or exists (select 1 from order_lines where order_lines.orderId = order_orders.orderId and (${textContains('title', text, true)} or ${textContains('label', text, true)})))`;
}
