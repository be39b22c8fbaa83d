import type { ShopProduct } from '@qianxing/channels-shop';
import type { Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import { failpoint } from '@qianxing/testing';
import type { CatalogContext } from '../context';
import { productChanged } from '../contract';
import { importedProduct, type KnownCodes, refusalReasons } from '../mapping';
import { copyPicture } from '../media';
import type { ImportedProduct } from '../model';
import type { ShopOutcome } from '../needs';
import { categories, merchants, productByExternalId, productsById, saveImported, skuOwners, skusOfProducts, warehouses } from '../store';
import { unpushed } from '../sync/pushes';
import type { ImportItemRow, ImportRow } from '../tables';
import { differences } from './differences';
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
    if (await moveImport(transaction, running.importId, ['fetching'], change)) await addItems(transaction, items);
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

async function knownCodes(context: CatalogContext, products: readonly ImportedProduct[]): Promise<KnownCodes> {
  const { query } = context.platform.database;
  const merchantRows = await merchants(query);
  const codeOf = new Map(merchantRows.map((row) => [row.merchantId, row.merchantCode]));
  const owners = await skuOwners(
    query,
    products.flatMap((product) => product.skus.map((sku) => sku.skuCode)),
  );
  return {
    merchantCodes: new Set(merchantRows.map((row) => row.merchantCode)),
    warehouses: new Map((await warehouses(query)).map((row) => [row.warehouseCode, codeOf.get(row.merchantId) ?? ''])),
    categoryCodes: new Set((await categories(query)).map((row) => row.categoryCode)),
    skuOwners: owners,
  };
}

async function itemsOf(context: CatalogContext, running: ImportRow, products: readonly ImportedProduct[]): Promise<ImportItemRow[]> {
  const { query } = context.platform.database;
  const known = await knownCodes(context, products);
  const claimed = new Map([...known.skuOwners, ...(await claimedSkus(context, running.importId))]);
  const items: ImportItemRow[] = [];
  for (const product of products) {
    const reasons = refusalReasons(product, { ...known, skuOwners: claimed });
    const row = await productByExternalId(query, product.externalProductId);
    const found = row ? differences(product, row, await skusOfProducts(query, [row.productId])) : [];
    if (reasons.length === 0) for (const sku of product.skus) claimed.set(sku.skuCode, product.externalProductId);
    const changeKind = reasons.length > 0 ? 'refused' : !row ? 'new' : found.length > 0 ? 'changed' : 'unchanged';
    items.push({
      itemId: newId(context.platform.clock.now()),
      importId: running.importId,
      externalProductId: product.externalProductId,
      title: product.title,
      pictureUrl: product.pictureUrls[0] ?? null,
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

/** SKU codes that items of this import, fetched on earlier pages, already take. */
async function claimedSkus(context: CatalogContext, importId: string): Promise<Map<string, string>> {
  const items = await waitingItems(context.platform.database.query, importId, 10_000);
  const accepted = items.filter((item) => item.changeKind !== 'refused').map((item) => JSON.parse(item.document) as ImportedProduct);
  return new Map(accepted.flatMap((product) => product.skus.map((sku): [string, string] => [sku.skuCode, product.externalProductId])));
}

async function applyPortion(context: CatalogContext, running: ImportRow): Promise<number> {
  const { database, clock } = context.platform;
  const items = await waitingItems(database.query, running.importId, APPLY_AT_ONCE);
  for (const item of items) await applyItem(context, item);
  if (items.length > 0) return items.length;
  await database.transaction((transaction) =>
    moveImport(transaction, running.importId, ['applying'], { status: 'completed', openKey: null, finishedAt: clock.now() }),
  );
  return 0;
}

/** Product first, then its stock, then the item's end: a crash in between repeats steps that change nothing the second time. */
async function applyItem(context: CatalogContext, item: ImportItemRow): Promise<void> {
  const { database } = context.platform;
  const product = JSON.parse(item.document) as ImportedProduct;
  const saved = await saveProduct(context, product);
  await failpoint('catalog.afterSaveProduct');
  await database.transaction((transaction) => endItem(transaction, item.itemId, saved ? 'applied' : 'failed'));
}

/** Writes a product with its pictures and its stock; false when it cannot be sold here any more. */
export async function saveProduct(context: CatalogContext, product: ImportedProduct): Promise<boolean> {
  const { database, clock } = context.platform;
  const place = await placeOf(context, product);
  if (!place || refusalReasons({ ...product, listed: true }, await knownCodes(context, [product])).length > 0) return false;
  const pictures = await picturesOf(context, product);
  if (pictures.length === 0) return false;
  const ids = await database.transaction(async (transaction: Transaction) => {
    const saved = await saveImported(transaction, product, place, pictures, clock.now());
    const row = await productByExternalId(transaction, product.externalProductId);
    if (row)
      await context.platform.events.emit(transaction, productChanged, {
        aggregateId: row.productId,
        occurredAt: clock.now(),
        payload: { productId: row.productId },
      });
    return saved;
  });
  const waiting = await unpushed(database.query, [...ids.values()]);
  for (const sku of product.skus) {
    const skuId = ids.get(sku.externalSkuId);
    if (skuId !== undefined)
      await context.needs.setAvailable(skuId, place.warehouseId, Math.max(0, sku.stock - (waiting.get(skuId) ?? 0)), 'channels');
  }
  return true;
}

async function placeOf(
  context: CatalogContext,
  product: ImportedProduct,
): Promise<{ merchantId: string; warehouseId: string } | undefined> {
  const warehouse = (await warehouses(context.platform.database.query)).find((row) => row.warehouseCode === product.warehouseCode);
  return warehouse && { merchantId: warehouse.merchantId, warehouseId: warehouse.warehouseId };
}

/** Our copies of the product's pictures; what was copied before is not fetched again. */
async function picturesOf(context: CatalogContext, product: ImportedProduct): Promise<string[]> {
  const known = await productByExternalId(context.platform.database.query, product.externalProductId);
  const before = known ? (await productsById(context.platform.database.query, [known.productId]))[0] : undefined;
  const names = before ? (JSON.parse(before.pictures) as string[]) : [];
  if (names.length === product.pictureUrls.length) return names;
  const copies = await Promise.all(product.pictureUrls.slice(0, 9).map((url) => copyPicture(context, url)));
  return copies.filter((name) => name !== undefined);
}

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
