import { type Fen, fen } from '@qianxing/money';
import { asInteger, asList, asObject, asText } from './json';
import type { Json, JsonObject, ProductEditStatus, ProductStatus, ShopAttribute, ShopProduct, ShopSku } from './types';

/** https://developers.weixin.qq.com/doc/store/shop/API/channels-shop-product/shop/api_getproduct.html, enumeration `status`. */
const STATUS: Readonly<Record<number, ProductStatus>> = {
  0: 'initial',
  5: 'listed',
  6: 'recycled',
  9: 'deleted',
  11: 'delistedByMerchant',
  13: 'delistedForViolation',
  14: 'delistedForDeposit',
  15: 'delistedForBrand',
  20: 'banned',
};

/** Same page, enumeration `edit_status`. */
const EDIT_STATUS: Readonly<Record<number, ProductEditStatus>> = {
  0: 'initial',
  1: 'editing',
  2: 'inAudit',
  3: 'auditFailed',
  4: 'auditPassed',
  5: 'writing',
  7: 'uploading',
  8: 'uploadFailed',
};

/** Numbers the list call filters by. */
export const STATUS_NUMBER = { listed: 5, recycled: 6, delistedByMerchant: 11, delistedForViolation: 13, banned: 20 } as const;

export const productStatus = (code: number): ProductStatus => STATUS[code] ?? 'other';

/** @returns undefined when there is no product, or one without id, title or readable prices */
export function readProduct(value: Json | undefined): ShopProduct | undefined {
  const raw = asObject(value);
  const productId = asText(raw?.product_id);
  const title = asText(raw?.title);
  const skus = asList(raw?.skus).map(readSku);
  if (raw === undefined || !productId || title === undefined || !skus.every((sku) => sku !== undefined)) return undefined;
  const description = asObject(raw.desc_info);
  const statusCode = asInteger(raw.status) ?? 0;
  const editStatusCode = asInteger(raw.edit_status) ?? 0;
  return {
    productId,
    ...optional('outProductId', nonEmpty(raw.out_product_id)),
    ...optional('productCode', nonEmpty(raw.spu_code)),
    title,
    subTitle: asText(raw.sub_title) ?? '',
    pictureUrls: texts(raw.head_imgs),
    description: asText(description?.desc) ?? '',
    descriptionPictureUrls: texts(description?.imgs),
    categoryIds: categoryIds(raw),
    ...optional('brandId', nonEmpty(raw.brand_id)),
    attributes: attributes(raw.attrs),
    status: productStatus(statusCode),
    statusCode,
    editStatus: EDIT_STATUS[editStatusCode] ?? 'other',
    editStatusCode,
    ...optional('minPriceFen', price(raw.min_price)),
    ...optional('editedAt', instant(raw.edit_time)),
    skus,
    raw,
  };
}

function readSku(value: Json): ShopSku | undefined {
  const sku = asObject(value);
  const skuId = asText(sku?.sku_id);
  const salePriceFen = price(sku?.sale_price);
  if (sku === undefined || !skuId || salePriceFen === undefined) return undefined;
  return {
    skuId,
    ...optional('outSkuId', nonEmpty(sku.out_sku_id)),
    ...optional('skuCode', nonEmpty(sku.sku_code)),
    salePriceFen,
    ...optional('marketPriceFen', price(sku.market_price)),
    stockQuantity: asInteger(sku.stock_num) ?? 0,
    attributes: attributes(sku.sku_attrs),
    ...optional('pictureUrl', nonEmpty(sku.thumb_img)),
  };
}

/** The newer category tree stands beside the older one while shops move over. */
function categoryIds(raw: JsonObject): readonly string[] {
  const newer = asList(raw.cats_v2);
  return texts((newer.length > 0 ? newer : asList(raw.cats)).map((category) => asObject(category)?.cat_id ?? null));
}

function attributes(value: Json | undefined): readonly ShopAttribute[] {
  return asList(value).flatMap((entry) => {
    const name = asText(asObject(entry)?.attr_key);
    return name === undefined ? [] : [{ name, value: asText(asObject(entry)?.attr_value) ?? '' }];
  });
}

function texts(value: Json | undefined): readonly string[] {
  return asList(value).flatMap((entry) => asText(entry) ?? []);
}

function price(value: Json | undefined): Fen | undefined {
  const amount = asInteger(value);
  return amount === undefined || amount < 0 ? undefined : fen(amount);
}

function nonEmpty(value: Json | undefined): string | undefined {
  const text = asText(value);
  return text === '' ? undefined : text;
}

/** Unix seconds, in some answers milliseconds; 0 means never. */
function instant(value: Json | undefined): number | undefined {
  const time = asInteger(value);
  if (time === undefined || time <= 0) return undefined;
  return time > 100_000_000_000 ? time : time * 1_000;
}

function optional<N extends string, T>(name: N, value: T | undefined): { readonly [K in N]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in N]?: T };
}
