import type { Query, Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import { searchText, sizeDigits } from './mapping';
import type { ImportedProduct } from './model';
import type { CatalogTables, CategoryRow, ListingStatus, MerchantRow, ProductRow, SkuRow, VehicleRow, WarehouseRow } from './tables';

const tablesOf = (query: Query) => query.withTables<CatalogTables>();

export async function findProduct(query: Query, productId: string): Promise<ProductRow | undefined> {
  return tablesOf(query).selectFrom('catalog_products').selectAll().where('productId', '=', productId).executeTakeFirst();
}

export async function productByExternalId(query: Query, externalProductId: string): Promise<ProductRow | undefined> {
  return tablesOf(query).selectFrom('catalog_products').selectAll().where('externalProductId', '=', externalProductId).executeTakeFirst();
}

export async function productsById(query: Query, productIds: readonly string[]): Promise<ProductRow[]> {
  if (productIds.length === 0) return [];
  return tablesOf(query).selectFrom('catalog_products').selectAll().where('productId', 'in', productIds).execute();
}

export async function skusOfProducts(query: Query, productIds: readonly string[]): Promise<SkuRow[]> {
  if (productIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('catalog_skus')
    .selectAll()
    .where('productId', 'in', productIds)
    .orderBy('productId')
    .orderBy('position')
    .execute();
}

export async function skusById(query: Query, skuIds: readonly string[]): Promise<SkuRow[]> {
  if (skuIds.length === 0) return [];
  return tablesOf(query).selectFrom('catalog_skus').selectAll().where('skuId', 'in', skuIds).execute();
}

export async function merchants(query: Query): Promise<MerchantRow[]> {
  return tablesOf(query).selectFrom('catalog_merchants').selectAll().execute();
}

export async function warehouses(query: Query): Promise<WarehouseRow[]> {
  return tablesOf(query).selectFrom('catalog_warehouses').selectAll().execute();
}

export async function categories(query: Query): Promise<CategoryRow[]> {
  return tablesOf(query).selectFrom('catalog_categories').selectAll().orderBy('position').execute();
}

export async function productCounts(query: Query): Promise<Map<string, number>> {
  const rows = await tablesOf(query)
    .selectFrom('catalog_products')
    .select((eb) => ['categoryCode', eb.fn.countAll<number>().as('products')])
    .where('status', '=', 'listed')
    .groupBy('categoryCode')
    .execute();
  return new Map(rows.map((row) => [row.categoryCode, row.products]));
}

export async function vehicles(query: Query): Promise<VehicleRow[]> {
  return tablesOf(query).selectFrom('catalog_vehicles').selectAll().orderBy('brand').orderBy('model').orderBy('yearFrom').execute();
}

export async function findVehicle(query: Query, vehicleId: string): Promise<VehicleRow | undefined> {
  return tablesOf(query).selectFrom('catalog_vehicles').selectAll().where('vehicleId', '=', vehicleId).executeTakeFirst();
}

/** Product codes in use and the external product that owns each. */
export async function productOwners(query: Query, productCodes: readonly string[]): Promise<Map<string, string>> {
  if (productCodes.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('catalog_products')
    .select(['productCode', 'externalProductId'])
    .where('productCode', 'in', productCodes)
    .execute();
  return new Map(rows.map((row) => [row.productCode, row.externalProductId ?? '']));
}

/** SKU codes in use and the external product that owns each. */
export async function skuOwners(query: Query, skuCodes: readonly string[]): Promise<Map<string, string>> {
  if (skuCodes.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('catalog_skus')
    .innerJoin('catalog_products', 'catalog_products.productId', 'catalog_skus.productId')
    .select(['catalog_skus.skuCode as skuCode', 'catalog_products.externalProductId as externalProductId'])
    .where('catalog_skus.skuCode', 'in', skuCodes)
    .execute();
  return new Map(rows.map((row) => [row.skuCode, row.externalProductId ?? '']));
}

/** Our copies of the pictures of a product, in their order, and where each came from. */
export interface PicturesOfProduct {
  readonly names: readonly string[];
  readonly sources: Readonly<Record<string, string | null>>;
}

export interface PlaceOfProduct {
  readonly merchantId: string;
  readonly warehouseId: string;
}

/**
 * Writes a product of the Channels shop and its SKUs, keeping ids of what is known. SKUs that are gone are delisted, never deleted:
 * orders name them. Answers the SKU id of every external SKU.
 */
export async function saveImported(
  transaction: Transaction,
  product: ImportedProduct,
  place: PlaceOfProduct,
  pictures: PicturesOfProduct,
  now: number,
): Promise<Map<string, string>> {
  const tables = tablesOf(transaction);
  const known = await productByExternalId(transaction, product.externalProductId);
  const productId = known?.productId ?? newId(now);
  const row = productRow(product, place, pictures, known, productId, now);
  if (known) await tables.updateTable('catalog_products').set(row).where('productId', '=', productId).execute();
  else await tables.insertInto('catalog_products').values(row).execute();
  const before = await skusOfProducts(transaction, [productId]);
  const ids = new Map<string, string>();
  for (const [position, sku] of product.skus.entries()) {
    const old = before.find((candidate) => candidate.externalSkuId === sku.externalSkuId);
    const skuRow = { ...newSkuRow(product, position, productId, old?.skuId ?? newId(now)), externalStock: old?.externalStock ?? null };
    ids.set(sku.externalSkuId, skuRow.skuId);
    if (old) await tables.updateTable('catalog_skus').set(skuRow).where('skuId', '=', old.skuId).execute();
    else await tables.insertInto('catalog_skus').values(skuRow).execute();
  }
  const gone = before.filter((sku) => !ids.has(sku.externalSkuId ?? '')).map((sku) => sku.skuId);
  if (gone.length > 0) await tables.updateTable('catalog_skus').set({ status: 'delisted' }).where('skuId', 'in', gone).execute();
  return ids;
}

function productRow(
  product: ImportedProduct,
  place: PlaceOfProduct,
  pictures: PicturesOfProduct,
  known: ProductRow | undefined,
  productId: string,
  now: number,
): ProductRow {
  const delistedHere = known?.delistedHere ?? 0;
  const kept = known ? keptTexts(known) : {};
  return {
    productId,
    productCode: product.productCode,
    title: product.title,
    titleEn: product.titleEn,
    subtitle: product.subtitle,
    brand: product.brand,
    description: product.description,
    categoryCode: product.categoryCode,
    merchantId: place.merchantId,
    warehouseId: place.warehouseId,
    tags: JSON.stringify(product.tags),
    pictures: JSON.stringify(pictures.names),
    pictureSources: JSON.stringify(pictures.sources),
    keptTexts: known?.keptTexts ?? '[]',
    weightGrams: product.weightGrams,
    status: product.listed && delistedHere === 0 ? 'listed' : 'delisted',
    delistedHere,
    externalProductId: product.externalProductId,
    syncedAt: now,
    minPriceFen: Math.min(...product.skus.map((sku) => sku.priceFen)),
    soldCount: known?.soldCount ?? 0,
    searchText: searchableText({ ...product, ...kept }, product.skus),
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
    ...kept,
  };
}

type Texts = Pick<ProductRow, 'title' | 'subtitle' | 'description'>;

/** Texts that staff wrote here and that therefore stay. */
export function keptTexts(known: ProductRow): Partial<Texts> {
  const fields = JSON.parse(known.keptTexts) as (keyof Texts)[];
  return Object.fromEntries(fields.map((field) => [field, known[field]]));
}

interface Searchable {
  readonly title: string;
  readonly titleEn: string;
  readonly subtitle: string;
  readonly brand: string;
  readonly tags: readonly string[];
}

function searchableText(product: Searchable, skus: readonly { readonly label: string; readonly skuCode: string }[]): string {
  const labels = skus.map((sku) => sku.label);
  const digits = labels.map((label) => sizeDigits(label) ?? '').filter((text) => text !== '');
  return searchText([
    product.title,
    product.titleEn,
    product.subtitle,
    product.brand,
    ...product.tags,
    ...labels,
    ...digits,
    ...skus.map((sku) => sku.skuCode),
  ]);
}

function newSkuRow(product: ImportedProduct, position: number, productId: string, skuId: string): SkuRow {
  const sku = product.skus[position];
  if (!sku) throw new RangeError(`no SKU at ${position}`);
  const { tyre } = sku;
  return {
    skuId,
    productId,
    position,
    skuCode: sku.skuCode,
    externalSkuId: sku.externalSkuId,
    label: sku.label,
    specifications: JSON.stringify(sku.specifications),
    priceFen: sku.priceFen,
    marketPriceFen: sku.marketPriceFen,
    weightGrams: product.weightGrams,
    status: 'listed',
    externalStock: null,
    widthMm: tyre?.widthMm ?? null,
    aspectPercent: tyre?.aspectPercent ?? null,
    rimTenths: tyre ? Math.round(tyre.rimInch * 10) : null,
    loadIndex: tyre?.loadIndex ?? null,
    speedRating: tyre?.speedRating ?? null,
    season: tyre?.season ?? null,
    vehicleTypes: tyre ? tyre.vehicleTypes.join('、') : null,
  };
}

/** Listing by staff: what they took off stays off until they list it again. */
export async function setListing(
  transaction: Transaction,
  productIds: readonly string[],
  status: ListingStatus,
  now: number,
): Promise<number> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('catalog_products')
    .set({ status, delistedHere: status === 'delisted' ? 1 : 0, updatedAt: now })
    .where('productId', 'in', productIds)
    .where((eb) => eb.or([eb('status', '<>', status), eb('delistedHere', '<>', status === 'delisted' ? 1 : 0)]))
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** The Channels shop sells a product no more: off, until it does again. False when it was off already. */
export async function delistOutside(transaction: Transaction, productId: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('catalog_products')
    .set({ status: 'delisted', updatedAt: now })
    .where('productId', '=', productId)
    .where('status', '=', 'listed')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Remembers the stock that ordering has been told of; null when it may be out of date already. */
export async function setExternalStock(transaction: Transaction, skuId: string, externalStock: number | null): Promise<void> {
  await tablesOf(transaction).updateTable('catalog_skus').set({ externalStock }).where('skuId', '=', skuId).execute();
}

/** Texts by staff; they are found by search and stay when the Channels shop changes its own. */
export async function setTexts(transaction: Transaction, productId: string, texts: Partial<Texts>, now: number): Promise<void> {
  const tables = tablesOf(transaction);
  const known = await tables.selectFrom('catalog_products').selectAll().where('productId', '=', productId).forUpdate().executeTakeFirst();
  if (!known) return;
  const kept = new Set([...(JSON.parse(known.keptTexts) as string[]), ...Object.keys(texts)]);
  const changed = { ...known, ...texts };
  await tables
    .updateTable('catalog_products')
    .set({
      ...texts,
      keptTexts: JSON.stringify([...kept].sort()),
      searchText: searchableText({ ...changed, tags: JSON.parse(known.tags) as string[] }, await skusOfProducts(transaction, [productId])),
      updatedAt: now,
    })
    .where('productId', '=', productId)
    .execute();
}

export async function touchSynced(transaction: Transaction, productId: string, now: number): Promise<void> {
  await tablesOf(transaction).updateTable('catalog_products').set({ syncedAt: now }).where('productId', '=', productId).execute();
}

/** External products not looked at since `before`, longest first. */
export async function dueForSync(query: Query, before: number, limit: number): Promise<string[]> {
  const rows = await tablesOf(query)
    .selectFrom('catalog_products')
    .select('externalProductId')
    .where('externalProductId', 'is not', null)
    .where('syncedAt', '<=', before)
    .orderBy('syncedAt')
    .limit(limit)
    .execute();
  return rows.flatMap((row) => (row.externalProductId === null ? [] : [row.externalProductId]));
}

export async function addSold(transaction: Transaction, productId: string, quantity: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('catalog_products')
    .set((eb) => ({ soldCount: eb('soldCount', '+', quantity) }))
    .where('productId', '=', productId)
    .execute();
}
