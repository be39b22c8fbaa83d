import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { CatalogContext } from '../context';
import { productsById, skusById } from '../store';
import type { CatalogTables, StockPushRow } from '../tables';

const tablesOf = (query: Query) => query.withTables<CatalogTables>();
const RETRY_MS = 10_000;
/** A SKU in great demand is told of in sums, not sale by sale. */
const BETWEEN_PUSHES_MS = 5_000;
/** Longer than any call can be under way: meanwhile nobody else turns to the SKU. */
const CALL_MS = 45_000;

/** Notes units sold (positive) or given back (negative) here, once per key, to be told to the Channels shop. */
export async function noteStockChange(
  transaction: Transaction,
  change: { changeKey: string; skuId: string; quantity: number; at: number },
): Promise<void> {
  if (!(await insertIfAbsent(transaction, 'catalog_stock_changes', { ...change }))) return;
  await insertIfAbsent(transaction, 'catalog_stock_pushes', {
    skuId: change.skuId,
    told: 0,
    pending: 0,
    sending: 0,
    stockBefore: null,
    problem: null,
    nextAttemptAt: change.at,
  });
  await tablesOf(transaction)
    .updateTable('catalog_stock_pushes')
    .set((eb) => ({ pending: eb('pending', '+', change.quantity) }))
    .where('skuId', '=', change.skuId)
    .execute();
}

/** Units by SKU that the Channels shop does not know of yet. */
export async function unpushed(query: Query, skuIds: readonly string[]): Promise<Map<string, number>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('catalog_stock_pushes')
    .select(['skuId', 'pending', 'sending'])
    .where('skuId', 'in', skuIds)
    .execute();
  return new Map(rows.map((row) => [row.skuId, row.pending + row.sending]));
}

export interface Told {
  /** Units taken here, less those given back, of which the Channels shop has been told. */
  readonly told: number;
  /** Units that it is being told of: its stock may count them or not. */
  readonly sending: number;
}

/** By SKU, what the Channels shop knows of our sales. SKUs never sold are left out. */
export async function toldUnits(query: Query, skuIds: readonly string[]): Promise<Map<string, Told>> {
  if (skuIds.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('catalog_stock_pushes')
    .select(['skuId', 'told', 'sending'])
    .where('skuId', 'in', skuIds)
    .execute();
  return new Map(rows.map(({ skuId, told, sending }) => [skuId, { told, sending }]));
}

async function duePushes(query: Query, now: number, limit: number): Promise<StockPushRow[]> {
  return tablesOf(query)
    .selectFrom('catalog_stock_pushes')
    .selectAll()
    .where((eb) => eb.or([eb('pending', '<>', 0), eb('sending', '<>', 0)]))
    .where('nextAttemptAt', '<=', now)
    .orderBy('nextAttemptAt')
    .limit(limit)
    .execute();
}

/** Tells the Channels shop of our sales. Answers how many SKUs were settled. */
export async function pushStock(context: CatalogContext, limit: number): Promise<number> {
  const { database, clock } = context.platform;
  let settled = 0;
  for (const row of await duePushes(database.query, clock.now(), limit)) if (await pushOne(context, row)) settled += 1;
  return settled;
}

/**
 * One SKU. A stock update is not idempotent, so what is being sent and the stock seen before it are written down first; after an unknown
 * outcome the stock is read again. Sales outside only lower it, so a subtraction was carried out if the stock fell by at least its amount,
 * an addition if it rose at all. A refusal was not carried out.
 */
async function pushOne(context: CatalogContext, row: StockPushRow): Promise<boolean> {
  const { database, clock } = context.platform;
  const place = await externalOf(context, row.skuId);
  if (!place) return drop(context, row, 'not a SKU of the Channels shop');
  const seen = await context.options.channelsShop.getStock(place);
  if (seen.kind !== 'ok') return postpone(context, row, seen.kind === 'rejected' ? seen.code : seen.reason);
  const stock = seen.value.normalQuantity;
  if (wasCarriedOut(row, stock)) return done(context, row.skuId, row.sending);
  const quantity = row.sending === 0 ? row.pending : row.sending;
  const began = await database.transaction((transaction) => begin(transaction, row, quantity, stock, clock.now()));
  if (!began) return false;
  const change = quantity > 0 ? ('subtract' as const) : ('add' as const);
  const outcome = await context.options.channelsShop.updateStock({ ...place, change, quantity: Math.abs(quantity) });
  switch (outcome.kind) {
    case 'ok':
      return done(context, row.skuId, quantity);
    case 'rejected':
      return outcome.retryable === true
        ? takeBack(context, row.skuId, quantity, outcome.code)
        : drop(context, { ...row, sending: quantity }, outcome.code);
    case 'unknown':
      return postpone(context, row, outcome.reason);
    default:
      return outcome satisfies never;
  }
}

/** Whether a call whose answer was lost had its effect. */
export function wasCarriedOut(row: Pick<StockPushRow, 'sending' | 'stockBefore'>, stock: number): boolean {
  if (row.sending === 0 || row.stockBefore === null) return false;
  return row.sending > 0 ? stock <= row.stockBefore - row.sending : stock > row.stockBefore;
}

async function externalOf(context: CatalogContext, skuId: string): Promise<{ productId: string; skuId: string } | undefined> {
  const [sku] = await skusById(context.platform.database.query, [skuId]);
  const [product] = sku ? await productsById(context.platform.database.query, [sku.productId]) : [];
  return sku?.externalSkuId && product?.externalProductId ? { productId: product.externalProductId, skuId: sku.externalSkuId } : undefined;
}

async function begin(transaction: Transaction, row: StockPushRow, quantity: number, stockBefore: number, now: number): Promise<boolean> {
  const taken = row.sending === 0 ? quantity : 0;
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('catalog_stock_pushes')
    .set((eb) => ({ pending: eb('pending', '-', taken), sending: quantity, stockBefore, nextAttemptAt: now + CALL_MS }))
    .where('skuId', '=', row.skuId)
    .where('sending', '=', row.sending)
    .where('nextAttemptAt', '=', row.nextAttemptAt)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function done(context: CatalogContext, skuId: string, quantity: number): Promise<boolean> {
  const { database, clock } = context.platform;
  await database.transaction((transaction) =>
    tablesOf(transaction)
      .updateTable('catalog_stock_pushes')
      .set((eb) => ({
        told: eb('told', '+', quantity),
        sending: 0,
        stockBefore: null,
        problem: null,
        nextAttemptAt: clock.now() + BETWEEN_PUSHES_MS,
      }))
      .where('skuId', '=', skuId)
      .where('sending', '=', quantity)
      .execute(),
  );
  return true;
}

/** Refused for now: nothing of it was carried out, so it waits with what is sold meanwhile. */
async function takeBack(context: CatalogContext, skuId: string, quantity: number, problem: string): Promise<boolean> {
  const nextAttemptAt = context.platform.clock.now() + RETRY_MS;
  await context.platform.database.transaction((transaction) =>
    tablesOf(transaction)
      .updateTable('catalog_stock_pushes')
      .set((eb) => ({ pending: eb('pending', '+', quantity), sending: 0, stockBefore: null, problem, nextAttemptAt }))
      .where('skuId', '=', skuId)
      .where('sending', '=', quantity)
      .execute(),
  );
  return false;
}

/** The Channels shop refuses for good (for example not that much to subtract): it counts as told, and reconciliation shows the drift. */
async function drop(context: CatalogContext, row: StockPushRow, problem: string): Promise<boolean> {
  await context.platform.database.transaction((transaction) =>
    tablesOf(transaction)
      .updateTable('catalog_stock_pushes')
      .set((eb) => ({
        pending: row.sending === 0 ? eb('pending', '-', row.pending) : eb.ref('pending'),
        told: eb('told', '+', row.sending === 0 ? row.pending : row.sending),
        sending: 0,
        stockBefore: null,
        problem: problem.slice(0, 200),
      }))
      .where('skuId', '=', row.skuId)
      .execute(),
  );
  return true;
}

async function postpone(context: CatalogContext, row: StockPushRow, problem: string): Promise<boolean> {
  const nextAttemptAt = context.platform.clock.now() + RETRY_MS;
  await context.platform.database.transaction((transaction) =>
    tablesOf(transaction)
      .updateTable('catalog_stock_pushes')
      .set({ problem: problem.slice(0, 200), nextAttemptAt })
      .where('skuId', '=', row.skuId)
      .execute(),
  );
  return false;
}
