import { asInteger, asObject, asText } from './json';
import { type Outcome, rejected, succeeded } from './outcome';
import { productStatus } from './product';
import type { JsonObject, OrderChange, ReceivedEvent, ShopEvent } from './types';

const ORDER_CHANGES: Readonly<Record<string, OrderChange>> = {
  channels_ec_order_new: 'created',
  channels_ec_order_pay: 'paid',
  channels_ec_order_cancel: 'cancelled',
  channels_ec_order_wait_shipping: 'toShip',
  channels_ec_order_deliver: 'shipped',
  channels_ec_order_confirm: 'confirmed',
  channels_ec_order_settle: 'settled',
  channels_ec_order_ext_info_update: 'infoUpdated',
};

const UPDATE_ACTIONS = ['updated', 'created', 'recycled', 'deleted'] as const;

type Reader = (content: JsonObject) => ShopEvent | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  product_spu_audit: productAudited,
  product_spu_listing: productListingChanged,
  product_spu_update: productUpdated,
  channels_ec_stock_no_enough: stockLow,
  channels_ec_aftersale_update: afterSaleChanged,
};

/**
 * Types a push message that was verified and decrypted before. Rejected `event.shape` when a known event lacks what it must carry; an
 * event not known here is `other`, never an error.
 * https://developers.weixin.qq.com/doc/store/shop/notify/product_callback/
 */
export function parseShopEvent({ event = '', content }: ReceivedEvent): Outcome<ShopEvent> {
  const change = Object.hasOwn(ORDER_CHANGES, event) ? ORDER_CHANGES[event] : undefined;
  const reader: Reader | undefined = change === undefined ? readerOf(event) : (message) => orderChanged(message, change);
  if (reader === undefined) return succeeded({ kind: 'other', event });
  const parsed = reader(content);
  return parsed === undefined ? rejected('event.shape', `${event} lacks a member`) : succeeded(parsed);
}

const readerOf = (event: string): Reader | undefined => (Object.hasOwn(READERS, event) ? READERS[event] : undefined);

const reasonOf = (body: JsonObject | undefined) => {
  const reason = asText(body?.reason);
  return reason === undefined || reason === '' ? {} : { reason };
};

function productAudited(content: JsonObject): ShopEvent | undefined {
  const body = asObject(content.ProductSpuAudit);
  const productId = asText(body?.product_id);
  const resultCode = asInteger(body?.status);
  if (!productId || resultCode === undefined) return undefined;
  const result = resultCode === 3 ? 'passed' : resultCode === 2 ? 'rejected' : 'other';
  return { kind: 'productAudited', productId, result, resultCode, ...reasonOf(body) };
}

function productListingChanged(content: JsonObject): ShopEvent | undefined {
  const body = asObject(content.ProductSpuListing);
  const productId = asText(body?.product_id);
  const statusCode = asInteger(body?.status);
  if (!productId || statusCode === undefined) return undefined;
  return { kind: 'productListingChanged', productId, status: productStatus(statusCode), statusCode, ...reasonOf(body) };
}

/** 0 updated, 1 created, 2 deleted into the recycle bin, 3 deleted for good. */
function productUpdated(content: JsonObject): ShopEvent | undefined {
  const body = asObject(content.ProductSpuUpdate);
  const productId = asText(body?.product_id);
  const actionCode = asInteger(body?.status);
  if (!productId || actionCode === undefined) return undefined;
  return { kind: 'productUpdated', productId, action: UPDATE_ACTIONS[actionCode] ?? 'other', actionCode };
}

/** The body is nested under the event's name in most messages and flat in some. */
function stockLow(content: JsonObject): ShopEvent | undefined {
  const body = asObject(content.channels_ec_stock_no_enough) ?? asObject(content.ChannelsEcStockNoEnough) ?? content;
  const productId = asText(body.product_id);
  const skuId = asText(body.sku_id);
  const remainingQuantity = asInteger(body.remaining_stock_amount);
  if (!productId || !skuId || remainingQuantity === undefined) return undefined;
  return { kind: 'stockLow', productId, skuId, remainingQuantity };
}

function orderChanged(content: JsonObject, change: OrderChange): ShopEvent | undefined {
  const orderId = asText(asObject(content.order_info)?.order_id);
  return orderId ? { kind: 'orderChanged', orderId, change } : undefined;
}

function afterSaleChanged(content: JsonObject): ShopEvent | undefined {
  const body = asObject(content.finder_shop_aftersale_status_update);
  const afterSaleOrderId = asText(body?.after_sale_order_id);
  const orderId = asText(body?.order_id);
  if (!afterSaleOrderId || !orderId) return undefined;
  return { kind: 'afterSaleChanged', afterSaleOrderId, orderId, status: asText(body?.status) ?? '' };
}
