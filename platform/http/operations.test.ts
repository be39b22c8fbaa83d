import { connect } from 'node:net';
import { ok } from '@qianxing/errors';
import { createMetrics, currentRequestId } from '@qianxing/telemetry';
import { afterEach, describe, expect, it } from 'vitest';
import { defineContract, type HttpServer, implement, openApiDocument } from './index';
import { Closed, Id, PageOf, PageQuery, Type } from './schemas';
import { startServer } from './server-for-tests';

const Order = Closed({ orderId: Id, totalFen: Type.Integer() }, { title: 'Order' });
const contracts = defineContract({
  list: {
    method: 'GET',
    path: '/api/v1/orders',
    access: 'member',
    summary: 'My orders',
    query: Closed(PageQuery),
    response: PageOf(Order),
  },
  place: {
    method: 'POST',
    path: '/api/v1/orders',
    access: 'member',
    summary: 'Place an order',
    body: Closed({ order: Order }),
    response: Order,
    status: 201,
    idempotent: true,
    perMinute: 60,
  },
  cancel: {
    method: 'POST',
    path: '/staff/v1/orders/:orderId/cancel',
    access: 'staff:order.write',
    summary: 'Cancel',
    params: Closed({ orderId: Id }),
  },
  poster: { method: 'GET', path: '/api/v1/poster', access: 'public', summary: 'Poster', produces: 'image/png' },
  table: { method: 'POST', path: '/staff/v1/table', access: 'staff', summary: 'Import', consumes: ['text/csv'], response: Type.Unknown() },
  hook: { method: 'POST', path: '/hooks/pay', access: 'hook', summary: 'Notice' },
  slow: { method: 'GET', path: '/api/v1/slow', access: 'public', summary: 'Slow' },
});

const running: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

function gate(): { readonly promise: Promise<void>; release(): void } {
  let open: (() => void) | undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, release: () => open?.() };
}

/** Sends text on a bare socket and answers all that comes back. */
function exchange(address: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(address).port), '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.on('data', (data) => {
      received += data;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}

describe('probes', () => {
  it('say that the process lives, whatever else is broken', async () => {
    const server = startServer({ routes: [], readiness: { database: () => Promise.reject(new Error('gone')) } });
    expect((await server.inject('/healthz')).json()).toEqual({ status: 'ok' });
  });
  it('say what is not ready, without the reason, which goes to the log', async () => {
    let isUp = false;
    const server = startServer({
      routes: [],
      readiness: { database: () => (isUp ? undefined : Promise.reject(new Error('password wrong'))), bus: () => undefined },
    });
    const down = await server.inject('/readyz');
    expect([down.statusCode, down.json()]).toEqual([503, { status: 'notReady', checks: { database: 'failed', bus: 'ok' } }]);
    isUp = true;
    expect((await server.inject('/readyz')).statusCode).toBe(200);
  });
  it('refuse what is not a read', async () => {
    const answer = await startServer({ routes: [] }).inject({ method: 'DELETE', url: '/healthz' });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});

describe('metrics', () => {
  it('count requests by route pattern, never by what is in the address', async () => {
    const server = startServer({ routes: [implement(contracts.slow, async () => ok(undefined))], metrics: createMetrics() });
    await server.inject('/api/v1/slow');
    await server.inject('/api/v1/slow');
    await server.inject('/api/v1/13812345678');
    const { body } = await server.inject('/metrics');
    expect(body).toContain('qianxing_http_request_seconds_count{method="GET",route="/api/v1/slow",status="204"} 2');
    expect(body).toContain('route="none",status="404"');
    expect(body).not.toContain('13812345678');
    expect(body).toMatch(/qianxing_http_requests_in_flight 1\n/);
  });
  it('are for private addresses or whoever has the token', async () => {
    const open = startServer({ routes: [], metrics: createMetrics({ processMetrics: false }) });
    for (const [remoteAddress, status] of [
      ['127.0.0.1', 200],
      ['10.1.2.3', 200],
      ['::1', 200],
      ['172.32.0.1', 404],
      ['203.0.113.7', 404],
    ] as const)
      expect((await open.inject({ url: '/metrics', remoteAddress })).statusCode).toBe(status);
    const guarded = startServer({ routes: [], metrics: createMetrics({ processMetrics: false }), metricsToken: 'right' });
    const ask = async (authorization?: string) =>
      (
        await guarded.inject({
          url: '/metrics',
          remoteAddress: '203.0.113.7',
          headers: authorization === undefined ? {} : { authorization },
        })
      ).statusCode;
    expect([await ask(), await ask('Bearer wrong'), await ask('Bearer right')]).toEqual([404, 404, 200]);
  });
});

describe('the log of requests', () => {
  it('has one line per failed request, with its id and route and nothing personal', async () => {
    const lines: [string, Record<string, unknown>][] = [];
    const keep = (level: string) => (facts: object) => void lines.push([level, facts as Record<string, unknown>]);
    const log = { info: keep('info'), warn: keep('warn'), error: keep('error') };
    const broken = implement(contracts.slow, () => Promise.reject(new Error('broken')));
    const server = startServer({ routes: [broken], log });
    await server.inject({ url: '/api/v1/slow', headers: { 'x-request-id': 'request-0001' } });
    await server.inject('/api/v1/nothing');
    expect(lines.map(([level, { requestId, route, status }]) => [level, requestId, route, status])).toEqual([
      ['error', 'request-0001', '/api/v1/slow', undefined],
      ['error', 'request-0001', '/api/v1/slow', 500],
    ]);
    const chatty = startServer({ routes: [], log, logEveryRequest: true });
    await chatty.inject('/healthz?phone=13812345678');
    expect(lines.at(-1)?.[0]).toBe('info');
    expect(JSON.stringify(lines)).not.toContain('13812345678');
  });
});

describe('the request id', () => {
  it('is known inside a handler where that is asked for', async () => {
    const seen: (string | undefined)[] = [];
    const routes = [
      implement(contracts.slow, async ({ requestId }) => {
        await new Promise(setImmediate);
        seen.push(currentRequestId(), requestId);
        return ok(undefined);
      }),
    ];
    const ask = { url: '/api/v1/slow', headers: { 'x-request-id': 'request-0002' } };
    await startServer({ routes, asyncContext: true }).inject(ask);
    await startServer({ routes, asyncContext: false }).inject(ask);
    expect(seen).toEqual(['request-0002', 'request-0002', undefined, 'request-0002']);
  });

  it('is ours when none is sent or the one sent could do harm, and never the same twice', async () => {
    const server = startServer({ routes: [] });
    const ids = [];
    for (const sent of [undefined, 'short', 'has spaces in it', 'x'.repeat(65), '<script>alert(1)</script>']) {
      const { headers } = await server.inject({ url: '/healthz', headers: sent === undefined ? {} : { 'x-request-id': sent } });
      expect(headers['x-request-id']).not.toBe(sent);
      ids.push(headers['x-request-id']);
    }
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('load', () => {
  it('above the limit is answered 503 at once; probes and hooks still pass', async () => {
    const { promise, release } = gate();
    const server = startServer({
      routes: [
        implement(contracts.slow, async () => {
          await promise;
          return ok(undefined);
        }),
        implement(contracts.hook, async () => ok({ status: 200, contentType: 'text/plain', body: 'ok' })),
      ],
      load: { maxInFlight: 2, maxEventLoopDelayMs: 0 },
    });
    const waiting = [server.inject('/api/v1/slow'), server.inject('/api/v1/slow')];
    while (server.inFlight() < 2) await new Promise(setImmediate);
    const refused = await server.inject('/api/v1/slow');
    expect([refused.statusCode, refused.json().code, refused.headers['retry-after']]).toEqual([503, 'request.busy', '1']);
    expect((await server.inject('/healthz')).statusCode).toBe(200);
    expect((await server.inject({ method: 'POST', url: '/hooks/pay' })).statusCode).toBe(200);
    release();
    expect((await Promise.all(waiting)).map(({ statusCode }) => statusCode)).toEqual([204, 204]);
    expect([server.inFlight(), (await server.inject('/healthz')).statusCode]).toEqual([0, 200]);
  });
});

describe('a real socket', () => {
  it('gets a problem document for what is no HTTP, and for headers that are too large', async () => {
    const server = startServer({ routes: [] });
    running.push(server);
    const address = await server.listen({ port: 0 });
    const nonsense = await exchange(address, 'NOT HTTP AT ALL\r\n\r\n');
    expect(nonsense).toMatch(/^HTTP\/1\.1 400 /);
    expect(nonsense).toContain('"code":"request.malformed"');
    const large = await exchange(address, `GET / HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1\.1 431 /);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
  });

  it('that is being served is served to the end when the server closes, and nothing new is taken', async () => {
    const { promise, release } = gate();
    const server = startServer({
      routes: [
        implement(contracts.slow, async () => {
          await promise;
          return ok(undefined);
        }),
      ],
    });
    const address = await server.listen({ port: 0 });
    const inside = fetch(`${address}/api/v1/slow`);
    while (server.inFlight() < 1) await new Promise(setImmediate);
    const closed = server.close();
    release();
    expect((await inside).status).toBe(204);
    await closed;
    await expect(fetch(`${address}/healthz`)).rejects.toThrow();
  });

  it('that never ends is cut after the drain time', async () => {
    const server = startServer({ routes: [implement(contracts.slow, () => new Promise(() => undefined))], drainMs: 20 });
    const address = await server.listen({ port: 0 });
    const inside = fetch(`${address}/api/v1/slow`).then(
      () => 'answered',
      () => 'cut',
    );
    while (server.inFlight() < 1) await new Promise(setImmediate);
    await server.close();
    expect(await inside).toBe('cut');
  });
});

describe('the API document', () => {
  const document = openApiDocument(Object.values(contracts), { title: 'Test', version: '1' });
  it('has every route but hooks, with its parts', () => {
    expect(Object.keys(document.paths)).toEqual([
      '/api/v1/orders',
      '/staff/v1/orders/{orderId}/cancel',
      '/api/v1/poster',
      '/staff/v1/table',
      '/api/v1/slow',
    ]);
    const place = document.paths['/api/v1/orders']?.post;
    expect(place).toMatchObject({
      operationId: 'postApiV1Orders',
      tags: ['orders'],
      security: [{ bearer: [] }],
      parameters: [{ name: 'Idempotency-Key', in: 'header', required: true }],
      requestBody: { content: { 'application/json': { schema: { properties: { order: { $ref: '#/components/schemas/Order' } } } } } },
      responses: { 201: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } } },
    });
    expect(document.paths['/staff/v1/orders/{orderId}/cancel']?.post).toMatchObject({
      operationId: 'postStaffV1OrdersByOrderIdCancel',
      tags: ['staff orders'],
      parameters: [{ name: 'orderId', in: 'path', required: true }],
      'x-access': 'staff:order.write',
      responses: { 204: {} },
    });
    expect(document.paths['/api/v1/orders']?.get).toMatchObject({ parameters: [{ name: 'cursor', required: false }, { name: 'limit' }] });
    expect(document.paths['/api/v1/poster']?.get).toMatchObject({ responses: { 200: { content: { 'image/png': {} } } } });
    expect(document.paths['/staff/v1/table']?.post).toMatchObject({ requestBody: { content: { 'text/csv': {} } } });
  });
  it('is plain JSON with every reference in place', () => {
    const text = JSON.stringify(document);
    expect(JSON.parse(text)).toEqual(document);
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) expect(document.components.schemas).toHaveProperty(name);
  });
  it('has unique operation ids', () => {
    const ids = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(ids).size).toBe(ids.length);
  });
  it('is what the server answers', async () => {
    const server = startServer({ routes: [implement(contracts.slow, async () => ok(undefined))], info: { title: 'T', version: '2' } });
    expect((await server.inject('/openapi.json')).json()).toEqual(openApiDocument([contracts.slow], { title: 'T', version: '2' }));
  });
});
