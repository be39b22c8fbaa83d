import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../clock';
import { newTestWorld } from '../testing/merchant';
import { balances } from './books';

let test: ReturnType<typeof newTestWorld>;
afterEach(async () => test.app.close());

const refund = (outRefundNo: string, refundFen: number, totalFen: number, extra: object = {}) =>
  test.call('POST', '/v3/refund/domestic/refunds', {
    out_trade_no: 'ORDER100',
    out_refund_no: outRefundNo,
    notify_url: 'http://127.0.0.1:9/hooks/refund',
    amount: { refund: refundFen, total: totalFen, currency: 'CNY' },
    ...extra,
  });
const arm = (operation: string, fault: string, extra: object = {}) =>
  test.control('POST', '/faults', { party: 'wechat-pay', operation, fault, ...extra });

describe('a refund', () => {
  it('is accepted as PROCESSING, ends SUCCESS by the clock, and marks the order REFUND for good', async () => {
    test = newTestWorld();
    await test.placeAndPay('ORDER100', 10_000);
    const accepted = await refund('REF1', 4_000, 10_000);
    expect(accepted).toMatchObject({ status: 200, body: { status: 'PROCESSING', amount: { refund: 4_000, total: 10_000 } } });
    await test.advance(MINUTE_MS);
    const seen = await test.call('GET', '/v3/refund/domestic/refunds/REF1');
    expect(seen.body).toMatchObject({ status: 'SUCCESS', out_trade_no: 'ORDER100' });
    const order = await test.call('GET', `/v3/pay/transactions/out-trade-no/ORDER100?mchid=${test.world.credentials.wechatPay.mchid}`);
    expect(order.body?.trade_state).toBe('REFUND');
    expect([...test.world.state.notices.values()].map((notice) => notice.operation)).toEqual(['transaction.notice', 'refund.notice']);
  });

  it('with the same number and body is the same refund; with another body it is refused', async () => {
    test = newTestWorld();
    await test.placeAndPay('ORDER100', 10_000);
    const first = await refund('REF1', 4_000, 10_000);
    const again = await refund('REF1', 4_000, 10_000);
    expect(again.body?.refund_id).toBe(first.body?.refund_id);
    expect((await refund('REF1', 4_001, 10_000)).body?.code).toBe('INVALID_REQUEST');
    expect(test.world.state.wechatPay.transactions.get('ORDER100')!.refundedFen).toBe(4_000);
  });

  it('never exceeds the payment, and two refunds of one order need a minute between them', async () => {
    test = newTestWorld();
    await test.placeAndPay('ORDER100', 10_000);
    await refund('REF1', 6_000, 10_000);
    expect(await refund('REF2', 1_000, 10_000)).toMatchObject({ status: 429, body: { code: 'FREQUENCY_LIMITED' } });
    await test.advance(MINUTE_MS);
    expect((await refund('REF3', 4_001, 10_000)).body?.code).toBe('INVALID_REQUEST');
    expect((await refund('REF2', 4_000, 10_000)).status).toBe(200);
    await test.advance(MINUTE_MS);
    expect((await refund('REF4', 1, 10_000)).body?.code).toBe('INVALID_REQUEST');
    expect([...test.world.state.wechatPay.refunds.keys()]).toEqual(['REF1', 'REF2']);
  });

  it('gives the whole fee back with the whole amount, whatever the parts', async () => {
    test = newTestWorld();
    await test.placeAndPay('ORDER100', 9_999);
    for (const [index, part] of [3_333, 1, 6_665].entries()) {
      expect((await refund(`REF${index}`, part, 9_999)).status).toBe(200);
      await test.advance(MINUTE_MS);
    }
    expect(balances(test.world)).toMatchObject({ fees: 0, users: 0, refunding: 0, available: 10_000_000 });
  });

  it('waits for a top-up when the balance is too low, under the same number', async () => {
    test = newTestWorld({ openingBalanceFen: 1 });
    await test.placeAndPay('ORDER100', 10_000);
    test.world.state.wechatPay.settings.refundIntervalMs = 0;
    await test.control('POST', '/sandbox/settings', { feeRateBp: 60 });
    const transfer = {
      appid: test.world.credentials.miniProgram.appid,
      out_bill_no: 'BILL1',
      transfer_scene_id: '1005',
      openid: 'oPayee00000000000000000000001',
      transfer_amount: 9_000,
      transfer_remark: '佣金',
      transfer_scene_report_infos: [
        { info_type: '岗位类型', info_content: '推广员' },
        { info_type: '报酬说明', info_content: '佣金' },
      ],
    };
    expect((await test.call('POST', '/v3/fund-app/mch-transfer/transfer-bills', transfer)).status).toBe(200);
    expect(await refund('REF1', 10_000, 10_000)).toMatchObject({ status: 403, body: { code: 'NOT_ENOUGH' } });
    await test.control('POST', '/sandbox/top-up', { amountFen: 10_000 });
    expect((await refund('REF1', 10_000, 10_000)).status).toBe(200);
  });

  it('ends ABNORMAL or CLOSED by fault; a closed one gives the money back to the merchant', async () => {
    test = newTestWorld();
    await test.placeAndPay('ORDER100', 10_000);
    await arm('refund.create', 'refundAbnormal', { objectKey: 'REF1' });
    await arm('refund.create', 'refundClosed', { objectKey: 'REF2' });
    const abnormal = await refund('REF1', 1_000, 10_000);
    await test.advance(MINUTE_MS);
    await refund('REF2', 2_000, 10_000);
    await test.advance(MINUTE_MS);
    const query = async (number: string) => (await test.call('GET', `/v3/refund/domestic/refunds/${number}`)).body?.status;
    expect([await query('REF1'), await query('REF2')]).toEqual(['ABNORMAL', 'CLOSED']);
    expect(test.world.state.wechatPay.transactions.get('ORDER100')!.refundedFen).toBe(1_000);
    const settled = await test.call('POST', `/v3/refund/domestic/refunds/${abnormal.body?.refund_id}/apply-abnormal-refund`, {
      out_refund_no: 'REF1',
      type: 'MERCHANT_BANK_CARD',
    });
    expect(settled.body?.status).toBe('SUCCESS');
    expect(balances(test.world)).toMatchObject({ refunding: 0, users: -9_000 });
  });
});
