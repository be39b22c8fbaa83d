import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Migration, migrate, migrationStatus } from './index';
import { translateDdl } from './migrations';
import { type TestDatabase, testDatabases } from './testing';

type Tables = { shop: { id: number; name: string }; platform_migrations: { id: string; state: string; appliedAt: number } };

const clock = { now: () => 1_790_000_000_000 };

const create: Migration = {
  id: 'shop/0001-create',
  up: ({ execute }) => execute('CREATE TABLE shop (id {autoKey}, name VARCHAR(50) NOT NULL)'),
};

const fill: Migration = {
  id: 'shop/0002-fill',
  async up({ query }) {
    await query.withTables<Tables>().insertInto('shop').values({ id: 7, name: '轮胎店' }).execute();
  },
};

for (const kind of testDatabases()) {
  describe(`migrations on ${kind.name}`, () => {
    let database: TestDatabase;
    const shops = () => database.query.withTables<Tables>().selectFrom('shop').selectAll().execute();

    beforeEach(async () => {
      database = await kind.open();
    });
    afterEach(() => database.close());

    it('applies what is missing in order, and nothing twice', async () => {
      expect(await migrate(database, [create], clock)).toContain('shop/0001-create');
      expect(await migrate(database, [create, fill], clock)).toEqual(['shop/0002-fill']);
      expect(await migrate(database, [create, fill], clock)).toEqual([]);
      expect(await shops()).toEqual([{ id: 7, name: '轮胎店' }]);
    });

    it('tells the state of each', async () => {
      const shopOnly = async () => (await migrationStatus(database, [create, fill])).filter(({ id }) => id.startsWith('shop/'));
      expect((await shopOnly()).map(({ state }) => state)).toEqual(['pending', 'pending']);
      await migrate(database, [create], clock);
      expect(await shopOnly()).toEqual([
        { id: 'shop/0001-create', state: 'applied', appliedAt: clock.now() },
        { id: 'shop/0002-fill', state: 'pending', appliedAt: null },
      ]);
    });

    it('lets two processes migrate at once: one works, the other finds nothing to do', async () => {
      const other = await database.openAgain();
      const applied = await Promise.all([migrate(database, [create, fill], clock), migrate(other, [create, fill], clock)]);
      await other.close();
      expect(applied.flat().filter((id) => id.startsWith('shop/'))).toEqual(['shop/0001-create', 'shop/0002-fill']);
      expect(await shops()).toHaveLength(1);
    });

    it('stops when a released migration vanished, but not for a service that is absent as a whole', async () => {
      await migrate(database, [create, fill], clock);
      await expect(migrate(database, [create], clock)).rejects.toThrow(/shop\/0002-fill .* missing/);
      await expect(migrate(database, [], clock)).resolves.toEqual([]);
    });

    it('stops when a new migration sorts before an applied one', async () => {
      await migrate(database, [create], clock);
      const late = { id: 'shop/0000-late', up: async () => {} };
      await expect(migrate(database, [late, create], clock)).rejects.toThrow(/would run after/);
    });

    it.each([
      [['shop/1-short'], /form/],
      [['create'], /form/],
      [['shop/0001-a', 'shop/0001-b'], /doubled/],
      [['shop/0002-a', 'shop/0001-b'], /out of order/],
    ])('refuses the ids %j', async (ids, message) => {
      const migrations = ids.map((id) => ({ id, up: async () => {} }));
      await expect(migrate(database, migrations, clock)).rejects.toThrow(message);
    });

    it('never takes a broken migration for applied', async () => {
      const broken: Migration = {
        id: 'shop/0002-broken',
        async up({ execute, query }) {
          await query.withTables<Tables>().insertInto('shop').values({ id: 1, name: 'half' }).execute();
          await execute('CREATE TABLE nonsense (');
        },
      };
      await migrate(database, [create], clock);
      await expect(migrate(database, [create, broken], clock)).rejects.toThrow(/syntax|incomplete/i);
      const [, status] = (await migrationStatus(database, [create, broken])).filter(({ id }) => id.startsWith('shop/'));
      switch (database.dialect) {
        case 'sqlite':
          // DDL is transactional: nothing is left and the corrected migration may run.
          expect(status?.state).toBe('pending');
          expect(await shops()).toEqual([]);
          break;
        case 'mysql':
          // It is not: a person must look before anything else runs.
          expect(status?.state).toBe('interrupted');
          await expect(migrate(database, [create, broken], clock)).rejects.toThrow(/interrupted/);
          break;
      }
    });
  });
}

describe('translateDdl', () => {
  it('adds engine and collation to CREATE TABLE on MySQL only', () => {
    expect(translateDdl('mysql', 'CREATE TABLE a (id {autoKey});')).toBe(
      'CREATE TABLE a (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin',
    );
    expect(translateDdl('mysql', 'CREATE INDEX i ON a (id)')).toBe('CREATE INDEX i ON a (id)');
    expect(translateDdl('sqlite', 'CREATE TABLE a (id {autoKey})')).toBe('CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT)');
  });
});
