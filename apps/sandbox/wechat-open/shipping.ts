import type { FastifyInstance } from 'fastify';
import { takeFault } from '../faults';
import type { Transaction } from '../wechat-pay/model';
import { findTransaction } from '../wechat-pay/transactions';
import type { World } from '../world';
import { addOpenRoute, type OpenAnswer, okay, refuseOpen } from './gateway';
import { pushEvent } from './push';

const MAX_PARCELS = 15;
/** §11: contacts are masked but for the last four digits. */
const MASKED_CONTACT = /^[\d+-]*\*{4,}\d{4}$/;

/** What was reported about the shipping of one paid order (§11). */
export interface ShippingRecord {
  readonly outTradeNo: string;
  logisticsType: number;
  deliveryMode: number;
  allDelivered: boolean;
  parcels: { readonly tracking_no: string; readonly express_company: string; readonly item_desc: string }[];
  uploadTimeMs: number;
  reshipUsed: boolean;
  reminded: boolean;
  confirmedAtMs: number | null;
}

interface ShippingBody {
  readonly order_key?: {
    readonly order_number_type?: number;
    readonly transaction_id?: string;
    readonly mchid?: string;
    readonly out_trade_no?: string;
  };
  readonly logistics_type?: number;
  readonly delivery_mode?: number;
  readonly is_all_delivered?: boolean;
  readonly shipping_list?: readonly {
    readonly tracking_no?: string;
    readonly express_company?: string;
    readonly item_desc?: string;
    readonly contact?: { readonly consignor_contact?: string; readonly receiver_contact?: string };
  }[];
  readonly upload_time?: string;
  readonly payer?: { readonly openid?: string };
}

function paidTransaction(world: World, key: ShippingBody['order_key']): Transaction | undefined {
  const transaction =
    key?.order_number_type === 1
      ? findTransaction(world, { outTradeNo: key.out_trade_no ?? '' })
      : findTransaction(world, { transactionId: key?.transaction_id ?? '' });
  const rightMerchant = key?.order_number_type !== 1 || key.mchid === world.credentials.wechatPay.mchid;
  return transaction?.paidAtMs !== null && rightMerchant ? transaction : undefined;
}

/** §11 upload_shipping_info: order of the checks as the error list of the page suggests. */
function uploadShipping(world: World, body: ShippingBody): OpenAnswer {
  const transaction = paidTransaction(world, body.order_key);
  if (transaction === undefined || takeFault(world, 'wechat-open', 'shipping', ['paymentUnknown'], transaction.outTradeNo))
    return refuseOpen(world, 10060001, '支付单不存在');
  if (transaction.refundedFen >= transaction.totalFen) return refuseOpen(world, 10060004, '支付单处于不可发货的状态');
  const refusal = checkShape(world, body, transaction);
  if (refusal !== undefined) return refusal;
  const uploadTimeMs = Date.parse(body.upload_time ?? '');
  const parcels = (body.shipping_list ?? []).map((parcel) => ({
    tracking_no: parcel.tracking_no ?? '',
    express_company: parcel.express_company ?? '',
    item_desc: parcel.item_desc ?? '',
  }));
  const { shippings } = world.state.wechatOpen;
  const known = shippings.get(transaction.outTradeNo);
  const fresh = { logisticsType: body.logistics_type ?? 0, deliveryMode: body.delivery_mode ?? 1, parcels, uploadTimeMs };
  const allDelivered = fresh.deliveryMode === 1 || body.is_all_delivered === true;
  if (known === undefined) {
    shippings.set(transaction.outTradeNo, {
      ...fresh,
      outTradeNo: transaction.outTradeNo,
      allDelivered,
      reshipUsed: false,
      reminded: false,
      confirmedAtMs: null,
    });
    world.touch();
    return okay();
  }
  if (uploadTimeMs <= known.uploadTimeMs) return refuseOpen(world, 10060014, '参数错误：upload_time 不是最新');
  const unchanged =
    JSON.stringify([known.logisticsType, known.deliveryMode, known.parcels]) ===
    JSON.stringify([fresh.logisticsType, fresh.deliveryMode, parcels]);
  if (unchanged && known.allDelivered === allDelivered) return refuseOpen(world, 10060023, '发货信息未更新');
  const reship = known.allDelivered || known.deliveryMode !== fresh.deliveryMode;
  if (reship && known.reshipUsed) return refuseOpen(world, known.allDelivered ? 10060003 : 10060002, '支付单已使用重新发货机会');
  Object.assign(known, fresh, { allDelivered, reshipUsed: known.reshipUsed || reship });
  world.touch();
  return okay();
}

function checkShape(world: World, body: ShippingBody, transaction: Transaction): OpenAnswer | undefined {
  const { logistics_type: logistics = 0, delivery_mode: mode = 1, shipping_list: parcels = [] } = body;
  if (![1, 2, 3, 4].includes(logistics)) return refuseOpen(world, 10060005, '物流类型有误');
  if (mode !== 1 && mode !== 2) return refuseOpen(world, 10060014, '参数错误：delivery_mode');
  if (mode === 2 && logistics !== 1) return refuseOpen(world, 10060006, '非快递发货时不允许分拆发货');
  if (mode === 2 && body.is_all_delivered === undefined) return refuseOpen(world, 10060007, '分拆发货模式下必须填写 is_all_delivered 字段');
  if (parcels.length === 0 || (mode === 1 && parcels.length > 1)) return refuseOpen(world, 10060014, '参数错误：shipping_list');
  if (parcels.length > MAX_PARCELS) return refuseOpen(world, 10060024, '物流信息列表太长');
  for (const parcel of parcels) {
    if (!parcel.item_desc) return refuseOpen(world, 10060008, '商品描述 item_desc 不能为空');
    if ([...parcel.item_desc].length > 120) return refuseOpen(world, 10060009, '商品描述 item_desc 太长');
    if (logistics === 1 && (!parcel.tracking_no || !parcel.express_company))
      return refuseOpen(world, 10060014, '参数错误：快递发货必须填写单号与物流公司');
    const contacts = [parcel.contact?.consignor_contact, parcel.contact?.receiver_contact].filter((contact) => contact !== undefined);
    if (parcel.express_company === 'SF' && contacts.length === 0)
      return refuseOpen(world, 10060014, '参数错误：顺丰发货必须填写寄件人或收件人联系方式');
    if (contacts.some((contact) => !MASKED_CONTACT.test(contact)))
      return refuseOpen(world, 10060014, '参数错误：联系方式须掩码，保留末四位');
  }
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}[+-]\d{2}:\d{2}$/.test(body.upload_time ?? ''))
    return refuseOpen(world, 10060014, '参数错误：upload_time');
  return body.payer?.openid === transaction.paidOpenid ? undefined : refuseOpen(world, 10060031, '支付者 openid 不匹配');
}

/** 1 to ship, 2 shipped, 3 confirmed, 5 refunded, 6 to be settled. */
function shippingState(transaction: Transaction, record: ShippingRecord | undefined): number {
  if (transaction.refundedFen >= transaction.totalFen) return 5;
  if (record === undefined) return 1;
  return record.confirmedAtMs === null ? 2 : 3;
}

function orderView(world: World, transaction: Transaction): OpenAnswer {
  const record = world.state.wechatOpen.shippings.get(transaction.outTradeNo);
  return okay({
    order: {
      transaction_id: transaction.transactionId,
      merchant_id: world.credentials.wechatPay.mchid,
      sub_merchant_id: '',
      merchant_trade_no: transaction.outTradeNo,
      description: transaction.description,
      paid_amount: transaction.totalFen,
      openid: transaction.paidOpenid,
      trade_create_time: Math.floor(transaction.createdAtMs / 1_000),
      pay_time: Math.floor((transaction.paidAtMs ?? 0) / 1_000),
      order_state: shippingState(transaction, record),
      in_complaint: false,
      shipping: {
        delivery_mode: record?.deliveryMode ?? 0,
        logistics_type: record?.logisticsType ?? 0,
        finish_shipping: record?.allDelivered ?? false,
        goods_desc: transaction.description,
        finish_shipping_count: record === undefined ? 0 : record.reshipUsed ? 2 : 1,
        shipping_list: record?.parcels ?? [],
      },
    },
  });
}

/** The buyer confirms receipt in WeChat: the money of the order is settled and the app told. */
export function confirmReceipt(world: World, outTradeNo: string): boolean {
  const transaction = findTransaction(world, { outTradeNo });
  const record = world.state.wechatOpen.shippings.get(outTradeNo);
  if (transaction === undefined || record === undefined || record.confirmedAtMs !== null) return false;
  const now = world.clock.now();
  record.confirmedAtMs = now;
  transaction.settledAtMs ??= now;
  const seconds = (atMs: number) => Math.floor(atMs / 1_000);
  pushEvent(world, 'miniProgram', 'trade_manage_order_settlement', outTradeNo, {
    transaction_id: transaction.transactionId,
    merchant_id: world.credentials.wechatPay.mchid,
    merchant_trade_no: outTradeNo,
    pay_time: seconds(transaction.paidAtMs ?? 0),
    shipped_time: seconds(record.uploadTimeMs),
    estimated_settlement_time: seconds(now),
    confirm_receive_method: 1,
    confirm_receive_time: seconds(now),
    settlement_time: seconds(now),
  });
  world.touch();
  return true;
}

interface MerchantKey {
  readonly transaction_id?: string;
  readonly merchant_trade_no?: string;
}
const byMerchantKey = (world: World, body: MerchantKey): Transaction | undefined => {
  const transaction = findTransaction(
    world,
    body.transaction_id ? { transactionId: body.transaction_id } : { outTradeNo: body.merchant_trade_no ?? '' },
  );
  return transaction?.paidAtMs === null ? undefined : transaction;
};

function remindReceipt(world: World, body: MerchantKey & { received_time?: number }): OpenAnswer {
  const transaction = byMerchantKey(world, body);
  if (transaction === undefined) return refuseOpen(world, 10060001, '支付单不存在');
  const record = world.state.wechatOpen.shippings.get(transaction.outTradeNo);
  if (record === undefined) return refuseOpen(world, 10060028, '支付单未发货');
  if (record.logisticsType !== 1) return refuseOpen(world, 10060032, '仅支持快递发货的订单');
  if (record.reminded) return refuseOpen(world, 10060030, '已使用过确认收货提醒');
  if ((body.received_time ?? 0) * 1_000 <= record.uploadTimeMs) return refuseOpen(world, 10060029, '签收时间有误');
  record.reminded = true;
  world.touch();
  return okay();
}

export function registerShipping(app: FastifyInstance, world: World): void {
  const add = (name: string, handle: (body: Readonly<Record<string, unknown>>) => OpenAnswer) =>
    addOpenRoute(app, world, {
      method: 'POST',
      url: `/wxa/sec/order/${name}`,
      party: 'wechat-open',
      operation: name === 'upload_shipping_info' ? 'shipping' : `shipping.${name}`,
      needsToken: true,
      handle: (_world, { body }) => handle(body),
    });
  add('upload_shipping_info', (body) => uploadShipping(world, body as ShippingBody));
  add('upload_combined_shipping_info', (body) => {
    const { sub_orders: subOrders = [], upload_time, payer } = body as ShippingBody & { sub_orders?: readonly ShippingBody[] };
    const results = subOrders.map((sub) =>
      uploadShipping(world, { ...sub, ...(upload_time ? { upload_time } : {}), ...(payer ? { payer } : {}) }),
    );
    return results.find((result) => 'json' in result && result.json.errcode !== 0) ?? okay();
  });
  add('get_order', (body) => {
    const transaction = byMerchantKey(world, body as MerchantKey);
    return transaction === undefined ? refuseOpen(world, 10060001, '支付单不存在') : orderView(world, transaction);
  });
  add('notify_confirm_receive', (body) => remindReceipt(world, body as MerchantKey));
  add('is_trade_managed', () => okay({ is_trade_managed: world.state.wechatPay.settings.settlementGate }));
  add('is_trade_management_confirmation_completed', () => okay({ completed: true }));
  add('set_msg_jump_path', () => okay());
}
