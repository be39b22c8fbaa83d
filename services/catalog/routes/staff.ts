import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type Route } from '@qianxing/http';
import { toIso } from '@qianxing/time';
import type { CatalogContext } from '../context';
import { catalogContract, type Product, productChanged } from '../contract';
import { fail } from '../problems';
import { searchProducts } from '../search/query';
import { withChildren } from '../showcase/view';
import { categories, findProduct, merchants, setListing, setTexts, skusOfProducts } from '../store';
import type { ProductRow } from '../tables';
import { picturesOf, productView } from '../views';

export function staffRoutes(context: CatalogContext): Route[] {
  const { database, events } = context.platform;

  const one = async (productId: string): Promise<Result<Product>> => {
    const row = await findProduct(database.query, productId);
    return row ? ok(await productView(context, row, true)) : fail('productNotFound');
  };
  const changed = async (productIds: readonly string[], now: number) => {
    await database.transaction(async (transaction) => {
      for (const productId of productIds)
        await events.emit(transaction, productChanged, { aggregateId: productId, occurredAt: now, payload: { productId } });
    });
    for (const productId of productIds) context.forget(`product/${productId}`);
  };

  return [
    implement(catalogContract.staffProducts, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['integer', 'string']);
      if (!cursor.ok) return cursor;
      const categoryCodes =
        query.categoryCode === undefined ? undefined : withChildren(await categories(database.query), query.categoryCode);
      const limit = query.limit ?? 20;
      const search = { text: query.text, status: query.status, categoryCodes, sort: 'newest' as const };
      const rows = await searchProducts(database.query, search, { after: cursor.value, limit: limit + 1 });
      const page = rows.slice(0, limit);
      const items = (await staffRows(context, page))
        .filter((row) => query.lowStockBelow === undefined || row.lowest < query.lowStockBelow)
        .map(({ lowest: _, ...row }) => row);
      const last = page.at(-1);
      return ok({ items, nextCursor: rows.length > limit && last ? encodeCursor([last.createdAt, last.productId]) : null });
    }),
    implement(catalogContract.staffProduct, ({ params }) => one(params.productId)),
    implement(catalogContract.updateProduct, async ({ params, body, now }) => {
      if (!(await findProduct(database.query, params.productId))) return fail('productNotFound');
      const { status, ...texts } = body;
      await database.transaction(async (transaction) => {
        if (Object.keys(texts).length > 0) await setTexts(transaction, params.productId, texts, now);
        if (status !== undefined) await setListing(transaction, [params.productId], status, now);
      });
      await changed([params.productId], now);
      return one(params.productId);
    }),
    implement(catalogContract.bulkListing, async ({ body, now }) => {
      const count = await database.transaction((transaction) => setListing(transaction, body.productIds, body.status, now));
      await changed(body.productIds, now);
      return ok({ changed: count });
    }),
  ];
}

async function staffRows(context: CatalogContext, rows: readonly ProductRow[]) {
  const skus = await skusOfProducts(
    context.platform.database.query,
    rows.map((row) => row.productId),
  );
  const stock = await context.needs.available(skus.map((sku) => sku.skuId));
  const names = new Map((await merchants(context.platform.database.query)).map((row) => [row.merchantId, row.name]));
  return rows.map((row) => {
    const available = skus
      .filter((sku) => sku.productId === row.productId && sku.status === 'listed')
      .map((sku) => stock.get(sku.skuId)?.available ?? 0);
    return {
      productId: row.productId,
      productCode: row.productCode,
      title: row.title,
      pictureUrl: picturesOf(row)[0] ?? '',
      categoryCode: row.categoryCode,
      merchantName: names.get(row.merchantId) ?? '',
      priceFromFen: row.minPriceFen,
      available: available.reduce((sum, units) => sum + units, 0),
      lowest: Math.min(...available, Number.MAX_SAFE_INTEGER),
      soldCount: row.soldCount,
      status: row.status,
      source: row.externalProductId === null ? ('own' as const) : ('channels' as const),
      syncedAt: row.syncedAt === null ? null : toIso(row.syncedAt),
      updatedAt: toIso(row.updatedAt),
    };
  });
}
