import { ok } from '@qianxing/errors';
import { createHttpServer, type HttpServer } from '@qianxing/http';
import { testDatabases } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRoom, type Room } from './testing/room';

const [kind] = testDatabases();

/** Through the real HTTP layer: what goes in is validated, what comes out is written by its contract. */
describe('promotion over HTTP', () => {
  let room: Room;
  let server: HttpServer;
  beforeEach(async () => {
    if (kind === undefined) throw new Error('no database');
    room = await openRoom(kind);
    server = createHttpServer({
      routes: room.service.routes,
      problems: [room.service.problems],
      clock: room.clock,
      compile: 'eager',
      load: { maxEventLoopDelayMs: 0 },
      authenticate: async (token) => {
        const [who = '', id = ''] = token.split('.');
        if (who === 'member') return ok({ kind: 'member', memberId: id, sessionId: 's' });
        return ok({
          kind: 'staff',
          staffId: id,
          username: id,
          permissions: ['promotion.read', 'promotion.write', 'withdrawal.review'],
          sessionId: 's',
        });
      },
      idempotency: { begin: async () => ({ kind: 'fresh' }), finish: async () => {}, abandon: async () => {} },
    });
  });
  afterEach(async () => {
    await server.close();
    await room.close();
  });

  const get = async (url: string, token?: string) => server.inject({ method: 'GET', url, headers: headersOf(token) });
  const post = async (url: string, token: string | undefined, payload: object, key?: string) =>
    server.inject({
      method: 'POST',
      url,
      payload,
      headers: { ...headersOf(token), ...(key === undefined ? {} : { 'idempotency-key': key }) },
    });
  const headersOf = (token: string | undefined) => (token === undefined ? {} : { authorization: `Bearer ${token}` });

  it('leads from the short link into the shop, with the code only while it is worth something', async () => {
    const promoter = await room.enrol();
    const productId = '0'.repeat(26);
    const link = await get(`/r/${promoter.code}?p=${productId}`);
    expect(link.statusCode).toBe(302);
    expect(link.headers.location).toBe(`https://shop.example/?ref=${promoter.code}&p=${productId}`);
    const unknown = promoter.code === 'zzzzzzzz' ? 'yyyyyyyy' : 'zzzzzzzz';
    expect((await get(`/r/${unknown}`)).headers.location).toBe('https://shop.example/');
    expect((await get(`/r/${encodeURIComponent('<script>')}`)).statusCode).toBe(422);
  });

  it('shows every page of a promoter with money, its chain, its withdrawals and its statement', async () => {
    const promoter = await room.rich(5_000);
    const token = `member.${promoter.memberId}`;
    const requested = await post('/api/v1/promoter/withdrawals', token, { amountFen: 1_000, rail: 'transfer' }, 'key-000001');
    expect(requested.statusCode).toBe(201);
    const { withdrawalId } = requested.json();
    const own = [
      '',
      '/customers',
      '/layers',
      '/commissions',
      '/statement',
      '/withdrawals',
      '/withdrawal-terms?amountFen=1000',
      `/withdrawals/${withdrawalId}`,
    ];
    for (const path of own) expect([path, (await get(`/api/v1/promoter${path}`, token)).statusCode]).toEqual([path, 200]);
    const account = (await get('/api/v1/promoter', token)).json();
    expect(account).toMatchObject({
      status: 'active',
      referralCode: promoter.code,
      balances: { availableFen: 4_000, reservedFen: 1_000 },
      directCustomers: 1,
      plan: {
        levels: [
          { level: 1, rateBp: 500 },
          { level: 2, rateBp: 200 },
          { level: 3, rateBp: 100 },
        ],
      },
    });
    const customers = (await get('/api/v1/promoter/customers', token)).json();
    expect(customers.items).toMatchObject([{ memberNo: promoter.buyer.memberNo, orders: 1, paidFen: 100_000 }]);
    expect(customers.items[0].nickname).toContain('*');
    const statement = (await get('/api/v1/promoter/statement', token)).json();
    expect(statement.items).toHaveLength(5);
    expect(statement.items.map((item: { amountFen: number }) => item.amountFen).reduce((sum: number, amount: number) => sum + amount)).toBe(
      5_000,
    );
    const staff = 'staff.s1';
    const lists = ['/promoters', `/promoters/${promoter.promoterId}`, '/commissions', '/withdrawals?status=reviewing', '/plans'];
    for (const path of lists) expect([path, (await get(`/staff/v1${path}`, staff)).statusCode]).toEqual([path, 200]);
    const approved = await post(`/staff/v1/withdrawals/${withdrawalId}/approve`, staff, {});
    expect(approved.json()).toMatchObject({ status: 'sending', approvedBy: ['s1'], promoterNo: promoter.memberNo });
  });

  it('pages a statement without losing or repeating a movement', async () => {
    const promoter = await room.rich(5_000);
    const token = `member.${promoter.memberId}`;
    const seen: string[] = [];
    let url = '/api/v1/promoter/statement?limit=1';
    for (let pages = 0; pages < 10; pages += 1) {
      const { items, nextCursor } = (await get(url, token)).json();
      seen.push(...items.map((item: { entryId: string }) => item.entryId));
      if (nextCursor === null) break;
      url = `/api/v1/promoter/statement?limit=1&cursor=${nextCursor}`;
    }
    expect(seen).toHaveLength(3);
    expect(new Set(seen).size).toBe(3);
  });

  it('answers a member who is no promoter with status none, and the enrolment with what is missing', async () => {
    const [active] = await room.database.query
      .withTables<{ promotion_plan_versions: { planVersionId: string; version: number; code: string } }>()
      .selectFrom('promotion_plan_versions')
      .selectAll()
      .execute();
    expect(active).toBeUndefined();
    const member = await room.register();
    const token = `member.${member.memberId}`;
    expect((await get('/api/v1/promoter', token)).json()).toMatchObject({
      status: 'none',
      referralCode: null,
      promoterNo: member.memberNo,
    });
    const plans = (await get('/staff/v1/plans', 'staff.s1')).json();
    expect(plans.blockedPlans).toBe('refused');
    const strict = plans.items.find((plan: { version: number }) => plan.version === 2);
    expect((await post(`/staff/v1/plans/${strict.planVersionId}/publication`, 'staff.s1', {})).json()).toMatchObject({
      status: 'published',
    });
    expect((await get('/staff/v1/plans', 'staff.s1')).json().activePlanVersionId).toBe(strict.planVersionId);
    room.clock.advance(2_000);
    const enrol = () => post('/api/v1/promoter/enrolment', token, { agreementVersion: '1', adult: true }, 'key-000002');
    expect((await enrol()).json()).toMatchObject({ status: 409, code: 'promotion.qualificationMissing' });
    room.world.paidOrders.set(member.memberId, 1);
    room.world.withoutConsent.add(member.memberId);
    expect((await enrol()).json()).toMatchObject({ status: 422, code: 'promotion.agreementNeeded' });
    room.world.withoutConsent.clear();
    expect((await enrol()).statusCode).toBe(201);
    const code = (await enrol()).json().referralCode;
    expect((await enrol()).json().referralCode).toBe(code);
    expect((await post('/api/v1/promoter/enrolment', token, { agreementVersion: '1', adult: false }, 'key-000003')).statusCode).toBe(422);
  });

  it('draws a poster for promoters only', async () => {
    const promoter = await room.enrol();
    const poster = await get('/api/v1/promoter/poster', `member.${promoter.memberId}`);
    expect([poster.statusCode, poster.headers['content-type']]).toEqual([200, 'image/png']);
    expect(poster.rawPayload.subarray(1, 4).toString()).toBe('PNG');
    const member = await room.register();
    expect((await get('/api/v1/promoter/poster', `member.${member.memberId}`)).statusCode).toBe(409);
    expect((await get(`/api/v1/promoter/poster?productId=${'0'.repeat(26)}`, `member.${promoter.memberId}`)).statusCode).toBe(404);
  });

  it('takes names of people and nothing else as a real name', async () => {
    const promoter = await room.rich(600_000);
    const ask = (realName: string, key: string) =>
      post('/api/v1/promoter/withdrawals', `member.${promoter.memberId}`, { amountFen: 200_000, rail: 'transfer', realName }, key);
    for (const [index, wrong] of ['陈', '陈2', ' 陈立', '13800000001', '陈\n立', '陈'.repeat(41)].entries()) {
      const refused = await ask(wrong, `key-wrong-${index}`);
      expect([wrong, refused.statusCode, refused.body]).toEqual([wrong, 422, expect.stringContaining('/realName')]);
    }
    for (const [index, right] of ['陈立', '阿卜杜拉·买买提', 'Anne-Marie O’Neill'].entries())
      expect([right, (await ask(right, `key-right-${index}`)).statusCode]).toEqual([right, 201]);
  });

  it('enrols nobody under another version of the agreement than the one in force', async () => {
    const member = await room.register();
    const enrol = (agreementVersion: string, key: string) =>
      post('/api/v1/promoter/enrolment', `member.${member.memberId}`, { agreementVersion, adult: true }, key);
    const refused = await enrol('0', 'key-outdated');
    expect(refused.statusCode).toBe(422);
    expect(refused.json()).toMatchObject({
      code: 'promotion.agreementOutdated',
      path: '/agreementVersion',
      details: { currentVersion: '1' },
    });
    expect((await get('/api/v1/promoter', `member.${member.memberId}`)).json().status).toBe('none');
    expect((await enrol('1', 'key-in-force')).statusCode).toBe(201);
  });
});
