import { fen } from '@qianxing/money';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Formatter, Rsa } from 'wechatpay-axios-plugin';
import type { H5PrepayInput, JsapiPrepayInput } from './index';
import { APP_ID, MCH_ID, merchant, NOW_MS, testClient } from './testing/keys';
import { type Loopback, signed, startLoopback } from './testing/loopback';
import { paidOrder } from './testing/notification';

let wechat: Loopback;
beforeAll(async () => {
  wechat = await startLoopback();
});
afterAll(() => wechat.close());

const order = {
  appId: APP_ID,
  description: '冬季轮胎',
  outTradeNo: 'T20261101000001',
  totalFen: fen(39_900),
  notifyUrl: 'https://shop.example.com/hooks/wechat-pay',
};
const sent = () => JSON.parse(wechat.requests.at(-1)?.body ?? 'null');

describe('prepay', () => {
  it('sends exactly the documented members and nothing that is undefined', async () => {
    wechat.answerWith(signed({ prepay_id: 'wx1' }));
    await testClient(wechat.url).payments.prepayJsapi({ ...order, payerOpenId: 'openid-1' });
    expect(wechat.requests[0]).toMatchObject({ method: 'POST', url: '/v3/pay/transactions/jsapi' });
    expect(sent()).toEqual({
      appid: APP_ID,
      mchid: MCH_ID,
      description: '冬季轮胎',
      out_trade_no: 'T20261101000001',
      notify_url: 'https://shop.example.com/hooks/wechat-pay',
      amount: { total: 39_900, currency: 'CNY' },
      payer: { openid: 'openid-1' },
    });
  });

  it('sends all optional members under their documented names', async () => {
    wechat.answerWith(signed({ prepay_id: 'wx1' }));
    const input: JsapiPrepayInput = {
      ...order,
      payerOpenId: 'openid-1',
      expiresAt: Date.UTC(2026, 10, 1, 2, 34, 56),
      attach: 'shop 1',
      goodsTag: 'WINTER',
      supportFapiao: true,
      profitSharing: true,
      payerClientIp: '203.0.113.7',
      deviceId: 'web',
      detail: {
        costPriceFen: fen(40_000),
        invoiceId: 'i1',
        goods: [{ merchantGoodsId: 'g1', goodsName: '轮胎', quantity: 1, unitPriceFen: fen(39_900) }],
      },
    };
    await testClient(wechat.url).payments.prepayJsapi(input);
    expect(sent()).toMatchObject({
      time_expire: '2026-11-01T10:34:56+08:00',
      attach: 'shop 1',
      goods_tag: 'WINTER',
      support_fapiao: true,
      settle_info: { profit_sharing: true },
      scene_info: { payer_client_ip: '203.0.113.7', device_id: 'web' },
      detail: {
        cost_price: 40_000,
        invoice_id: 'i1',
        goods_detail: [{ merchant_goods_id: 'g1', goods_name: '轮胎', quantity: 1, unit_price: 39_900 }],
      },
    });
    expect(JSON.stringify(sent())).not.toContain('null');
  });

  it('asks each channel at its own path and reads its own answer', async () => {
    const { payments } = testClient(wechat.url);
    const h5: H5PrepayInput = { ...order, payerClientIp: '203.0.113.7', h5Type: 'Wap' };
    wechat.answerWith(
      signed({ h5_url: 'https://wx.tenpay.com/x' }),
      signed({ code_url: 'weixin://wxpay/x' }),
      signed({ prepay_id: 'wx9' }),
    );
    expect(await payments.prepayH5(h5)).toEqual({ kind: 'ok', value: { h5Url: 'https://wx.tenpay.com/x' } });
    expect(sent().scene_info).toEqual({ payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } });
    expect(await payments.prepayNative(order)).toEqual({ kind: 'ok', value: { codeUrl: 'weixin://wxpay/x' } });
    expect(await payments.prepayApp(order)).toEqual({ kind: 'ok', value: { prepayId: 'wx9' } });
    expect(wechat.requests.map((request) => request.url)).toEqual([
      '/v3/pay/transactions/h5',
      '/v3/pay/transactions/native',
      '/v3/pay/transactions/app',
    ]);
  });

  it('repeats byte for byte the same body for the same input', async () => {
    wechat.answerWith(signed({ prepay_id: 'wx1' }));
    const client = testClient(wechat.url);
    await client.payments.prepayJsapi({ ...order, payerOpenId: 'openid-1' });
    await client.payments.prepayJsapi({ ...order, payerOpenId: 'openid-1' });
    expect(wechat.requests[0]?.body).toBe(wechat.requests[1]?.body);
  });

  it('sends nothing that the documented rules forbid', async () => {
    wechat.answerWith(signed({ prepay_id: 'wx1' }));
    const { payments } = testClient(wechat.url);
    const bad = [
      { appId: 'wx-of-somebody-else' },
      { outTradeNo: 'short' },
      { outTradeNo: 'T2026110100000/../1' },
      { outTradeNo: 'x'.repeat(33) },
      { totalFen: fen(0) },
      { description: '' },
      { description: '轮'.repeat(128) },
      { notifyUrl: 'https://shop.example.com/hooks?x=1' },
      { notifyUrl: '/hooks' },
      { attach: '' },
      { deviceId: 'web' },
      { expiresAt: Number.NaN },
    ];
    for (const change of bad) {
      const outcome = await payments.prepayJsapi({ ...order, payerOpenId: 'openid-1', ...change });
      expect(outcome, JSON.stringify(change)).toMatchObject({ kind: 'rejected', httpStatus: 0, code: 'CLIENT_PARAM_ERROR', advice: 'bug' });
    }
    expect(await payments.queryByOutTradeNo('../../certificates')).toMatchObject({ kind: 'rejected', httpStatus: 0 });
    expect(await payments.close('a/b/c/d')).toMatchObject({ kind: 'rejected', httpStatus: 0 });
    expect(wechat.requests).toHaveLength(0);
  });
});

describe('query and close', () => {
  it('read a paid order with coupons', async () => {
    const coupon = {
      coupon_id: '109519',
      name: '单品惠-6',
      scope: 'SINGLE',
      type: 'CASH',
      amount: 1000,
      stock_id: '931386',
      wechatpay_contribute: 1000,
    };
    wechat.answerWith(signed({ ...paidOrder, attach: 'shop 1', promotion_detail: [coupon] }));
    const outcome = await testClient(wechat.url).payments.queryByOutTradeNo('T20261101000001');
    expect(wechat.requests[0]).toMatchObject({
      method: 'GET',
      url: `/v3/pay/transactions/out-trade-no/T20261101000001?mchid=${MCH_ID}`,
      body: '',
    });
    expect(outcome).toEqual({
      kind: 'ok',
      value: {
        appId: APP_ID,
        mchId: MCH_ID,
        outTradeNo: 'T20261101000001',
        transactionId: '4200002026110100000000000001',
        tradeType: 'JSAPI',
        tradeState: 'SUCCESS',
        tradeStateDescription: '支付成功',
        bankType: 'OTHERS',
        attach: 'shop 1',
        successAt: Date.UTC(2026, 10, 1, 2, 34, 56),
        payerOpenId: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
        amount: { totalFen: 39_900, payerTotalFen: 38_900, currency: 'CNY', payerCurrency: 'CNY' },
        promotions: [
          {
            couponId: '109519',
            name: '单品惠-6',
            scope: 'SINGLE',
            type: 'CASH',
            amountFen: 1000,
            stockId: '931386',
            wechatpayContributeFen: 1000,
          },
        ],
      },
    });
  });

  it('read an order that nobody paid', async () => {
    const unpaid = { appid: APP_ID, mchid: MCH_ID, out_trade_no: 'T20261101000001', trade_state: 'NOTPAY', trade_state_desc: '订单未支付' };
    wechat.answerWith(signed(unpaid));
    const outcome = await testClient(wechat.url).payments.queryByOutTradeNo('T20261101000001');
    expect(outcome).toMatchObject({ kind: 'ok', value: { tradeState: 'NOTPAY', promotions: [] } });
    expect(outcome).not.toHaveProperty('value.transactionId');
  });

  it('ask by transaction id and keep a number beyond 2^53 digit-exact', async () => {
    wechat.answerWith(signed(JSON.stringify({ ...paidOrder, transaction_id: '@' }).replace('"@"', '4200002026110100000000000001')));
    const outcome = await testClient(wechat.url).payments.queryByTransactionId('4200002026110100000000000001');
    expect(wechat.requests[0]?.url).toBe(`/v3/pay/transactions/id/4200002026110100000000000001?mchid=${MCH_ID}`);
    expect(outcome).toMatchObject({ kind: 'ok', value: { transactionId: '4200002026110100000000000001' } });
  });

  it('close by merchant number', async () => {
    wechat.answerWith(signed(undefined, { status: 204 }));
    expect(await testClient(wechat.url).payments.close('T20261101000001')).toEqual({ kind: 'ok', value: undefined });
    expect(wechat.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v3/pay/transactions/out-trade-no/T20261101000001/close',
      body: `{"mchid":"${MCH_ID}"}`,
    });
  });
});

describe('call parameters', () => {
  const { callParameters } = testClient('http://127.0.0.1:1');
  const seconds = String(Math.floor(NOW_MS / 1000));

  it('of JSAPI and mini program carry a signature that the other library verifies', () => {
    const call = callParameters.jsapi({ appId: APP_ID, prepayId: 'wx1' });
    expect(call).toMatchObject({ appId: APP_ID, timeStamp: seconds, package: 'prepay_id=wx1', signType: 'RSA' });
    const canonical = Formatter.joinedByLineFeed(APP_ID, call.timeStamp, call.nonceStr, call.package);
    expect(Rsa.verify(canonical, call.paySign, merchant.publicKey)).toBe(true);
    const mini = callParameters.miniProgram({ appId: APP_ID, prepayId: 'wx1' });
    expect(Object.keys(mini).sort()).toEqual(['nonceStr', 'package', 'paySign', 'signType', 'timeStamp']);
    expect(mini.nonceStr).not.toBe(call.nonceStr);
  });

  it('of the App sign the bare prepay id', () => {
    const call = callParameters.app({ appId: APP_ID, prepayId: 'wx1' });
    expect(call).toMatchObject({ appId: APP_ID, partnerId: MCH_ID, prepayId: 'wx1', package: 'Sign=WXPay', timeStamp: seconds });
    const canonical = Formatter.joinedByLineFeed(APP_ID, call.timeStamp, call.nonceStr, 'wx1');
    expect(Rsa.verify(canonical, call.sign, merchant.publicKey)).toBe(true);
  });

  it('of a transfer pass the package on', () => {
    expect(callParameters.transfer({ appId: APP_ID, packageInfo: 'affffddaf' })).toEqual({
      mchId: MCH_ID,
      appId: APP_ID,
      package: 'affffddaf',
    });
  });
});
