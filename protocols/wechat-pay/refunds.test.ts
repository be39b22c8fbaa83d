import { fen } from '@qianxing/money';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rsa } from 'wechatpay-axios-plugin';
import { platform, testClient } from './testing/keys';
import { type Loopback, refusal, signed, startLoopback } from './testing/loopback';

let wechat: Loopback;
beforeAll(async () => {
  wechat = await startLoopback();
});
afterAll(() => wechat.close());

const refund = {
  refund_id: '50300807092026110100000000001',
  out_refund_no: 'R1',
  transaction_id: '4200002026110100000000000001',
  out_trade_no: 'T20261101000001',
  channel: 'ORIGINAL',
  user_received_account: '招商银行信用卡0403',
  create_time: '2026-11-02T09:00:00+08:00',
  status: 'PROCESSING',
  funds_account: 'UNSETTLED',
  amount: {
    total: 39_900,
    refund: 10_000,
    payer_total: 39_900,
    payer_refund: 10_000,
    settlement_refund: 10_000,
    settlement_total: 39_900,
    discount_refund: 0,
    refund_fee: 60,
    currency: 'CNY',
  },
};
const input = { outTradeNo: 'T20261101000001', outRefundNo: 'R1', refundFen: fen(10_000), totalFen: fen(39_900), reason: '七天无理由' };

describe('refund', () => {
  it('is asked for with the documented members; accepted is not yet refunded', async () => {
    wechat.answerWith(signed(refund));
    const outcome = await testClient(wechat.url).refunds.create({ ...input, notifyUrl: 'https://shop.example.com/hooks/refund' });
    expect(wechat.requests[0]).toMatchObject({ method: 'POST', url: '/v3/refund/domestic/refunds' });
    expect(JSON.parse(wechat.requests[0]?.body ?? '')).toEqual({
      out_trade_no: 'T20261101000001',
      out_refund_no: 'R1',
      reason: '七天无理由',
      notify_url: 'https://shop.example.com/hooks/refund',
      amount: { refund: 10_000, total: 39_900, currency: 'CNY' },
    });
    expect(outcome).toEqual({
      kind: 'ok',
      value: {
        refundId: '50300807092026110100000000001',
        outRefundNo: 'R1',
        transactionId: '4200002026110100000000000001',
        outTradeNo: 'T20261101000001',
        state: 'PROCESSING',
        channel: 'ORIGINAL',
        userReceivedAccount: '招商银行信用卡0403',
        createdAt: Date.UTC(2026, 10, 2, 1),
        fundsAccount: 'UNSETTLED',
        amount: {
          totalFen: 39_900,
          refundFen: 10_000,
          payerTotalFen: 39_900,
          payerRefundFen: 10_000,
          settlementTotalFen: 39_900,
          settlementRefundFen: 10_000,
          discountRefundFen: 0,
          feeRefundFen: 60,
          currency: 'CNY',
        },
      },
    });
  });

  it('is queried by its number, which is percent-encoded on the wire', async () => {
    wechat.answerWith(signed({ ...refund, out_refund_no: 'R|1*@', status: 'SUCCESS', success_time: '2026-11-02T09:01:00+08:00' }));
    const outcome = await testClient(wechat.url).refunds.query('R|1*@');
    expect(wechat.requests[0]?.url).toBe('/v3/refund/domestic/refunds/R%7C1*%40');
    expect(outcome).toMatchObject({ kind: 'ok', value: { state: 'SUCCESS', successAt: Date.UTC(2026, 10, 2, 1, 1) } });
  });

  it('is unknown when the answer tells of another refund', async () => {
    for (const change of [{ out_refund_no: 'R2' }, { out_trade_no: 'T20261101000009' }]) {
      wechat.answerWith(signed({ ...refund, ...change }));
      expect(await testClient(wechat.url).refunds.create(input)).toMatchObject({ kind: 'unknown', reason: 'unreadableAnswer' });
    }
  });

  it('without money in the account is rejected with the advice to top up', async () => {
    wechat.answerWith(refusal(403, 'NOT_ENOUGH'));
    expect(await testClient(wechat.url).refunds.create(input)).toMatchObject({ kind: 'rejected', code: 'NOT_ENOUGH', advice: 'topUp' });
  });

  it('is not sent when it cannot be right', async () => {
    wechat.answerWith(signed(refund));
    const { refunds } = testClient(wechat.url);
    const bad = [
      { refundFen: fen(39_901) },
      { refundFen: fen(0) },
      { outRefundNo: 'R 1' },
      { outRefundNo: '' },
      { transactionId: '4200002026110100000000000001' },
      { outTradeNo: undefined },
      { reason: 'x'.repeat(81) },
    ];
    for (const change of bad) {
      expect(await refunds.create({ ...input, ...change }), JSON.stringify(change)).toMatchObject({ kind: 'rejected', httpStatus: 0 });
    }
    expect(wechat.requests).toHaveLength(0);
  });

  it('that is abnormal goes to a bank card with the secrets encrypted to the key the header names', async () => {
    wechat.answerWith(signed(refund));
    await testClient(wechat.url).refunds.resolveAbnormal({
      refundId: refund.refund_id,
      outRefundNo: 'R1',
      to: { type: 'USER_BANK_CARD', bankType: 'ICBC_DEBIT', bankAccount: '6222000000000000', realName: '张三' },
    });
    const body = JSON.parse(wechat.requests[0]?.body ?? '');
    expect(wechat.requests[0]?.url).toBe(`/v3/refund/domestic/refunds/${refund.refund_id}/apply-abnormal-refund`);
    expect(body).toMatchObject({ out_refund_no: 'R1', type: 'USER_BANK_CARD', bank_type: 'ICBC_DEBIT' });
    expect(Rsa.decrypt(body.bank_account, platform.privateKey)).toBe('6222000000000000');
    expect(Rsa.decrypt(body.real_name, platform.privateKey)).toBe('张三');
    expect(wechat.requests[0]?.body).not.toContain('张三');
  });
});
