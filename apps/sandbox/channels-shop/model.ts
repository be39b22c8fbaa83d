import type { ProductSeed } from './catalogue';

/** Product states of the Channels shop (§13.1). */
export const LISTED = 5;
export const RECYCLED = 6;
export const DELISTED = 11;
export const AUDIT_PASSED = 4;
export const IN_AUDIT = 2;

export interface ShopSku {
  readonly skuId: string;
  readonly skuCode: string;
  readonly attributes: readonly { readonly attr_key: string; readonly attr_value: string }[];
  salePriceFen: number;
  readonly marketPriceFen: number;
  stock: number;
  lastStockUpdateAtMs: number;
}

export interface ShopProduct {
  readonly productId: string;
  readonly productCode: string;
  title: string;
  subtitle: string;
  readonly description: string;
  readonly pictures: readonly string[];
  readonly categoryCodes: readonly string[];
  readonly weightGrams: number;
  readonly attributes: readonly { readonly attr_key: string; readonly attr_value: string }[];
  status: number;
  editStatus: number;
  editedAtMs: number;
  readonly skus: ShopSku[];
}

export interface StockFlow {
  readonly atMs: number;
  readonly productId: string;
  readonly skuId: string;
  readonly diffType: number;
  readonly quantity: number;
  readonly stockAfter: number;
}

export interface ChannelsShopState {
  /** In the order they were made. */
  readonly products: Map<string, ShopProduct>;
  readonly stockFlows: StockFlow[];
}

export const emptyChannelsShopState = (): ChannelsShopState => ({ products: new Map(), stockFlows: [] });

/** Category codes from the root down. */
export type CategoryPath = (categoryCode: string) => readonly string[];

const SEASONS = { summer: '夏季', winter: '冬季', all_season: '四季' } as const;
const attribute = (attr_key: string, attr_value: string) => ({ attr_key, attr_value });

/**
 * A product as a shop keeper would have entered it. `index` makes the ids, the same for the same catalogue.
 * What the shop's form has no field for stands in the product's attributes: seller, warehouse, season, vehicle types, gross weight.
 */
export function productFromSeed(seed: ProductSeed, index: number, path: CategoryPath, nowMs: number): ShopProduct {
  const productId = String(10_000_000_088_178n + BigInt(index) * 97n);
  const tyre = seed.skus.find((sku) => sku.tyre !== undefined)?.tyre;
  const weightGrams = Math.max(...seed.skus.map((sku) => sku.weightGrams));
  return {
    productId,
    productCode: seed.productCode,
    title: seed.titleZh,
    subtitle: seed.subtitleZh,
    description: seed.descriptionZh,
    pictures: seed.pictures,
    categoryCodes: path(seed.categoryCode),
    weightGrams,
    attributes: [
      attribute('品牌', seed.brandZh),
      attribute('英文标题', seed.titleEn),
      attribute('商家编码', seed.merchantCode),
      attribute('发货仓编码', seed.warehouseCode),
      attribute('毛重', `${weightGrams} g`),
      ...(tyre === undefined ? [] : [attribute('适用季节', SEASONS[tyre.season]), attribute('适用车型', tyre.vehicleTypes.join('、'))]),
      ...(seed.tags.length === 0 ? [] : [attribute('标签', seed.tags.join('、'))]),
    ],
    status: seed.status === 'listed' ? LISTED : DELISTED,
    editStatus: AUDIT_PASSED,
    editedAtMs: nowMs,
    skus: seed.skus.map((sku, skuIndex) => ({
      skuId: String(BigInt(productId) * 100_000n + BigInt(skuIndex + 1)),
      skuCode: sku.skuCode,
      attributes: sku.specs.map((spec) => attribute(spec.nameZh, spec.value)),
      salePriceFen: sku.priceFen,
      marketPriceFen: sku.marketPriceFen ?? sku.priceFen,
      stock: sku.stock,
      lastStockUpdateAtMs: 0,
    })),
  };
}
