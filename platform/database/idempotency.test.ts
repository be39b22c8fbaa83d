import type { Generated } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIdempotencyStore, createLeases, migrate } from './index';
import { type TestDatabase, testDatabases } from './testing';

type Tables = { effect: { effectId: Generated<number>; key: string } };

const answer = { status: 201, contentType: 'application/json', body: '{"orderId":"轮胎"}' };

for (const kind of testDatabases()) {
  describe(`idempotency store on ${kind.name}`, () => {
    let database: TestDatabase;
    let now: number;
    const clock = { now: () => now };
    const store = () => createIdempotencyStore({ database, clock, leaseMs: 60_000, keepMs: 1_000_000 });

    beforeEach(async () => {
      now = 1_790_000_000_000;
      database = await kind.open();
      await migrate(database, [
        { id: 'shop/0001-effect', up: ({ execute }) => execute('CREATE TABLE effect (effectId {autoKey}, `key` VARCHAR(40) NOT NULL)') },
      ]);
    });
    afterEach(() => database.close());

    it('lets the first use through and gives its answer to every repetition', async () => {
      expect(await store().begin('member:1 POST /orders', 'k1', 'h')).toEqual({ kind: 'fresh' });
      await store().finish('member:1 POST /orders', 'k1', answer);
      expect(await store().begin('member:1 POST /orders', 'k1', 'h')).toEqual({ kind: 'replay', answer });
      expect(await store().begin('member:1 POST /orders', 'k1', 'h')).toEqual({ kind: 'replay', answer });
    });

    it('tells another body, another scope and another key apart', async () => {
      await store().begin('a', 'k1', 'h');
      await store().finish('a', 'k1', answer);
      expect(await store().begin('a', 'k1', 'other')).toEqual({ kind: 'conflict' });
      expect(await store().begin('b', 'k1', 'h')).toEqual({ kind: 'fresh' });
      expect(await store().begin('a', 'k2', 'h')).toEqual({ kind: 'fresh' });
    });

    it('answers inProgress while the first is at work, and fresh once to one heir after the lease', async () => {
      await store().begin('a', 'k1', 'h');
      now += 59_999;
      expect(await store().begin('a', 'k1', 'h')).toEqual({ kind: 'inProgress' });
      now += 1;
      const heirs = await Promise.all([store().begin('a', 'k1', 'h'), store().begin('a', 'k1', 'h')]);
      expect(heirs.map(({ kind: answered }) => answered).sort()).toEqual(['fresh', 'inProgress']);
    });

    it('frees an abandoned key, but never a finished one', async () => {
      await store().begin('a', 'k1', 'h');
      await store().abandon('a', 'k1');
      expect(await store().begin('a', 'k1', 'h')).toEqual({ kind: 'fresh' });
      await store().finish('a', 'k1', answer);
      await store().abandon('a', 'k1');
      expect(await store().begin('a', 'k1', 'h')).toMatchObject({ kind: 'replay' });
    });

    it('lets exactly one of many simultaneous first uses through', async () => {
      const begun = await Promise.all(Array.from({ length: 12 }, () => store().begin('a', 'race', 'h')));
      expect(begun.filter(({ kind: answered }) => answered === 'fresh')).toHaveLength(1);
      expect(begun.filter(({ kind: answered }) => answered === 'inProgress')).toHaveLength(11);
    });

    describe('inside the business transaction', () => {
      /** Does the work once per key; with the guard off the key is not asked. */
      const order = (key: string, guarded = true) =>
        database.transaction(async (transaction) => {
          if (guarded) {
            const begun = await store().begin('a', key, 'h', transaction);
            if (begun.kind === 'replay') return begun.answer;
          }
          await transaction.withTables<Tables>().insertInto('effect').values({ key }).execute();
          if (guarded) await store().finish('a', key, answer, transaction);
          return answer;
        });
      const effects = async () => (await database.query.withTables<Tables>().selectFrom('effect').selectAll().execute()).length;

      it('does the work exactly once for eight simultaneous repetitions and answers all alike', async () => {
        const answers = await Promise.all(Array.from({ length: 8 }, () => order('k1')));
        expect(new Set(answers.map((item) => JSON.stringify(item))).size).toBe(1);
        expect(await effects()).toBe(1);
      });

      it('with the guard off does it eight times, so the test above can fail', async () => {
        await Promise.all(Array.from({ length: 8 }, () => order('k1', false)));
        expect(await effects()).toBe(8);
      });

      it('forgets the key when the transaction rolls back', async () => {
        const broken = database.transaction(async (transaction) => {
          await store().begin('a', 'k1', 'h', transaction);
          await store().finish('a', 'k1', answer, transaction);
          throw new Error('broken');
        });
        await expect(broken).rejects.toThrow('broken');
        expect(await store().begin('a', 'k1', 'h')).toEqual({ kind: 'fresh' });
      });
    });

    it('sweeps old keys only', async () => {
      await store().begin('a', 'old', 'h');
      now += 1_000_001;
      await store().begin('a', 'new', 'h');
      expect(await store().sweep()).toBe(1);
      expect(await store().sweep()).toBe(0);
      expect(await store().begin('a', 'new', 'h')).toEqual({ kind: 'inProgress' });
      expect(await store().begin('a', 'old', 'h')).toEqual({ kind: 'fresh' });
    });
  });

  describe(`leases on ${kind.name}`, () => {
    let database: TestDatabase;
    let now: number;
    const leases = () => createLeases(database, { now: () => now });

    beforeEach(async () => {
      now = 1_790_000_000_000;
      database = await kind.open();
      await migrate(database, []);
    });
    afterEach(() => database.close());

    it('grants a free lease, keeps it for its holder and lets the holder renew', async () => {
      expect(await leases().acquire('sweep', 'one', 1_000)).toBe(true);
      expect(await leases().acquire('sweep', 'two', 1_000)).toBe(false);
      now += 900;
      expect(await leases().acquire('sweep', 'one', 1_000)).toBe(true);
      now += 900;
      expect(await leases().acquire('sweep', 'two', 1_000)).toBe(false);
    });

    it('passes on an expired and a released lease', async () => {
      await leases().acquire('sweep', 'one', 1_000);
      now += 1_000;
      expect(await leases().acquire('sweep', 'two', 1_000)).toBe(true);
      await leases().release('sweep', 'one');
      expect(await leases().acquire('sweep', 'three', 1_000)).toBe(false);
      await leases().release('sweep', 'two');
      expect(await leases().acquire('sweep', 'three', 1_000)).toBe(true);
    });

    it('grants a contested lease to exactly one', async () => {
      const granted = await Promise.all(Array.from({ length: 10 }, (_, index) => leases().acquire('sweep', `holder-${index}`, 1_000)));
      expect(granted.filter(Boolean)).toHaveLength(1);
    });
  });
}
