import { createKeyRing } from '@qianxing/auth';
import { migrate } from '@qianxing/database';
import { type TestDatabase, testDatabases } from '@qianxing/testing';
import { DAY_MS } from '@qianxing/time';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { members } from './migrations/0001-members';
import { ADMINISTRATOR, CONSENT, type MemberSession, signIn, staffSignIn, type UserHouse, userHouse } from './service-for-tests';

const PHONE = '13812341234';
const key = (name: string) => `${name}:${Buffer.alloc(32, name).toString('base64url')}`;
const ring = (...names: string[]) => createKeyRing(names.map(key));

for (const kind of testDatabases()) {
  describe(`exchanging keys on ${kind.name}`, () => {
    let database: TestDatabase;
    let houses: UserHouse[] = [];
    beforeEach(async () => {
      database = await kind.open();
    });
    afterEach(async () => {
      for (const house of houses) await house.close();
      houses = [];
      await database.close();
    });

    /** A process on the same database with these keys of codes and, unless told, one of seals. */
    async function process(codeKeys: readonly string[], sealKeys: readonly string[] = ['seal']): Promise<UserHouse> {
      const house = await userHouse(database, { codeKeys: ring(...codeKeys), sealKeys: ring(...sealKeys) });
      houses.push(house);
      return house;
    }
    /** Signs in at one process; all of them go by one clock. */
    function enter(house: UserHouse, extra?: object) {
      const now = Math.max(...houses.map(({ clock }) => clock.now()));
      house.clock.set(now);
      return signIn(house, PHONE, extra);
    }
    async function walk(house: UserHouse): Promise<void> {
      const job = house.service.jobs.find(({ name }) => name === 'user.rekeyPhones');
      if (job === undefined) throw new Error('no such job');
      for (let portion = 0; portion < 10 && (await job.run()) > 0; portion += 1);
    }
    const keyIds = async () => {
      const { rows } = await sql<{ keyId: string }>`select keyId from user_phone_hashes order by keyId`.execute(database.query);
      return rows.map((row) => row.keyId);
    };
    const sealedUnder = async () => {
      const { rows } = await sql<{ phoneSealed: string }>`select phoneSealed from user_members`.execute(database.query);
      return rows.map((row) => row.phoneSealed.split('.')[0]);
    };

    it('given a new key in front, then members are found, keep their account and may be searched for, before and after the walk', async () => {
      const before = await process(['k1']);
      const { member } = await enter(before);
      const after = await process(['k2', 'k1']);
      expect(await enter(after, {})).toMatchObject({ created: false, member: { memberId: member.memberId } });
      expect(await keyIds()).toEqual(['k1']);
      await walk(after);
      expect(await keyIds()).toEqual(['k1', 'k2']);
      expect(await after.findings()).toEqual([]);

      const alone = await process(['k2']);
      expect(await enter(alone, {})).toMatchObject({ created: false, member: { memberId: member.memberId } });
      await walk(alone);
      expect(await keyIds()).toEqual(['k2']);
      expect(await enter(alone, {})).toMatchObject({ created: false, member: { memberId: member.memberId } });
      expect(await alone.findings()).toEqual([]);
    });

    it('given no walk before the old key goes, then the sealed phones bring the hashes back', async () => {
      const before = await process(['k1']);
      await enter(before);
      const alone = await process(['k2']);
      await walk(alone);
      expect(await enter(alone, {})).toMatchObject({ created: false });
    });

    it('given processes with the old and the new ring at the same time, then each finds whom the other registered and takes nothing away', async () => {
      const behind = await process(['k1']);
      const ahead = await process(['k2', 'k1']);
      await walk(ahead);
      const { member } = await enter(ahead);
      expect(await keyIds()).toEqual(['k1', 'k2']);
      expect(await enter(behind, {})).toMatchObject({ created: false, member: { memberId: member.memberId } });
      await walk(behind);
      expect(await keyIds()).toEqual(['k1', 'k2']);
    });

    it('given one phone signs in first at both processes at once, then there is one member, because both rings have a key in common', async () => {
      const both = async (one: readonly string[], other: readonly string[]) => {
        const rivals = [await process(one), await process(other)];
        for (const [index, house] of rivals.entries()) {
          house.identities.set('c', { kind: 'ok', value: { openId: `open${index}`, unionId: undefined } });
          house.phones.set('p', { kind: 'ok', value: PHONE });
        }
        const body = { code: 'c', phoneCode: 'p', consent: CONSENT };
        const answers = await Promise.all(
          rivals.map((house) => house.call<MemberSession>('POST', '/api/v1/login/wechat-mini-program', { body })),
        );
        return new Set(answers.map((answer) => answer.body.member.memberId)).size;
      };
      expect(await both(['k1'], ['k2', 'k1'])).toBe(1);
      await houses[0]?.reset();
      // Without a common key nothing holds them apart: the test would notice.
      expect(await both(['k1'], ['k2'])).toBe(2);
    });

    it('given a login code asked for at one process, then the other accepts it', async () => {
      const behind = await process(['k1']);
      const ahead = await process(['k2', 'k1']);
      await behind.call('POST', '/api/v1/login/codes', { body: { phone: PHONE } });
      const code = behind.messages.at(-1)?.code;
      expect((await ahead.call('POST', '/api/v1/login/phone', { body: { phone: PHONE, code, consent: CONSENT } })).status).toBe(200);
    });

    it('given a new seal key, then the walk seals phones anew, and repeats a day later only', async () => {
      const before = await process(['k1'], ['s1']);
      const { session } = await enter(before);
      const after = await process(['k1'], ['s2', 's1']);
      expect(await sealedUnder()).toEqual(['s1']);
      await walk(after);
      expect(await sealedUnder()).toEqual(['s2']);
      const alone = await process(['k1'], ['s2']);
      const me = await alone.call<{ phoneMasked: string }>('GET', '/api/v1/me', { token: session.accessToken });
      expect(me.body.phoneMasked).toBe('138****1234');

      const job = after.service.jobs.find(({ name }) => name === 'user.rekeyPhones');
      expect(await job?.run()).toBe(0);
      after.clock.advance(DAY_MS);
      expect(await job?.run()).toBe(1);
    });

    it('given a new seal key, then authenticator secrets are sealed anew and still sign in when the old key is gone', async () => {
      const before = await process(['k1'], ['s1']);
      await before.service.api.ensureStaff([{ ...ADMINISTRATOR, roleCodes: ['administrator'] }]);
      const after = await process(['k1'], ['s2', 's1']);
      const job = after.service.jobs.find(({ name }) => name === 'user.resealTotps');
      expect([await job?.run(), await job?.run()]).toEqual([1, 0]);
      const alone = await process(['k1'], ['s2']);
      expect((await staffSignIn(alone)).staff).toMatchObject({ totpEnrolled: true });
    });

    it('given an erased member, then no hash is left', async () => {
      const house = await process(['k2', 'k1']);
      const { session } = await enter(house);
      expect(await keyIds()).toEqual(['k1', 'k2']);
      const erased = await house.call('POST', '/api/v1/me/erasure', { token: session.accessToken, body: { confirm: 'ERASE' } });
      expect([erased.status, await keyIds()]).toEqual([202, []]);
      await walk(house);
      expect(await house.findings()).toEqual([]);
    });

    it('given hashes from before they had a table of their own, when the database is migrated, then they find their members', async () => {
      const older = await process(['k1']);
      const { member } = await enter(older);
      const { rows } = await sql<{ phoneHash: string }>`select phoneHash from user_phone_hashes`.execute(database.query);
      const old = await kind.open();
      await migrate(old, [members]);
      await old.transaction(async (transaction) => {
        await sql`insert into user_members (memberId, status, nickname, phoneHash, phoneSealed, language, createdAt)
          select ${member.memberId}, 'active', 'x', ${rows[0]?.phoneHash}, 's', 'zh', 1`.execute(transaction);
        for (const consent of ['terms', 'privacy'])
          await sql`insert into user_consents (consentId, memberId, kind, version, granted, recordedAt)
            values (${consent}, ${member.memberId}, ${consent}, '1', 1, 1)`.execute(transaction);
      });
      const house = await userHouse(old, { codeKeys: ring('k1') });
      houses.push(house);
      expect(await enter(house, {})).toMatchObject({ created: false, member: { memberId: member.memberId } });
      expect(await house.findings()).toEqual([]);
      const left = await sql<{ phoneHash: string | null }>`select phoneHash from user_members`.execute(old.query);
      expect(left.rows).toEqual([{ phoneHash: null }]);
      await house.close();
      houses.pop();
      await old.close();
    });
  });
}
