import { type TestDatabase, testDatabases } from '@qianxing/testing';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockAddresses, saveAddress } from './addresses/store';
import { type MemberSession, signIn, staffSignIn, type UserHouse, userHouse } from './service-for-tests';

const PHONE = '13812341234';
const RECIPIENT_PHONE = '13777776666';
const ADDRESS = { recipient: '王小明', phone: RECIPIENT_PHONE, countyCode: '110101', detail: '东直门内大街一号' };

interface AddressView {
  readonly addressId: string;
  readonly isDefault: boolean;
  readonly detail: string;
  readonly provinceName: string;
  readonly code?: string;
}

for (const kind of testDatabases()) {
  describe(`personal data on ${kind.name}`, () => {
    let database: TestDatabase;
    let house: UserHouse;
    let session: MemberSession;
    let token: string;

    beforeAll(async () => {
      database = await kind.open();
      house = await userHouse(database);
    });
    afterAll(async () => {
      await house.close();
      await database.close();
    });
    beforeEach(async () => {
      session = await signIn(house, PHONE);
      token = session.session.accessToken;
    });
    afterEach(async () => {
      expect(await house.findings()).toEqual([]);
      await house.reset();
    });

    const add = (body: object = ADDRESS, as = token) => house.call<AddressView>('POST', '/api/v1/addresses', { token: as, body });
    const list = async (as = token) => (await house.call<{ items: AddressView[] }>('GET', '/api/v1/addresses', { token: as })).body.items;

    describe('addresses', () => {
      it('makes the first one the default, and another one only when asked', async () => {
        const first = await add();
        expect(first).toMatchObject({ status: 201, body: { isDefault: true, provinceName: '北京市' } });
        await add({ ...ADDRESS, detail: 'second' });
        expect((await list()).map(({ detail, isDefault }) => [detail, isDefault])).toEqual([
          [ADDRESS.detail, true],
          ['second', false],
        ]);
        await add({ ...ADDRESS, detail: 'third', isDefault: true });
        expect((await list()).filter(({ isDefault }) => isDefault).map(({ detail }) => detail)).toEqual(['third']);
      });

      it('hands the default on when the default is deleted, and replaces in place', async () => {
        const first = await add();
        const second = await add({ ...ADDRESS, detail: 'second' });
        expect((await house.call('DELETE', `/api/v1/addresses/${first.body.addressId}`, { token })).status).toBe(204);
        expect(await list()).toMatchObject([{ addressId: second.body.addressId, isDefault: true }]);
        const replaced = await house.call<AddressView>('PUT', `/api/v1/addresses/${second.body.addressId}`, {
          token,
          body: { ...ADDRESS, detail: 'moved' },
        });
        expect(replaced.body).toMatchObject({ addressId: second.body.addressId, detail: 'moved', isDefault: true });
        expect(await list()).toHaveLength(1);
      });

      it('keeps at most twenty, and one default, however many devices save at once', async () => {
        const answers = await Promise.all(
          Array.from({ length: 23 }, (_, index) => add({ ...ADDRESS, detail: `no ${index}`, isDefault: true })),
        );
        expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
        expect(answers.filter(({ body }) => body.code === 'user.addressLimit')).toHaveLength(3);
        expect((await list()).filter(({ isDefault }) => isDefault)).toHaveLength(1);
      });

      if (kind.name !== 'SQLite')
        it('breaks the limit without the lock of the member: the race is real', async () => {
          const { memberId } = session.member;
          const save = (index: number) =>
            database.transaction(async (transaction) => {
              const { rows } = await sql<{ addresses: number }>`select count(*) as addresses from user_addresses`.execute(transaction);
              if ((rows[0]?.addresses ?? 0) >= 1) return;
              const addressId = `${memberId.slice(0, 24)}${String(index).padStart(2, '0')}`;
              await saveAddress(transaction, { ...ADDRESS, addressId, memberId, isDefault: index === 0 ? 1 : 0, createdAt: 0 });
            });
          await Promise.all([0, 1, 2, 3].map(save));
          expect((await list()).length).toBeGreaterThan(1);
          await database.transaction((transaction) => sql`delete from user_addresses`.execute(transaction));
          const guarded = (index: number) =>
            database.transaction(async (transaction) => {
              if (((await lockAddresses(transaction, memberId)) ?? 1) >= 1) return;
              const addressId = `${memberId.slice(0, 24)}${String(index).padStart(2, '0')}`;
              await saveAddress(transaction, { ...ADDRESS, addressId, memberId, isDefault: 1, createdAt: 0 });
            });
          await Promise.all([0, 1, 2, 3].map(guarded));
          expect(await list()).toHaveLength(1);
        });

      it('refuses regions that do not exist and unknown fields', async () => {
        expect((await add({ ...ADDRESS, countyCode: '999999' })).body.code).toBe('user.regionUnknown');
        expect((await add({ ...ADDRESS, memberId: 'x' })).status).toBe(422);
        expect(await list()).toEqual([]);
      });

      it("answers 404 for another member's address and changes nothing", async () => {
        const { body } = await add();
        const other = (await signIn(house, '13912345678')).session.accessToken;
        const url = `/api/v1/addresses/${body.addressId}`;
        expect((await house.call('PUT', url, { token: other, body: { ...ADDRESS, detail: 'stolen' } })).status).toBe(404);
        expect((await house.call('DELETE', url, { token: other })).status).toBe(404);
        expect(await list(other)).toEqual([]);
        expect(await list()).toMatchObject([{ detail: ADDRESS.detail }]);
        expect(await house.service.api.address(session.member.memberId, body.addressId)).toMatchObject({ recipient: '王小明' });
        expect(await house.service.api.address('someone', body.addressId)).toBeUndefined();
      });
    });

    describe('profile and consents', () => {
      it('changes what was sent and nothing else', async () => {
        const changed = await house.call('PATCH', '/api/v1/me', { token, body: { nickname: '老王' } });
        expect(changed.body).toMatchObject({ nickname: '老王', language: 'zh', personalisedRecommendation: true });
        expect((await house.call('PATCH', '/api/v1/me', { token, body: {} })).body).toMatchObject({ nickname: '老王' });
        expect((await house.call('PATCH', '/api/v1/me', { token, body: { memberNo: 1 } })).status).toBe(422);
      });

      it('switches recommendation off by profile and by consent, with a record of each', async () => {
        await house.call('PATCH', '/api/v1/me', { token, body: { personalisedRecommendation: false } });
        expect((await house.call('GET', '/api/v1/me', { token })).body).toMatchObject({ personalisedRecommendation: false });
        house.clock.advance(1);
        const body = { kind: 'personalisation', version: '1', granted: true };
        expect((await house.call('POST', '/api/v1/consents', { token, body })).status).toBe(201);
        expect((await house.call('GET', '/api/v1/me', { token })).body).toMatchObject({ personalisedRecommendation: true });
        const consents = await house.call<{ items: { kind: string; granted: boolean }[] }>('GET', '/api/v1/consents', { token });
        expect(consents.body.items.filter((item) => item.kind === 'personalisation').map((item) => item.granted)).toEqual([false, true]);
      });

      it('answers other services by the newest consent', async () => {
        const { memberId } = session.member;
        const record = (granted: boolean) =>
          house.call('POST', '/api/v1/consents', { token, body: { kind: 'promoter_agreement', version: '1', granted } });
        expect(await house.service.api.hasConsent(memberId, 'promoter_agreement')).toBe(false);
        for (const granted of [true, false, true, true, false]) {
          house.clock.advance(1);
          await record(granted);
          expect(await house.service.api.hasConsent(memberId, 'promoter_agreement')).toBe(granted);
        }
      });

      it('masks names for other members', async () => {
        await house.call('PATCH', '/api/v1/me', { token, body: { nickname: '王小明' } });
        const profiles = await house.service.api.members([session.member.memberId, 'unknown']);
        expect([...profiles.values()]).toMatchObject([{ nickname: '王小明', nicknameMasked: '王*明' }]);
        expect(await house.service.api.memberIdByNo(session.member.memberNo)).toBe(session.member.memberId);
      });
    });

    describe('export and erasure', () => {
      beforeEach(async () => {
        house.identities.set('c1', { kind: 'ok', value: { openId: 'openSecret', unionId: 'unionSecret' } });
        house.phones.set('p1', { kind: 'ok', value: PHONE });
        await house.call('POST', '/api/v1/login/wechat-mini-program', { body: { code: 'c1', phoneCode: 'p1' } });
        await house.call('PATCH', '/api/v1/me', { token, body: { nickname: '独特的昵称' } });
        await add();
      });

      it('exports everything that is held, and only of this member', async () => {
        await signIn(house, '13912345678');
        const answer = await house.call('GET', '/api/v1/me/export', { token });
        expect(answer.body).toMatchObject({
          member: { phone: PHONE, nickname: '独特的昵称', wechatBound: true },
          wechatIdentities: [{ appId: 'wxmini', openId: 'openSecret', unionId: 'unionSecret' }],
          addresses: [{ recipient: '王小明', phone: RECIPIENT_PHONE }],
        });
        const { consents } = answer.body as unknown as { consents: { kind: string }[] };
        expect(consents.map(({ kind: consent }) => consent).sort()).toEqual(['privacy', 'terms']);
        expect(JSON.stringify(answer.body)).not.toContain('13912345678');
      });

      it('shows no phone number in the database', async () => {
        const everything = await house.everything();
        expect(everything).toContain(session.member.memberId);
        expect(everything).not.toContain(PHONE);
      });

      it('erases the person and ends every session', async () => {
        const refused = await house.call('POST', '/api/v1/me/erasure', { token, body: { confirm: 'yes' } });
        expect(refused.status).toBe(422);
        expect(await house.everything()).toContain(RECIPIENT_PHONE);
        expect((await house.call('POST', '/api/v1/me/erasure', { token, body: { confirm: 'ERASE' } })).status).toBe(202);
        const left = await house.everything();
        for (const secret of [PHONE, RECIPIENT_PHONE, '王小明', '独特的昵称', ADDRESS.detail, 'openSecret', 'unionSecret'])
          expect(left).not.toContain(secret);
        house.clock.advance(6_000);
        expect((await house.call('GET', '/api/v1/me', { token })).status).toBe(401);
        const { refreshToken } = session.session;
        expect((await house.call('POST', '/api/v1/sessions/refresh', { body: { refreshToken } })).status).toBe(401);
        expect((await house.events()).filter((event) => event.topic === 'user.memberErased')).toMatchObject([
          { payload: { memberId: session.member.memberId } },
        ]);
        // The phone is free again: its owner registers as somebody new.
        const again = await signIn(house, PHONE);
        expect(again.created).toBe(true);
        expect(again.member.memberId).not.toBe(session.member.memberId);
      });

      it('erases once, and lets nothing personal in afterwards by a token that has not run out', async () => {
        const erase = () => house.call('POST', '/api/v1/me/erasure', { token, body: { confirm: 'ERASE' } });
        await Promise.all([erase(), erase()]);
        await add();
        await house.call('PATCH', '/api/v1/me', { token, body: { nickname: '独特的昵称' } });
        const left = await house.everything();
        expect(left).not.toContain(RECIPIENT_PHONE);
        expect(left).not.toContain('独特的昵称');
        expect((await house.events()).filter((event) => event.topic === 'user.memberErased')).toHaveLength(1);
      });
    });

    it('finds members by number, phone and nickname whatever its case, a page at a time', async () => {
      await house.service.api.ensureStaff([
        {
          username: 'root',
          displayName: 'Root',
          password: 'correct horse battery',
          roleCodes: ['administrator'],
          totpSecret: 'JBSWY3DPEHPK3PXP',
        },
      ]);
      const staff = (await staffSignIn(house)).session.accessToken;
      for (let index = 0; index < 6; index += 1) {
        const { session: other } = await signIn(house, `1390000000${index}`);
        await house.call('PATCH', '/api/v1/me', { token: other.accessToken, body: { nickname: `Tyre${index}` } });
      }
      interface Row {
        readonly memberNo: number;
        readonly phoneMasked: string;
        readonly nickname: string;
      }
      const members = async (query: string) =>
        (await house.call<{ items: Row[]; nextCursor: string | null }>('GET', `/staff/v1/members?${query}`, { token: staff })).body;
      expect((await members('search=13900000003')).items).toMatchObject([{ phoneMasked: '139****0003', nickname: 'Tyre3' }]);
      expect((await members(`search=${session.member.memberNo}`)).items).toMatchObject([{ memberNo: session.member.memberNo }]);
      expect((await members('search=tYR')).items).toHaveLength(6);
      // A wildcard is text like any other.
      expect((await members('search=%25')).items).toEqual([]);
      const seen: number[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: Row[]; nextCursor: string | null } = await members(`limit=3${cursor === null ? '' : `&cursor=${cursor}`}`);
        seen.push(...page.items.map((row) => row.memberNo));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
      const { memberId } = session.member;
      const reveal = (body: object) => house.call('POST', `/staff/v1/members/${memberId}/reveal`, { token: staff, body });
      expect((await reveal({})).status).toBe(422);
      expect((await reveal({ reason: 'customer called' })).body).toMatchObject({ phone: PHONE });
    });
  });
}
