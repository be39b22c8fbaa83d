import { type TestDatabase, testDatabases } from '@qianxing/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CONSENT, type MemberSession, signIn, type UserHouse, userHouse } from './service-for-tests';

const PHONE = '13812341234';
const OTHER = '13912345678';

for (const kind of testDatabases()) {
  describe(`members on ${kind.name}`, () => {
    let database: TestDatabase;
    let house: UserHouse;

    beforeAll(async () => {
      database = await kind.open();
      house = await userHouse(database);
    });
    afterAll(async () => {
      await house.close();
      await database.close();
    });
    afterEach(async () => {
      expect(await house.findings()).toEqual([]);
      await house.reset();
    });

    const ask = (phone: string, ip?: string) =>
      house.call<{ code?: string; resendAfterMs?: number }>('POST', '/api/v1/login/codes', {
        body: { phone },
        ...(ip === undefined ? {} : { ip }),
      });
    const enter = (phone: string, code: string, extra: object = { consent: CONSENT }) =>
      house.call<MemberSession & { code?: string; detail?: string }>('POST', '/api/v1/login/phone', { body: { phone, code, ...extra } });
    const lastCode = () => house.messages.at(-1)?.code ?? '';
    const wrong = (code: string) => (code === '000000' ? '000001' : '000000');
    const memberCount = async () =>
      (await sql<{ members: number }>`select count(*) as members from user_members`.execute(database.query)).rows[0]?.members;

    describe('login codes', () => {
      it('answers a known and an unknown phone in the same way', async () => {
        await signIn(house, PHONE);
        house.clock.advance(61_000);
        expect(await ask(PHONE)).toEqual(await ask(OTHER));
      });

      it('accepts the right code once', async () => {
        await ask(PHONE);
        const code = lastCode();
        expect((await enter(PHONE, code)).status).toBe(200);
        expect((await enter(PHONE, code)).body.code).toBe('user.codeExpired');
        expect(await memberCount()).toBe(1);
      });

      it('is worth nothing for another phone', async () => {
        await ask(PHONE);
        const code = lastCode();
        await ask(OTHER);
        if (lastCode() !== code) expect((await enter(OTHER, code)).body.code).toBe('user.codeWrong');
        expect(await memberCount()).toBe(0);
      });

      it('counts wrong attempts, says how many are left and then refuses even the right one', async () => {
        await ask(PHONE);
        const code = lastCode();
        for (const left of [4, 3, 2, 1, 0]) {
          const answer = await enter(PHONE, wrong(code));
          expect([answer.status, answer.body.code]).toEqual([422, 'user.codeWrong']);
          expect(answer.body.detail).toContain(String(left));
        }
        expect((await enter(PHONE, code)).body.code).toBe('user.codeExpired');
        expect(await memberCount()).toBe(0);
      });

      it('lets no more than five guesses through when they come at once', async () => {
        await ask(PHONE);
        const code = lastCode();
        const guesses = Array.from({ length: 12 }, (_, index) => String(index).padStart(6, '0')).filter((guess) => guess !== code);
        const answers = await Promise.all(guesses.map((guess) => enter(PHONE, guess)));
        expect(answers.filter(({ body }) => body.code === 'user.codeWrong')).toHaveLength(5);
      });

      it('expires after five minutes', async () => {
        await ask(PHONE);
        house.clock.advance(5 * 60_000);
        expect((await enter(PHONE, lastCode())).body.code).toBe('user.codeExpired');
      });

      it('replaces the code by a newer one', async () => {
        await ask(PHONE);
        const first = lastCode();
        house.clock.advance(60_000);
        await ask(PHONE);
        if (lastCode() !== first) expect((await enter(PHONE, first)).body.code).toBe('user.codeWrong');
        expect((await enter(PHONE, lastCode())).status).toBe(200);
      });

      it('sends one message a minute to a phone, however many ask at once', async () => {
        const answers = await Promise.all(Array.from({ length: 6 }, () => ask(PHONE)));
        expect(answers.map(({ status }) => status).sort()).toEqual([202, 429, 429, 429, 429, 429]);
        expect(house.messages).toHaveLength(1);
        house.clock.advance(60_000);
        expect((await ask(PHONE)).status).toBe(202);
      });

      it('sends at most ten a day to a phone and a hundred a day for an address', async () => {
        for (let sent = 0; sent < 10; sent += 1) {
          expect((await ask(PHONE)).status).toBe(202);
          house.clock.advance(60_000);
        }
        expect((await ask(PHONE)).body.code).toBe('user.codeTooMany');
        for (let sent = 10; sent < 100; sent += 1) expect((await ask(`1370000${String(sent).padStart(4, '0')}`)).status).toBe(202);
        expect((await ask(OTHER)).body.code).toBe('user.codeTooMany');
        expect((await ask(OTHER, '127.0.0.2')).status).toBe(202);
        expect(house.messages).toHaveLength(101);
      });

      it('forgets codes by sweep and keeps those of today', async () => {
        await ask(PHONE);
        const sweep = house.service.jobs.find((job) => job.name === 'user.sweepLoginCodes');
        expect(await sweep?.run()).toBe(0);
        house.clock.advance(3 * 86_400_000);
        expect(await sweep?.run()).toBe(1);
      });
    });

    describe('registration and sign-in', () => {
      it('registers with consent, once, and tells of it with the visit token unverified', async () => {
        const first = await signIn(house, PHONE, { consent: CONSENT, referralToken: 'visit-1' });
        expect(first).toMatchObject({ status: 200, created: true, member: { phoneMasked: '138****1234', wechatBound: false } });
        const again = await signIn(house, PHONE, {});
        expect(again).toMatchObject({ status: 200, created: false, member: { memberId: first.member.memberId } });
        const returned = await signIn(house, PHONE, { referralToken: 'visit-2' });
        expect(returned.created).toBe(false);
        const { memberId, memberNo } = first.member;
        expect((await house.events()).map(({ topic, payload }) => [topic, payload])).toEqual([
          ['user.memberRegistered', { memberId, memberNo, referralToken: 'visit-1' }],
          ['user.memberReturned', { memberId, memberNo, referralToken: 'visit-2' }],
        ]);
        const consents = await house.call<{ items: object[] }>('GET', '/api/v1/consents', { token: again.session.accessToken });
        expect(consents.body.items).toHaveLength(2);
      });

      it('asks a new phone for consent without using up the code', async () => {
        await ask(PHONE);
        const refused = await enter(PHONE, lastCode(), {});
        expect([refused.status, refused.body.code]).toEqual([422, 'user.consentNeeded']);
        expect(await memberCount()).toBe(0);
        expect(await house.events()).toEqual([]);
        expect((await enter(PHONE, lastCode())).body.created).toBe(true);
      });

      it('makes one member of two first sign-ins of one phone at the same moment', async () => {
        await ask(PHONE);
        const { body } = await enter(PHONE, lastCode(), {});
        expect(body.code).toBe('user.consentNeeded');
        // Both proved the phone by WeChat, at the same moment.
        house.identities.set('a', { kind: 'ok', value: { openId: 'openA', unionId: undefined } });
        house.identities.set('b', { kind: 'ok', value: { openId: 'openB', unionId: undefined } });
        for (const code of ['pa', 'pb']) house.phones.set(code, { kind: 'ok', value: PHONE });
        const login = (code: string) =>
          house.call<MemberSession>('POST', '/api/v1/login/wechat-mini-program', {
            body: { code, phoneCode: `p${code}`, consent: CONSENT },
          });
        const answers = await Promise.all(['a', 'b', 'a', 'b'].map(login));
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        expect(new Set(answers.map((answer) => answer.body.member.memberId)).size).toBe(1);
        expect(answers.filter((answer) => answer.body.created)).toHaveLength(1);
        expect(await memberCount()).toBe(1);
        expect(await house.events()).toHaveLength(1);
      });

      if (kind.name !== 'SQLite')
        it('makes several members without the unique key: the race is real', async () => {
          const unguarded = await kind.open();
          const rivals = await userHouse(unguarded);
          await unguarded.transaction((transaction) => sql`alter table user_phone_hashes drop primary key`.execute(transaction));
          for (const code of ['a', 'b', 'c', 'd']) {
            rivals.identities.set(code, { kind: 'ok', value: { openId: `open-${code}`, unionId: undefined } });
            rivals.phones.set(`p${code}`, { kind: 'ok', value: PHONE });
          }
          await Promise.all(
            ['a', 'b', 'c', 'd'].map((code) =>
              rivals.call('POST', '/api/v1/login/wechat-mini-program', { body: { code, phoneCode: `p${code}`, consent: CONSENT } }),
            ),
          );
          const { rows } = await sql<{ members: number }>`select count(*) as members from user_members`.execute(unguarded.query);
          expect(rows[0]?.members).toBeGreaterThan(1);
          await rivals.close();
          await unguarded.close();
        });

      it('refuses a suspended member and leaves the code alone', async () => {
        const { member } = await signIn(house, PHONE);
        await database.transaction((transaction) =>
          sql`update user_members set status = 'suspended' where memberId = ${member.memberId}`.execute(transaction),
        );
        const refused = await signIn(house, PHONE);
        expect(refused.status).toBe(403);
      });
    });

    describe('WeChat', () => {
      const byMiniProgram = (code: string, extra: object = {}) =>
        house.call<MemberSession & { code?: string }>('POST', '/api/v1/login/wechat-mini-program', { body: { code, ...extra } });

      it('registers by identity alone, adds the phone later and keeps one member', async () => {
        house.identities.set('c1', { kind: 'ok', value: { openId: 'open1', unionId: 'union1' } });
        house.phones.set('p1', { kind: 'ok', value: PHONE });
        expect((await byMiniProgram('c1')).body.code).toBe('user.consentNeeded');
        const first = await byMiniProgram('c1', { consent: CONSENT });
        expect(first.body).toMatchObject({ created: true, member: { phoneMasked: null, wechatBound: true } });
        const withPhone = await byMiniProgram('c1', { phoneCode: 'p1' });
        expect(withPhone.body).toMatchObject({
          created: false,
          member: { memberId: first.body.member.memberId, phoneMasked: '138****1234' },
        });
        expect((await signIn(house, PHONE, {})).member.memberId).toBe(first.body.member.memberId);
      });

      it('merges into the member of the phone', async () => {
        const known = await signIn(house, PHONE);
        house.identities.set('c1', { kind: 'ok', value: { openId: 'open1', unionId: undefined } });
        house.phones.set('p1', { kind: 'ok', value: PHONE });
        const merged = await byMiniProgram('c1', { phoneCode: 'p1' });
        expect(merged.body).toMatchObject({ created: false, member: { memberId: known.member.memberId, wechatBound: true } });
        expect(await house.service.api.openId(known.member.memberId, 'wxmini')).toBe('open1');
        expect(await memberCount()).toBe(1);
      });

      it('knows the same person in another application by unionid', async () => {
        house.identities.set('c1', { kind: 'ok', value: { openId: 'open1', unionId: 'union1' } });
        const first = await byMiniProgram('c1', { consent: CONSENT });
        const { body } = await house.call<{ url: string }>('GET', '/api/v1/login/wechat-h5/authorize-url?returnTo=/orders');
        const state = new URL(body.url).searchParams.get('state');
        house.identities.set('h1', { kind: 'ok', value: { openId: 'h5open1', unionId: 'union1' } });
        const h5 = await house.call<MemberSession>('POST', '/api/v1/login/wechat-h5', { body: { code: 'h1', state } });
        expect(h5.body).toMatchObject({ created: false, member: { memberId: first.body.member.memberId } });
        expect(await house.service.api.openId(first.body.member.memberId, 'wxh5')).toBe('h5open1');
      });

      it('follows a member who changed WeChat accounts, and takes no identity from another member', async () => {
        house.identities.set('old', { kind: 'ok', value: { openId: 'openOld', unionId: undefined } });
        house.identities.set('new', { kind: 'ok', value: { openId: 'openNew', unionId: undefined } });
        house.phones.set('p1', { kind: 'ok', value: PHONE });
        const first = await byMiniProgram('old', { phoneCode: 'p1', consent: CONSENT });
        const second = await byMiniProgram('new', { phoneCode: 'p1' });
        expect(second.body.member.memberId).toBe(first.body.member.memberId);
        expect(await house.service.api.openId(first.body.member.memberId, 'wxmini')).toBe('openNew');
        // Given another member who owns an identity, when the phone's member proves both, then the identity stays where it is.
        house.identities.set('theirs', { kind: 'ok', value: { openId: 'openTheirs', unionId: undefined } });
        const other = await byMiniProgram('theirs', { consent: CONSENT });
        const both = await byMiniProgram('theirs', { phoneCode: 'p1' });
        expect(both.body.member.memberId).toBe(first.body.member.memberId);
        expect(await house.service.api.openId(other.body.member.memberId, 'wxmini')).toBe('openTheirs');
        expect(await house.service.api.openId(first.body.member.memberId, 'wxmini')).toBe('openNew');
      });

      it('tells a refusal from an unknown outcome, and neither makes a member', async () => {
        house.identities.set('lost', { kind: 'unknown', reason: 'timeout' });
        expect((await byMiniProgram('nobody', { consent: CONSENT })).status).toBe(422);
        expect((await byMiniProgram('lost', { consent: CONSENT })).status).toBe(503);
        expect(await memberCount()).toBe(0);
      });

      it('comes back from H5 authorisation to pages of the shop only, with a state that is ours and fresh', async () => {
        for (const returnTo of ['//evil.example', 'https://evil.example', '/\\evil.example', '/x\ty'])
          expect((await house.call('GET', `/api/v1/login/wechat-h5/authorize-url?returnTo=${encodeURIComponent(returnTo)}`)).status).toBe(
            422,
          );
        const { body } = await house.call<{ url: string }>('GET', '/api/v1/login/wechat-h5/authorize-url?returnTo=/orders');
        const url = new URL(body.url);
        expect(url.searchParams.get('to')).toBe('https://shop.example/orders');
        const state = url.searchParams.get('state');
        house.identities.set('h1', { kind: 'ok', value: { openId: 'h5open1', unionId: undefined } });
        const forged = { code: 'h1', state: `${state?.slice(0, -2)}xx`, consent: CONSENT };
        expect((await house.call('POST', '/api/v1/login/wechat-h5', { body: forged })).status).not.toBe(200);
        house.clock.advance(11 * 60_000);
        expect((await house.call('POST', '/api/v1/login/wechat-h5', { body: { ...forged, state } })).status).not.toBe(200);
        expect(await memberCount()).toBe(0);
      });
    });

    describe('sessions', () => {
      interface Tokens {
        readonly accessToken: string;
        readonly refreshToken: string;
        readonly code?: string;
      }
      const refresh = (refreshToken: string) => house.call<Tokens>('POST', '/api/v1/sessions/refresh', { body: { refreshToken } });
      const me = async (token: string) => (await house.call('GET', '/api/v1/me', { token })).status;

      it('rotates, and a token used before ends the whole family', async () => {
        const { session } = await signIn(house, PHONE);
        const second = await refresh(session.refreshToken);
        expect(second.status).toBe(200);
        house.clock.advance(11_000);
        expect((await refresh(session.refreshToken)).status).toBe(401);
        expect((await refresh(second.body.refreshToken)).status).toBe(401);
        expect(await me(second.body.accessToken)).toBe(401);
      });

      it('forgives a repeated refresh within seconds (a lost answer, two tabs)', async () => {
        const { session } = await signIn(house, PHONE);
        const answers = await Promise.all([refresh(session.refreshToken), refresh(session.refreshToken)]);
        expect(answers.map(({ status }) => status)).toEqual([200, 200]);
        for (const answer of answers) expect(await me(answer.body.accessToken)).toBe(200);
      });

      it('refuses an unknown, an expired and a staff token', async () => {
        const { session } = await signIn(house, PHONE);
        expect((await refresh('nonsense')).status).toBe(401);
        expect((await house.call('POST', '/staff/v1/sessions/refresh', { body: { refreshToken: session.refreshToken } })).status).toBe(401);
        house.clock.advance(31 * 86_400_000);
        expect((await refresh(session.refreshToken)).status).toBe(401);
      });

      it('ends with logout, for this session only', async () => {
        const first = await signIn(house, PHONE);
        const second = await signIn(house, PHONE);
        expect(await me(first.session.accessToken)).toBe(200);
        expect((await house.call('DELETE', '/api/v1/sessions/current', { token: first.session.accessToken })).status).toBe(204);
        expect(await me(first.session.accessToken)).toBe(401);
        expect((await refresh(first.session.refreshToken)).status).toBe(401);
        expect(await me(second.session.accessToken)).toBe(200);
      });

      it('does not let a suspended member go on', async () => {
        const { session, member } = await signIn(house, PHONE);
        await database.transaction((transaction) =>
          sql`update user_members set status = 'suspended' where memberId = ${member.memberId}`.execute(transaction),
        );
        expect((await refresh(session.refreshToken)).status).toBe(401);
        house.clock.advance(6_000);
        expect(await me(session.accessToken)).toBe(401);
      });

      it('sweeps expired refresh tokens and no others', async () => {
        await signIn(house, PHONE);
        const sweep = house.service.jobs.find((job) => job.name === 'user.sweepRefreshTokens');
        expect(await sweep?.run()).toBe(0);
        house.clock.advance(40 * 86_400_000);
        expect(await sweep?.run()).toBe(1);
      });
    });
  });
}
