import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../clock';
import { newTestWorld } from '../testing/merchant';
import { openidOf } from '../wechat-open/model';
import { balances } from './books';

let test: ReturnType<typeof newTestWorld>;
let transactionId = '';
afterEach(async () => test.app.close());

const RECEIVER = 'oPromoter0000000000000000001';
async function start(totalFen = 10_000) {
  test = newTestWorld();
  transactionId = (await test.placeAndPay('ORDER200', totalFen, { settle_info: { profit_sharing: true } })).transaction_id;
  await addReceiver(RECEIVER);
}
const addReceiver = (account: string) =>
  test.call('POST', '/v3/profitsharing/receivers/add', {
    appid: test.world.credentials.miniProgram.appid,
    type: 'PERSONAL_OPENID',
    account,
    relation_type: 'DISTRIBUTOR',
  });
const share = (outOrderNo: string, parts: readonly (readonly [string, number])[], unfreeze = false) =>
  test.call('POST', '/v3/profitsharing/orders', {
    appid: test.world.credentials.miniProgram.appid,
    transaction_id: transactionId,
    out_order_no: outOrderNo,
    receivers: parts.map(([account, amount]) => ({ type: 'PERSONAL_OPENID', account, amount, description: '佣金' })),
    unfreeze_unsplit: unfreeze,
  });
const results = async (outOrderNo: string) => {
  const seen = await test.call('GET', `/v3/profitsharing/orders/${outOrderNo}?transaction_id=${transactionId}`);
  return {
    state: seen.body?.state,
    results: ((seen.body?.receivers ?? []) as { result: string; fail_reason?: string }[]).map((part) => part.fail_reason ?? part.result),
  };
};
const unsplit = async () => (await test.call('GET', `/v3/profitsharing/transactions/${transactionId}/amounts`)).body?.unsplit_amount;

describe('profit sharing', () => {
  it('must wait a minute, then pays the receiver and keeps the rest frozen', async () => {
    await start();
    expect((await share('SHARE1', [[RECEIVER, 500]])).body?.code).toBe('INVALID_REQUEST');
    await test.advance(MINUTE_MS);
    expect((await share('SHARE1', [[RECEIVER, 500]])).body?.state).toBe('PROCESSING');
    await test.advance(MINUTE_MS);
    expect(await results('SHARE1')).toEqual({ state: 'FINISHED', results: ['SUCCESS'] });
    expect(await unsplit()).toBe(10_000 - 60 - 500);
    expect(balances(test.world)).toMatchObject({ receivers: 500, sharing: 0 });
  });

  it('refuses more than the ratio over all share orders together', async () => {
    await start();
    await test.advance(MINUTE_MS);
    const limit = Math.floor((9_940 * 3_000) / 10_000);
    expect((await share('SHARE1', [[RECEIVER, limit - 1]])).status).toBe(200);
    expect(await share('SHARE2', [[RECEIVER, 2]])).toMatchObject({ status: 403, body: { code: 'RULE_LIMIT' } });
    expect((await share('SHARE3', [[RECEIVER, 1]])).status).toBe(200);
  });

  it('FINISHED is not success: each receiver has its own result, and the failed part stays frozen', async () => {
    await start();
    const people = [...test.world.state.wechatOpen.people.values()];
    const unverified = openidOf(test.world, people.find((person) => !person.realNameVerified)!, test.world.credentials.miniProgram.appid);
    await addReceiver(unverified);
    await test.advance(MINUTE_MS);
    await share('SHARE1', [
      [RECEIVER, 100],
      [unverified, 200],
      ['oStranger000000000000000001', 300],
    ]);
    await test.advance(MINUTE_MS);
    expect(await results('SHARE1')).toEqual({ state: 'FINISHED', results: ['SUCCESS', 'RECEIVER_REAL_NAME_NOT_VERIFIED', 'NO_RELATION'] });
    expect(await unsplit()).toBe(9_940 - 100);
  });

  it('repeats by number, and refuses the same number with another amount', async () => {
    await start();
    await test.advance(MINUTE_MS);
    const first = await share('SHARE1', [[RECEIVER, 100]]);
    expect((await share('SHARE1', [[RECEIVER, 100]])).body?.order_id).toBe(first.body?.order_id);
    expect((await share('SHARE1', [[RECEIVER, 101]])).body?.code).toBe('INVALID_REQUEST');
    expect(test.world.state.wechatPay.transactions.get('ORDER200')!.sharedFen).toBe(100);
  });

  it('unfreezing under a used number answers success and releases nothing; under a new one it ends sharing', async () => {
    await start();
    await test.advance(MINUTE_MS);
    await share('SHARE1', [[RECEIVER, 100]]);
    await test.advance(MINUTE_MS);
    const unfreeze = (number: string) =>
      test.call('POST', '/v3/profitsharing/orders/unfreeze', { transaction_id: transactionId, out_order_no: number, description: '解冻' });
    expect((await unfreeze('SHARE1')).status).toBe(200);
    expect(await unsplit()).toBe(9_840);
    expect((await unfreeze('FREE1')).status).toBe(200);
    expect(await unsplit()).toBe(0);
    expect((await share('SHARE2', [[RECEIVER, 100]])).body?.code).toBe('INVALID_REQUEST');
  });

  it('ends by itself after thirty days', async () => {
    await start();
    await test.advance(31 * DAY_MS);
    expect(await unsplit()).toBe(0);
    expect(balances(test.world)).toMatchObject({ frozen: 0, available: 10_000_000 + 9_940 });
    expect((await share('SHARE1', [[RECEIVER, 1]])).status).toBe(400);
  });

  it('an order not marked for sharing cannot be shared', async () => {
    await start();
    transactionId = (await test.placeAndPay('ORDER201', 10_000)).transaction_id;
    await test.advance(MINUTE_MS);
    expect((await share('SHARE1', [[RECEIVER, 1]])).body?.code).toBe('INVALID_REQUEST');
  });

  it('a refund takes frozen money first, then the balance', async () => {
    await start();
    await test.advance(MINUTE_MS);
    await share('SHARE1', [[RECEIVER, 2_000]]);
    await test.advance(MINUTE_MS);
    const refunded = await test.call('POST', '/v3/refund/domestic/refunds', {
      transaction_id: transactionId,
      out_refund_no: 'REF1',
      amount: { refund: 10_000, total: 10_000, currency: 'CNY' },
    });
    expect(refunded.status).toBe(200);
    expect(balances(test.world)).toMatchObject({ frozen: 0, available: 10_000_000 - 2_000, refunding: 10_000 });
  });
});
