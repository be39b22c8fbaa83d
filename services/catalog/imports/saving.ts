import { isUniqueViolation, type Transaction } from '@qianxing/database';
import type { CatalogContext } from '../context';
import { productChanged } from '../contract';
import { type KnownCodes, refusalReasons } from '../mapping';
import { copyPicture, PICTURES_AT_MOST } from '../media';
import type { ImportedProduct, RefusalReason } from '../model';
import {
  categories,
  merchants,
  type PicturesOfProduct,
  type PlaceOfProduct,
  productByExternalId,
  productOwners,
  saveImported,
  setExternalStock,
  skuOwners,
  skusOfProducts,
  warehouses,
} from '../store';
import { type Told, toldUnits } from '../sync/pushes';

export type Saved = { readonly kind: 'saved' } | { readonly kind: 'refused'; readonly reasons: readonly RefusalReason[] };

/** What the Channels shop has been told about the SKUs of a product; take it before the stock is read. */
export async function toldOfProduct(context: CatalogContext, externalProductId: string): Promise<Map<string, Told>> {
  const { query } = context.platform.database;
  const known = await productByExternalId(query, externalProductId);
  const skus = known ? await skusOfProducts(query, [known.productId]) : [];
  return toldUnits(
    query,
    skus.map((sku) => sku.skuId),
  );
}

/** Writes a product with its pictures and its stock, or says why it cannot be sold here. `before` was taken before the stock was read. */
export async function saveProduct(context: CatalogContext, product: ImportedProduct, before: ReadonlyMap<string, Told>): Promise<Saved> {
  const { database, clock, events } = context.platform;
  const reasons = refusalReasons({ ...product, listed: true }, await knownCodes(context, [product]));
  const place = await placeOf(context, product);
  if (reasons.length > 0 || !place) return { kind: 'refused', reasons };
  const pictures = await picturesOf(context, product);
  if (pictures.names.length === 0) return { kind: 'refused', reasons: [noPicture] };
  try {
    const ids = await database.transaction(async (transaction: Transaction) => {
      const saved = await saveImported(transaction, product, place, pictures, clock.now());
      const row = await productByExternalId(transaction, product.externalProductId);
      const aggregateId = row?.productId ?? '';
      await events.emit(transaction, productChanged, { aggregateId, occurredAt: clock.now(), payload: { productId: aggregateId } });
      return saved;
    });
    await passStockOn(context, product, place, ids, before);
    return { kind: 'saved' };
  } catch (error) {
    // Two products that exchange codes at the same moment.
    if (isUniqueViolation(error)) return { kind: 'refused', reasons: [codeTaken] };
    throw error;
  }
}

const noPicture: RefusalReason = { code: 'pictureUnreadable', zh: '图片无法获取', en: 'No picture could be fetched' };
const codeTaken: RefusalReason = {
  code: 'codeTaken',
  zh: '编码已被其他商品或规格使用',
  en: 'A code is used by another product or SKU',
};

/**
 * Tells ordering what can be sold. The stock is remembered only afterwards, and only if no push to the Channels shop was under way meanwhile:
 * whatever interrupts this, the next synchronisation finds a difference and does it again.
 */
async function passStockOn(
  context: CatalogContext,
  product: ImportedProduct,
  place: PlaceOfProduct,
  ids: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, Told>,
): Promise<void> {
  const { database } = context.platform;
  for (const sku of product.skus) {
    const skuId = ids.get(sku.externalSkuId);
    if (skuId !== undefined)
      await context.needs.setAvailable(skuId, place.warehouseId, Math.max(0, sku.stock), 'channels', before.get(skuId)?.told ?? 0);
  }
  const after = await toldUnits(database.query, [...ids.values()]);
  const isSteady = (skuId: string): boolean => {
    const [then, now] = [before.get(skuId), after.get(skuId)];
    return (then?.told ?? 0) === (now?.told ?? 0) && (then?.sending ?? 0) === 0 && (now?.sending ?? 0) === 0;
  };
  await database.transaction(async (transaction) => {
    for (const sku of product.skus) {
      const skuId = ids.get(sku.externalSkuId);
      if (skuId !== undefined) await setExternalStock(transaction, skuId, isSteady(skuId) ? sku.stock : null);
    }
  });
}

export async function knownCodes(context: CatalogContext, products: readonly ImportedProduct[]): Promise<KnownCodes> {
  const { query } = context.platform.database;
  const merchantRows = await merchants(query);
  const codeOf = new Map(merchantRows.map((row) => [row.merchantId, row.merchantCode]));
  return {
    merchantCodes: new Set(merchantRows.map((row) => row.merchantCode)),
    warehouses: new Map((await warehouses(query)).map((row) => [row.warehouseCode, codeOf.get(row.merchantId) ?? ''])),
    categoryCodes: new Set((await categories(query)).map((row) => row.categoryCode)),
    productOwners: await productOwners(
      query,
      products.map((product) => product.productCode),
    ),
    skuOwners: await skuOwners(
      query,
      products.flatMap((product) => product.skus.map((sku) => sku.skuCode)),
    ),
  };
}

/** Where a product ships from; undefined when its warehouse is not one of its merchant. */
export async function placeOf(context: CatalogContext, product: ImportedProduct): Promise<PlaceOfProduct | undefined> {
  const { query } = context.platform.database;
  const merchant = (await merchants(query)).find((row) => row.merchantCode === product.merchantCode);
  const warehouse = (await warehouses(query)).find((row) => row.warehouseCode === product.warehouseCode);
  if (!merchant || warehouse?.merchantId !== merchant.merchantId) return undefined;
  return { merchantId: merchant.merchantId, warehouseId: warehouse.warehouseId };
}

/** Our copies of the product's pictures; an address that was copied before is not fetched again. */
async function picturesOf(context: CatalogContext, product: ImportedProduct): Promise<PicturesOfProduct> {
  const known = await productByExternalId(context.platform.database.query, product.externalProductId);
  const copied = known ? (JSON.parse(known.pictureSources) as Record<string, string | null>) : {};
  const urls = [...new Set(product.pictureUrls.slice(0, PICTURES_AT_MOST))];
  const copies = await Promise.all(
    urls.map(async (url): Promise<[string, string | null]> => [url, copied[url] ?? (await copyPicture(context, url)) ?? null]),
  );
  const names = copies.flatMap(([, name]) => name ?? []);
  // A picture that cannot be had is no reason to take a product off sale that has one.
  const shown = names.length === 0 && known ? (JSON.parse(known.pictures) as string[]) : names;
  return { names: shown, sources: Object.fromEntries(copies) };
}
