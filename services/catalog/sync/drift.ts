import type { Query, Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import { fen, formatYuan } from '@qianxing/money';
import type { CatalogContext } from '../context';
import { saveProduct, toldOfProduct } from '../imports/saving';
import { importedProduct } from '../mapping';
import type { ImportedProduct } from '../model';
import { skusOfProducts } from '../store';
import type { CatalogTables, DriftReportRow, ProductRow, SkuRow } from '../tables';
import { type Told, toldUnits, unpushed } from './pushes';
import { synchronise } from './synchronise';

export interface Drift {
  readonly skuId: string;
  readonly skuCode: string;
  readonly title: string;
  readonly field: 'price' | 'stock' | 'status' | 'missing';
  readonly oursText: string;
  readonly theirsText: string;
  readonly repaired: boolean;
}

const tablesOf = (query: Query) => query.withTables<CatalogTables>();

export async function startReport(context: CatalogContext, repair: boolean): Promise<DriftReportRow> {
  const now = context.platform.clock.now();
  const row: DriftReportRow = {
    reportId: newId(now),
    status: 'running',
    repair: repair ? 1 : 0,
    checkedSkus: 0,
    drifts: '[]',
    createdAt: now,
    finishedAt: null,
  };
  await context.platform.database.transaction((transaction) =>
    tablesOf(transaction).insertInto('catalog_drift_reports').values(row).execute(),
  );
  return row;
}

export async function listReports(query: Query, page: { before: string | undefined; limit: number }): Promise<DriftReportRow[]> {
  let rows = tablesOf(query).selectFrom('catalog_drift_reports').selectAll().orderBy('reportId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('reportId', '<', page.before);
  return rows.execute();
}

/** Works on the oldest running report; answers 1 when it finished one. */
export async function workOnReport(context: CatalogContext): Promise<number> {
  const report = await tablesOf(context.platform.database.query)
    .selectFrom('catalog_drift_reports')
    .selectAll()
    .where('status', '=', 'running')
    .orderBy('reportId')
    .limit(1)
    .executeTakeFirst();
  if (!report) return 0;
  const products = await tablesOf(context.platform.database.query)
    .selectFrom('catalog_products')
    .selectAll()
    .where('externalProductId', 'is not', null)
    .orderBy('productId')
    .execute();
  const drifts: Drift[] = [];
  let checkedSkus = 0;
  let failed = false;
  for (const product of products) {
    const skus = (await skusOfProducts(context.platform.database.query, [product.productId])).filter((sku) => sku.status === 'listed');
    const before = await toldOfProduct(context, product.externalProductId ?? '');
    const answer = await context.options.channelsShop.getProduct({ productId: product.externalProductId ?? '' });
    if (answer.kind === 'unknown' || (answer.kind === 'rejected' && answer.retryable === true)) failed = true;
    else {
      const online = answer.kind === 'ok' ? answer.value.online : undefined;
      drifts.push(
        ...(await compareProduct(context, { product, skus, theirs: online && importedProduct(online), before }, report.repair === 1)),
      );
      checkedSkus += skus.length;
    }
  }
  const end = {
    status: failed ? ('failed' as const) : ('completed' as const),
    checkedSkus,
    drifts: JSON.stringify(drifts.slice(0, 1_000)),
    finishedAt: context.platform.clock.now(),
  };
  await context.platform.database.transaction((transaction: Transaction) =>
    tablesOf(transaction).updateTable('catalog_drift_reports').set(end).where('reportId', '=', report.reportId).execute(),
  );
  return 1;
}

interface Compared {
  readonly product: ProductRow;
  readonly skus: readonly SkuRow[];
  /** The product outside; undefined when it is gone. */
  readonly theirs: ImportedProduct | undefined;
  readonly before: ReadonlyMap<string, Told>;
}

async function compareProduct(context: CatalogContext, compared: Compared, repair: boolean): Promise<Drift[]> {
  const { product, skus, theirs, before } = compared;
  const stock = await context.needs.available(skus.map((sku) => sku.skuId));
  const waiting = await unpushed(
    context.platform.database.query,
    skus.map((sku) => sku.skuId),
  );
  const after = await toldUnits(
    context.platform.database.query,
    skus.map((sku) => sku.skuId),
  );
  const found: Omit<Drift, 'repaired'>[] = [];
  for (const sku of skus) {
    const note = (field: Drift['field'], oursText: string, theirsText: string) =>
      found.push({ skuId: sku.skuId, skuCode: sku.skuCode, title: product.title, field, oursText, theirsText });
    const other = theirs?.skus.find((candidate) => candidate.externalSkuId === sku.externalSkuId);
    if (!other) {
      note('missing', sku.label, '');
      continue;
    }
    if (other.priceFen !== sku.priceFen) note('price', formatYuan(fen(sku.priceFen)), formatYuan(fen(other.priceFen)));
    const expected = Math.max(0, other.stock - (waiting.get(sku.skuId) ?? 0));
    const ours = stock.get(sku.skuId)?.available ?? 0;
    // Told meanwhile: the two stocks were read at different moments.
    const isSteady = JSON.stringify(before.get(sku.skuId)) === JSON.stringify(after.get(sku.skuId));
    if (expected !== ours && isSteady) note('stock', String(ours), String(expected));
  }
  if (theirs && product.delistedHere === 0 && theirs.listed !== (product.status === 'listed')) {
    found.push({
      skuId: skus[0]?.skuId ?? product.productId,
      skuCode: product.productCode,
      title: product.title,
      field: 'status',
      oursText: product.status,
      theirsText: theirs.listed ? 'listed' : 'delisted',
    });
  }
  const repaired = repair && found.length > 0 && (await repairProduct(context, compared));
  return found.map((drift) => ({ ...drift, repaired }));
}

/** Takes over what the Channels shop says; what is gone there goes off sale here. */
async function repairProduct(context: CatalogContext, { product, theirs, before }: Compared): Promise<boolean> {
  if (theirs) return (await saveProduct(context, theirs, before)).kind === 'saved';
  return (await synchronise(context, product.externalProductId ?? '')) === 'changed';
}
