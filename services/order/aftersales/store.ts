import { type Query, sumInteger, type Transaction, textBegins } from '@qianxing/database';
import { type RawBuilder, sql } from 'kysely';
import type { AfterSaleStatus } from '../model';
import { mayFollowAfterSale } from '../rules';
import type { AfterSaleRow, OrderTables } from '../tables';

const tablesOf = (query: Query) => query.withTables<OrderTables>();

export async function findAfterSale(query: Query, afterSaleId: string): Promise<AfterSaleRow | undefined> {
  return tablesOf(query).selectFrom('order_after_sales').selectAll().where('afterSaleId', '=', afterSaleId).executeTakeFirst();
}

export async function afterSaleByRequestKey(query: Query, memberId: string, requestKey: string): Promise<AfterSaleRow | undefined> {
  return tablesOf(query)
    .selectFrom('order_after_sales')
    .selectAll()
    .where('memberId', '=', memberId)
    .where('requestKey', '=', requestKey)
    .executeTakeFirst();
}

export async function insertAfterSale(transaction: Transaction, row: AfterSaleRow): Promise<void> {
  const tables = tablesOf(transaction);
  await tables.insertInto('order_after_sales').values(row).execute();
  await tables
    .insertInto('order_after_sale_history')
    .values({ afterSaleId: row.afterSaleId, status: 'applied', actor: 'buyer', note: null, at: row.createdAt })
    .execute();
}

export interface AfterSaleMove {
  readonly from: readonly AfterSaleStatus[];
  readonly to: AfterSaleStatus;
  readonly actor: 'buyer' | 'staff' | 'system';
  readonly note?: string | null;
  readonly change?: Partial<Pick<AfterSaleRow, 'rejectReason' | 'returnCarrierCode' | 'returnWaybillNo'>>;
  readonly now: number;
}

/**
 * Guarded transition with its line in the history; false when the after-sale was not in `from` any more.
 * @throws RangeError on a transition that the model does not know.
 */
export async function moveAfterSale(transaction: Transaction, afterSaleId: string, move: AfterSaleMove): Promise<boolean> {
  for (const status of move.from)
    if (!mayFollowAfterSale(status, move.to)) throw new RangeError(`an after-sale never goes from ${status} to ${move.to}`);
  const tables = tablesOf(transaction);
  const { numUpdatedRows } = await tables
    .updateTable('order_after_sales')
    .set({ ...move.change, status: move.to, updatedAt: move.now })
    .where('afterSaleId', '=', afterSaleId)
    .where('status', 'in', move.from)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  await tables
    .insertInto('order_after_sale_history')
    .values({ afterSaleId, status: move.to, actor: move.actor, note: move.note ?? null, at: move.now })
    .execute();
  return true;
}

/** Sets a quantity and an amount of a line aside for an after-sale. @throws Error when that much is not left. */
export async function openOnLine(transaction: Transaction, orderLineId: string, quantity: number, amountFen: number): Promise<void> {
  await mustChange(
    tablesOf(transaction)
      .updateTable('order_lines')
      .set((eb) => ({ openQuantity: eb('openQuantity', '+', quantity), openFen: eb('openFen', '+', amountFen) }))
      .where('orderLineId', '=', orderLineId)
      .where(sql<boolean>`refundedQuantity + openQuantity + ${quantity} <= quantity`)
      .where(sql<boolean>`refundedFen + openFen + ${amountFen} <= payableFen`)
      .executeTakeFirst(),
    `open ${quantity} on line ${orderLineId}`,
  );
}

/** Gives back what an after-sale had set aside. */
export async function closeOnLine(transaction: Transaction, orderLineId: string, quantity: number, amountFen: number): Promise<void> {
  await mustChange(
    tablesOf(transaction)
      .updateTable('order_lines')
      .set((eb) => ({ openQuantity: eb('openQuantity', '-', quantity), openFen: eb('openFen', '-', amountFen) }))
      .where('orderLineId', '=', orderLineId)
      .where('openQuantity', '>=', quantity)
      .executeTakeFirst(),
    `close ${quantity} on line ${orderLineId}`,
  );
}

export interface RefundOnLine {
  readonly orderId: string;
  readonly orderLineId: string;
  readonly quantity: number;
  readonly goodsFen: number;
  readonly freightFen: number;
  readonly restockQuantity: number;
}

/** Turns what was set aside into refunded, on the line and on its order. */
export async function refundOnLine(transaction: Transaction, refund: RefundOnLine): Promise<void> {
  await mustChange(
    tablesOf(transaction)
      .updateTable('order_lines')
      .set((eb) => ({
        openQuantity: eb('openQuantity', '-', refund.quantity),
        openFen: eb('openFen', '-', refund.goodsFen),
        refundedQuantity: eb('refundedQuantity', '+', refund.quantity),
        refundedFen: eb('refundedFen', '+', refund.goodsFen),
        restockedQuantity: eb('restockedQuantity', '+', refund.restockQuantity),
      }))
      .where('orderLineId', '=', refund.orderLineId)
      .where('openQuantity', '>=', refund.quantity)
      .executeTakeFirst(),
    `refund ${refund.quantity} on line ${refund.orderLineId}`,
  );
  await mustChange(
    tablesOf(transaction)
      .updateTable('order_orders')
      .set((eb) => ({ refundedFen: eb('refundedFen', '+', refund.goodsFen + refund.freightFen) }))
      .where('orderId', '=', refund.orderId)
      .executeTakeFirst(),
    `refund on order ${refund.orderId}`,
  );
}

async function mustChange(update: Promise<{ numUpdatedRows: bigint }>, step: string): Promise<void> {
  const { numUpdatedRows } = await update;
  if (numUpdatedRows !== 1n) throw new Error(`cannot ${step}`);
}

/** Units by line that after-sales in one of `statuses` claimed before they were shipped. */
export async function unshippedClaims(
  query: Query,
  orderId: string,
  statuses: readonly AfterSaleStatus[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tablesOf(query)
    .selectFrom('order_after_sales')
    .select(['orderLineId', sumInteger('unshippedQuantity').as('units')])
    .where('orderId', '=', orderId)
    .where('status', 'in', statuses)
    .groupBy('orderLineId')
    .execute();
  return new Map(rows.map((row) => [row.orderLineId, row.units]));
}

/** Units and freight that after-sales of an order will certainly refund or have refunded. */
export async function committed(query: Query, orderId: string): Promise<{ units: number; freightFen: number }> {
  const row = await tablesOf(query)
    .selectFrom('order_after_sales')
    .select([sumInteger('quantity').as('units'), sumInteger('freightRefundFen').as('freightFen')])
    .where('orderId', '=', orderId)
    .where('status', 'in', ['refunding', 'refunded'])
    .executeTakeFirst();
  return { units: row?.units ?? 0, freightFen: row?.freightFen ?? 0 };
}

/** Corrects what was expected when the buyer applied. */
export async function correctAfterSale(
  transaction: Transaction,
  afterSaleId: string,
  change: Partial<Pick<AfterSaleRow, 'freightRefundFen' | 'unshippedQuantity'>>,
): Promise<void> {
  await tablesOf(transaction).updateTable('order_after_sales').set(change).where('afterSaleId', '=', afterSaleId).execute();
}

/** Freight already refunded or about to be, of one order. */
export async function freightTaken(query: Query, orderId: string): Promise<number> {
  const rows = await tablesOf(query)
    .selectFrom('order_after_sales')
    .select('freightRefundFen')
    .where('orderId', '=', orderId)
    .where('status', 'not in', ['rejected', 'closed'])
    .execute();
  return rows.reduce((sum, row) => sum + row.freightRefundFen, 0);
}

export interface AfterSaleFilter {
  readonly memberId?: string | undefined;
  readonly orderId?: string | undefined;
  readonly status?: AfterSaleStatus | undefined;
  /** Beginning of the after-sale's or its order's number. */
  readonly number?: string | undefined;
}

export async function listAfterSales(
  query: Query,
  filter: AfterSaleFilter,
  page: { before: string | undefined; limit: number },
): Promise<AfterSaleRow[]> {
  let rows = tablesOf(query).selectFrom('order_after_sales').selectAll().orderBy('afterSaleId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('afterSaleId', '<', page.before);
  if (filter.memberId !== undefined) rows = rows.where('memberId', '=', filter.memberId);
  if (filter.orderId !== undefined) rows = rows.where('orderId', '=', filter.orderId);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  if (filter.number !== undefined) rows = rows.where(numberBegins(filter.number));
  return rows.execute();
}

function numberBegins(text: string): RawBuilder<boolean> {
  return sql<boolean>`(${textBegins('afterSaleNo', text)}
    or orderId in (select orderId from order_orders where ${textBegins('orderNo', text)}))`;
}

export interface AfterSaleHistoryRow {
  readonly afterSaleId: string;
  readonly status: AfterSaleStatus;
  readonly actor: 'buyer' | 'staff' | 'system';
  readonly note: string | null;
  readonly at: number;
}

export async function historyOfAfterSales(query: Query, afterSaleIds: readonly string[]): Promise<AfterSaleHistoryRow[]> {
  if (afterSaleIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('order_after_sale_history')
    .selectAll()
    .where('afterSaleId', 'in', afterSaleIds)
    .orderBy('at')
    .execute();
}

export async function linesById(query: Query, orderLineIds: readonly string[]) {
  if (orderLineIds.length === 0) return new Map<string, { title: string; label: string; pictureUrl: string }>();
  const rows = await tablesOf(query)
    .selectFrom('order_lines')
    .select(['orderLineId', 'title', 'label', 'pictureUrl'])
    .where('orderLineId', 'in', orderLineIds)
    .execute();
  return new Map(rows.map((row) => [row.orderLineId, row]));
}

export async function orderNumbers(query: Query, orderIds: readonly string[]): Promise<Map<string, string>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tablesOf(query).selectFrom('order_orders').select(['orderId', 'orderNo']).where('orderId', 'in', orderIds).execute();
  return new Map(rows.map((row) => [row.orderId, row.orderNo]));
}
