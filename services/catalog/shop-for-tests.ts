import type { ChannelsShop, Outcome, ShopProduct, ShopSku } from '@qianxing/channels-shop';
import { fen } from '@qianxing/money';

export interface SkuFixture {
  readonly code: string;
  readonly label?: string;
  readonly priceFen?: number;
  readonly marketPriceFen?: number;
  readonly stock?: number;
}

export interface ProductFixture {
  readonly title?: string;
  readonly subtitle?: string;
  readonly code?: string;
  readonly category?: string;
  readonly merchant?: string;
  readonly warehouse?: string;
  readonly season?: string;
  readonly vehicleTypes?: string;
  readonly brand?: string;
  readonly tags?: string;
  readonly pictures?: readonly string[];
  readonly status?: ShopProduct['status'];
  readonly skus?: readonly SkuFixture[];
}

/** A tyre with one SKU unless told, as the Channels shop tells it. */
function shopProduct(productId: string, origin: string, fixture: ProductFixture = {}): ShopProduct {
  const attribute = (name: string, value: string | undefined) => (value === undefined || value === '' ? [] : [{ name, value }]);
  const skus = fixture.skus ?? [{ code: `SKU-${productId}` }];
  return {
    productId,
    productCode: fixture.code ?? `CODE-${productId}`,
    title: fixture.title ?? `静行轮胎 ${productId}`,
    subTitle: fixture.subtitle ?? '安静',
    pictureUrls: (fixture.pictures ?? [`/ok/${productId}`]).map((path) => (path.startsWith('http') ? path : `${origin}${path}`)),
    description: '很好',
    descriptionPictureUrls: [],
    categoryIds: ['tyres', fixture.category ?? 'tyres-car'],
    attributes: [
      ...attribute('品牌', fixture.brand ?? '千里行'),
      ...attribute('英文标题', 'Tyre'),
      ...attribute('商家编码', fixture.merchant ?? 'M-1'),
      ...attribute('发货仓编码', fixture.warehouse ?? 'W-1'),
      ...attribute('毛重', '9000 g'),
      ...attribute('适用季节', fixture.season ?? '夏季'),
      ...attribute('适用车型', fixture.vehicleTypes ?? '轿车'),
      ...attribute('标签', fixture.tags),
    ],
    status: fixture.status ?? 'listed',
    statusCode: 5,
    editStatus: 'auditPassed',
    editStatusCode: 4,
    raw: {},
    skus: skus.map(
      (sku, index): ShopSku => ({
        skuId: `${productId}0${index}`.replace(/^(\d+)0(\d+)$/, '$1-$2'),
        skuCode: sku.code,
        salePriceFen: fen(sku.priceFen ?? 39_900),
        marketPriceFen: fen(sku.marketPriceFen ?? sku.priceFen ?? 39_900),
        stockQuantity: sku.stock ?? 10,
        attributes: [{ name: '规格', value: sku.label ?? '205/55R16 91V' }],
      }),
    ),
  };
}

/** What happens to a call that changes stock: carried out and told, carried out and lost, lost before, refused for now, refused for good. */
export type UpdateFate = 'ok' | 'doneUnknown' | 'lostUnknown' | 'busy' | 'refused';

/** A Channels shop in memory. */
export function memoryShop(origin: string) {
  const products = new Map<string, ShopProduct>();
  const shop = {
    products,
    /** Faults of the next calls, by method, in turn. */
    faults: { list: [] as Outcome<never>[], get: [] as Outcome<never>[], stock: [] as Outcome<never>[] },
    fates: [] as UpdateFate[],
    calls: { get: [] as string[], update: 0 },
    put: (productId: string, fixture: ProductFixture = {}) => void products.set(productId, shopProduct(productId, origin, fixture)),
    stockOf: (externalSkuId: string): number => skuOf(externalSkuId)?.stockQuantity ?? 0,
    setStock(externalSkuId: string, stockQuantity: number) {
      for (const product of products.values())
        products.set(product.productId, {
          ...product,
          skus: product.skus.map((sku) => (sku.skuId === externalSkuId ? { ...sku, stockQuantity } : sku)),
        });
    },
    client: undefined as unknown as ChannelsShop,
  };
  const skuOf = (skuId: string) => [...products.values()].flatMap((product) => product.skus).find((sku) => sku.skuId === skuId);
  const refused = { kind: 'rejected', code: '10020052', message: 'no such product' } as const;
  shop.client = {
    listProducts: async ({ pageSize = 30, cursor } = {}) => {
      const fault = shop.faults.list.shift();
      if (fault) return fault;
      const ids = [...products.keys()].sort();
      const start = cursor === undefined ? 0 : Number(cursor);
      const end = start + Math.min(pageSize, PAGE);
      return {
        kind: 'ok',
        value: { productIds: ids.slice(start, end), total: ids.length, ...(end < ids.length ? { nextCursor: String(end) } : {}) },
      };
    },
    getProduct: async ({ productId }) => {
      shop.calls.get.push(productId);
      const fault = shop.faults.get.shift();
      if (fault) return fault;
      const online = products.get(productId);
      return online ? { kind: 'ok', value: { online } } : refused;
    },
    getStock: async ({ productId, skuId }) => {
      const fault = shop.faults.stock.shift();
      if (fault) return fault;
      const normalQuantity = skuOf(skuId)?.stockQuantity;
      if (normalQuantity === undefined) return refused;
      const rest = { limitedDiscountQuantity: 0, finderQuantity: 0, warehouseQuantities: [], totalQuantity: normalQuantity };
      return { kind: 'ok', value: { productId, skuId, normalQuantity, ...rest } };
    },
    getStocks: async () => refused,
    updateStock: async ({ skuId, change, quantity }) => {
      shop.calls.update += 1;
      const fate = shop.fates.shift() ?? 'ok';
      const next = shop.stockOf(skuId) + (change === 'add' ? quantity : -quantity);
      if (fate === 'busy') return { kind: 'rejected', code: '45009', message: 'too often', retryable: true };
      if (fate === 'refused' || next < 0) return { kind: 'rejected', code: '10020219', message: 'not that much' };
      if (fate === 'lostUnknown') return { kind: 'unknown', reason: 'timeout' };
      shop.setStock(skuId, next);
      return fate === 'ok' ? { kind: 'ok', value: undefined } : { kind: 'unknown', reason: 'timeout' };
    },
    updatePrices: async () => refused,
  };
  return shop;
}

/** Products of a page of the pretended shop: small, so that every import has several. */
const PAGE = 3;
