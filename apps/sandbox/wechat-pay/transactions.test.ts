import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock';
import { newTestWorld } from '../testing/merchant';

const JSAPI = '/v3/pay/transactions/jsapi';
const worlds: ReturnType<typeof newTestWorld>[] = [];
const start = () => {
  const test = newTestWorld();
  worlds.push(test);
  return test;
};
afterEach(async () => {
  for (const test of worlds.splice(0)) await test.app.close();
});
const query = (test: ReturnType<typeof newTestWorld>, number: string) =>
  test.call('GET', `/v3/pay/transactions/out-trade-no/${number}?mchid=${test.world.credentials.wechatPay.mchid}`);
const close = (test: ReturnType<typeof newTestWorld>, number: string) =>
  test.call('POST', `/v3/pay/transactions/out-trade-no/${number}/close`, { mchid: test.world.credentials.wechatPay.mchid });

describe('the door of WeChat Pay', () => {
  it('answers signed, also when it refuses', async () => {
    const test = start();
    const placed = await test.call('POST', JSAPI, test.orderBody('ORDER001', 100));
    expect(placed).toMatchObject({ status: 200, verified: true });
    expect(placed.body?.prepay_id).toMatch(/^wx\d{14}[0-9a-f]{20}$/);
    const refused = await query(test, 'NOSUCHORDER');
    expect(refused).toMatchObject({ status: 404, verified: true, body: { code: 'ORDER_NOT_EXIST' } });
  });

  it('refuses a body changed after signing, a stale or future clock, a foreign serial and a used nonce; nothing is made', async () => {
    const test = start();
    const text = JSON.stringify(test.orderBody('ORDER002', 100));
    const nowS = Math.floor(test.world.clock.now() / 1_000);
    const send = (headers: Record<string, string>, payload = text) => test.app.inject({ method: 'POST', url: JSAPI, headers, payload });
    const cases = [
      await send(test.signed('POST', JSAPI, text), text.replace('100', '101')),
      await send(test.signed('POST', JSAPI, text, { timestamp: nowS - 301 })),
      await send(test.signed('POST', JSAPI, text, { timestamp: nowS + 301 })),
      await send(test.signed('POST', JSAPI, text, { serial: 'ABCDEF' })),
      await send({ ...test.signed('POST', JSAPI, text), authorization: '' }),
    ];
    for (const response of cases) expect([response.statusCode, response.json().code]).toEqual([401, 'SIGN_ERROR']);
    expect(test.world.state.wechatPay.transactions.size).toBe(0);
    const nonce = 'A'.repeat(32);
    expect((await send(test.signed('POST', JSAPI, text, { nonce }))).statusCode).toBe(200);
    expect((await send(test.signed('POST', JSAPI, text, { nonce }))).statusCode).toBe(401);
  });

  it.each([
    ['an undocumented member', { sandbox: true }],
    ['a null member', { attach: null }],
    ['a fractional amount', { amount: { total: 1.5 } }],
    ['no amount at all', { amount: { total: 0 } }],
    ['another currency', { amount: { total: 1, currency: 'USD' } }],
    ['a notify address with a query', { notify_url: 'http://127.0.0.1/hooks?x=1' }],
    ['a number that is too short', { out_trade_no: 'ABC' }],
  ])('refuses %s with PARAM_ERROR', async (_name, extra) => {
    const test = start();
    const refused = await test.call('POST', JSAPI, test.orderBody('ORDER003', 100, extra));
    expect([refused.status, refused.body?.code]).toEqual([400, 'PARAM_ERROR']);
    expect(test.world.state.wechatPay.transactions.size).toBe(0);
  });
});

describe('an order', () => {
  it('repeats the prepay id for the same request and refuses another amount under the same number', async () => {
    const test = start();
    const first = await test.call('POST', JSAPI, test.orderBody('ORDER010', 100));
    const again = await test.call('POST', JSAPI, test.orderBody('ORDER010', 100));
    expect(again.body).toEqual(first.body);
    const other = await test.call('POST', JSAPI, test.orderBody('ORDER010', 101));
    expect([other.status, other.body?.code]).toEqual([403, 'OUT_TRADE_NO_USED']);
  });

  it('goes NOTPAY → SUCCESS once, and neither pays nor closes again', async () => {
    const test = start();
    await test.call('POST', JSAPI, test.orderBody('ORDER011', 12_345));
    expect((await query(test, 'ORDER011')).body?.trade_state).toBe('NOTPAY');
    const paid = await test.control('POST', '/sandbox/pay', { outTradeNo: 'ORDER011' });
    expect(paid.body.trade_state).toBe('SUCCESS');
    expect((await test.control('POST', '/sandbox/pay', { outTradeNo: 'ORDER011' })).status).toBe(409);
    const seen = await query(test, 'ORDER011');
    expect(seen.body).toMatchObject({ trade_state: 'SUCCESS', amount: { total: 12_345, payer_total: 12_345 }, trade_type: 'JSAPI' });
    expect((await close(test, 'ORDER011')).body?.code).toBe('ORDER_PAID');
    expect(test.world.state.notices.size).toBe(1);
  });

  it('closes with 204 and a signature over nothing, repeatedly; then it cannot be paid', async () => {
    const test = start();
    await test.call('POST', JSAPI, test.orderBody('ORDER012', 100));
    for (const closed of [await close(test, 'ORDER012'), await close(test, 'ORDER012')])
      expect([closed.status, closed.text, closed.verified]).toEqual([204, '', true]);
    expect((await test.control('POST', '/sandbox/pay', { outTradeNo: 'ORDER012' })).body.code).toBe('closed');
    expect((await test.call('POST', JSAPI, test.orderBody('ORDER012', 100))).body?.code).toBe('ORDER_CLOSED');
    expect(test.world.state.wechatPay.books.filter((entry) => entry.kind === 'payment')).toEqual([]);
  });

  it('cannot be paid after time_expire, which is at least a minute ahead', async () => {
    const test = start();
    const expire = new Date(test.world.clock.now() + 1_000).toISOString();
    await test.call('POST', JSAPI, test.orderBody('ORDER013', 100, { time_expire: expire }));
    test.moveBase(30_000);
    await test.call('POST', JSAPI, test.orderBody('ORDER014', 100));
    test.moveBase(30_000);
    expect((await test.control('POST', '/sandbox/pay', { outTradeNo: 'ORDER013' })).body.code).toBe('deadline');
    expect((await test.control('POST', '/sandbox/pay', { outTradeNo: 'ORDER014' })).status).toBe(200);
  });

  it('gets a new prepay id after two hours and dies unpaid after seven days', async () => {
    const test = start();
    const first = await test.call('POST', JSAPI, test.orderBody('ORDER015', 100));
    await test.advance(2 * HOUR_MS + MINUTE_MS);
    const second = await test.call('POST', JSAPI, test.orderBody('ORDER015', 100));
    expect(second.body?.prepay_id).not.toBe(first.body?.prepay_id);
    expect((await test.control('POST', '/sandbox/pay', { prepayId: first.body?.prepay_id })).status).toBe(404);
    await test.advance(7 * DAY_MS);
    expect((await query(test, 'ORDER015')).body?.trade_state).toBe('CLOSED');
  });

  it('the payer wins or loses the race against the close, by fault', async () => {
    const test = start();
    for (const [number, fault] of [
      ['RACE001', 'paidWhileClosing'],
      ['RACE002', 'closedThenPaid'],
    ] as const) {
      await test.call('POST', JSAPI, test.orderBody(number, 100));
      await test.control('POST', '/faults', { party: 'wechat-pay', operation: 'transaction.close', fault, objectKey: number });
    }
    expect((await close(test, 'RACE001')).body?.code).toBe('ORDER_PAID');
    expect((await close(test, 'RACE002')).status).toBe(204);
    expect((await query(test, 'RACE002')).body?.trade_state).toBe('SUCCESS');
  });
});
