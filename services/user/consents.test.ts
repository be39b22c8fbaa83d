import { type TestDatabase, testDatabases } from '@qianxing/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Agreement, Member } from './contract';
import { CONSENT, type MemberSession, signIn, type UserHouse, userHouse } from './service-for-tests';

const PHONE = '13812341234';

interface Refusal {
  readonly code?: string;
  readonly path?: string;
  readonly messageZh?: string;
  readonly details?: { readonly kind: string; readonly currentVersion: string };
}

for (const kind of testDatabases()) {
  describe(`consent to what is in force on ${kind.name}`, () => {
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
    beforeEach(() => house.reset());
    afterEach(async () => {
      expect(await house.findings()).toEqual([]);
    });

    const records = async ({ session }: MemberSession) => {
      const { body } = await house.call<{ items: { kind: string; version: string; granted: boolean }[] }>('GET', '/api/v1/consents', {
        token: session.accessToken,
      });
      return body.items.map((item) => `${item.kind} ${item.version}${item.granted ? '' : ' withdrawn'}`).sort();
    };
    const needed = async ({ session }: MemberSession) =>
      (await house.call<Member>('GET', '/api/v1/me', { token: session.accessToken })).body.consentsNeeded;
    const consent = (to: MemberSession, body: object) => {
      house.clock.advance(1);
      return house.call<Refusal>('POST', '/api/v1/consents', { token: to.session.accessToken, body: { granted: true, ...body } });
    };

    it('tells everybody the texts with their versions', async () => {
      house.publish('privacy', '2');
      const { body } = await house.call<{ items: Agreement[] }>('GET', '/api/v1/agreements');
      expect(body.items.map((item) => `${item.kind} ${item.version}`)).toEqual(['terms 1', 'privacy 2', 'promoter_agreement 1']);
      expect(body.items[0]).toMatchObject({ textZh: '正文', textEn: 'Text' });
    });

    it.each([
      ['an older version of the terms', { ...CONSENT, termsVersion: '0' }, '/consent/termsVersion', 'terms'],
      ['an unknown version of the privacy policy', { ...CONSENT, privacyVersion: '2' }, '/consent/privacyVersion', 'privacy'],
    ])(
      'given a first sign-in with %s, then nobody is registered, the code stays good and the answer says what to read',
      async (_, wrong, path, which) => {
        await house.call('POST', '/api/v1/login/codes', { body: { phone: PHONE } });
        const code = house.messages.at(-1)?.code;
        const enter = (given: object) =>
          house.call<Refusal & MemberSession>('POST', '/api/v1/login/phone', { body: { phone: PHONE, code, consent: given } });
        const refused = await enter(wrong);
        expect(refused.status).toBe(422);
        expect(refused.body).toMatchObject({ code: 'user.consentOutdated', path, details: { kind: which, currentVersion: '1' } });
        expect(refused.body.messageZh).toContain('请阅读新版本');
        expect(await house.events()).toEqual([]);
        expect((await enter(CONSENT)).body).toMatchObject({ created: true, member: { consentsNeeded: [] } });
      },
    );

    it('given a newer version, then a known member is still let in, and asked until the new version is accepted', async () => {
      const first = await signIn(house, PHONE);
      expect(await needed(first)).toEqual([]);
      house.publish('privacy', '2');
      expect(await needed(first)).toEqual(['privacy']);
      const again = await signIn(house, PHONE, {});
      expect(again).toMatchObject({ status: 200, member: { consentsNeeded: ['privacy'] } });
      expect((await consent(first, { kind: 'privacy', version: '1' })).body).toMatchObject({
        code: 'user.consentOutdated',
        path: '/version',
      });
      expect(await needed(first)).toEqual(['privacy']);
      expect((await consent(first, { kind: 'privacy', version: '2' })).status).toBe(201);
      expect(await needed(first)).toEqual([]);
      expect(await records(first)).toEqual(['privacy 1', 'privacy 2', 'terms 1']);
    });

    it('given the new version is accepted on the login page, then it is recorded once, and what was accepted before is not again', async () => {
      const first = await signIn(house, PHONE);
      house.publish('terms', '2');
      for (let times = 0; times < 2; times += 1)
        expect(await signIn(house, PHONE, { consent: { ...CONSENT, termsVersion: '2' } })).toMatchObject({
          member: { consentsNeeded: [] },
        });
      expect(await records(first)).toEqual(['privacy 1', 'terms 1', 'terms 2']);
      const stale = await signIn(house, PHONE, { consent: CONSENT });
      expect([stale.status, stale.code]).toEqual([422, 'user.consentOutdated']);
    });

    it('given a new promoter agreement, then only who had accepted one is asked', async () => {
      const customer = await signIn(house, PHONE);
      const promoter = await signIn(house, '13812341235');
      await consent(promoter, { kind: 'promoter_agreement', version: '1' });
      const { memberId } = promoter.member;
      expect(await house.service.api.hasConsent(memberId, 'promoter_agreement')).toBe(true);
      house.publish('promoter_agreement', '2');
      expect([await needed(customer), await needed(promoter)]).toEqual([[], ['promoter_agreement']]);
      expect(await house.service.api.hasConsent(memberId, 'promoter_agreement')).toBe(false);
      await consent(promoter, { kind: 'promoter_agreement', version: '2' });
      expect(await house.service.api.hasConsent(memberId, 'promoter_agreement')).toBe(true);
      expect(await needed(promoter)).toEqual([]);
    });

    it('given an older version was accepted, then it can be withdrawn all the same', async () => {
      const member = await signIn(house, PHONE);
      await consent(member, { kind: 'marketing', version: '1' });
      house.publish('privacy', '2');
      expect((await consent(member, { kind: 'marketing', version: '1', granted: false })).status).toBe(201);
      expect(await records(member)).toContain('marketing 1 withdrawn');
      expect((await consent(member, { kind: 'marketing', version: '1' })).status).toBe(422);
    });
  });
}
