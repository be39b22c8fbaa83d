import { ok } from '@qianxing/errors';
import { virtualClock } from '@qianxing/testing';
import { describe, expect, it } from 'vitest';
import { type Actor, defineContract, implement, inProcessRateLimiter } from './index';
import { Closed, Type } from './schemas';
import { startServer } from './server-for-tests';

const Who = Closed({ kind: Type.String() });
const contracts = defineContract({
  public: { method: 'GET', path: '/api/v1/public', access: 'public', summary: '-', response: Who },
  visitor: { method: 'GET', path: '/api/v1/visitor', access: 'visitor', summary: '-', response: Who },
  member: { method: 'POST', path: '/api/v1/member', access: 'member', summary: '-', body: Closed({ a: Type.Integer() }), response: Who },
  staff: { method: 'GET', path: '/staff/v1/staff', access: 'staff', summary: '-', response: Who },
  reader: { method: 'GET', path: '/staff/v1/reader', access: 'staff:order.read', summary: '-', response: Who },
  limited: { method: 'GET', path: '/api/v1/limited', access: 'visitor', summary: '-', response: Who, perMinute: 3 },
});
const handled: Actor[] = [];
const answer = async ({ actor }: { actor: Actor }) => {
  handled.push(actor);
  return ok({ kind: actor.kind });
};
const routes = [
  implement(contracts.public, answer),
  implement(contracts.visitor, answer),
  implement(contracts.member, answer),
  implement(contracts.staff, answer),
  implement(contracts.reader, answer),
  implement(contracts.limited, answer),
];
const server = startServer({ routes });
type Name = keyof typeof contracts;
const call = (name: Name, authorization?: string) =>
  server.inject({
    method: contracts[name].method,
    url: contracts[name].path,
    ...(name === 'member' ? { payload: { a: 1 } } : {}),
    headers: authorization === undefined ? {} : { authorization },
  });

const MEMBER = 'Bearer member.m1';
const READER = 'bearer staff.order-read';

describe('who may call', () => {
  it.each([
    ['public', undefined, 'anonymous'],
    ['public', 'Bearer nonsense', 'anonymous'],
    ['public', MEMBER, 'anonymous'],
    ['visitor', undefined, 'anonymous'],
    ['visitor', MEMBER, 'member'],
    ['visitor', READER, 'anonymous'],
    ['visitor', 'Bearer expired', 401],
    ['member', MEMBER, 'member'],
    ['member', undefined, 401],
    ['member', 'Bearer expired', 401],
    ['member', 'Basic bTpw', 401],
    ['member', 'Bearer', 401],
    ['member', 'Bearer ', 401],
    ['member', READER, 403],
    ['staff', READER, 'staff'],
    ['staff', MEMBER, 403],
    ['staff', undefined, 401],
    ['reader', 'Bearer staff.order.read', 403],
    ['reader', 'Bearer staff.a_b', 403],
    ['reader', MEMBER, 403],
    ['reader', undefined, 401],
  ] as const)('%s with %s: %s', async (name, authorization, expected) => {
    handled.length = 0;
    const response = await call(name, authorization);
    if (typeof expected === 'number') {
      expect([response.statusCode, handled]).toEqual([expected, []]);
      expect(response.json().code).toBe(expected === 401 ? 'request.unauthenticated' : 'request.forbidden');
      expect(response.headers['www-authenticate']).toBe(expected === 401 ? 'Bearer' : undefined);
    } else expect([response.statusCode, response.json()]).toEqual([200, { kind: expected }]);
  });

  it('staff with the permission, and staff with all permissions', async () => {
    const strict = startServer({
      routes,
      authenticate: async (token) => ok({ kind: 'staff', staffId: 's', username: 's', permissions: [token], sessionId: 's' }),
    });
    for (const [token, status] of [
      ['order.read', 200],
      ['*', 200],
      ['order.readall', 403],
      ['order', 403],
    ] as const) {
      const response = await strict.inject({ url: '/staff/v1/reader', headers: { authorization: `Bearer ${token}` } });
      expect(response.statusCode).toBe(status);
      if (status === 403) expect(response.json().params).toEqual({ permission: 'order.read' });
    }
  });

  it('strangers are turned away before their body is read', async () => {
    const response = await server.inject({
      method: 'POST',
      url: '/api/v1/member',
      payload: 'x'.repeat(1_000_000),
      headers: { 'content-type': 'a/b' },
    });
    expect(response.statusCode).toBe(401);
  });

  it('an authenticator that breaks is an internal error, not a way in', async () => {
    handled.length = 0;
    const broken = startServer({
      routes,
      authenticate: async () => {
        throw new Error('no database');
      },
    });
    expect(
      (await broken.inject({ method: 'POST', url: '/api/v1/member', payload: { a: 1 }, headers: { authorization: MEMBER } })).statusCode,
    ).toBe(500);
    expect(handled).toEqual([]);
  });
});

describe('calls per minute', () => {
  it('are counted by caller, and by address for strangers', async () => {
    const clock = virtualClock();
    const limited = startServer({ routes, clock, trustProxy: ['127.0.0.1'] });
    const from = async (headers: Record<string, string>) => (await limited.inject({ url: '/api/v1/limited', headers })).statusCode;
    const a = { 'x-forwarded-for': '203.0.113.1' };
    for (const expected of [200, 200, 200, 429]) expect(await from(a)).toBe(expected);
    expect(await from({ 'x-forwarded-for': '203.0.113.2' })).toBe(200);
    expect(await from({ ...a, authorization: MEMBER })).toBe(200);
    expect(await from({ ...a, authorization: 'Bearer member.m2' })).toBe(200);
    const refused = await limited.inject({ url: '/api/v1/limited', headers: a });
    expect([refused.json().code, refused.headers['retry-after']]).toEqual(['request.tooMany', '20']);
    clock.advance(20_000);
    for (const expected of [200, 429]) expect(await from(a)).toBe(expected);
  });

  it('do not believe a forwarded address of a proxy that is not ours', async () => {
    const limited = startServer({ routes });
    const codes = [];
    for (let i = 0; i < 4; i += 1)
      codes.push((await limited.inject({ url: '/api/v1/limited', headers: { 'x-forwarded-for': `203.0.113.${i}` } })).statusCode);
    expect(codes).toEqual([200, 200, 200, 429]);
  });

  it('hold over any spread of calls: never more than the burst and the rate allow', () => {
    const limiter = inProcessRateLimiter();
    let passed = 0;
    for (let now = 0; now < 600_000; now += 137) if (isOpen(limiter.take('k', 7, now))) passed += 1;
    expect(passed).toBeLessThanOrEqual(7 + 70);
    expect(passed).toBeGreaterThanOrEqual(7 + 68);
  });

  it('take bounded memory; dropping old keys does not free a busy one before its time', () => {
    const limiter = inProcessRateLimiter(10);
    for (let i = 0; i < 1000; i += 1) limiter.take(`k${i}`, 1, 0);
    expect(isOpen(limiter.take('k999', 1, 0))).toBe(false);
    expect(isOpen(limiter.take('k999', 1, 60_000))).toBe(true);
  });
});

const isOpen = (verdict: unknown) => (verdict as { retryAfterMs: number }).retryAfterMs === 0;
