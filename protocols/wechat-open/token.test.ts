import { afterEach, describe, expect, it } from 'vitest';
import { createWechatOpen, type StoredToken, type TokenStore } from './index';
import { type Loopback, type Received, type Reply, serve } from './loopback';
import { createTokenSource } from './token';

const HOUR_MS = 3_600_000;
let other: Loopback | undefined;
afterEach(async () => {
  await other?.close();
  other = undefined;
});

function memoryStore(): TokenStore & { readonly entries: Map<string, StoredToken> } {
  const entries = new Map<string, StoredToken>();
  return {
    entries,
    load: async (key) => entries.get(key),
    save: async (key, token) => {
      entries.set(key, token);
    },
  };
}

interface Setting {
  readonly tokenStore?: TokenStore;
  readonly clock?: { now(): number };
}

const client = (url: string, setting: Setting = {}) =>
  createWechatOpen({
    apiBaseUrl: url,
    authorizeBaseUrl: url,
    appId: 'wx1',
    appSecret: 'secret1',
    clock: { now: () => 0 },
    timeoutMs: 10_000,
    ...setting,
  });

/** Gives out t1, t2 … for 7,200 s each and answers everything else with `rest`. */
async function issuing(rest: (request: Received) => Reply = () => ({ body: '{}' })): Promise<Loopback> {
  let issued = 0;
  other = await serve((request) => {
    if (request.path !== '/cgi-bin/stable_token') return rest(request);
    issued += 1;
    return { body: JSON.stringify({ access_token: `t${issued}`, expires_in: 7_200 }) };
  });
  return other;
}

const asked = (loopback: Loopback, path: string) => loopback.received.filter((request) => request.path === path);

describe('the stable access token', () => {
  it('given fifty callers at once, then it is fetched once, in normal mode', async () => {
    const loopback = await issuing();
    const wechat = client(loopback.url);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => wechat.getAccessToken()));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toEqual(new Set(['{"kind":"ok","value":"t1"}']));
    expect(loopback.received).toHaveLength(1);
    expect(JSON.parse(loopback.received[0]!.body)).toEqual({
      grant_type: 'client_credential',
      appid: 'wx1',
      secret: 'secret1',
      force_refresh: false,
    });
  });

  it.each([
    [true, 1],
    [false, 20],
  ])('given twenty callers in one moment and one-at-a-time %s, then %i fetches', async (oneAtATime, expected) => {
    let fetches = 0;
    const fetch = async () => {
      fetches += 1;
      return { kind: 'ok', value: { token: `t${fetches}`, lifetimeMs: HOUR_MS } } as const;
    };
    const source = createTokenSource({ key: 'k', clock: { now: () => 0 }, store: undefined, fetch, oneAtATime });
    await Promise.all(Array.from({ length: 20 }, () => source()));
    expect(fetches).toBe(expected);
  });

  it('given five minutes before its end, then it is replaced; one ms earlier it is not', async () => {
    let now = 0;
    const loopback = await issuing();
    const wechat = client(loopback.url, { clock: { now: () => now } });
    await wechat.getAccessToken();
    now = 2 * HOUR_MS - 300_000 - 1;
    expect(await wechat.getAccessToken()).toEqual({ kind: 'ok', value: 't1' });
    now += 1;
    expect(await wechat.getAccessToken()).toEqual({ kind: 'ok', value: 't2' });
    expect(loopback.received).toHaveLength(2);
  });

  it('given a refresh that fails in the overlap, then the old token is used on and the host is not hammered; after its end the fault is told', async () => {
    let now = 0;
    let broken = false;
    other = await serve(() => (broken ? { status: 502 } : { body: '{"access_token":"t1","expires_in":7200}' }));
    const wechat = client(other.url, { clock: { now: () => now } });
    await wechat.getAccessToken();
    broken = true;
    now = 2 * HOUR_MS - 200_000;
    for (let i = 0; i < 5; i += 1) expect(await wechat.getAccessToken()).toEqual({ kind: 'ok', value: 't1' });
    expect(other.received).toHaveLength(2);
    now = 2 * HOUR_MS;
    expect(await wechat.getAccessToken()).toEqual({ kind: 'unknown', reason: 'status 502' });
  });

  it('given two processes with one store, then the second takes what the first fetched', async () => {
    const loopback = await issuing();
    const tokenStore = memoryStore();
    await client(loopback.url, { tokenStore }).getAccessToken();
    expect(await client(loopback.url, { tokenStore }).getAccessToken()).toEqual({ kind: 'ok', value: 't1' });
    expect(loopback.received).toHaveLength(1);
    expect([...tokenStore.entries.keys()]).toEqual(['wechat-open:access-token:wx1']);
  });

  it('given a token the other process replaced already, when it is refused here, then the shared one is used without a fetch', async () => {
    const loopback = await issuing();
    const tokenStore = memoryStore();
    const [first, second] = [client(loopback.url, { tokenStore }), client(loopback.url, { tokenStore })];
    await first.getAccessToken();
    await second.getAccessToken();
    expect(await second.getAccessToken({ refused: 't1' })).toEqual({ kind: 'ok', value: 't2' });
    expect(await first.getAccessToken({ refused: 't1' })).toEqual({ kind: 'ok', value: 't2' });
    expect(loopback.received).toHaveLength(2);
  });

  it('given a store that fails, then tokens are fetched all the same', async () => {
    const loopback = await issuing();
    const failing: TokenStore = { load: () => Promise.reject(new Error('down')), save: () => Promise.reject(new Error('down')) };
    expect(await client(loopback.url, { tokenStore: failing }).getAccessToken()).toEqual({ kind: 'ok', value: 't1' });
  });

  it('given a wrong secret, then the rejection is told and nothing is kept', async () => {
    other = await serve(() => ({ body: '{"errcode":40125,"errmsg":"invalid appsecret rid: 1"}' }));
    const wechat = client(other.url);
    const refusal = { kind: 'rejected', code: '40125', message: 'invalid appsecret rid: 1' };
    expect(await wechat.getAccessToken()).toEqual(refusal);
    expect(await wechat.getAccessToken()).toEqual(refusal);
    expect(other.received).toHaveLength(2);
  });
});

describe('a call with a token that is refused', () => {
  const managed = '{"errcode":0,"is_trade_managed":true}';
  const refusal = '{"errcode":40001,"errmsg":"invalid credential"}';

  it.each([40001, 40014, 42001])('given %i once, then one new token and one repetition', async (errcode) => {
    const loopback = await issuing(({ query }) => ({ body: query.get('access_token') === 't1' ? JSON.stringify({ errcode }) : managed }));
    expect(await client(loopback.url).isTradeManaged()).toEqual({ kind: 'ok', value: true });
    expect(asked(loopback, '/cgi-bin/stable_token')).toHaveLength(2);
    expect(asked(loopback, '/wxa/sec/order/is_trade_managed').map(({ query }) => query.get('access_token'))).toEqual(['t1', 't2']);
  });

  it('given a refusal again, then it is told and not repeated without end', async () => {
    const loopback = await issuing(() => ({ body: refusal }));
    expect(await client(loopback.url).isTradeManaged()).toMatchObject({ kind: 'rejected', code: '40001' });
    expect(asked(loopback, '/wxa/sec/order/is_trade_managed')).toHaveLength(2);
  });

  it('given twenty calls refused at once, then one new token serves them all', async () => {
    const loopback = await issuing(({ query }) => ({ body: query.get('access_token') === 't1' ? refusal : managed }));
    const wechat = client(loopback.url);
    await wechat.getAccessToken();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => wechat.isTradeManaged()));
    expect(outcomes.every((outcome) => outcome.kind === 'ok')).toBe(true);
    expect(asked(loopback, '/cgi-bin/stable_token')).toHaveLength(2);
  });

  it('given a code of the business, then there is no second token and no repetition', async () => {
    const loopback = await issuing(() => ({ body: '{"errcode":48001,"errmsg":"api unauthorized"}' }));
    expect(await client(loopback.url).isTradeManaged()).toMatchObject({ kind: 'rejected', code: '48001' });
    expect(loopback.received).toHaveLength(2);
  });

  it('given no token to be had, then the call is known not to have happened', async () => {
    other = await serve(() => ({ status: 503 }));
    expect(await client(other.url).isTradeManaged()).toEqual({
      kind: 'rejected',
      code: 'token.unavailable',
      message: 'status 503',
      retryable: true,
    });
    expect(asked(other, '/wxa/sec/order/is_trade_managed')).toHaveLength(0);
  });
});
