import { createHmac, randomUUID } from 'node:crypto';
import { DAY_MS, MINUTE_MS } from '@qianxing/time';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask, bodyOf, demand } from '../world/http';
import { arrive, type Person, signInMember, signInStaff, type Tokens } from '../world/people';
import { type AttackedShop, openAttackedShop, problemOf } from './attacked-shop';

describe('who somebody is', () => {
  let shop: AttackedShop;
  beforeAll(async () => {
    shop = await openAttackedShop();
  }, 120_000);
  afterAll(async () => {
    expect(await shop?.findings()).toEqual([]);
    await shop?.close();
  });

  const me = (token: string): Promise<Answer> => ask(shop.place.serverUrl, { path: '/api/v1/me', token });
  const staffMe = (token: string): Promise<Answer> => ask(shop.place.serverUrl, { path: '/staff/v1/me', token });
  const post = (path: string, body: unknown, token?: string): Promise<Answer> =>
    ask(shop.place.serverUrl, { method: 'POST', path, body, ...(token === undefined ? {} : { token }) });

  it('is in the signature of the token and nowhere else', async () => {
    const { accessToken } = shop.attacker.tokens;
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const victims = encode({ ...claims, sub: shop.victim.memberId });
    const signed = (head: string, body: string, key: string) =>
      `${head}.${body}.${createHmac('sha256', key).update(`${head}.${body}`).digest('base64url')}`;
    const forged = [
      `${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      `${encode({ alg: 'none', typ: 'JWT' })}.${victims}.${signature}`,
      `${header}.${victims}.${signature}`,
      signed(header, victims, ''),
      signed(header, victims, 'secret'),
      signed(encode({ alg: 'HS256', kid: '../../dev/null' }), victims, ''),
      signed(encode({ alg: 'HS256', kid: "' OR 1=1--" }), victims, ''),
      `${header}.${payload}`,
      `${accessToken}x`,
      accessToken.slice(0, -2),
      '',
      'null',
      'undefined',
      'x'.repeat(5_000),
    ];
    for (const token of forged) {
      const answer = await me(token);
      expect(answer.status, token.slice(0, 80)).toBe(401);
      expect(problemOf(answer.text).messageZh).toMatch(/登录/);
    }
    expect((await me(accessToken)).status).toBe(200);
    // The token is taken from its header only.
    for (const path of [`/api/v1/me?access_token=${accessToken}`, `/api/v1/me?token=${accessToken}`])
      expect((await ask(shop.place.serverUrl, { path })).status).toBe(401);
    const cookie = { cookie: `token=${accessToken}; access_token=${accessToken}` };
    expect((await ask(shop.place.serverUrl, { path: '/api/v1/me', headers: cookie })).status).toBe(401);
  });

  it('ends at once when the member signs out', async () => {
    const { tokens } = await arrive(shop.place, { name: '李四', phone: '13800000021' });
    expect((await me(tokens.accessToken)).status).toBe(200);
    const path = '/api/v1/sessions/current';
    expect((await ask(shop.place.serverUrl, { method: 'DELETE', path, token: tokens.accessToken })).status).toBe(204);
    expect((await me(tokens.accessToken)).status).toBe(401);
    expect((await post('/api/v1/sessions/refresh', { refreshToken: tokens.refreshToken })).status).toBe(401);
  });

  it('ends after a quarter of an hour, and goes on with a refresh token that works once', async () => {
    const { tokens } = await arrive(shop.place, { name: '王五', phone: '13800000022' });
    await shop.pass(16 * MINUTE_MS, ...Object.values(shop.staff), shop.attacker);
    expect((await me(tokens.accessToken)).status).toBe(401);
    const refresh = (refreshToken: string) => post('/api/v1/sessions/refresh', { refreshToken });
    const fresh = bodyOf<Tokens>(await refresh(tokens.refreshToken));
    expect((await me(fresh.accessToken)).status).toBe(200);
    await shop.pass(MINUTE_MS, shop.attacker);
    // Somebody else has the old one too: nobody goes on.
    expect((await refresh(tokens.refreshToken)).status).toBe(401);
    expect((await refresh(fresh.refreshToken)).status).toBe(401);
    expect((await me(fresh.accessToken)).status).toBe(401);
    // A member's token opens nothing of the staff's, and the other way round.
    expect((await post('/staff/v1/sessions/refresh', { refreshToken: shop.attacker.tokens.refreshToken })).status).toBe(401);
    expect((await refresh(shop.staff.finance.tokens.refreshToken)).status).toBe(401);
    expect((await me(shop.attacker.tokens.accessToken)).status).toBe(200);
  });

  it('of staff needs both steps, and no code serves twice', async () => {
    const first = await post('/staff/v1/login', { username: 'finance2', password: 'Qianxing-demo-2026' });
    const { challengeToken } = bodyOf<{ challengeToken: string }>(first);
    expect(first.text).not.toContain('accessToken');
    for (const attempt of [await staffMe(challengeToken), await post('/staff/v1/login/totp', { challengeToken: 'x', totpCode: '123456' })])
      expect(attempt.status).toBe(401);
    const wrong = await post('/staff/v1/login', { username: 'finance2', password: 'wrong' });
    const nobody = await post('/staff/v1/login', { username: 'nobody-here', password: 'wrong' });
    expect([wrong.status, problemOf(wrong.text).code]).toEqual([nobody.status, problemOf(nobody.text).code]);
    const signedIn: Person = await signInStaff(shop.place, 'finance2');
    expect((await staffMe(signedIn.tokens.accessToken)).status).toBe(200);
    // The same time step again.
    await expect(signInStaff(shop.place, 'finance2')).rejects.toThrow(/401/);
  });

  it('of staff ends with the account, whatever token is left', async () => {
    await shop.pass(2 * MINUTE_MS, ...Object.values(shop.staff));
    const token = shop.staff.administrator.tokens.accessToken;
    const { items } = await demand<{ items: { staffId: string; username: string }[] }>(shop.place.serverUrl, {
      path: '/staff/v1/staff',
      token,
    });
    const { staffId } = items.find(({ username }) => username === 'operator')!;
    const path = `/staff/v1/staff/${staffId}`;
    const change = await ask(shop.place.serverUrl, { method: 'PATCH', path, token, body: { status: 'suspended' } });
    expect(change.status, change.text).toBe(200);
    const { accessToken, refreshToken } = shop.staff.operator.tokens;
    expect((await staffMe(accessToken)).status).toBe(401);
    expect((await post('/staff/v1/sessions/refresh', { refreshToken })).status).toBe(401);
    // Nobody gives himself rights.
    const own = items.find(({ username }) => username === 'admin')!;
    const rise = { method: 'PATCH', path: `/staff/v1/staff/${own.staffId}`, token, body: { roleCodes: ['finance'] } } as const;
    expect([403, 409]).toContain((await ask(shop.place.serverUrl, rise)).status);
    const finance = shop.staff.finance.tokens.accessToken;
    expect((await ask(shop.place.serverUrl, { ...rise, token: finance })).status).toBe(403);
  });

  it('is not guessed: a login code takes five attempts and belongs to one phone', async () => {
    await shop.pass(2 * MINUTE_MS, shop.attacker);
    const phone = '13800000023';
    await post('/api/v1/login/codes', { phone });
    const { messages } = await demand<{ messages: { phone: string; code: string }[] }>(shop.place.sandboxUrl, {
      path: '/sandbox/messages',
    });
    const { code } = messages.find((message) => message.phone === phone)!;
    const consent = { termsVersion: '2026-11', privacyVersion: '2026-11' };
    const login = (of: string, with_: string) => post('/api/v1/login/phone', { phone: of, code: with_, consent });
    expect((await login('13800000024', code)).status).toBe(422);
    const other = code === '000000' ? '000001' : '000000';
    const guesses = await Promise.all(Array.from({ length: 8 }, () => login(phone, other)));
    for (const { status } of guesses) expect([422, 429]).toContain(status);
    // The right one comes too late.
    expect([422, 429]).toContain((await login(phone, code)).status);
    expect((await post('/api/v1/login/codes', { phone })).status).toBe(429);
  });

  it('is asked for at a bounded rate', async () => {
    await shop.pass(DAY_MS, shop.attacker);
    const statuses: number[] = [];
    let limited: Answer | undefined;
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const answer = await post('/staff/v1/login', { username: `guess-${randomUUID().slice(0, 8)}`, password: 'wrong' });
      statuses.push(answer.status);
      if (answer.status === 429) limited ??= answer;
    }
    expect(statuses.slice(0, 10)).not.toContain(429);
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(problemOf(limited?.text ?? '{}').messageZh).toMatch(/频繁/);
  });

  it('comes from the login, not from what the caller says about himself', async () => {
    const { tokens, memberId } = await signInMember(shop.place, '13800000025');
    const stolen = { memberId: shop.victim.memberId, openId: 'oVictim', unionId: 'uVictim', phone: shop.victim.login };
    for (const [field, value] of Object.entries(stolen)) {
      const body = { nickname: '张三', [field]: value };
      const answer = await ask(shop.place.serverUrl, { method: 'PATCH', path: '/api/v1/me', token: tokens.accessToken, body });
      expect(answer.status, field).toBe(422);
    }
    const headers = { 'x-member-id': shop.victim.memberId, 'x-user-id': shop.victim.memberId, 'x-forwarded-user': shop.victim.login };
    const answer = await ask(shop.place.serverUrl, { path: '/api/v1/me', token: tokens.accessToken, headers });
    expect(bodyOf<{ memberId: string }>(answer).memberId).toBe(memberId);
  });
});
