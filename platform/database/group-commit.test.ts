import { defineProblems, ok, type Result } from '@qianxing/errors';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BatchFacts, CommitUnknownError, createGroupCommit, type GroupCommit, insertMany, migrate, type Transaction } from './index';
import { type TestDatabase, testDatabases } from './testing';

type Tables = { stock: { sku: string; available: number }; sale: { requestId: string; quantity: number } };

interface Sale {
  readonly requestId: string;
  readonly quantity: number;
  /** Makes the statement fail, as a bug or a broken row would. */
  readonly poisoned: boolean;
}

const { fail } = defineProblems('test', { soldOut: { status: 409, zh: '售罄', en: 'sold out' } });
const clock = { now: () => 1_790_000_000_000 };

/** First come, first served, as one guarded update for the whole batch. */
async function sell(transaction: Transaction, sales: readonly Sale[]): Promise<Result<string>[]> {
  const tables = transaction.withTables<Tables>();
  const { available } = await tables.selectFrom('stock').select('available').where('sku', '=', 'hot').forUpdate().executeTakeFirstOrThrow();
  let left = available;
  const served: Sale[] = [];
  const results = sales.map((sale): Result<string> => {
    if (sale.quantity > left) return fail('soldOut');
    left -= sale.quantity;
    served.push(sale);
    return ok(`sold ${sale.requestId}`);
  });
  await tables
    .updateTable('stock')
    .set({ available: sql`available - ${available - left}` })
    .where('sku', '=', 'hot')
    .execute();
  await insertMany(
    transaction,
    'sale',
    served.map(({ requestId, quantity, poisoned }) => ({ requestId, quantity: poisoned ? -1 : quantity })),
  );
  return results;
}

for (const kind of testDatabases()) {
  describe(`group commit on ${kind.name}`, () => {
    let database: TestDatabase;
    let batches: BatchFacts[];

    beforeEach(async () => {
      database = await kind.open();
      batches = [];
      await migrate(database, [
        {
          id: 'shop/0001-create',
          async up({ execute }) {
            await execute('CREATE TABLE stock (sku VARCHAR(20) PRIMARY KEY, available BIGINT NOT NULL CHECK (available >= 0))');
            await execute('CREATE TABLE sale (requestId VARCHAR(40) PRIMARY KEY, quantity BIGINT NOT NULL CHECK (quantity > 0))');
          },
        },
      ]);
    });
    afterEach(() => database.close());

    const group = (overrides: Partial<Parameters<typeof createGroupCommit<Sale, string>>[0]> = {}): GroupCommit<Sale, string> =>
      createGroupCommit({
        database,
        name: 'shop.sell',
        maxBatch: 16,
        maxQueue: 1_000,
        apply: sell,
        clock,
        onBatch: (facts) => batches.push(facts),
        ...overrides,
      });

    const stock = (available: number) =>
      database.transaction(async (transaction) => {
        const tables = transaction.withTables<Tables>();
        await tables.deleteFrom('sale').execute();
        await tables.deleteFrom('stock').execute();
        await tables.insertInto('stock').values({ sku: 'hot', available }).execute();
      });
    const left = async () =>
      (await database.query.withTables<Tables>().selectFrom('stock').select('available').executeTakeFirstOrThrow()).available;
    const sold = async () =>
      (await database.query.withTables<Tables>().selectFrom('sale').select('requestId').orderBy('requestId').execute()).map(
        ({ requestId }) => requestId,
      );
    const sale = (requestId: string, quantity = 1, poisoned = false): Sale => ({ requestId, quantity, poisoned });

    it('gives every caller its own answer, isolates poisoned requests and sells first come, first served', {
      timeout: 120_000,
    }, async () => {
      const request = fc.record({
        quantity: fc.integer({ min: 1, max: 4 }),
        poisoned: fc.integer({ min: 0, max: 4 }).map((value) => value === 0),
      });
      const runs = { numRuns: database.dialect === 'sqlite' ? 40 : 8 };
      await fc.assert(
        fc.asyncProperty(
          fc.array(request, { minLength: 1, maxLength: 40 }),
          fc.integer({ min: 0, max: 60 }),
          fc.integer({ min: 1, max: 9 }),
          async (requests, available, maxBatch) => {
            await stock(available);
            const sales = requests.map((item, index) => sale(`r${String(index).padStart(2, '0')}`, item.quantity, item.poisoned));
            const commit = group({ maxBatch });
            const answers = await Promise.allSettled(sales.map((item) => commit.submit(item)));
            // The plain model: one after another; a poisoned one fails without an effect, unless it is refused as sold out.
            let modelLeft = available;
            const modelSold: string[] = [];
            for (const [index, item] of sales.entries()) {
              const answer = answers[index];
              if (item.quantity > modelLeft) {
                expect(answer).toEqual({ status: 'fulfilled', value: fail('soldOut') });
              } else if (item.poisoned) {
                expect(answer).toMatchObject({ status: 'rejected' });
              } else {
                expect(answer).toEqual({ status: 'fulfilled', value: ok(`sold ${item.requestId}`) });
                modelLeft -= item.quantity;
                modelSold.push(item.requestId);
              }
            }
            expect(await left()).toBe(modelLeft);
            expect(await sold()).toEqual(modelSold);
          },
        ),
        runs,
      );
    });

    it('commits what came together in one transaction', async () => {
      await stock(10);
      const commit = group();
      await Promise.all(['a', 'b', 'c'].map((id) => commit.submit(sale(id))));
      expect(batches).toEqual([{ name: 'shop.sell', size: 3, queued: 3, waitedMs: 0, tookMs: 0, transactions: 1 }]);
    });

    it('never makes a batch larger than allowed', async () => {
      await stock(100);
      const commit = group({ maxBatch: 16 });
      await Promise.all(Array.from({ length: 40 }, (_, index) => commit.submit(sale(`r${index}`))));
      expect(batches.map(({ size }) => size)).toEqual([16, 16, 8]);
    });

    it('forms the next batch while one runs', async () => {
      await stock(10);
      let open: () => void = () => {};
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      let entered: () => void = () => {};
      const firstRuns = new Promise<void>((resolve) => {
        entered = resolve;
      });
      const commit = group({
        apply: async (transaction, sales) => {
          entered();
          await gate;
          return sell(transaction, sales);
        },
      });
      const first = commit.submit(sale('a'));
      await firstRuns;
      const others = ['b', 'c', 'd'].map((id) => commit.submit(sale(id)));
      open();
      await Promise.all([first, ...others]);
      expect(batches.map(({ size }) => size)).toEqual([1, 3]);
    });

    it('finds one poisoned request among sixteen in few transactions', async () => {
      await stock(100);
      const commit = group();
      const answers = await Promise.allSettled(Array.from({ length: 16 }, (_, index) => commit.submit(sale(`r${index}`, 1, index === 5))));
      expect(answers.map(({ status }, index) => (status === 'rejected' ? index : -1)).filter((index) => index >= 0)).toEqual([5]);
      expect(await sold()).toHaveLength(15);
      // 1 for all, then two per halving: 2 · log2(16).
      expect(batches[0]?.transactions).toBe(9);
    });

    it('refuses beyond its queue with a hint when to come again, and has then done nothing', async () => {
      await stock(10);
      const commit = group({ maxQueue: 2 });
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((id) => commit.submit(sale(id))));
      expect(answers.map(({ ok: accepted }) => accepted)).toEqual([true, true, false, false]);
      expect(answers[2]).toMatchObject({ problem: { code: 'request.busy', details: { retryAfterMs: expect.any(Number) } } });
      expect(await sold()).toEqual(['a', 'b']);
    });

    it('answers what it accepted before it closes, and accepts nothing after', async () => {
      await stock(10);
      const commit = group();
      const accepted = [commit.submit(sale('a')), commit.submit(sale('b'))];
      await commit.close();
      expect(commit.queued).toBe(0);
      expect(await Promise.all(accepted)).toEqual([ok('sold a'), ok('sold b')]);
      expect(await commit.submit(sale('late'))).toMatchObject({ ok: false, problem: { code: 'request.busy' } });
      expect(await sold()).toEqual(['a', 'b']);
    });

    it('tells nobody of success before the commit', async () => {
      await stock(10);
      const seenDuringCommit: boolean[] = [];
      let answered = false;
      const commit = group({
        apply: async (transaction, sales) => {
          const results = await sell(transaction, sales);
          database.beforeCommit(transaction, async () => {
            await new Promise((resolve) => setImmediate(resolve));
            seenDuringCommit.push(answered);
          });
          return results;
        },
      });
      const waiting = commit.submit(sale('a')).then(() => {
        answered = true;
      });
      await waiting;
      expect(seenDuringCommit).toEqual([false]);
    });

    it('never repeats a batch whose commit is unknown', async () => {
      await stock(10);
      let transactions = 0;
      const unlucky = {
        ...database,
        async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
          transactions += 1;
          await database.transaction(work);
          throw new CommitUnknownError(new Error('the connection went away'));
        },
      };
      const commit = group({ database: unlucky });
      const answers = await Promise.allSettled(['a', 'b', 'c'].map((id) => commit.submit(sale(id))));
      expect(answers.map((answer) => answer.status === 'rejected' && answer.reason instanceof CommitUnknownError)).toEqual([
        true,
        true,
        true,
      ]);
      expect(transactions).toBe(1);
      expect(await left()).toBe(7);
    });

    it('answers busy to the whole batch when the database stays locked, without hunting for a culprit', async () => {
      await stock(10);
      const locked = {
        ...database,
        transaction: () => Promise.reject(Object.assign(new Error('database is locked'), { errcode: 5 })),
      };
      const commit = group({ database: locked });
      const answers = await Promise.all(['a', 'b'].map((id) => commit.submit(sale(id))));
      expect(answers.map((answer) => !answer.ok && answer.problem.code)).toEqual(['request.busy', 'request.busy']);
      expect(batches[0]?.transactions).toBe(1);
    });

    it('rejects all callers of a batch whose answers do not match the requests', async () => {
      await stock(10);
      const commit = group({ apply: async () => [] });
      await expect(commit.submit(sale('a'))).rejects.toThrow(/answered 0 of 1/);
    });
  });
}
