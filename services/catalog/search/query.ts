import { type Query, textContains } from '@qianxing/database';
import { sql } from 'kysely';
import { normalise, sizeDigits } from '../mapping';
import type { CatalogTables, ListingStatus, ProductRow } from '../tables';

export type SearchSort = 'recommended' | 'sold' | 'price_up' | 'price_down' | 'newest';

export interface TyreSize {
  readonly widthMm: number;
  readonly aspectPercent: number;
  readonly rimTenths: number;
}

export interface Search {
  readonly text?: string | undefined;
  readonly categoryCodes?: readonly string[] | undefined;
  readonly widthMm?: number | undefined;
  readonly aspectPercent?: number | undefined;
  readonly rimInch?: number | undefined;
  readonly season?: 'summer' | 'winter' | 'all_season' | undefined;
  readonly vehicleType?: string | undefined;
  readonly sizes?: readonly TyreSize[] | undefined;
  readonly brand?: string | undefined;
  readonly tag?: string | undefined;
  readonly minPriceFen?: number | undefined;
  readonly maxPriceFen?: number | undefined;
  readonly status?: ListingStatus | undefined;
  readonly sort: SearchSort;
}

/** Sort value and id of the last row of the page before. */
export type SearchCursor = readonly [number, string];

/** Words of a search; a tyre size in any spelling becomes its digits. At most eight words count. */
export function searchWords(text: string): string[] {
  const digits = sizeDigits(text);
  const rest =
    digits === undefined ? normalise(text) : normalise(text).replace(/(\d{3})\s*[/\s-]?\s*(\d{2})\s*[/\s-]?\s*z?r?\s*(\d{2})/, ' ');
  return [...(digits === undefined ? [] : [digits]), ...rest.split(/[\s,，]+/).filter((word) => word !== '')].slice(0, 8);
}

/** `205/55R16` → numbers; undefined for anything else. */
export function parseSize(text: string): TyreSize | undefined {
  const match = /^(\d{3})\/(\d{2})Z?R(\d{2}(?:\.\d)?)C?$/.exec(text.trim());
  return match ? { widthMm: Number(match[1]), aspectPercent: Number(match[2]), rimTenths: Math.round(Number(match[3]) * 10) } : undefined;
}

export async function searchProducts(
  query: Query,
  search: Search,
  page: { after: SearchCursor | null; limit: number },
): Promise<ProductRow[]> {
  let rows = query.withTables<CatalogTables>().selectFrom('catalog_products').selectAll().limit(page.limit);
  if (search.status !== undefined) rows = rows.where('status', '=', search.status);
  if (search.categoryCodes !== undefined) rows = rows.where('categoryCode', 'in', search.categoryCodes);
  if (search.brand !== undefined) rows = rows.where('brand', '=', search.brand);
  if (search.tag !== undefined) rows = rows.where(textContains('tags', JSON.stringify(search.tag)));
  if (search.minPriceFen !== undefined) rows = rows.where('minPriceFen', '>=', search.minPriceFen);
  if (search.maxPriceFen !== undefined) rows = rows.where('minPriceFen', '<=', search.maxPriceFen);
  for (const word of search.text === undefined ? [] : searchWords(search.text)) rows = rows.where(textContains('searchText', word));
  if (asksForTyre(search)) rows = rows.where((eb) => eb.exists(matchingSku(query, search)));
  const { column, direction } = orderOf(search.sort);
  const { after } = page;
  if (after) {
    const sign = direction === 'asc' ? '>' : '<';
    rows = rows.where((eb) => eb.or([eb(column, sign, after[0]), eb.and([eb(column, '=', after[0]), eb('productId', sign, after[1])])]));
  }
  return rows.orderBy(column, direction).orderBy('productId', direction).execute();
}

/** Value by which a row was sorted, for the cursor. */
export function sortValue(row: ProductRow, sort: SearchSort): number {
  return row[orderOf(sort).column];
}

function orderOf(sort: SearchSort): { column: 'soldCount' | 'minPriceFen' | 'createdAt'; direction: 'asc' | 'desc' } {
  switch (sort) {
    case 'recommended':
    case 'sold':
      return { column: 'soldCount', direction: 'desc' };
    case 'price_up':
      return { column: 'minPriceFen', direction: 'asc' };
    case 'price_down':
      return { column: 'minPriceFen', direction: 'desc' };
    case 'newest':
      return { column: 'createdAt', direction: 'desc' };
    default:
      return sort satisfies never;
  }
}

const asksForTyre = (search: Search): boolean =>
  search.widthMm !== undefined ||
  search.aspectPercent !== undefined ||
  search.rimInch !== undefined ||
  search.season !== undefined ||
  search.vehicleType !== undefined ||
  search.sizes !== undefined;

function matchingSku(query: Query, search: Search) {
  let skus = query
    .withTables<CatalogTables>()
    .selectFrom('catalog_skus')
    .select('catalog_skus.skuId')
    .where(sql<boolean>`catalog_skus.productId = catalog_products.productId`)
    .where('catalog_skus.status', '=', 'listed');
  if (search.widthMm !== undefined) skus = skus.where('catalog_skus.widthMm', '=', search.widthMm);
  if (search.aspectPercent !== undefined) skus = skus.where('catalog_skus.aspectPercent', '=', search.aspectPercent);
  if (search.rimInch !== undefined) skus = skus.where('catalog_skus.rimTenths', '=', Math.round(search.rimInch * 10));
  if (search.season !== undefined) skus = skus.where('catalog_skus.season', '=', search.season);
  if (search.vehicleType !== undefined) skus = skus.where(textContains('catalog_skus.vehicleTypes', search.vehicleType));
  const { sizes } = search;
  if (sizes !== undefined) {
    skus = skus.where((eb) =>
      eb.or(
        sizes.map((size) =>
          eb.and([
            eb('catalog_skus.widthMm', '=', size.widthMm),
            eb('catalog_skus.aspectPercent', '=', size.aspectPercent),
            eb('catalog_skus.rimTenths', '=', size.rimTenths),
          ]),
        ),
      ),
    );
  }
  return skus;
}

export interface SizeFacet {
  readonly widthMm: number;
  readonly aspectPercent: number;
  readonly rimTenths: number;
  readonly products: number;
}

/** Sizes on sale with the number of products of each. */
export async function sizeFacets(query: Query): Promise<SizeFacet[]> {
  const rows = await query
    .withTables<CatalogTables>()
    .selectFrom('catalog_skus')
    .innerJoin('catalog_products', 'catalog_products.productId', 'catalog_skus.productId')
    .select(['widthMm', 'aspectPercent', 'rimTenths', sql<number>`count(distinct catalog_products.productId)`.as('products')])
    .where('catalog_products.status', '=', 'listed')
    .where('catalog_skus.status', '=', 'listed')
    .where('widthMm', 'is not', null)
    .groupBy(['widthMm', 'aspectPercent', 'rimTenths'])
    .orderBy('widthMm')
    .orderBy('aspectPercent')
    .orderBy('rimTenths')
    .execute();
  return rows.map((row) => ({
    widthMm: row.widthMm ?? 0,
    aspectPercent: row.aspectPercent ?? 0,
    rimTenths: row.rimTenths ?? 0,
    products: row.products,
  }));
}

export async function vehicleTypes(query: Query): Promise<string[]> {
  const rows = await query
    .withTables<CatalogTables>()
    .selectFrom('catalog_skus')
    .select('vehicleTypes')
    .distinct()
    .where('vehicleTypes', 'is not', null)
    .execute();
  return [...new Set(rows.flatMap((row) => (row.vehicleTypes ?? '').split('、')))].filter((type) => type !== '').sort();
}
