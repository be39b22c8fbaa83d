import { CommitUnknownError, type Database, migrate, openMysql } from '@qianxing/database';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultProxy, faultProxy, type TestDatabase, testDatabases } from './index';

type Tables = { account: { accountId: string; balanceFen: number } };

for (const kind of testDatabases().filter(({ name }) => name === 'MariaDB')) {
  describe(`transactions on ${kind.name} behind a failing network`, () => {
    let direct: TestDatabase;
    let proxy: FaultProxy;
    let database: Database;
    let runs: number;
    let beforeCommit: () => Promise<void>;

    beforeEach(async () => {
      runs = 0;
      beforeCommit = async () => {};
      direct = await kind.open();
      await migrate(direct, [
        {
          id: 'bank/0001-account',
          async up({ execute, query }) {
            await execute('CREATE TABLE account (accountId VARCHAR(20) PRIMARY KEY, balanceFen BIGINT NOT NULL)');
            await query.withTables<Tables>().insertInto('account').values({ accountId: 'a', balanceFen: 0 }).execute();
          },
        },
      ]);
      const { rows } = await sql<{ name: string }>`select database() as name`.execute(direct.query);
      const server = new URL(process.env.QIANXING_TEST_MYSQL_URL ?? '');
      proxy = await faultProxy({ port: Number(server.port), host: server.hostname });
      server.port = String(proxy.port);
      server.pathname = `/${rows[0]?.name}`;
      database = openMysql({ url: server.toString(), poolSize: 2, statementTimeoutMs: 300, beforeCommit: () => beforeCommit() });
    });

    afterEach(async () => {
      proxy.cut();
      await database.close().catch(() => {});
      await proxy.close();
      await direct.close();
    });

    /** Adds 100 fen; `between` happens after the write and before the commit. */
    const deposit = (between: () => void | Promise<void> = () => {}) =>
      database.transaction(async (transaction) => {
        runs += 1;
        const account = transaction.withTables<Tables>().updateTable('account').where('accountId', '=', 'a');
        await account.set({ balanceFen: sql`balanceFen + 100` }).execute();
        await between();
        await account.set({ balanceFen: sql`balanceFen + 0` }).execute();
      });
    const balance = async () =>
      (await direct.query.withTables<Tables>().selectFrom('account').select('balanceFen').executeTakeFirstOrThrow()).balanceFen;
    const once = (action: () => void) => {
      let done = false;
      return () => {
        if (done) return;
        done = true;
        action();
      };
    };

    it('repeats the work when the connection is cut before the commit, and applies it once', async () => {
      await deposit(once(proxy.cut));
      expect(runs).toBe(2);
      expect(await balance()).toBe(100);
    });

    it('gives up a connection that answers nothing any more and repeats on another', async () => {
      await deposit(
        once(() => {
          proxy.blackHole(true);
          setTimeout(() => proxy.blackHole(false), 310);
        }),
      );
      expect(proxy.lostBytes()).toBeGreaterThan(0);
      expect(runs).toBe(2);
      expect(await balance()).toBe(100);
    });

    it('says «unknown», and does not repeat, when the answer to COMMIT is lost', async () => {
      beforeCommit = async () => proxy.dropAnswers(true);
      await expect(deposit()).rejects.toBeInstanceOf(CommitUnknownError);
      proxy.dropAnswers(false);
      // Then the money is there, once: a repetition would have doubled it.
      expect(runs).toBe(1);
      expect(await balance()).toBe(100);
    });

    it('says «unknown» as well when COMMIT never arrived', async () => {
      beforeCommit = async () => proxy.cut();
      await expect(deposit()).rejects.toBeInstanceOf(CommitUnknownError);
      expect(runs).toBe(1);
      expect(await balance()).toBe(0);
    });

    it('works again once the network does', async () => {
      proxy.refuse(true);
      proxy.cut();
      await expect(deposit()).rejects.toThrow();
      expect(await balance()).toBe(0);
      proxy.refuse(false);
      await deposit();
      expect(await balance()).toBe(100);
    });

    it('reports a wrong password at once instead of trying again', async () => {
      const wrong = openMysql({ url: `mysql://nobody:wrong@127.0.0.1:${proxy.port}/nothing`, poolSize: 1 });
      await expect(wrong.transaction(async () => 1)).rejects.toThrow(/access denied/i);
      await wrong.close();
    });
  });
}
