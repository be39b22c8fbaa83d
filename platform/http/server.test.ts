import { ok, platformProblems } from '@qianxing/errors';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { defineContract, implement } from './index';
import { Closed, FenAmount, Id, Nullable, OneOf, PageQuery, PositiveFen, Quantity, Text, Type } from './schemas';
import { catalogue, fail, startServer } from './server-for-tests';

const Item = Closed({ sku: Text(20), quantity: Quantity });
const contracts = defineContract({
  echo: {
    method: 'POST',
    path: '/api/v1/echo/:echoId',
    access: 'public',
    summary: 'Echo',
    params: Closed({ echoId: Id }),
    query: Closed({ ...PageQuery, tags: Type.Optional(Type.Array(Text(5))) }),
    body: Closed({
      amountFen: PositiveFen,
      note: Nullable(Text(10)),
      items: Type.Array(Item, { minItems: 1, maxItems: 5 }),
      kind: OneOf('a', 'b'),
    }),
    response: Closed({ amountFen: FenAmount, note: Nullable(Type.String()), limit: Type.Integer() }),
  },
  open: {
    method: 'POST',
    path: '/api/v1/open',
    access: 'public',
    summary: 'Takes anything',
    body: Type.Unknown(),
    response: Type.Unknown(),
  },
  bodyless: { method: 'POST', path: '/api/v1/bodyless', access: 'public', summary: 'Takes nothing' },
  refuse: { method: 'GET', path: '/api/v1/refuse', access: 'public', summary: 'Refuses' },
  crash: { method: 'GET', path: '/api/v1/crash', access: 'public', summary: 'Throws' },
  unknownCode: { method: 'GET', path: '/api/v1/unknown-code', access: 'public', summary: 'Fails with a code of no catalogue' },
});

const seen: unknown[] = [];
const routes = [
  implement(contracts.echo, async ({ body, query }) => {
    seen.push(body);
    return ok({ amountFen: body.amountFen, note: body.note, limit: query.limit ?? -1 });
  }),
  implement(contracts.open, async ({ body }) => ok(body)),
  implement(contracts.bodyless, async () => ok(undefined)),
  implement(contracts.refuse, async () => fail('outOfStock', { params: { sku: 'T-1' }, path: '/items/0', details: { left: 0 } })),
  implement(contracts.crash, async () => {
    throw new Error('the database said 13812345678');
  }),
  implement(contracts.unknownCode, async () => ({ ok: false, problem: { code: 'nobody.knows' } })),
];

const ID = '0'.repeat(26);
const good = { amountFen: 100, note: null, items: [{ sku: 'T', quantity: 1 }], kind: 'a' };
const server = () => startServer({ routes });
const post = (url: string, payload: string | object, headers: Record<string, string> = {}) =>
  server().inject({
    method: 'POST',
    url,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    headers: { 'content-type': 'application/json', ...headers },
  });

afterEach(() => {
  seen.length = 0;
});

describe('a route', () => {
  it('takes what its contract says and answers what its contract says', async () => {
    const answer = await post(`/api/v1/echo/${ID}?limit=7`, good);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.json()).toEqual({ amountFen: 100, note: null, limit: 7 });
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('fills in defaults and takes a single query value for a list', async () => {
    const answer = await post(`/api/v1/echo/${ID}?tags=x`, { ...good, note: 'hi' });
    expect(answer.json()).toEqual({ amountFen: 100, note: 'hi', limit: 20 });
  });

  it('answers 204 without a body when the contract has no answer', async () => {
    for (const payload of ['', '{}', ' ']) {
      const answer = await post('/api/v1/bodyless', payload);
      expect([answer.statusCode, answer.body]).toEqual([204, '']);
    }
  });

  it('refuses a body where none is taken', async () => {
    const answer = await post('/api/v1/bodyless', { priceFen: 1 });
    expect([answer.statusCode, answer.json().path]).toEqual([422, '/priceFen']);
  });
});

describe('a request that does not fit its contract', () => {
  it('is told every fault with place, rule and both languages, and is not handled', async () => {
    const answer = await post(`/api/v1/echo/nope?limit=500&x=1`, {
      amountFen: 2.5,
      note: 5,
      items: [{ sku: '', quantity: -1, priceFen: 1 }],
      kind: 'c',
      total: 1,
    });
    expect(answer.statusCode).toBe(422);
    const problem = answer.json();
    expect(problem.code).toBe('request.invalid');
    const faults = problem.details.errors.map(
      (fault: { in: string; path: string; rule: string }) => `${fault.in} ${fault.path} ${fault.rule}`,
    );
    expect(faults.sort()).toEqual([
      'body /amountFen type',
      'body /items/0/priceFen additionalProperties',
      'body /items/0/quantity minimum',
      'body /items/0/sku minLength',
      'body /kind enum',
      'body /note anyOf',
      'body /total additionalProperties',
      'params /echoId pattern',
      'query /limit maximum',
      'query /x additionalProperties',
    ]);
    for (const fault of problem.details.errors) {
      expect(fault.messageZh).toMatch(/[\u4e00-\u9fff]/);
      expect(fault.messageEn).toMatch(/^[a-z]/);
    }
    expect(seen).toEqual([]);
  });

  it.each([
    ['"1e2" as a quantity', { ...good, items: [{ sku: 'T', quantity: '1e2' }] }],
    ['an amount beyond exact integers', `{"amountFen":99999999999999999999,"note":null,"items":[{"sku":"T","quantity":1}],"kind":"a"}`],
    ['a missing field', { amountFen: 1 }],
    ['null', 'null'],
    ['a list', '[]'],
    ['no body', ''],
  ])('is refused with 422: %s', async (_name, payload) => {
    const answer = await post(`/api/v1/echo/${ID}`, payload);
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'request.invalid']);
    expect(seen).toEqual([]);
  });

  it.each([
    ['broken JSON', '{"a":', 'request.notJson'],
    ['a repeated key', '{"a":1,"a":2}', 'request.duplicateKey'],
    ['a repeated key written differently', '{"a":1,"\\u0061":2}', 'request.duplicateKey'],
    ['a prototype', '{"__proto__":{"admin":true}}', 'request.duplicateKey'],
    ['a constructor prototype', '{"constructor":{"prototype":{}}}', 'request.duplicateKey'],
    ['deep nesting', '['.repeat(50_000) + ']'.repeat(50_000), 'request.tooDeep'],
    ['deep nesting of broken JSON', '['.repeat(200_000), 'request.tooDeep'],
  ])('is refused with 400: %s', async (_name, payload, code) => {
    const answer = await post('/api/v1/open', payload);
    expect([answer.statusCode, answer.json().code]).toEqual([400, code]);
  });

  it.each([
    ['an overflowing number', '{"a":[1e999]}', '/a/0'],
    ['an inexact integer', '{"a/b":9007199254740993}', '/a~1b'],
    ['a NUL', '{"a":"x\\u0000"}', '/a'],
    ['half a surrogate pair', '{"a":"\\ud800"}', '/a'],
  ])('is refused with its place: %s', async (_name, payload, path) => {
    const answer = await post('/api/v1/open', payload);
    expect([answer.statusCode, answer.json().path]).toEqual([422, path]);
  });

  it('has colons, quotes and escapes inside strings that count for nothing', async () => {
    const value = { 'a:"b"': 'c:\\"d', 'e\\': [':', '\\', '"'] };
    const answer = await post('/api/v1/open', value);
    expect([answer.statusCode, answer.json()]).toEqual([200, value]);
  });

  it('is refused for its size, type, method, address', async () => {
    const big = await post('/api/v1/open', JSON.stringify('x'.repeat(300_000)));
    expect([big.statusCode, big.json().code]).toEqual([413, 'request.tooLarge']);
    const form = await post('/api/v1/open', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([form.statusCode, form.json().code]).toEqual([415, 'request.unsupportedMediaType']);
    const put = await server().inject({ method: 'PUT', url: `/api/v1/echo/${ID}` });
    expect([put.statusCode, put.json().code, put.headers.allow]).toEqual([405, 'request.methodNotAllowed', 'POST']);
    const lost = await server().inject('/api/v1/nothing');
    expect([lost.statusCode, lost.json().code]).toEqual([404, 'request.notFound']);
    const bad = await server().inject('/api/v1/%E0%A4%A');
    expect([bad.statusCode, bad.json().code]).toEqual([400, 'request.malformed']);
    expect(bad.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': expect.any(String) });
  });

  it('coming from another site is refused before it is read', async () => {
    const answer = await post(`/api/v1/echo/${ID}`, good, { 'sec-fetch-site': 'cross-site' });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'request.crossSite']);
    expect(seen).toEqual([]);
  });
});

describe('a problem', () => {
  it('is an RFC 9457 document in both languages, detail in the language asked for', async () => {
    const answer = await server().inject({
      url: '/api/v1/refuse',
      headers: { 'accept-language': 'fr, en;q=0.8, zh;q=0.2', 'x-request-id': 'client-id-0001' },
    });
    expect(answer.statusCode).toBe(409);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['content-language']).toBe('en');
    expect(answer.json()).toEqual({
      type: 'urn:qianxing:problem:sample.outOfStock',
      title: 'Conflict',
      status: 409,
      code: 'sample.outOfStock',
      messageZh: 'T-1 已售完',
      messageEn: 'T-1 is sold out',
      detail: 'T-1 is sold out',
      path: '/items/0',
      params: { sku: 'T-1' },
      details: { left: 0 },
      requestId: 'client-id-0001',
    });
  });

  it('made of an exception says nothing of its cause, which goes to the log', async () => {
    const lines: unknown[] = [];
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (facts: object, message: string) => void lines.push([facts, message]),
    };
    const answer = await startServer({ routes, log }).inject('/api/v1/crash');
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'request.internal']);
    expect(answer.body).not.toContain('database');
    expect(answer.json().messageEn).toContain(answer.json().requestId);
    expect(lines.length).toBeGreaterThan(0);
  });

  it('with a code of no catalogue becomes an internal one', async () => {
    const answer = await server().inject('/api/v1/unknown-code');
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'request.internal']);
  });

  it('code defined twice stops the start', () => {
    const other = { 'sample.outOfStock': { status: 404, zh: '', en: '' } };
    expect(() => startServer({ routes: [], problems: [catalogue, other] })).toThrow('sample.outOfStock');
    expect(() => startServer({ routes: [], problems: [catalogue, catalogue, platformProblems.catalogue] })).not.toThrow();
  });
});

describe('whatever JSON is sent', () => {
  it('the answer is a success or a problem document with a code, never 500', async () => {
    const target = server();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(`/api/v1/echo/${ID}`, '/api/v1/open', '/api/v1/bodyless'),
        fc.oneof(fc.json(), fc.string(), hostile),
        async (url, payload) => {
          const answer = await target.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });
          expect(answer.statusCode).not.toBe(500);
          if (answer.statusCode >= 400) {
            expect(answer.headers['content-type']).toContain('application/problem+json');
            expect(answer.json().code).toMatch(/^request\.\w+$/);
            expect(answer.json().requestId).toBeTruthy();
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('the answer to any query, path and headers is never 500 either', async () => {
    const target = server();
    await fc.assert(
      fc.asyncProperty(fc.webPath(), fc.webQueryParameters(), fc.string(), async (path, query, language) => {
        const answer = await target.inject({
          method: 'POST',
          url: `/api/v1/echo${path}?${query}`,
          payload: JSON.stringify(good),
          headers: {
            'content-type': 'application/json',
            'accept-language': language.replace(/[^\x20-\x7e]/g, ''),
            'x-request-id': language.replace(/[^\x20-\x7e]/g, ''),
          },
        });
        expect(answer.statusCode).not.toBe(500);
        expect(String(answer.headers['x-request-id'])).toMatch(/^[\w-]{8,64}$/);
      }),
      { numRuns: 200 },
    );
  });
});

/** Almost good bodies with one thing replaced by anything. */
const hostile = fc
  .tuple(fc.constantFrom('amountFen', 'note', 'items', 'kind', '__proto__', 'constructor', 'toString'), fc.jsonValue())
  .map(([key, value]) => JSON.stringify({ ...good, [key]: value }));
