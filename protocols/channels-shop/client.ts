import { createCall, done, read } from './call';
import { asInteger, asList, asObject, asText } from './json';
import { type Outcome, rejected, unknown } from './outcome';
import { readProduct, STATUS_NUMBER } from './product';
import { readStock, readStocks } from './stock';
import type { ChannelsShop, ChannelsShopConfig, JsonObject, ProductListInput, ProductPage, StockUpdate } from './types';

const PAGE_SIZE_MAX = 30;
const STOCK_PRODUCTS_MAX = 50;
const STOCK_MAX = 10_000_000;
const PRICE_MAX_FEN = 1_000_000_000;

const DATA_TYPE = { online: 1, draft: 2, both: 3 } as const;
const DIFF_TYPE = { add: 1, subtract: 2, set: 3 } as const;

/**
 * Products and stock of one Channels shop (微信小店).
 * https://developers.weixin.qq.com/doc/store/shop/API/channels-shop-product/
 *
 * @throws TypeError when the base URL is no address: a mistake of configuration, told at start
 */
export function createChannelsShop(config: ChannelsShopConfig): ChannelsShop {
  const call = createCall(config);
  return {
    listProducts: async (input = {}) => {
      const answer = await call('/product/list/get', listBody(input), 'read');
      return answer.kind === 'ok' ? productPage(answer.value, input.cursor) : answer;
    },

    getProduct: async ({ productId, version = 'online' }) => {
      const answer = await call('/product/get', { product_id: productId, data_type: DATA_TYPE[version] }, 'read');
      return read(answer, productVersions);
    },

    getStock: async ({ productId, skuId }) => {
      const answer = await call('/product/stock/get', { product_id: productId, sku_id: skuId }, 'read');
      return read(answer, (content) => readStock(productId, skuId, content.data));
    },

    getStocks: async (productIds) => {
      if (productIds.length < 1 || productIds.length > STOCK_PRODUCTS_MAX) return rejected('input.productIds', '1-50 products');
      return read(await call('/product/stock/batchget', { product_id: productIds }, 'read'), readStocks);
    },

    updateStock: async (input) => {
      if (!isStockQuantity(input)) return rejected('input.quantity', `not a quantity to ${input.change}: ${input.quantity}`);
      const body = { product_id: input.productId, sku_id: input.skuId, diff_type: DIFF_TYPE[input.change], num: input.quantity };
      return done(await call('/product/stock/update', body, 'write'));
    },

    updatePrices: async ({ productId, prices }) => {
      const isPrice = (amount: number) => Number.isSafeInteger(amount) && amount > 0 && amount <= PRICE_MAX_FEN;
      if (prices.length === 0 || !prices.every(({ salePriceFen }) => isPrice(salePriceFen))) {
        return rejected('input.prices', 'each price is 1 to 1,000,000,000 fen');
      }
      const skus = prices.map(({ skuId, salePriceFen }) => ({ sku_id: skuId, sale_price: salePriceFen }));
      return done(await call('/product/auditfree', { product_id: productId, skus }, 'write'));
    },
  };
}

function listBody({ status, pageSize = PAGE_SIZE_MAX, cursor }: ProductListInput): JsonObject {
  return {
    ...(status === undefined ? {} : { status: STATUS_NUMBER[status] }),
    page_size: Math.min(Math.max(Math.trunc(pageSize), 1), PAGE_SIZE_MAX),
    ...(cursor === undefined ? {} : { next_key: cursor }),
  };
}

/** A cursor that leads back to its own page would make a scan endless, and ending there would make it look complete: neither is known. */
function productPage(content: JsonObject, cursor: string | undefined): Outcome<ProductPage> {
  const productIds = asList(content.product_ids).flatMap((id) => asText(id) ?? []);
  const nextCursor = asText(content.next_key);
  const isLast = productIds.length === 0 || nextCursor === undefined || nextCursor === '';
  if (!isLast && nextCursor === cursor) return unknown('answer repeats the cursor');
  const total = asInteger(content.total_num) ?? productIds.length;
  return { kind: 'ok', value: { productIds, total, ...(isLast ? {} : { nextCursor }) } };
}

function productVersions(content: JsonObject) {
  const online = readProduct(content.product);
  const draft = readProduct(content.edit_product);
  const isUnreadable = (value: unknown, product: unknown) =>
    Object.keys(asObject(value as never) ?? {}).length > 0 && product === undefined;
  if (isUnreadable(content.product, online) || isUnreadable(content.edit_product, draft)) return undefined;
  return { ...(online === undefined ? {} : { online }), ...(draft === undefined ? {} : { draft }) };
}

function isStockQuantity({ change, quantity }: StockUpdate): boolean {
  return Number.isSafeInteger(quantity) && quantity >= (change === 'set' ? 0 : 1) && quantity <= STOCK_MAX;
}
