import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWechatOpen, type ShippingUpload, type WechatOpen } from './index';
import { type Loopback, serve } from './loopback';

let other: Loopback;
let wechat: WechatOpen;
let answer: object = {};

beforeEach(async () => {
  answer = { errcode: 0, errmsg: 'ok' };
  other = await serve(({ path }) => ({
    body: JSON.stringify(path === '/cgi-bin/stable_token' ? { access_token: 't1', expires_in: 7200 } : answer),
  }));
  wechat = createWechatOpen({
    apiBaseUrl: other.url,
    authorizeBaseUrl: other.url,
    appId: 'wx1',
    appSecret: 'secret1',
    clock: { now: () => 0 },
  });
});
afterEach(() => other.close());

const lastBody = () => JSON.parse(other.received.at(-1)!.body);

const upload: ShippingUpload = {
  order: { transactionId: '4200001' },
  logistics: 'express',
  delivery: { mode: 'split', allDelivered: false },
  parcels: [{ trackingNumber: 'SF1', carrierCode: 'SF', itemDescription: '轮胎*2', receiverContact: '138****1234' }],
  uploadedAt: Date.parse('2022-12-15T13:29:35.120+08:00'),
  payerOpenId: 'o1',
};

describe('uploading shipping info', () => {
  it('given a split parcel by transaction id, then the body is as documented and carries nothing else', async () => {
    expect(await wechat.uploadShippingInfo(upload)).toEqual({ kind: 'ok', value: { changed: true } });
    expect(other.received.at(-1)!.path).toBe('/wxa/sec/order/upload_shipping_info');
    expect(lastBody()).toEqual({
      order_key: { order_number_type: 2, transaction_id: '4200001' },
      logistics_type: 1,
      delivery_mode: 2,
      is_all_delivered: false,
      shipping_list: [{ tracking_no: 'SF1', express_company: 'SF', item_desc: '轮胎*2', contact: { receiver_contact: '138****1234' } }],
      upload_time: '2022-12-15T13:29:35.120+08:00',
      payer: { openid: 'o1' },
    });
  });

  it('given pick-up by merchant number, then no tracking, no contact and no split members', async () => {
    await wechat.uploadShippingInfo({
      ...upload,
      order: { merchantId: '1900', outTradeNo: 'T1' },
      logistics: 'pickUp',
      delivery: { mode: 'unified' },
      parcels: [{ itemDescription: '门店自提' }],
    });
    expect(lastBody()).toMatchObject({
      order_key: { order_number_type: 1, mchid: '1900', out_trade_no: 'T1' },
      logistics_type: 4,
      delivery_mode: 1,
      shipping_list: [{ item_desc: '门店自提' }],
    });
    expect(Object.keys(lastBody())).not.toContain('is_all_delivered');
    expect(Object.keys(lastBody().shipping_list[0])).toEqual(['item_desc']);
  });

  it('given a combined payment, then each order has its own list and only the whole has time and payer', async () => {
    const { order, logistics, delivery, parcels, uploadedAt, payerOpenId } = upload;
    await wechat.uploadCombinedShippingInfo({ order, subOrders: [{ order, logistics, delivery, parcels }], uploadedAt, payerOpenId });
    expect(other.received.at(-1)!.path).toBe('/wxa/sec/order/upload_combined_shipping_info');
    expect(Object.keys(lastBody())).toEqual(['order_key', 'sub_orders', 'upload_time', 'payer']);
    expect(Object.keys(lastBody().sub_orders[0])).toEqual([
      'order_key',
      'logistics_type',
      'delivery_mode',
      'is_all_delivered',
      'shipping_list',
    ]);
  });

  it('given the codes of the page, then: nothing changed is success, payment not yet known is retryable, system faults are unknown', async () => {
    answer = { errcode: 10060023, errmsg: 'same' };
    expect(await wechat.uploadShippingInfo(upload)).toEqual({ kind: 'ok', value: { changed: false } });
    answer = { errcode: 10060001, errmsg: 'no such payment' };
    expect(await wechat.uploadShippingInfo(upload)).toMatchObject({ kind: 'rejected', code: '10060001', retryable: true });
    answer = { errcode: 10060003, errmsg: 'used up' };
    expect(await wechat.uploadShippingInfo(upload)).toEqual({ kind: 'rejected', code: '10060003', message: 'used up' });
    for (const errcode of [10060012, 10060019]) {
      answer = { errcode, errmsg: 'system' };
      expect((await wechat.uploadShippingInfo(upload)).kind).toBe('unknown');
    }
  });
});

describe('asking about shipping', () => {
  it('given an order, then its state is typed and a new state keeps its number', async () => {
    const order = {
      transaction_id: '4200001',
      merchant_id: '1900',
      merchant_trade_no: 'T1',
      paid_amount: 19900,
      openid: 'o1',
      order_state: 2,
      in_complaint: false,
      shipping: { delivery_mode: 1, shipping_list: [{ tracking_no: 'SF1', express_company: 'SF' }] },
    };
    answer = { errcode: 0, order };
    expect(await wechat.shippingOrder({ merchantId: '1900', outTradeNo: 'T1' })).toEqual({
      kind: 'ok',
      value: {
        transactionId: '4200001',
        merchantId: '1900',
        outTradeNo: 'T1',
        paidAmountFen: 19900,
        openId: 'o1',
        state: 'shipped',
        stateCode: 2,
        inComplaint: false,
        parcels: [{ trackingNumber: 'SF1', carrierCode: 'SF' }],
      },
    });
    expect(lastBody()).toEqual({ merchant_id: '1900', merchant_trade_no: 'T1' });
    answer = { errcode: 0, order: { ...order, order_state: 9, shipping: undefined } };
    expect(await wechat.shippingOrder({ transactionId: '4200001' })).toMatchObject({
      value: { state: 'other', stateCode: 9, parcels: [] },
    });
    answer = { errcode: 0 };
    expect((await wechat.shippingOrder({ transactionId: '4200001' })).kind).toBe('unknown');
  });

  it('given a reminder, then its time goes in seconds; a used-up one is final', async () => {
    const input = { order: { transactionId: '4200001' }, receivedAt: 1_700_000_000_999 };
    expect(await wechat.notifyConfirmReceive(input)).toEqual({ kind: 'ok', value: undefined });
    expect(lastBody()).toEqual({ transaction_id: '4200001', received_time: 1_700_000_000 });
    answer = { errcode: 10060030, errmsg: 'used' };
    expect(await wechat.notifyConfirmReceive(input)).toEqual({ kind: 'rejected', code: '10060030', message: 'used' });
  });

  it('given the question whether trade is managed, then the application is named', async () => {
    answer = { errcode: 0, is_trade_managed: false };
    expect(await wechat.isTradeManaged()).toEqual({ kind: 'ok', value: false });
    expect(lastBody()).toEqual({ appid: 'wx1' });
  });
});
