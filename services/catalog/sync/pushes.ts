import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { CatalogContext } from '../context';
import { productsById, skusById } from '../store';
import type { CatalogTables, StockPushRow } from '../tables';

const tablesOf = (query: Query) => query.withTables<CatalogTables>();
const RETRY_MS = 10_000;

/** Notes units sold (positive) or given back (negative) here, once per key, to be told to the Channels shop. */
export async function noteStockChange(
  transaction: Transaction,
  change: { changeKey: string; skuId: string; quantity: number; at: number },
): Promise<void> {
  if (!(await insertIfAbsent(transaction, 'catalog_stock_changes', { ...change }))) return;
  await insertIfAbsent(transaction, 'catalog_stock_pushes', {
    skuId: change.skuId,
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
 * outcome the stock is read again: moved by the amount, it was carried out, unmoved, it was not.
 */
async function pushOne(context: CatalogContext, row: StockPushRow): Promise<boolean> {
  const { database, clock } = context.platform;
  const place = await externalOf(context, row.skuId);
  if (!place) return drop(context, row, 'not a SKU of the Channels shop');
  const seen = await context.options.channelsShop.getStock(place);
  if (seen.kind !== 'ok') return postpone(context, row, seen.kind === 'rejected' ? seen.code : seen.reason);
  const stock = seen.value.normalQuantity;
  if (row.sending !== 0 && row.stockBefore !== null && stock <= row.stockBefore - row.sending) return done(context, row.skuId);
  const quantity = row.sending === 0 ? row.pending : row.sending;
  const began = await database.transaction((transaction) => begin(transaction, row, quantity, stock, clock.now()));
  if (!began) return false;
  const change = quantity > 0 ? ('subtract' as const) : ('add' as const);
  const outcome = await context.options.channelsShop.updateStock({ ...place, change, quantity: Math.abs(quantity) });
  if (outcome.kind === 'ok') return done(context, row.skuId);
  if (outcome.kind === 'rejected' && outcome.retryable !== true) return drop(context, { ...row, sending: quantity }, outcome.code);
  return postpone(context, row, outcome.kind === 'rejected' ? outcome.code : outcome.reason);
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
    .set((eb) => ({ pending: eb('pending', '-', taken), sending: quantity, stockBefore, nextAttemptAt: now + RETRY_MS }))
    .where('skuId', '=', row.skuId)
    .where('sending', '=', row.sending)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function done(context: CatalogContext, skuId: string): Promise<boolean> {
  await context.platform.database.transaction((transaction) =>
    tablesOf(transaction)
      .updateTable('catalog_stock_pushes')
      .set({ sending: 0, stockBefore: null, problem: null })
      .where('skuId', '=', skuId)
      .execute(),
  );
  return true;
}

/** The Channels shop refuses for good (for example not that much to subtract): reconciliation shows the drift. */
async function drop(context: CatalogContext, row: StockPushRow, problem: string): Promise<boolean> {
  await context.platform.database.transaction((transaction) =>
    tablesOf(transaction)
      .updateTable('catalog_stock_pushes')
      .set((eb) => ({
        pending: row.sending === 0 ? eb('pending', '-', row.pending) : eb.ref('pending'),
        sending: 0,
        stockBefore: null,
        problem,
      }))
      .where('skuId', '=', row.skuId)
      .execute(),
  );
  return true;
}

async function postpone(context: CatalogContext, row: StockPushRow, problem: string): Promise<boolean> {
  const nextAttemptAt = context.platform.clock.now() + RETRY_MS;
  await context.platform.database.transaction((transaction) =>
    tablesOf(transaction).updateTable('catalog_stock_pushes').set({ problem, nextAttemptAt }).where('skuId', '=', row.skuId).execute(),
  );
  return false;
}
