import { asInteger, asList, asObject, asText } from './json';
import type { Json, JsonObject, SkuStock } from './types';

/** https://developers.weixin.qq.com/doc/store/shop/API/channels-shop-product/stock/api_getstock.html */
export function readStock(productId: string, skuId: string, value: Json | undefined): SkuStock | undefined {
  const stock = asObject(value);
  const normalQuantity = asInteger(stock?.normal_stock_num);
  if (stock === undefined || normalQuantity === undefined) return undefined;
  return {
    productId,
    skuId,
    normalQuantity,
    limitedDiscountQuantity: asInteger(stock.limited_discount_stock_num) ?? 0,
    finderQuantity: asInteger(stock.finder_total_num) ?? 0,
    warehouseQuantities: asList(stock.warehouse_stocks).flatMap(readWarehouse),
    totalQuantity: asInteger(stock.total_stock_num) ?? normalQuantity,
  };
}

/** https://developers.weixin.qq.com/doc/store/shop/API/channels-shop-product/stock/api_batchgetstock.html */
export function readStocks(content: JsonObject): readonly SkuStock[] | undefined {
  const products = asObject(content.data)?.spu_stock_list;
  const stocks = asList(products).flatMap((product) => {
    const productId = asText(asObject(product)?.product_id);
    return asList(asObject(product)?.sku_stock).map((sku) => {
      const skuId = asText(asObject(sku)?.sku_id);
      return productId === undefined || skuId === undefined ? undefined : readStock(productId, skuId, sku);
    });
  });
  return stocks.every((stock) => stock !== undefined) ? stocks : undefined;
}

function readWarehouse(value: Json): SkuStock['warehouseQuantities'] {
  const warehouseId = asText(asObject(value)?.out_warehouse_id);
  const quantity = asInteger(asObject(value)?.num);
  return warehouseId === undefined || quantity === undefined ? [] : [{ warehouseId, quantity }];
}
