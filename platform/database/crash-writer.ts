import { writeSync } from 'node:fs';
import { ok } from '@qianxing/errors';
import { sql } from 'kysely';
import { createGroupCommit, insertMany, type Migration, openSqlite } from './index';

/** A writer for the crash test, which runs it in a process of its own and kills it. */

export type CrashTables = { stock: { available: number }; sale: { saleId: number } };

export const INITIAL_STOCK = 1_000_000;

export const crashMigration: Migration = {
  id: 'crash/0001-create',
  async up({ execute, query }) {
    await execute('CREATE TABLE stock (available BIGINT NOT NULL CHECK (available >= 0))');
    await execute('CREATE TABLE sale (saleId BIGINT NOT NULL PRIMARY KEY)');
    await query.withTables<CrashTables>().insertInto('stock').values({ available: INITIAL_STOCK }).execute();
  },
};

export interface CrashPlan {
  readonly file: string;
  readonly firstSaleId: number;
  /** `afterCommit` is right; `tooEarly` tells of success before the commit and is the guard-off switch of the test. */
  readonly acknowledge: 'afterCommit' | 'tooEarly';
  /** Kills itself right before the COMMIT of this transaction (counted from 1); 0 never. */
  readonly dieBeforeCommit: number;
}

/** Sells one piece after another from 64 callers and prints the number of every acknowledged sale, until it is killed. */
export async function writeUntilKilled(plan: CrashPlan): Promise<never> {
  let commits = 0;
  const database = openSqlite({
    file: plan.file,
    beforeCommit: async () => {
      commits += 1;
      if (commits === plan.dieBeforeCommit) process.kill(process.pid, 'SIGKILL');
    },
  });
  const acknowledge = (saleId: number) => writeSync(1, `${saleId}\n`);
  const commit = createGroupCommit<number, undefined>({
    database,
    name: 'crash.sell',
    maxBatch: 64,
    maxQueue: 1_000,
    apply: async (transaction, sales) => {
      const tables = transaction.withTables<CrashTables>();
      await tables
        .updateTable('stock')
        .set({ available: sql`available - ${sales.length}` })
        .execute();
      await insertMany(
        transaction,
        'sale',
        sales.map((saleId) => ({ saleId })),
      );
      if (plan.acknowledge === 'tooEarly') for (const saleId of sales) acknowledge(saleId);
      return sales.map(() => ok());
    },
  });
  let next = plan.firstSaleId;
  const caller = async (): Promise<never> => {
    for (;;) {
      const saleId = next;
      next += 1;
      const result = await commit.submit(saleId);
      if (result.ok && plan.acknowledge === 'afterCommit') acknowledge(saleId);
    }
  };
  return Promise.race(Array.from({ length: 64 }, caller));
}
