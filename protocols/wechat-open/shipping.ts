import { read, type WechatCall } from './call';
import { asInteger, asList, asObject, asText } from './json';
import { type Outcome, rejected, succeeded, unknown } from './outcome';
import type {
  JsonObject,
  LogisticsKind,
  ShippingInfo,
  ShippingOrder,
  ShippingOrderKey,
  ShippingOrderState,
  ShippingParcel,
  WechatOpen,
} from './types';

type Shipping = Pick<
  WechatOpen,
  'uploadShippingInfo' | 'uploadCombinedShippingInfo' | 'shippingOrder' | 'isTradeManaged' | 'notifyConfirmReceive'
>;

const LOGISTICS_TYPE: Readonly<Record<LogisticsKind, number>> = { express: 1, city: 2, virtual: 3, pickUp: 4 };

const STATES: Readonly<Record<number, ShippingOrderState>> = {
  1: 'toShip',
  2: 'shipped',
  3: 'confirmed',
  4: 'done',
  5: 'refunded',
  6: 'toSettle',
};

/** WeChat learns of a payment up to a minute late. */
const PAYMENT_UNKNOWN = '10060001';
const SYSTEM_FAULTS = new Set(['10060012', '10060019']);
const NOTHING_CHANGED = '10060023';

/** 发货信息管理 https://developers.weixin.qq.com/miniprogram/dev/platform-capabilities/business-capabilities/order-shipping/order-shipping.html */
export function createShipping(appId: string, call: WechatCall): Shipping {
  const post = async (name: string, body: JsonObject) => byShippingCode(await call.post(`/wxa/sec/order/${name}`, body));

  return {
    uploadShippingInfo: async (input) =>
      uploaded(
        await post('upload_shipping_info', {
          ...shippingBody(input),
          upload_time: chinaTime(input.uploadedAt),
          payer: { openid: input.payerOpenId },
        }),
      ),

    uploadCombinedShippingInfo: async (input) =>
      uploaded(
        await post('upload_combined_shipping_info', {
          order_key: orderKey(input.order),
          sub_orders: input.subOrders.map(shippingBody),
          upload_time: chinaTime(input.uploadedAt),
          payer: { openid: input.payerOpenId },
        }),
      ),

    shippingOrder: async (order) => read(await post('get_order', merchantKey(order)), shippingOrder),

    isTradeManaged: async () =>
      read(await post('is_trade_managed', { appid: appId }), ({ is_trade_managed: managed }) =>
        typeof managed === 'boolean' ? managed : undefined,
      ),

    notifyConfirmReceive: async ({ order, receivedAt }) => {
      const outcome = await post('notify_confirm_receive', { ...merchantKey(order), received_time: Math.floor(receivedAt / 1_000) });
      return outcome.kind === 'ok' ? succeeded(undefined) : outcome;
    },
  };
}

function byShippingCode(outcome: Outcome<JsonObject>): Outcome<JsonObject> {
  if (outcome.kind !== 'rejected') return outcome;
  if (SYSTEM_FAULTS.has(outcome.code)) return unknown(`answer ${outcome.code} ${outcome.message}`);
  return outcome.code === PAYMENT_UNKNOWN ? rejected(outcome.code, outcome.message, true) : outcome;
}

function uploaded(outcome: Outcome<JsonObject>): Outcome<{ readonly changed: boolean }> {
  if (outcome.kind === 'ok') return succeeded({ changed: true });
  if (outcome.kind === 'rejected' && outcome.code === NOTHING_CHANGED) return succeeded({ changed: false });
  return outcome;
}

function shippingBody({ order, logistics, delivery, parcels }: ShippingInfo): JsonObject {
  return {
    order_key: orderKey(order),
    logistics_type: LOGISTICS_TYPE[logistics],
    ...(delivery.mode === 'unified' ? { delivery_mode: 1 } : { delivery_mode: 2, is_all_delivered: delivery.allDelivered }),
    shipping_list: parcels.map(parcelBody),
  };
}

/** Members that are left out must not be sent at all. */
function parcelBody(parcel: ShippingParcel): JsonObject {
  const contact = {
    ...(parcel.consignorContact === undefined ? {} : { consignor_contact: parcel.consignorContact }),
    ...(parcel.receiverContact === undefined ? {} : { receiver_contact: parcel.receiverContact }),
  };
  return {
    ...(parcel.trackingNumber === undefined ? {} : { tracking_no: parcel.trackingNumber }),
    ...(parcel.carrierCode === undefined ? {} : { express_company: parcel.carrierCode }),
    item_desc: parcel.itemDescription,
    ...(Object.keys(contact).length === 0 ? {} : { contact }),
  };
}

function orderKey(order: ShippingOrderKey): JsonObject {
  if ('transactionId' in order) return { order_number_type: 2, transaction_id: order.transactionId };
  return { order_number_type: 1, mchid: order.merchantId, out_trade_no: order.outTradeNo };
}

/** The queries name the same two keys in other words. */
function merchantKey(order: ShippingOrderKey): JsonObject {
  if ('transactionId' in order) return { transaction_id: order.transactionId };
  return { merchant_id: order.merchantId, merchant_trade_no: order.outTradeNo };
}

const CHINA_OFFSET_MS = 8 * 3_600_000;

/** `2022-12-15T13:29:35.120+08:00`. */
function chinaTime(instantMs: number): string {
  return `${new Date(instantMs + CHINA_OFFSET_MS).toISOString().slice(0, -1)}+08:00`;
}

function shippingOrder(content: JsonObject): ShippingOrder | undefined {
  const order = asObject(content.order);
  const transactionId = asText(order?.transaction_id);
  const stateCode = asInteger(order?.order_state);
  if (order === undefined || transactionId === undefined || stateCode === undefined) return undefined;
  return {
    transactionId,
    merchantId: asText(order.merchant_id) ?? '',
    outTradeNo: asText(order.merchant_trade_no) ?? '',
    paidAmountFen: asInteger(order.paid_amount) ?? 0,
    openId: asText(order.openid) ?? '',
    state: STATES[stateCode] ?? 'other',
    stateCode,
    inComplaint: order.in_complaint === true,
    parcels: asList(asObject(order.shipping)?.shipping_list).map((parcel) => ({
      trackingNumber: asText(asObject(parcel)?.tracking_no) ?? '',
      carrierCode: asText(asObject(parcel)?.express_company) ?? '',
    })),
  };
}
