import { fen, formatYuan } from '@qianxing/money';
import type { ImportedProduct } from '../model';
import type { ProductRow, SkuRow } from '../tables';

export interface Difference {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What an import would change of a product that is here already, field by field, for people to read. */
export function differences(product: ImportedProduct, known: ProductRow, skus: readonly SkuRow[]): Difference[] {
  const found: Difference[] = [];
  const compare = (field: string, before: string, after: string) => {
    if (before !== after) found.push({ field, before, after });
  };
  compare('title', known.title, product.title);
  compare('subtitle', known.subtitle, product.subtitle);
  compare('brand', known.brand, product.brand);
  compare('description', known.description, product.description);
  compare('category', known.categoryCode, product.categoryCode);
  compare('tags', (JSON.parse(known.tags) as string[]).join('、'), product.tags.join('、'));
  if (known.delistedHere === 0) compare('status', known.status, product.listed ? 'listed' : 'delisted');
  for (const sku of product.skus) {
    const old = skus.find((candidate) => candidate.externalSkuId === sku.externalSkuId);
    if (!old) {
      found.push({ field: `sku ${sku.skuCode}`, before: null, after: sku.label });
      continue;
    }
    compare(`price ${sku.skuCode}`, formatYuan(fen(old.priceFen)), formatYuan(fen(sku.priceFen)));
    compare(`stock ${sku.skuCode}`, String(old.externalStock ?? ''), String(sku.stock));
    compare(`label ${sku.skuCode}`, old.label, sku.label);
  }
  const external = new Set(product.skus.map((sku) => sku.externalSkuId));
  for (const old of skus)
    if (old.status === 'listed' && !external.has(old.externalSkuId ?? ''))
      found.push({ field: `sku ${old.skuCode}`, before: old.label, after: null });
  return found;
}
