import type { ShopProduct } from '@qianxing/channels-shop';
import { newId } from '@qianxing/ids';
import { failpoint } from '@qianxing/testing';
import type { CatalogContext } from '../context';
import { importedProduct, refusalReasons } from '../mapping';
import type { ImportedProduct, RefusalReason } from '../model';
import type { ShopOutcome } from '../needs';
import { productByExternalId, skusOfProducts } from '../store';
import type { Told } from '../sync/pushes';
import type { ImportItemRow, ImportRow } from '../tables';
import { differences } from './differences';
import { knownCodes, placeOf, type Saved, saveProduct, toldOfProduct } from './saving';
import { addItems, endItem, insertImport, moveImport, openImport, skipItems, waitingItems } from './store';

const PAGE_SIZE = 30;
const APPLY_AT_ONCE = 8;
const RETRY_MS = 5_000;

/** Works on the running import: one page of fetching or one portion of applying. Answers how many products it handled. */
export async function workOnImport(context: CatalogContext): Promise<number> {
  const running = await openImport(context.platform.database.query);
  if (!running || (running.retryAt !== null && running.retryAt > context.platform.clock.now())) return 0;
  if (running.status === 'fetching') return fetchPage(context, running);
  if (running.status === 'applying') return applyPortion(context, running);
  return 0;
}

/** One page: asked for outside the transaction, then items and cursor in one commit, so that a crash resumes exactly here. */
async function fetchPage(context: CatalogContext, running: ImportRow): Promise<number> {
  const { channelsShop } = context.options;
  const page = await channelsShop.listProducts({
    pageSize: PAGE_SIZE,
    ...(running.fetchCursor === null ? {} : { cursor: running.fetchCursor }),
  });
  if (page.kind !== 'ok') return retryLater(context, running, page);
  const products: ShopProduct[] = [];
  for (const productId of page.value.productIds) {
    const answer = await channelsShop.getProduct({ productId });
    if (answer.kind === 'unknown' || (answer.kind === 'rejected' && answer.retryable === true)) return retryLater(context, running, answer);
    if (answer.kind === 'ok' && answer.value.online) products.push(answer.value.online);
  }
  const items = await itemsOf(context, running, products.map(importedProduct));
  await failpoint('catalog.afterFetchPage');
  const { database } = context.platform;
  const { nextCursor, total } = page.value;
  await database.transaction(async (transaction) => {
    const change = {
      listed: running.listed + page.value.productIds.length,
      total,
      fetchCursor: nextCursor ?? null,
      problem: null,
      retryAt: null,
      status: nextCursor === undefined ? ('previewed' as const) : ('fetching' as const),
    };
    if (await moveImport(transaction, running.importId, ['fetching'], change, running.listed)) await addItems(transaction, items);
  });
  return Math.max(1, products.length);
}

async function retryLater<T>(context: CatalogContext, running: ImportRow, outcome: ShopOutcome<T>): Promise<number> {
  const { database, clock } = context.platform;
  const final = outcome.kind === 'rejected' && outcome.retryable !== true;
  const problem = (outcome.kind === 'ok' ? '' : outcome.kind === 'rejected' ? `${outcome.code} ${outcome.message}` : outcome.reason).slice(
    0,
    300,
  );
  const change = final
    ? { status: 'failed' as const, openKey: null, problem, finishedAt: clock.now() }
    : { problem, retryAt: clock.now() + RETRY_MS };
  await database.transaction((transaction) => moveImport(transaction, running.importId, ['fetching', 'applying'], change));
  return 0;
}

async function itemsOf(context: CatalogContext, running: ImportRow, products: readonly ImportedProduct[]): Promise<ImportItemRow[]> {
  const { query } = context.platform.database;
  const known = await knownCodes(context, products);
  const claims = await claimedCodes(context, running.importId);
  for (const [code, owner] of known.productOwners) claims.products.set(code, owner);
  for (const [code, owner] of known.skuOwners) claims.skus.set(code, owner);
  const items: ImportItemRow[] = [];
  for (const product of products) {
    const reasons = refusalReasons(product, { ...known, productOwners: claims.products, skuOwners: claims.skus });
    const row = await productByExternalId(query, product.externalProductId);
    const place = await placeOf(context, product);
    const found = row ? differences(product, row, await skusOfProducts(query, [row.productId]), place?.warehouseId) : [];
    if (reasons.length === 0) claim(claims, product);
    const changeKind = reasons.length > 0 ? 'refused' : !row ? 'new' : found.length > 0 ? 'changed' : 'unchanged';
    items.push({
      itemId: newId(context.platform.clock.now()),
      importId: running.importId,
      externalProductId: product.externalProductId,
      title: product.title.slice(0, 240),
      pictureUrl: product.pictureUrls[0]?.slice(0, 500) ?? null,
      changeKind,
      status: 'waiting',
      differences: JSON.stringify(found),
      reasons: JSON.stringify(reasons),
      document: JSON.stringify(product),
      skuCount: product.skus.length,
    });
  }
  return items;
}

/** Codes that items of this import, fetched on earlier pages, already take. */
async function claimedCodes(context: CatalogContext, importId: string): Promise<Claims> {
  const items = await waitingItems(context.platform.database.query, importId, 10_000);
  const accepted = items.filter((item) => item.changeKind !== 'refused').map((item) => JSON.parse(item.document) as ImportedProduct);
  const claims: Claims = { products: new Map(), skus: new Map() };
  for (const product of accepted) claim(claims, product);
  return claims;
}

interface Claims {
  readonly products: Map<string, string>;
  readonly skus: Map<string, string>;
}

function claim(claims: Claims, product: ImportedProduct): void {
  claims.products.set(product.productCode, product.externalProductId);
  for (const sku of product.skus) claims.skus.set(sku.skuCode, product.externalProductId);
}

/** Prices and texts are applied as they were previewed, stock as it is now: a preview may be hours old. */
async function applyPortion(context: CatalogContext, running: ImportRow): Promise<number> {
  const { database, clock } = context.platform;
  const items = await waitingItems(database.query, running.importId, APPLY_AT_ONCE);
  if (items.length === 0) {
    await database.transaction((transaction) =>
      moveImport(transaction, running.importId, ['applying'], { status: 'completed', openKey: null, finishedAt: clock.now() }),
    );
    return 0;
  }
  for (const item of items) {
    // Cancelled meanwhile: what was applied stays, nothing more is.
    if ((await openImport(database.query))?.status !== 'applying') return 0;
    const before = await toldOfProduct(context, item.externalProductId);
    const answer = await context.options.channelsShop.getProduct({ productId: item.externalProductId });
    if (answer.kind === 'unknown' || (answer.kind === 'rejected' && answer.retryable === true)) return retryLater(context, running, answer);
    await applyItem(context, item, answer.kind === 'ok' ? answer.value.online : undefined, before);
  }
  if (running.problem !== null)
    await database.transaction((transaction) => moveImport(transaction, running.importId, ['applying'], { problem: null, retryAt: null }));
  return items.length;
}

/** Product first, then its stock, then the item's end: a crash in between repeats steps that change nothing the second time. */
async function applyItem(
  context: CatalogContext,
  item: ImportItemRow,
  current: ShopProduct | undefined,
  before: ReadonlyMap<string, Told>,
): Promise<void> {
  const { database } = context.platform;
  const previewed = JSON.parse(item.document) as ImportedProduct;
  const stockOf = new Map(current?.skus.map((sku) => [sku.skuId, sku.stockQuantity]));
  const skus = previewed.skus.map((sku) => ({ ...sku, stock: stockOf.get(sku.externalSkuId) ?? 0 }));
  const saved: Saved = current ? await saveProduct(context, { ...previewed, skus }, before) : { kind: 'refused', reasons: [gone] };
  await failpoint('catalog.afterSaveProduct');
  await database.transaction((transaction) =>
    saved.kind === 'saved' ? endItem(transaction, item.itemId, 'applied') : endItem(transaction, item.itemId, 'failed', saved.reasons),
  );
}

const gone: RefusalReason = {
  code: 'goneOutside',
  zh: '该商品已不在视频号小店',
  en: 'The product is no longer in the Channels shop',
};

/** A new import, unless one is under way. A preview that nobody applied gives way. */
export async function beginImport(context: CatalogContext, now: number): Promise<ImportRow | undefined> {
  const row: ImportRow = {
    importId: newId(now),
    openKey: 'open',
    status: 'fetching',
    listed: 0,
    total: 0,
    fetchCursor: null,
    problem: null,
    retryAt: null,
    createdAt: now,
    finishedAt: null,
  };
  const started = await context.platform.database.transaction(async (transaction) => {
    const open = await openImport(transaction);
    if (open) await moveImport(transaction, open.importId, ['previewed'], { status: 'cancelled', openKey: null, finishedAt: now });
    return insertImport(transaction, row);
  });
  return started ? row : undefined;
}

/** Starts applying a preview, without the excluded items; false when it is no preview. */
export async function beginApplying(context: CatalogContext, importId: string, excludedItemIds: readonly string[]): Promise<boolean> {
  return context.platform.database.transaction(async (transaction) => {
    const applying = await moveImport(transaction, importId, ['previewed'], { status: 'applying', retryAt: null, problem: null });
    if (applying) await skipItems(transaction, importId, excludedItemIds);
    return applying;
  });
}
