import { ok, platformProblems, type Result } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type Route } from '@qianxing/http';
import type { CatalogContext } from '../context';
import { catalogContract, SEASONS } from '../contract';
import { MEDIA_NAME, readPicture } from '../media';
import { fail } from '../problems';
import { parseSize, type Search, searchProducts, sizeFacets, sortValue, type TyreSize, vehicleTypes } from '../search/query';
import { categoryViews, showcaseView, withChildren } from '../showcase/view';
import { categories, findProduct, findVehicle, vehicles } from '../store';
import type { ProductRow, VehicleRow } from '../tables';
import { cardsOf, productView } from '../views';

/** How old hot answers may be: stock and sold figures included. */
const HOT_MS = 1_000;
const SLOW_MS = 30_000;
/** Pages looked through for goods in stock before the rest is left for the next request. */
const STOCK_PAGES = 5;

export function publicRoutes(context: CatalogContext): Route[] {
  const { database } = context.platform;
  const mediaName = new RegExp(MEDIA_NAME);

  return [
    implement(catalogContract.home, async () => {
      const showcase = await context.cached('home', HOT_MS, () => showcaseView(context, 'home'));
      if (!showcase) return fail('showcaseNotFound');
      return ok({ showcase, categories: await context.cached('categories', HOT_MS * 5, () => categoryViews(context)) });
    }),
    implement(catalogContract.showcase, async ({ params }) => {
      const showcase = await context.cached(`showcase/${params.slug}`, HOT_MS, () => showcaseView(context, params.slug));
      return showcase ? ok(showcase) : fail('showcaseNotFound');
    }),
    implement(catalogContract.categories, async () =>
      ok({ items: await context.cached('categories', HOT_MS * 5, () => categoryViews(context)) }),
    ),
    implement(catalogContract.searchProducts, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['integer', 'string']);
      if (!cursor.ok) return cursor;
      const search = await searchOf(context, query);
      if (!search.ok) return search;
      const page = await pageOf(context, search.value, cursor.value, query.limit ?? 20, query.inStockOnly === true);
      return ok(page);
    }),
    implement(catalogContract.product, async ({ params }) => {
      const product = await context.cached(`product/${params.productId}`, HOT_MS, async () => {
        const row = await findProduct(database.query, params.productId);
        return row?.status === 'listed' ? productView(context, row) : undefined;
      });
      return product ? ok(product) : fail('productNotFound');
    }),
    implement(catalogContract.tyreSizes, async () =>
      ok(
        await context.cached('tyreSizes', SLOW_MS, async () => ({
          sizes: (await sizeFacets(database.query)).map((facet) => ({
            widthMm: facet.widthMm,
            aspectPercent: facet.aspectPercent,
            rimInch: facet.rimTenths / 10,
            productCount: facet.products,
          })),
          seasons: [...SEASONS],
          vehicleTypes: await vehicleTypes(database.query),
        })),
      ),
    ),
    implement(catalogContract.vehicles, async () =>
      ok({ items: await context.cached('vehicles', SLOW_MS, async () => (await vehicles(database.query)).map(vehicleView)) }),
    ),
    implement(catalogContract.media, async ({ params }) => {
      const picture = mediaName.test(params.name) ? await readPicture(context, params.name) : undefined;
      if (!picture) return fail('pictureNotFound');
      return ok({
        status: 200,
        contentType: picture.contentType,
        body: picture.bytes,
        headers: {
          'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox",
        },
      });
    }),
  ];
}

const vehicleView = (row: VehicleRow) => ({
  vehicleId: row.vehicleId,
  brand: row.brand,
  model: row.model,
  yearFrom: row.yearFrom,
  yearTo: row.yearTo,
  sizes: JSON.parse(row.sizes) as string[],
});

interface SearchFields extends Omit<Search, 'sort' | 'status' | 'categoryCodes' | 'sizes'> {
  readonly categoryCode?: string | undefined;
  readonly vehicleId?: string | undefined;
  readonly sort?: Search['sort'] | undefined;
}

async function searchOf(context: CatalogContext, query: SearchFields): Promise<Result<Search>> {
  const { categoryCode, vehicleId, sort, ...fields } = query;
  if (query.minPriceFen !== undefined && query.maxPriceFen !== undefined && query.minPriceFen > query.maxPriceFen) {
    return platformProblems.fail('invalid', { path: '/maxPriceFen', params: { reason: 'minPriceFen ≤ maxPriceFen' } });
  }
  const vehicle = vehicleId === undefined ? undefined : await findVehicle(context.platform.database.query, vehicleId);
  if (vehicleId !== undefined && !vehicle) return fail('vehicleNotFound', { path: '/vehicleId' });
  const categoryCodes =
    categoryCode === undefined ? undefined : withChildren(await categories(context.platform.database.query), categoryCode);
  const sizes = vehicle && (JSON.parse(vehicle.sizes) as string[]).map(parseSize).filter((size) => size !== undefined);
  return ok({ ...fields, categoryCodes, sizes, sort: sort ?? 'recommended', status: 'listed' });
}

async function pageOf(context: CatalogContext, search: Search, after: [number, string] | null, limit: number, inStockOnly: boolean) {
  const size = narrowedSize(search);
  const items: Awaited<ReturnType<typeof cardsOf>> = [];
  let cursor = after;
  for (let turn = 0; turn < (inStockOnly ? STOCK_PAGES : 1); turn += 1) {
    const rows: ProductRow[] = await searchProducts(context.platform.database.query, search, { after: cursor, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const cards = await cardsOf(context, page, size);
    for (const [index, row] of page.entries()) {
      const card = cards[index];
      if (card && (card.inStock || !inStockOnly)) items.push(card);
      const isLast = index === page.length - 1 && rows.length <= limit;
      cursor = isLast ? null : [sortValue(row, search.sort), row.productId];
      if (items.length === limit) break;
    }
    if (page.length === 0) cursor = null;
    if (cursor === null || items.length === limit) break;
  }
  return { items, nextCursor: cursor === null ? null : encodeCursor(cursor) };
}

function narrowedSize(search: Search): Partial<TyreSize> | undefined {
  const { widthMm, aspectPercent, rimInch, sizes } = search;
  if (widthMm === undefined && aspectPercent === undefined && rimInch === undefined) return sizes?.length === 1 ? sizes[0] : undefined;
  return {
    ...(widthMm === undefined ? {} : { widthMm }),
    ...(aspectPercent === undefined ? {} : { aspectPercent }),
    ...(rimInch === undefined ? {} : { rimTenths: Math.round(rimInch * 10) }),
  };
}
