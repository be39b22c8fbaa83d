import { toIso } from '@qianxing/time';
import type { CatalogContext } from './context';
import type { Product, ProductCard, Sku } from './contract';
import type { TyreSize } from './search/query';
import { merchants, skusOfProducts } from './store';
import type { MerchantRow, ProductRow, SkuRow } from './tables';

export const mediaUrl = (name: string): string => `/media/${name}`;

export const picturesOf = (row: ProductRow): string[] => (JSON.parse(row.pictures) as string[]).map(mediaUrl);

const MERCHANTS_TTL_MS = 60_000;

async function merchantMap(context: CatalogContext): Promise<Map<string, MerchantRow>> {
  return context.cached(
    'merchants',
    MERCHANTS_TTL_MS,
    async () => new Map((await merchants(context.platform.database.query)).map((row) => [row.merchantId, row])),
  );
}

/** Cards of a page of products; three queries whatever the number of rows. `size` marks the size that a search narrowed to. */
export async function cardsOf(context: CatalogContext, rows: readonly ProductRow[], size?: Partial<TyreSize>): Promise<ProductCard[]> {
  const productIds = rows.map((row) => row.productId);
  const skus = (await skusOfProducts(context.platform.database.query, productIds)).filter((sku) => sku.status === 'listed');
  const stock = await context.needs.available(skus.map((sku) => sku.skuId));
  const byMerchant = await merchantMap(context);
  return rows.map((row) => {
    const own = skus.filter((sku) => sku.productId === row.productId);
    const shown = size === undefined ? own : own.filter((sku) => fits(sku, size));
    const cheapest = [...(shown.length > 0 ? shown : own)].sort((a, b) => a.priceFen - b.priceFen)[0];
    return {
      productId: row.productId,
      title: row.title,
      subtitle: row.subtitle,
      pictureUrl: picturesOf(row)[0] ?? '',
      priceFromFen: cheapest?.priceFen ?? row.minPriceFen,
      marketPriceFen: cheapest?.marketPriceFen ?? null,
      soldCount: row.soldCount,
      inStock: own.some((sku) => (stock.get(sku.skuId)?.available ?? 0) > 0),
      tags: JSON.parse(row.tags) as string[],
      merchantName: byMerchant.get(row.merchantId)?.name ?? '',
      tyreLabel: size !== undefined && shown.length === 1 ? (shown[0]?.label ?? null) : null,
    };
  });
}

function fits(sku: SkuRow, size: Partial<TyreSize>): boolean {
  return (
    (size.widthMm === undefined || sku.widthMm === size.widthMm) &&
    (size.aspectPercent === undefined || sku.aspectPercent === size.aspectPercent) &&
    (size.rimTenths === undefined || sku.rimTenths === size.rimTenths)
  );
}

export async function productView(context: CatalogContext, row: ProductRow, all = false): Promise<Product> {
  const skus = (await skusOfProducts(context.platform.database.query, [row.productId])).filter((sku) => all || sku.status === 'listed');
  const stock = await context.needs.available(skus.map((sku) => sku.skuId));
  const merchant = (await merchantMap(context)).get(row.merchantId);
  return {
    productId: row.productId,
    productCode: row.productCode,
    title: row.title,
    subtitle: row.subtitle,
    brand: row.brand,
    description: row.description,
    categoryCode: row.categoryCode,
    pictureUrls: picturesOf(row),
    tags: JSON.parse(row.tags) as string[],
    merchant: { merchantId: row.merchantId, name: merchant?.name ?? '', provinceName: merchant?.provinceName ?? '' },
    skus: skus.map((sku) => skuView(sku, stock.get(sku.skuId)?.available ?? 0)),
    soldCount: row.soldCount,
    status: row.status,
    updatedAt: toIso(row.updatedAt),
  };
}

function skuView(row: SkuRow, available: number): Sku {
  return {
    skuId: row.skuId,
    skuCode: row.skuCode,
    specifications: JSON.parse(row.specifications) as Sku['specifications'],
    label: row.label,
    priceFen: row.priceFen,
    marketPriceFen: row.marketPriceFen,
    available,
    pictureUrl: null,
    tyre: tyreView(row),
    status: row.status,
  };
}

function tyreView(row: SkuRow): Sku['tyre'] {
  const { widthMm, aspectPercent, rimTenths, loadIndex, speedRating, season } = row;
  if (widthMm === null || aspectPercent === null || rimTenths === null || season === null) return null;
  return {
    widthMm,
    aspectPercent,
    rimInch: rimTenths / 10,
    loadIndex: loadIndex ?? 0,
    speedRating: speedRating ?? '',
    season,
    vehicleTypes: (row.vehicleTypes ?? '').split('、').filter((type) => type !== ''),
    label: row.label,
  };
}
