import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import { sql } from 'kysely';
import type { OrderTables, StockRow } from '../tables';

/**
 * Stock of a SKU: `onHand` units exist, `reserved` of them belong to unpaid trades, `sold` have been paid for.
 * Available is `onHand − reserved`. Every change is a guarded update; CHECK constraints hold the rule behind it.
 */
export interface QuantityOfSku {
  readonly skuId: string;
  readonly quantity: number;
}

export class StockConflict extends Error {
  constructor(
    readonly skuId: string,
    step: string,
  ) {
    super(`stock of ${skuId} does not allow: ${step}`);
  }
}

/** Sums quantities by SKU in ascending key order: the order in which rows are locked. */
export function totalsBySku(lines: Iterable<QuantityOfSku>): QuantityOfSku[] {
  const totals = new Map<string, number>();
  for (const line of lines) totals.set(line.skuId, (totals.get(line.skuId) ?? 0) + line.quantity);
  return [...totals].map(([skuId, quantity]) => ({ skuId, quantity })).sort((a, b) => (a.skuId < b.skuId ? -1 : 1));
}

/** Locks the rows of these SKUs in ascending key order and returns what is available. */
export async function lockAvailable(transaction: Transaction, skuIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await transaction
    .withTables<OrderTables>()
    .selectFrom('order_stock')
    .select(['skuId', 'onHand', 'reserved'])
    .where('skuId', 'in', [...new Set(skuIds)].sort())
    .orderBy('skuId')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.skuId, row.onHand - row.reserved]));
}

/** How a batch sees and takes stock. Race tests put one without guards in its place to show that they would notice. */
export interface StockGuard {
  readonly lockAvailable: typeof lockAvailable;
  readonly reserve: typeof reserve;
}

/** Reserves; the guard `onHand − reserved ≥ n` makes overselling impossible. @throws StockConflict when there is too little. */
export async function reserve(transaction: Transaction, lines: Iterable<QuantityOfSku>, now: number): Promise<void> {
  for (const { skuId, quantity } of totalsBySku(lines)) {
    await guarded(skuId, 'reserve', () =>
      transaction
        .withTables<OrderTables>()
        .updateTable('order_stock')
        .set((eb) => ({ reserved: eb('reserved', '+', quantity), updatedAt: now }))
        .where('skuId', '=', skuId)
        .where(sql<boolean>`onHand - reserved >= ${quantity}`)
        .executeTakeFirst(),
    );
  }
}

/** Gives reserved units back. */
export async function release(transaction: Transaction, lines: Iterable<QuantityOfSku>, now: number): Promise<void> {
  for (const { skuId, quantity } of totalsBySku(lines)) {
    await guarded(skuId, 'release', () =>
      transaction
        .withTables<OrderTables>()
        .updateTable('order_stock')
        .set((eb) => ({ reserved: eb('reserved', '-', quantity), updatedAt: now }))
        .where('skuId', '=', skuId)
        .where('reserved', '>=', quantity)
        .executeTakeFirst(),
    );
  }
}

/** Turns reserved units into sold ones. */
export async function sell(transaction: Transaction, lines: Iterable<QuantityOfSku>, now: number): Promise<void> {
  for (const { skuId, quantity } of totalsBySku(lines)) {
    await guarded(skuId, 'sell', () =>
      transaction
        .withTables<OrderTables>()
        .updateTable('order_stock')
        .set((eb) => ({
          reserved: eb('reserved', '-', quantity),
          onHand: eb('onHand', '-', quantity),
          sold: eb('sold', '+', quantity),
          updatedAt: now,
        }))
        .where('skuId', '=', skuId)
        .where('reserved', '>=', quantity)
        .executeTakeFirst(),
    );
  }
}

/** Puts units that never left or came back on hand again. */
export async function restock(transaction: Transaction, line: QuantityOfSku, now: number): Promise<void> {
  await guarded(line.skuId, 'restock', () =>
    transaction
      .withTables<OrderTables>()
      .updateTable('order_stock')
      .set((eb) => ({ onHand: eb('onHand', '+', line.quantity), sold: eb('sold', '-', line.quantity), updatedAt: now }))
      .where('skuId', '=', line.skuId)
      .where('sold', '>=', line.quantity)
      .executeTakeFirst(),
  );
}

async function guarded(skuId: string, step: string, update: () => Promise<{ numUpdatedRows: bigint }>): Promise<void> {
  const { numUpdatedRows } = await update();
  if (numUpdatedRows !== 1n) throw new StockConflict(skuId, step);
}

/**
 * Makes `available` units orderable, whatever is reserved; records the difference as an adjustment. `toldUnits` are the units taken here
 * that `available` accounts for already.
 */
export async function setAvailable(
  transaction: Transaction,
  input: { skuId: string; warehouseId: string; available: number; source: string; toldUnits?: number | undefined; now: number },
): Promise<void> {
  const tables = transaction.withTables<OrderTables>();
  const { skuId, warehouseId, now } = input;
  const lock = () =>
    tables.selectFrom('order_stock').select(['onHand', 'reserved', 'sold']).where('skuId', '=', skuId).forUpdate().executeTakeFirst();
  let row = await lock();
  if (!row) {
    await insertIfAbsent(transaction, 'order_stock', { skuId, warehouseId, onHand: 0, reserved: 0, sold: 0, updatedAt: now });
    row = await lock();
  }
  if (!row) throw new StockConflict(skuId, 'create');
  const unknownOutside = input.toldUnits === undefined ? 0 : row.reserved + row.sold - input.toldUnits;
  const onHand = row.reserved + Math.max(0, input.available - unknownOutside);
  const delta = onHand - row.onHand;
  if (delta === 0) return;
  await tables.updateTable('order_stock').set({ onHand, updatedAt: now }).where('skuId', '=', skuId).execute();
  await tables
    .insertInto('order_stock_adjustments')
    .values({ adjustmentId: newId(now), skuId, delta, source: input.source, adjustedAt: now })
    .execute();
}

export async function stockRows(query: Query, skuIds: readonly string[]): Promise<Map<string, StockRow>> {
  if (skuIds.length === 0) return new Map();
  const rows = await query.withTables<OrderTables>().selectFrom('order_stock').selectAll().where('skuId', 'in', skuIds).execute();
  return new Map(rows.map((row) => [row.skuId, row]));
}

export async function listStock(
  query: Query,
  page: { after: string | undefined; limit: number; availableBelow: number | undefined },
): Promise<StockRow[]> {
  let rows = query.withTables<OrderTables>().selectFrom('order_stock').selectAll().orderBy('skuId').limit(page.limit);
  if (page.after !== undefined) rows = rows.where('skuId', '>', page.after);
  if (page.availableBelow !== undefined) rows = rows.where(sql<boolean>`onHand - reserved < ${page.availableBelow}`);
  return rows.execute();
}
