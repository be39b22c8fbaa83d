import { fen, formatYuan } from '@qianxing/money';
import { PICTURES_AT_MOST } from '../media';
import type { ImportedProduct, ImportedSku } from '../model';
import { keptTexts } from '../store';
import type { ProductRow, SkuRow } from '../tables';

export interface Difference {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * What an import would change of a product that is here already, field by field, for people to read. Texts that staff wrote here are no
 * difference. `warehouseId` is where the Channels shop says it ships from, undefined if there is no such warehouse here.
 */
export function differences(
  product: ImportedProduct,
  known: ProductRow,
  skus: readonly SkuRow[],
  warehouseId: string | undefined,
): Difference[] {
  const found: Difference[] = [];
  const compare = (field: string, before: string, after: string) => {
    if (before !== after) found.push({ field, before, after });
  };
  const wanted = { ...product, ...keptTexts(known) };
  for (const field of ['productCode', 'title', 'titleEn', 'subtitle', 'brand', 'description'] as const)
    compare(field, known[field], wanted[field]);
  compare('category', known.categoryCode, product.categoryCode);
  compare('tags', (JSON.parse(known.tags) as string[]).join('、'), product.tags.join('、'));
  compare('weight', String(known.weightGrams), String(product.weightGrams));
  if (warehouseId !== known.warehouseId)
    found.push({ field: 'warehouse', before: null, after: `${product.merchantCode} ${product.warehouseCode}` });
  const pictures = Object.keys(JSON.parse(known.pictureSources) as object).join('\n');
  compare('pictures', pictures, [...new Set(product.pictureUrls.slice(0, PICTURES_AT_MOST))].join('\n'));
  if (known.delistedHere === 0) compare('status', known.status, product.listed ? 'listed' : 'delisted');
  for (const sku of product.skus) {
    const old = skus.find((candidate) => candidate.externalSkuId === sku.externalSkuId);
    if (old) found.push(...skuDifferences(sku, old));
    else found.push({ field: `sku ${sku.skuCode}`, before: null, after: sku.label });
  }
  const external = new Set(product.skus.map((sku) => sku.externalSkuId));
  for (const old of skus)
    if (old.status === 'listed' && !external.has(old.externalSkuId ?? ''))
      found.push({ field: `sku ${old.skuCode}`, before: old.label, after: null });
  return found;
}

function skuDifferences(sku: ImportedSku, old: SkuRow): Difference[] {
  const yuan = (amountFen: number | null): string => (amountFen === null ? '' : formatYuan(fen(amountFen)));
  const pairs: readonly (readonly [string, string, string])[] = [
    ['code', old.skuCode, sku.skuCode],
    ['price', yuan(old.priceFen), yuan(sku.priceFen)],
    ['market price', yuan(old.marketPriceFen), yuan(sku.marketPriceFen)],
    ['stock', String(old.externalStock ?? ''), String(sku.stock)],
    ['label', old.label, sku.label],
    ['status', old.status, 'listed'],
    ['season', old.season ?? '', sku.tyre?.season ?? ''],
    ['vehicle types', old.vehicleTypes ?? '', sku.tyre?.vehicleTypes.join('、') ?? ''],
  ];
  return pairs
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => ({ field: `${name} ${sku.skuCode}`, before, after }));
}
