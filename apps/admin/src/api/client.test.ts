import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetTokens, readTokens, storeTokens, type Tokens } from '../session/stored-session';
import { addressOf, api, callOpen, newIdempotencyKey, onSessionEnded } from './client';
import { CallFailed, problemOf } from './problem';

const later = (ms: number) => new Date(Date.now() + ms).toISOString();
const tokens = (name: string, lifeMs = 600_000): Tokens => ({
  accessToken: `access-${name}`,
  accessTokenExpiresAt: later(lifeMs),
  refreshToken: `refresh-${name}`,
  refreshTokenExpiresAt: later(86_400_000),
});
interface Seen {
  readonly path: string;
  readonly token: string | null;
  readonly headers: Headers;
  readonly body: unknown;
}
const seen: Seen[] = [];
let respond: (call: Seen) => Response | Promise<Response>;
const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const refusal = (code: string) => ({
  type: 't',
  title: 't',
  status: 401,
  code,
  messageZh: '请先登录',
  messageEn: 'Please sign in',
  detail: '',
  requestId: 'r-1',
});

beforeEach(() => {
  seen.length = 0;
  forgetTokens();
  onSessionEnded(() => undefined);
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    const call = {
      path,
      headers,
      token: headers.get('authorization'),
      body: init.body === undefined ? undefined : JSON.parse(String(init.body)),
    };
    seen.push(call);
    return respond(call);
  });
});
afterEach(() => vi.unstubAllGlobals());

const refreshes = () => seen.filter((call) => call.path === '/staff/v1/sessions/refresh');

describe('addresses', () => {
  it('fills and encodes parameters and leaves out blank query fields', () => {
    expect(addressOf('/a/{id}/b', { id: 'x/y' }, { text: '205/55 R16', cursor: undefined, status: '' })).toBe(
      '/a/x%2Fy/b?text=205%2F55+R16',
    );
  });

  it('refuses a path whose parameter is missing', () => {
    expect(() => addressOf('/a/{id}', {})).toThrow('needs id');
  });
});

describe('calls', () => {
  it('sends token, language and key, and no body where there is none', async () => {
    storeTokens(tokens('one'));
    respond = () => json(200, { items: [], nextCursor: null });
    await api.get('/staff/v1/orders', {}, { query: { status: 'paid' } });
    expect(seen[0]).toMatchObject({ path: '/staff/v1/orders?status=paid', token: 'Bearer access-one', body: undefined });
    expect(seen[0]!.headers.get('accept-language')).toBe('zh-CN');
    expect(seen[0]!.headers.has('idempotency-key')).toBe(false);
    await api.post('/staff/v1/channels-imports', {}, {}, { idempotencyKey: 'key-12345' });
    expect(seen[1]!.headers.get('idempotency-key')).toBe('key-12345');
  });

  it('throws the problem document with its request id', async () => {
    storeTokens(tokens('one'));
    respond = () => json(409, { ...refusal('order.conflict'), status: 409 }, { 'retry-after': '3' });
    const thrown = await api.get('/staff/v1/orders', {}).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(CallFailed);
    expect((thrown as CallFailed).problem).toMatchObject({ status: 409, code: 'order.conflict', requestId: 'r-1', retryAfterSeconds: 3 });
  });

  it('explains an answer that is no problem document', () => {
    expect(problemOf(502, undefined, null)).toMatchObject({ status: 502, code: 'client.unreadable' });
  });

  it('says that the server cannot be reached, keeping the session', async () => {
    storeTokens(tokens('one'));
    respond = () => Promise.reject(new TypeError('network'));
    const thrown = await api.get('/staff/v1/orders', {}).catch((error: unknown) => error);
    expect((thrown as CallFailed).problem.code).toBe('client.offline');
    expect(readTokens()?.accessToken).toBe('access-one');
  });

  it('gives different keys of the form the server takes', () => {
    const keys = new Set(Array.from({ length: 100 }, newIdempotencyKey));
    expect(keys.size).toBe(100);
    for (const key of keys) expect(key).toMatch(/^[\w.:-]{8,128}$/);
  });
});

describe('renewal of the session', () => {
  it('renews once for many calls that are refused at the same moment, and repeats each', async () => {
    storeTokens(tokens('old'));
    respond = async (call) => {
      if (call.path === '/staff/v1/sessions/refresh') return json(200, tokens('new'));
      return call.token === 'Bearer access-new'
        ? json(200, { items: [], nextCursor: null })
        : json(401, refusal('request.unauthenticated'));
    };
    await Promise.all([1, 2, 3, 4].map(() => api.get('/staff/v1/orders', {})));
    expect(refreshes()).toHaveLength(1);
    expect(seen.filter((call) => call.token === 'Bearer access-new')).toHaveLength(4);
  });

  it('renews before the call when the token is about to end', async () => {
    storeTokens(tokens('old', 5_000));
    respond = (call) =>
      call.path === '/staff/v1/sessions/refresh' ? json(200, tokens('new')) : json(200, { items: [], nextCursor: null });
    await api.get('/staff/v1/orders', {});
    expect(seen.map((call) => call.token)).toEqual([null, 'Bearer access-new']);
  });

  it('uses the tokens another tab has fetched instead of spending the refresh token again', async () => {
    storeTokens(tokens('old'));
    respond = (call) => {
      if (call.token === 'Bearer access-old') {
        storeTokens(tokens('other-tab'));
        return json(401, refusal('request.unauthenticated'));
      }
      return json(200, { items: [], nextCursor: null });
    };
    await api.get('/staff/v1/orders', {});
    expect(refreshes()).toHaveLength(0);
    expect(seen.at(-1)!.token).toBe('Bearer access-other-tab');
  });

  it('ends the session when the refresh token is refused', async () => {
    const ended = vi.fn();
    onSessionEnded(ended);
    storeTokens(tokens('old'));
    respond = () => json(401, refusal('request.unauthenticated'));
    await expect(api.get('/staff/v1/orders', {})).rejects.toBeInstanceOf(CallFailed);
    expect(readTokens()).toBeNull();
    expect(ended).toHaveBeenCalled();
    expect(refreshes()).toHaveLength(1);
  });

  it('keeps the tokens when the renewal got no answer', async () => {
    storeTokens(tokens('old', 5_000));
    respond = () => Promise.reject(new TypeError('network'));
    await expect(api.get('/staff/v1/orders', {})).rejects.toBeInstanceOf(CallFailed);
    expect(readTokens()?.refreshToken).toBe('refresh-old');
  });

  it('does not renew when a wrong password is refused', async () => {
    respond = () => json(401, refusal('user.loginFailed'));
    await expect(callOpen('/staff/v1/login', { username: 'a', password: 'b' })).rejects.toBeInstanceOf(CallFailed);
    expect(seen).toHaveLength(1);
  });
});
