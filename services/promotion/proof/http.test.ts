import { ok } from '@qianxing/errors';
import { createHttpServer, type HttpServer } from '@qianxing/http';
import { testDatabases } from '@qianxing/testing';
import { httpSource, parseVerifierKey, type Trust, verifyLog } from '@qianxing/transparency-log';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRoom, type Room } from '../testing/room';

const [kind] = testDatabases();

describe('the log over HTTP', () => {
  let room: Room;
  let server: HttpServer;
  let url: string;
  beforeEach(async () => {
    if (kind === undefined) throw new Error('no database');
    room = await openRoom(kind);
    server = createHttpServer({
      routes: room.service.routes,
      problems: [room.service.problems],
      clock: room.clock,
      compile: 'eager',
      load: { maxEventLoopDelayMs: 0 },
      authenticate: async (memberId) => ok({ kind: 'member', memberId, sessionId: 's' }),
      idempotency: { begin: async () => ({ kind: 'fresh' }), finish: async () => {}, abandon: async () => {} },
    });
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    await server.close();
    await room.close();
  });

  const get = async (path: string, token?: string) => {
    const answer = await fetch(url + path, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
    const body = Buffer.from(await answer.arrayBuffer());
    return { status: answer.status, type: answer.headers.get('content-type'), cache: answer.headers.get('cache-control'), body, answer };
  };
  const publish = async () => room.service.jobs.find(({ name }) => name === 'promotion.publishLog')?.run();
  const trust = async (): Promise<Trust> => {
    const { origin, verifierKey } = JSON.parse((await get('/api/v1/transparency-log')).body.toString()) as Record<string, string>;
    const logKey = parseVerifierKey(verifierKey ?? '');
    if (!logKey.ok) throw new Error(logKey.fault.message);
    return { origin: origin ?? '', logKey: logKey.value };
  };

  it('is empty before the first publication, and says so', async () => {
    expect((await get('/log/checkpoint')).status).toBe(404);
    expect(JSON.parse((await get('/api/v1/transparency-log')).body.toString())).toMatchObject({
      origin: 'shop.example/log',
      checkpoint: null,
    });
  });

  it('serves what never changes for a year and the checkpoint for a second, and verifies from outside while it grows', async () => {
    await room.rich(1_000);
    await publish();
    const checkpoint = await get('/log/checkpoint');
    expect(checkpoint).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8', cache: 'public, max-age=1, must-revalidate' });
    expect(checkpoint.body.toString()).toMatch(/^shop\.example\/log\n2\n/);
    for (const [path, length] of [
      ['/log/tile/0/000.p/2', 64],
      ['/log/tile/entries/000.p/2', 70],
    ] as const) {
      const file = await get(path);
      expect(file).toMatchObject({ status: 200, type: 'application/octet-stream', cache: 'public, max-age=31536000, immutable' });
      expect(file.body).toHaveLength(length);
    }
    expect(await verifyLog(httpSource(`${url}/log`), { trust: await trust() })).toMatchObject({
      ok: true,
      value: { checkpoint: { size: 2n } },
    });
    await room.rich(500);
    await publish();
    const grown = await verifyLog(httpSource(`${url}/log`), { trust: await trust(), from: checkpoint.body });
    expect(grown).toMatchObject({ ok: true, value: { checkpoint: { size: 4n }, fromSize: 2n } });
  });

  it('gives away nothing else: nothing unpublished, nothing beside the log', async () => {
    await room.rich(1_000);
    await publish();
    await room.rich(500);
    const names = [
      'tile/0/000.p/4',
      'tile/0/000',
      'tile/0/001',
      'tile/1/000.p/1',
      'tile/0/0',
      'tile/0/000.p/0',
      '',
      'nothing',
      'checkpoint/',
    ];
    const ways = ['..%2f..%2fetc%2fpasswd', '%2e%2e/%2e%2e/etc/passwd', 'tile/../checkpoint', `tile/${'x001/'.repeat(30)}001`];
    for (const name of [...names, ...ways]) {
      const answer = await get(`/log/${name}`);
      // The client itself tidies the dots away; what arrives as the checkpoint is the checkpoint.
      if (name === 'tile/../checkpoint') expect(answer.status).toBe(200);
      else expect([name, answer.status >= 400 && answer.status < 500]).toEqual([name, true]);
    }
  });

  it('shows records to their promoter alone, and the proof as a file', async () => {
    const promoter = await room.rich(1_000);
    await publish();
    expect((await get('/api/v1/promoter/records')).status).toBe(401);
    const { body } = await get('/api/v1/promoter/records?limit=1', promoter.memberId);
    const page = JSON.parse(body.toString()) as { items: { recordId: string; proof: string }[]; nextCursor: string };
    expect(page).toMatchObject({ recordCount: 2, complete: true, balances: { availableFen: 1_000 } });
    const file = await get(`/api/v1/promoter/records/${page.items[0]?.recordId}/proof`, promoter.memberId);
    expect(file).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8', cache: 'no-store' });
    expect(file.answer.headers.get('content-disposition')).toBe(`attachment; filename="${page.items[0]?.recordId}.tlog-proof"`);
    expect(file.body.toString()).toBe(page.items[0]?.proof);
    for (const query of ['cursor=nonsense', 'limit=101', 'limit=0', 'after=1'])
      expect((await get(`/api/v1/promoter/records?${query}`, promoter.memberId)).status).toBe(422);
    expect((await get('/api/v1/transparency-log/consistency?from=0&to=99')).status).toBe(404);
    expect((await get('/api/v1/transparency-log/consistency?from=-1&to=2')).status).toBe(422);
  });
});
