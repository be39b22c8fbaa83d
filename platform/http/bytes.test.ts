import { ok } from '@qianxing/errors';
import { describe, expect, it } from 'vitest';
import { defineContract, implement } from './index';
import { Closed, Nullable, Type } from './schemas';
import { fail, startServer } from './server-for-tests';

const contracts = defineContract({
  hook: { method: 'POST', path: '/hooks/pay', access: 'hook', summary: '-', bodyLimit: 1_000 },
  handshake: { method: 'GET', path: '/hooks/pay', access: 'hook', summary: '-', query: Type.Object({ echostr: Type.String() }) },
  upload: { method: 'POST', path: '/api/v1/table', access: 'public', summary: '-', consumes: ['text/csv'], response: Type.Unknown() },
  file: {
    method: 'GET',
    path: '/api/v1/file.png',
    access: 'public',
    summary: '-',
    produces: 'image/png',
    etag: true,
    cacheControl: 'public, max-age=60',
  },
  cheap: {
    method: 'GET',
    path: '/api/v1/cheap',
    access: 'public',
    summary: '-',
    response: Closed({ name: Nullable(Type.String()) }),
    etag: true,
  },
  secretive: { method: 'GET', path: '/api/v1/secretive', access: 'public', summary: '-', response: Closed({ name: Type.String() }) },
  page: { method: 'GET', path: '/api/v1/refused.png', access: 'public', summary: '-', produces: 'image/png' },
});
const PICTURE = Buffer.from([0x89, 0x50, 0, 255]);
const server = startServer({
  routes: [
    implement(contracts.hook, async ({ rawBody, headers }) =>
      ok({
        status: 200,
        contentType: 'text/plain',
        body: `${headers['content-type']} ${rawBody.toString('hex')}`,
        headers: { 'x-extra': '1' },
      }),
    ),
    implement(contracts.handshake, async ({ query }) => ok({ status: 200, contentType: 'text/plain', body: query.echostr })),
    implement(contracts.upload, async ({ rawBody }) => ok(rawBody.toString())),
    implement(contracts.file, async () => ok({ status: 200, contentType: 'image/png', body: PICTURE })),
    implement(contracts.cheap, async () => ok({ name: null })),
    implement(contracts.secretive, async () => ok({ name: 'x', passwordHash: 'never' } as { name: string })),
    implement(contracts.page, async () => fail('outOfStock', { params: { sku: 'p' } })),
  ],
});

describe('a hook', () => {
  it.each(['application/json', 'application/x-www-form-urlencoded', 'text/xml; charset=utf-8', 'application/octet-stream'])(
    'gets the exact bytes of %s',
    async (type) => {
      const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x20, 0x0a]);
      const answer = await server.inject({
        method: 'POST',
        url: '/hooks/pay?sign=1',
        payload: bytes,
        headers: { 'content-type': type, 'sec-fetch-site': 'cross-site' },
      });
      expect([answer.statusCode, answer.body, answer.headers['x-extra']]).toEqual([200, `${type} 7bff00200a`, '1']);
    },
  );
  it('gets no bytes when none are sent, and has its own limit', async () => {
    expect((await server.inject({ method: 'POST', url: '/hooks/pay' })).body).toBe('undefined ');
    const big = await server.inject({ method: 'POST', url: '/hooks/pay', payload: 'x'.repeat(1_001), headers: { 'content-type': 'a/b' } });
    expect([big.statusCode, big.json().code]).toEqual([413, 'request.tooLarge']);
  });
  it('may be a GET with a query', async () => {
    expect((await server.inject('/hooks/pay?echostr=hello&nonce=1')).body).toBe('hello');
  });
});

describe('a route that takes bytes', () => {
  it('takes its content types only', async () => {
    const send = (type: string) =>
      server.inject({ method: 'POST', url: '/api/v1/table', payload: 'a,b', headers: { 'content-type': type } });
    expect((await send('text/csv; charset=utf-8')).json()).toBe('a,b');
    const refused = await send('application/json');
    expect([refused.statusCode, refused.json().params]).toEqual([415, { expected: 'text/csv' }]);
  });
});

describe('an answer', () => {
  it('that is a file comes with its type and caching, and not at all to whoever has it', async () => {
    const file = await server.inject('/api/v1/file.png');
    expect([file.rawPayload, file.headers['content-type'], file.headers['cache-control']]).toEqual([
      PICTURE,
      'image/png',
      'public, max-age=60',
    ]);
    const again = await server.inject({ url: '/api/v1/file.png', headers: { 'if-none-match': String(file.headers.etag) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });
  it('declared cheap has an entity tag', async () => {
    const first = await server.inject('/api/v1/cheap');
    expect([first.body, first.headers['cache-control']]).toEqual(['{"name":null}', 'no-cache']);
    const tag = String(first.headers.etag);
    for (const header of [tag, '*', `"other", ${tag}`, tag.replace('W/', '')])
      expect((await server.inject({ url: '/api/v1/cheap', headers: { 'if-none-match': header } })).statusCode).toBe(304);
    expect((await server.inject({ url: '/api/v1/cheap', headers: { 'if-none-match': '"other"' } })).statusCode).toBe(200);
  });
  it('never carries more than its contract says', async () => {
    expect((await server.inject('/api/v1/secretive')).body).toBe('{"name":"x"}');
  });
  it('of a file route that fails is a problem document', async () => {
    const refused = await server.inject('/api/v1/refused.png');
    expect([refused.statusCode, refused.headers['content-type']]).toEqual([409, 'application/problem+json; charset=utf-8']);
  });
  it('has the security headers, with HSTS in production only', async () => {
    const { headers } = await server.inject('/api/v1/cheap');
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['set-cookie']).toBeUndefined();
    const live = await startServer({ routes: [], production: true }).inject('/none');
    expect(live.headers['strict-transport-security']).toContain('max-age=31536000');
  });
  it('of a HEAD request has no body', async () => {
    const head = await server.inject({ method: 'HEAD', url: '/api/v1/cheap' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });
});

describe('a contract that cannot be kept', () => {
  it('stops the start: bytes cannot be kept for an idempotency key', () => {
    const contract = { ...contracts.file, method: 'POST', idempotent: true } as const;
    expect(() => startServer({ routes: [{ contract, handle: async () => ok() }] })).toThrow('only JSON answers');
  });
  it('stops the start: a schema that does not compile', () => {
    const contract = { ...contracts.cheap, query: Closed({ a: Type.String({ pattern: '(' }) }) };
    expect(() => startServer({ routes: [{ contract, handle: async () => ok() }] })).toThrow('/api/v1/cheap');
  });
});
