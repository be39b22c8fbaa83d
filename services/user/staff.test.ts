import { totpCode } from '@qianxing/auth';
import { type TestDatabase, testDatabases } from '@qianxing/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADMINISTRATOR, type StaffSession, signIn, staffSignIn, type UserHouse, userHouse } from './service-for-tests';
import { otherAdministrators } from './staff/store';

interface Problem {
  readonly code?: string;
  readonly challengeToken: string;
  readonly next: string;
  readonly totpUri?: string;
}

for (const kind of testDatabases()) {
  describe(`staff on ${kind.name}`, () => {
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
    beforeEach(async () => {
      await house.service.api.ensureStaff([{ ...ADMINISTRATOR, roleCodes: ['administrator'] }]);
    });
    afterEach(() => house.reset());

    const password = (username: string, text: string) =>
      house.call<Problem>('POST', '/staff/v1/login', { body: { username, password: text } });
    const totp = (challengeToken: string, code: string) =>
      house.call<StaffSession & { code?: string }>('POST', '/staff/v1/login/totp', { body: { challengeToken, totpCode: code } });
    const codeNow = () => totpCode(ADMINISTRATOR.totpSecret, house.clock.now());
    const wrongCode = () => (codeNow() === '000000' ? '000001' : '000000');

    describe('sign-in', () => {
      it('takes password and one-time code', async () => {
        const first = await password('root', ADMINISTRATOR.password);
        expect(first.body).toMatchObject({ next: 'totp' });
        expect(first.body.totpUri).toBeUndefined();
        const done = await totp(first.body.challengeToken, codeNow());
        expect(done.body).toMatchObject({ staff: { username: 'root', totpEnrolled: true, roleCodes: ['administrator'] } });
        expect(done.body.permissions).toContain('staff.write');
        const me = await house.call('GET', '/staff/v1/me', { token: done.body.session.accessToken });
        expect(me.body).toMatchObject({ staff: { username: 'root' } });
        // A staff token opens no member's door, and the other way round.
        expect((await house.call('GET', '/api/v1/me', { token: done.body.session.accessToken })).status).toBe(403);
        const member = await signIn(house, '13812341234');
        expect((await house.call('GET', '/staff/v1/me', { token: member.session.accessToken })).status).toBe(403);
      });

      it('takes each one-time code once, also when two use it at the same moment', async () => {
        const first = await password('root', ADMINISTRATOR.password);
        const second = await password('root', ADMINISTRATOR.password);
        const answers = await Promise.all([totp(first.body.challengeToken, codeNow()), totp(second.body.challengeToken, codeNow())]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
        expect((await totp(first.body.challengeToken, codeNow())).status).toBe(401);
        house.clock.advance(30_000);
        const third = await password('root', ADMINISTRATOR.password);
        expect((await totp(third.body.challengeToken, codeNow())).status).toBe(200);
      });

      it('answers a name that nobody has like a wrong password, the lock included', async () => {
        const story = async (username: string) => {
          const answers: unknown[] = [];
          for (let turn = 0; turn < 7; turn += 1) {
            const { status, body } = await password(username, 'wrong wrong wrong');
            const { instance: _, requestId: __, ...rest } = body as unknown as Record<string, unknown>;
            answers.push([status, rest]);
          }
          return answers;
        };
        const known = await story('root');
        expect(await story('nobody')).toEqual(known);
        expect(known.map((answer) => (answer as [number])[0])).toEqual([401, 401, 401, 401, 401, 429, 429]);
      });

      it('locks for a growing time, even against the right password, and forgets with a success', async () => {
        const fail = async () => (await password('root', 'wrong wrong wrong')).status;
        for (let turn = 0; turn < 5; turn += 1) expect(await fail()).toBe(401);
        expect((await password('root', ADMINISTRATOR.password)).body.code).toBe('user.staffLocked');
        house.clock.advance(60_000);
        expect(await fail()).toBe(401);
        house.clock.advance(60_000);
        expect((await password('root', ADMINISTRATOR.password)).status).toBe(429);
        house.clock.advance(60_000);
        await staffSignIn(house);
        for (let turn = 0; turn < 4; turn += 1) expect(await fail()).toBe(401);
        expect((await password('root', ADMINISTRATOR.password)).status).toBe(200);
      });

      it('counts wrong one-time codes too', async () => {
        const { body } = await password('root', ADMINISTRATOR.password);
        for (let turn = 0; turn < 5; turn += 1) expect((await totp(body.challengeToken, wrongCode())).status).toBe(401);
        expect((await totp(body.challengeToken, codeNow())).body.code).toBe('user.staffLocked');
      });

      it('lets no more than five guesses through when they come at once', async () => {
        const { body } = await password('root', ADMINISTRATOR.password);
        const answers = await Promise.all(Array.from({ length: 9 }, () => totp(body.challengeToken, wrongCode())));
        expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
        expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
      });

      it('forgets quiet names by sweep', async () => {
        await password('nobody', 'x');
        const sweep = house.service.jobs.find((job) => job.name === 'user.sweepSignInAttempts');
        expect(await sweep?.run()).toBe(0);
        house.clock.advance(2 * 86_400_000);
        expect(await sweep?.run()).toBe(1);
      });

      it('refuses a challenge that is old or not ours', async () => {
        const { body } = await password('root', ADMINISTRATOR.password);
        expect((await totp(`${body.challengeToken}x`, codeNow())).status).toBe(401);
        house.clock.advance(5 * 60_000);
        expect((await totp(body.challengeToken, codeNow())).status).toBe(401);
      });

      it('enrols at the first sign-in, with one secret for all who ask, confirmed by the first right code', async () => {
        const root = await staffSignIn(house);
        const created = await house.call('POST', '/staff/v1/staff', {
          token: root.session.accessToken,
          body: { username: 'mei', displayName: 'Mei', password: 'first password!', roleCodes: ['warehouse'] },
        });
        expect(created).toMatchObject({ status: 201, body: { totpEnrolled: false } });
        const offers = await Promise.all([1, 2, 3].map(() => password('mei', 'first password!')));
        expect(new Set(offers.map((offer) => offer.body.totpUri)).size).toBe(1);
        expect(offers[0]?.body.next).toBe('enrol_totp');
        const mei = await staffSignIn(house, { username: 'mei', password: 'first password!' });
        expect(mei.staff.totpEnrolled).toBe(true);
        expect((await password('mei', 'first password!')).body.totpUri).toBeUndefined();
        expect(await house.everything()).not.toContain(mei.secret);
      });
    });

    describe('rights', () => {
      const create = (token: string, username: string, roleCodes: string[]) =>
        house.call<{ staffId: string; code?: string }>('POST', '/staff/v1/staff', {
          token,
          body: { username, displayName: username, password: `${username} password`, roleCodes },
        });
      const change = (token: string, staffId: string, body: object) =>
        house.call<{ code?: string }>('PATCH', `/staff/v1/staff/${staffId}`, { token, body });

      it('refuses names that are taken and roles that do not exist', async () => {
        const { session } = await staffSignIn(house);
        expect((await create(session.accessToken, 'root', [])).body.code).toBe('user.usernameTaken');
        expect((await create(session.accessToken, 'mei', ['king'])).body.code).toBe('user.roleUnknown');
        const list = await house.call<{ items: object[] }>('GET', '/staff/v1/staff', { token: session.accessToken });
        expect(list.body.items).toHaveLength(1);
      });

      it('takes effect at once: a changed role ends the sessions, a suspended one cannot come back', async () => {
        const root = await staffSignIn(house);
        const { body } = await create(root.session.accessToken, 'mei', ['operator']);
        const mei = await staffSignIn(house, { username: 'mei', password: 'mei password' });
        expect(mei.permissions).toContain('catalog.write');
        expect((await change(root.session.accessToken, body.staffId, { roleCodes: ['warehouse'] })).body).toMatchObject({
          roleCodes: ['warehouse'],
        });
        house.clock.advance(6_000);
        expect((await house.call('GET', '/staff/v1/me', { token: mei.session.accessToken })).status).toBe(401);
        const again = await staffSignIn(house, { username: 'mei', password: 'mei password', totpSecret: mei.secret });
        expect(again.permissions).not.toContain('catalog.write');
        await change(root.session.accessToken, body.staffId, { status: 'suspended' });
        const refresh = { body: { refreshToken: again.session.refreshToken } };
        expect((await house.call('POST', '/staff/v1/sessions/refresh', refresh)).status).toBe(401);
        expect((await password('mei', 'mei password')).body.code).toBe('user.staffLoginWrong');
      });

      it('resets password and authenticator', async () => {
        const root = await staffSignIn(house);
        const { body } = await create(root.session.accessToken, 'mei', []);
        await staffSignIn(house, { username: 'mei', password: 'mei password' });
        await change(root.session.accessToken, body.staffId, { password: 'another password', resetTotp: true });
        expect((await password('mei', 'mei password')).status).toBe(401);
        expect((await password('mei', 'another password')).body.next).toBe('enrol_totp');
      });

      it('lets nobody change their own rights, by account or by role', async () => {
        const root = await staffSignIn(house);
        const { accessToken } = root.session;
        for (const body of [{ roleCodes: [] }, { status: 'suspended' }])
          expect((await change(accessToken, root.staff.staffId, body)).body.code).toBe('user.ownRights');
        await house.call('PUT', '/staff/v1/roles/chief', {
          token: accessToken,
          body: { nameZh: '主管', nameEn: 'Chief', permissions: ['staff.write', 'member.read'] },
        });
        await create(accessToken, 'mei', ['chief']);
        const mei = await staffSignIn(house, { username: 'mei', password: 'mei password' });
        const widen = await house.call<{ code: string }>('PUT', '/staff/v1/roles/chief', {
          token: mei.session.accessToken,
          body: { nameZh: '主管', nameEn: 'Chief', permissions: ['staff.write', 'member.read', 'member.reveal'] },
        });
        expect(widen.body.code).toBe('user.ownRights');
      });

      it('lets nobody hand out or take over rights that they do not have', async () => {
        const root = await staffSignIn(house);
        await house.call('PUT', '/staff/v1/roles/chief', {
          token: root.session.accessToken,
          body: { nameZh: '主管', nameEn: 'Chief', permissions: ['staff.write'] },
        });
        await create(root.session.accessToken, 'mei', ['chief']);
        const { accessToken } = (await staffSignIn(house, { username: 'mei', password: 'mei password' })).session;
        expect((await create(accessToken, 'friend', ['administrator'])).body.code).toBe('user.rightsExceeded');
        const newRole = { nameZh: '新', nameEn: 'New', permissions: ['payment.write'] };
        expect((await house.call('PUT', '/staff/v1/roles/fresh', { token: accessToken, body: newRole })).status).toBe(403);
        expect((await change(accessToken, root.staff.staffId, { password: 'mine from now on' })).body.code).toBe('user.rightsExceeded');
        expect((await create(accessToken, 'helper', ['chief'])).status).toBe(201);
        expect((await password('root', ADMINISTRATOR.password)).status).toBe(200);
      });

      it('keeps built-in roles, and ends the sessions of those whose role changes', async () => {
        const root = await staffSignIn(house);
        const put = (roleCode: string, permissions: string[]) =>
          house.call<{ code?: string }>('PUT', `/staff/v1/roles/${roleCode}`, {
            token: root.session.accessToken,
            body: { nameZh: '夜班', nameEn: 'Night', permissions },
          });
        expect((await put('administrator', [])).body.code).toBe('user.roleBuiltIn');
        await put('night', ['order.read', 'order.write']);
        await create(root.session.accessToken, 'mei', ['night']);
        const mei = await staffSignIn(house, { username: 'mei', password: 'mei password' });
        await put('night', ['order.read']);
        house.clock.advance(6_000);
        expect((await house.call('GET', '/staff/v1/me', { token: mei.session.accessToken })).status).toBe(401);
        expect((await house.call('GET', '/staff/v1/me', { token: root.session.accessToken })).status).toBe(200);
        const roles = await house.call<{ items: { roleCode: string; permissions: string[] }[] }>('GET', '/staff/v1/roles', {
          token: root.session.accessToken,
        });
        expect(roles.body.items.find((role) => role.roleCode === 'night')?.permissions).toEqual(['order.read']);
      });

      it('keeps an administrator, even when two take each other out at the same moment', async () => {
        const root = await staffSignIn(house);
        const { body } = await create(root.session.accessToken, 'mei', ['administrator']);
        const mei = await staffSignIn(house, { username: 'mei', password: 'mei password' });
        const answers = await Promise.all([
          change(root.session.accessToken, body.staffId, { status: 'suspended' }),
          change(mei.session.accessToken, root.staff.staffId, { roleCodes: [] }),
        ]);
        // The slower one is refused, or its session is over already.
        expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
        expect([401, 409]).toContain(answers.find(({ status }) => status !== 200)?.status);
        const left = await database.transaction((transaction) => otherAdministrators(transaction, ''));
        expect(left).toBe(1);
      });

      if (kind.name !== 'SQLite')
        it('loses the last administrator without the lock: the race is real', async () => {
          const root = await staffSignIn(house);
          const { body } = await create(root.session.accessToken, 'mei', ['administrator']);
          const ids = [root.staff.staffId, body.staffId];
          let arrived = 0;
          const takeOut = (staffId: string) =>
            database.transaction(async (transaction) => {
              const { rows } = await sql<{ others: number }>`select count(*) as others from user_staff s join user_staff_roles r
              on r.staffId = s.staffId where r.roleCode = 'administrator' and s.status = 'active' and s.staffId <> ${staffId}`.execute(
                transaction,
              );
              arrived += 1;
              while (arrived < 2) await new Promise((resolve) => setImmediate(resolve));
              if (rows[0]?.others === 0) return;
              await sql`update user_staff set status = 'suspended' where staffId = ${staffId}`.execute(transaction);
            });
          await Promise.all(ids.map(takeOut));
          expect(await database.transaction((transaction) => otherAdministrators(transaction, ''))).toBe(0);
        });

      it('may be started twice at once and changes no existing account', async () => {
        const seed = [
          { ...ADMINISTRATOR, password: 'something else entirely', roleCodes: [] },
          { username: 'zoe', displayName: 'Zoe', password: 'zoe password 1', roleCodes: ['finance'] },
        ];
        await Promise.all([house.service.api.ensureStaff(seed), house.service.api.ensureStaff(seed)]);
        expect((await password('root', ADMINISTRATOR.password)).status).toBe(200);
        const { session } = await staffSignIn(house);
        const list = await house.call<{ items: { username: string }[] }>('GET', '/staff/v1/staff', { token: session.accessToken });
        expect(list.body.items.map(({ username }) => username).sort()).toEqual(['root', 'zoe']);
      });
    });

    describe('audit', () => {
      const line = (action: string, subjectId: string, staffId: string | null = null) => ({
        staffId,
        staffName: 'root',
        action,
        subjectKind: 'order',
        subjectId,
        reason: 'because '.repeat(100),
        facts: { outcome: 'done' },
        ip: '127.0.0.1',
        requestId: 'r'.repeat(200),
      });

      it('is written once: the database refuses to change or delete a line', async () => {
        await house.service.api.recordAudit(line('POST /staff/v1/orders', 'o1'));
        const attempts = [sql`update user_audit set reason = 'nothing happened'`, sql`delete from user_audit`];
        for (const attempt of attempts)
          await expect(database.transaction((transaction) => attempt.execute(transaction))).rejects.toThrow(/audit lines are final/);
        const { rows } = await sql<{ reason: string }>`select reason from user_audit`.execute(database.query);
        expect(rows).toHaveLength(1);
        expect(rows[0]?.reason).toContain('because');
      });

      it('lists newest first, by action, person, subject and time, a page at a time', async () => {
        const root = await staffSignIn(house);
        const start = house.clock.now();
        for (let index = 0; index < 5; index += 1) {
          house.clock.advance(1_000);
          await house.service.api.recordAudit(line(index % 2 === 0 ? 'POST /staff/v1/Refunds' : 'GET /staff/v1/members', `s${index}`));
        }
        house.clock.advance(1_000);
        await house.service.api.recordAudit(line('POST /staff/v1/refunds', 's9', root.staff.staffId));
        const list = async (query: string) =>
          (
            await house.call<{ items: { subjectId: string }[]; nextCursor: string | null }>('GET', `/staff/v1/audit?${query}`, {
              token: root.session.accessToken,
            })
          ).body;
        const subjects = async (query: string) => (await list(query)).items.map(({ subjectId }) => subjectId);
        expect(await subjects('')).toEqual(['s9', 's4', 's3', 's2', 's1', 's0']);
        expect(await subjects('action=refunds')).toEqual(['s9', 's4', 's2', 's0']);
        expect(await subjects(`staffId=${root.staff.staffId}`)).toEqual(['s9']);
        expect(await subjects('subjectId=s3')).toEqual(['s3']);
        const iso = (offset: number) => encodeURIComponent(new Date(start + offset).toISOString());
        expect(await subjects(`from=${iso(2_000)}&to=${iso(4_000)}`)).toEqual(['s2', 's1']);
        const first = await list('limit=4');
        expect(await subjects(`limit=4&cursor=${first.nextCursor}`)).toEqual(['s1', 's0']);
      });
    });
  });
}
