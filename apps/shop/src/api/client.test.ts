import { describe, expect, it } from 'vitest';
import { type ClientNeeds, createClient, type Tokens, type TransportAnswer, type TransportRequest, urlOf } from './client';

type Reply = TransportAnswer | 'offline' | 'timeout';
const json = (status: number, body: unknown = {}, headers: Record<string, string> = {}): TransportAnswer => ({ status, headers, body });
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  json(status, { code, messageZh: '中文', messageEn: 'English', requestId: 'r-1' }, headers);

/** A client over a server that is a function; remembers what was sent, paused and stored. */
function harness(
  answer: (request: TransportRequest, index: number) => Reply | Promise<Reply>,
  tokens: Tokens | null = { accessToken: 'old', refreshToken: 'r1' },
) {
  const sent: TransportRequest[] = [];
  const pauses: number[] = [];
  const reached: boolean[] = [];
  const state = { tokens, ended: 0 };
  const needs: ClientNeeds = {
    baseUrl: 'http://server',
    transport: async (request) => {
      sent.push(request);
      return answer(request, sent.length - 1);
    },
    session: {
      current: () => state.tokens,
      replace: (next) => {
        state.tokens = { accessToken: next.accessToken, refreshToken: next.refreshToken };
      },
      end: () => {
        state.tokens = null;
        state.ended += 1;
      },
    },
    language: () => 'en',
    pause: async (durationMs) => void pauses.push(durationMs),
    exclusively: (work) => work(),
    reached: (reachable) => void reached.push(reachable),
  };
  return { client: createClient(needs), sent, pauses, reached, state, needs };
}

const isRefresh = (request: TransportRequest) => request.url.endsWith('/api/v1/sessions/refresh');
const bearer = (request: TransportRequest | undefined) => request?.headers.authorization;
const items = { items: [{ skuId: 's', quantity: 1 }], addressId: 'a', expectedPayableFen: 100 };

describe('a call', () => {
  it('carries base address, language, token, body and idempotency key', async () => {
    const { client, sent } = harness(() => json(201, { tradeId: 't' }));
    const answer = await client.post('/api/v1/trades', items, { key: 'key-1' });
    expect(answer).toEqual({ ok: true, value: { tradeId: 't' } });
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      method: 'POST',
      url: 'http://server/api/v1/trades',
      body: items,
      headers: { authorization: 'Bearer old', 'accept-language': 'en', 'content-type': 'application/json', 'idempotency-key': 'key-1' },
    });
  });

  it('sends no authorisation without a session', async () => {
    const { client, sent } = harness(() => json(200, {}), null);
    await client.get('/api/v1/home');
    expect(sent[0]?.headers).not.toHaveProperty('authorization');
  });

  it('gives a refusal of the server as a value with both languages and the request id', async () => {
    const { client } = harness(() => problem(409, 'order.outOfStock'));
    const answer = await client.post('/api/v1/cart/items', { skuId: 's', quantity: 1 });
    expect(answer).toMatchObject({
      ok: false,
      failure: { kind: 'problem', code: 'order.outOfStock', messageZh: '中文', messageEn: 'English', requestId: 'r-1' },
    });
  });

  it.each(['offline', 'timeout'] as const)('gives %s as a value and tells whether the server was reached', async (kind) => {
    const { client, reached, sent } = harness(() => kind);
    expect(await client.get('/api/v1/cart')).toEqual({ ok: false, failure: { kind } });
    expect(reached).toEqual([kind !== 'offline']);
    expect(sent).toHaveLength(1);
  });
});

describe('an expired access token', () => {
  it('is refreshed once and the call is repeated with the new token and the same key', async () => {
    const { client, sent, state } = harness((request) =>
      isRefresh(request)
        ? json(200, { accessToken: 'new', refreshToken: 'r2' })
        : bearer(request) === 'Bearer new'
          ? json(200, { ok: 1 })
          : problem(401, 'request.unauthenticated'),
    );
    expect(await client.post('/api/v1/trades', items, { key: 'k' })).toMatchObject({ ok: true });
    expect(sent.map((request) => request.url.replace('http://server/api/v1', ''))).toEqual(['/trades', '/sessions/refresh', '/trades']);
    expect(sent[2]?.headers['idempotency-key']).toBe('k');
    expect(state.tokens).toEqual({ accessToken: 'new', refreshToken: 'r2' });
  });

  it('is refreshed by one call for many that meet it at the same time', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { client, sent } = harness(async (request) => {
      if (isRefresh(request)) {
        await gate;
        return json(200, { accessToken: 'new', refreshToken: 'r2' });
      }
      return bearer(request) === 'Bearer new' ? json(200, {}) : problem(401, 'request.unauthenticated');
    });
    const calls = [client.get('/api/v1/cart'), client.get('/api/v1/me'), client.get('/api/v1/addresses')];
    release();
    expect((await Promise.all(calls)).every(({ ok }) => ok)).toBe(true);
    expect(sent.filter(isRefresh)).toHaveLength(1);
  });

  it('is not refreshed when another window has done so already', async () => {
    const { client, sent, state } = harness((request) => {
      if (bearer(request) === 'Bearer new') return json(200, {});
      state.tokens = { accessToken: 'new', refreshToken: 'r2' };
      return problem(401, 'request.unauthenticated');
    });
    expect(await client.get('/api/v1/cart')).toMatchObject({ ok: true });
    expect(sent.filter(isRefresh)).toHaveLength(0);
  });

  it('ends the session when the refresh is refused, and the call is tried once more as a visitor only', async () => {
    const { client, sent, state } = harness((request) =>
      isRefresh(request) ? problem(401, 'user.sessionRevoked') : problem(401, 'request.unauthenticated'),
    );
    expect(await client.get('/api/v1/cart')).toMatchObject({ ok: false, failure: { code: 'request.unauthenticated' } });
    expect(state).toMatchObject({ tokens: null, ended: 1 });
    expect(sent).toHaveLength(3);
    expect(bearer(sent[2])).toBeUndefined();
  });

  it.each([
    ['the network is gone', 'offline' as const],
    ['the server is busy', problem(503, 'request.busy')],
  ])('keeps the session when the refresh fails because %s', async (_, reply) => {
    const { client, state } = harness((request) => (isRefresh(request) ? reply : problem(401, 'request.unauthenticated')));
    expect((await client.get('/api/v1/cart')).ok).toBe(false);
    expect(state).toMatchObject({ ended: 0, tokens: { accessToken: 'old' } });
  });

  it('does not go round in circles when the new token is refused too', async () => {
    const { client, sent } = harness((request) =>
      isRefresh(request) ? json(200, { accessToken: 'new', refreshToken: 'r2' }) : problem(401, 'request.unauthenticated'),
    );
    expect((await client.get('/api/v1/cart')).ok).toBe(false);
    expect(sent.filter(isRefresh)).toHaveLength(1);
    expect(sent).toHaveLength(3);
  });
});

describe('a busy server', () => {
  it('is asked again after the pause it names', async () => {
    const { client, pauses } = harness((_, index) => (index === 0 ? problem(503, 'request.busy', { 'retry-after': '2' }) : json(200, {})));
    expect((await client.get('/api/v1/home')).ok).toBe(true);
    expect(pauses).toEqual([2000]);
  });

  it('is not asked again for a write without a key', async () => {
    const { client, sent } = harness(() => problem(503, 'request.busy', { 'retry-after': '1' }));
    await client.post('/api/v1/cart/items', { skuId: 's', quantity: 1 });
    expect(sent).toHaveLength(1);
  });

  it('is given up after two more attempts, or at once when the pause is long', async () => {
    const patient = harness(() => problem(429, 'request.tooMany', { 'retry-after': '1' }));
    await patient.client.get('/api/v1/home');
    expect(patient.sent).toHaveLength(3);
    const hasty = harness(() => problem(429, 'request.tooMany', { 'retry-after': '60' }));
    expect(await hasty.client.get('/api/v1/home')).toMatchObject({ failure: { retryAfterMs: 60_000 } });
    expect(hasty.sent).toHaveLength(1);
  });
});

describe('an address', () => {
  it('has its parameters and query filled in and escaped; what is undefined is left out', () => {
    expect(urlOf('/a/{id}/b', { id: 'x/y' }, { text: '轮 胎', none: undefined, zero: 0, no: false, empty: '' })).toBe(
      '/a/x%2Fy/b?text=%E8%BD%AE%20%E8%83%8E&zero=0&no=false',
    );
  });
});
