/**
 * Races: several clients, each with a connection of its own, act at once and the scheduler decides who goes on at every statement. Each
 * race has a switch that takes the guard away; the same property must then fail, else it would prove nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fen } from '@qianxing/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLedger } from './check';
import { commissionChart, promoterAccount } from './commission';
import { createLedgerWithGuards } from './create';
import type { Posting, PostOutcome } from './model';
import type { LedgerSql } from './sql';
import { describeMysql } from './testing/each';
import { earned, failed, fixtureOn, held, paid, released, START } from './testing/fixture';
import { inTransaction, type TestDatabase, type TestSession } from './testing/port';
import { sqliteDatabase } from './testing/sqlite';

type Turn = () => Promise<void>;

/** A session that asks for its turn before each statement. */
function scheduled(session: TestSession, turn: Turn): TestSession {
  const before =
    <A extends unknown[], R>(action: (...input: A) => Promise<R>) =>
    async (...input: A) => {
      await turn();
      return action(...input);
    };
  const { sql } = session;
  const slow: LedgerSql = { dialect: sql.dialect, query: before(sql.query), execute: before(sql.execute) };
  return { sql: slow, begin: before(session.begin), commit: before(session.commit), rollback: session.rollback };
}

const isBusy = (error: unknown) => error instanceof Error && /locked|busy|deadlock/i.test(error.message);

/** Lets those wait who found the database busy, until some transaction has ended. */
interface Queue {
  ended: number;
  readonly waiting: (() => void)[];
}

const queueOf = (): Queue => ({ ended: 0, waiting: [] });

function wakeAll(queue: Queue): void {
  queue.ended += 1;
  for (const wake of queue.waiting.splice(0)) wake();
}

/** What a host does: repeat the whole transaction while the database is busy. */
async function withRetry<T>(queue: Queue, session: TestSession, work: (sql: LedgerSql) => Promise<T>): Promise<T> {
  for (;;) {
    const { ended } = queue;
    try {
      const result = await inTransaction({ ...session, rollback: () => session.rollback().catch(() => undefined) }, work);
      wakeAll(queue);
      return result;
    } catch (error) {
      if (!isBusy(error)) {
        wakeAll(queue);
        throw error;
      }
      // Only SQLite refuses at once; a server has already let the other one pass.
      if (session.sql.dialect === 'sqlite' && queue.ended === ended) {
        await new Promise<void>((resolve) => queue.waiting.push(resolve));
      }
    }
  }
}

/** Every statement commits by itself; a savepoint would begin a transaction in SQLite. */
const noTransaction = (session: TestSession): TestSession => ({
  sql: {
    ...session.sql,
    execute: async (statement, parameters) =>
      statement.includes('SAVEPOINT') ? { affectedRows: 0 } : session.sql.execute(statement, parameters),
  },
  begin: async () => {},
  commit: async () => {},
  rollback: async () => {},
});

interface Competition {
  readonly guarded: boolean;
  /** Waits for all clients while the scheduler hands out turns. */
  readonly settle: (clients: Promise<unknown>) => Promise<unknown>;
  readonly turn: Turn;
}

/** Everything that may not happen twice, tried at once. Throws when the ledger let it. */
async function compete(database: TestDatabase, { guarded, settle, turn }: Competition): Promise<void> {
  const fixture = await fixtureOn(database);
  await fixture.post(earned('L0', 300), released('L0', 300), held('W0', 100), held('W9', 100));
  const postings: Posting[] = [
    held('W1', 100),
    held('W2', 100),
    paid('W0', 100, 20),
    failed('W0', 100),
    earned('L1', 50)!,
    earned('L1', 50)!,
    earned('L1', 51)!,
  ];
  const queue = queueOf();
  const guards = { lockRows: guarded, compareVersion: guarded };
  const ledger = createLedgerWithGuards({ chart: commissionChart, now: () => START }, guards);
  const clients = await Promise.all(
    postings.map(async (posting) => {
      const session = scheduled(await database.session(), turn);
      const used = guarded || database.dialect === 'mysql' ? session : noTransaction(session);
      return () => withRetry(queue, used, (sql) => ledger.post(sql, posting));
    }),
  );
  const results = Promise.allSettled(clients.map((client) => client()));
  await settle(results);
  const outcomes = (await results).map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value.status === 'refused' ? result.value.refusal.code : result.value.status;
  });
  const sorted = (...positions: number[]) => positions.map((position) => outcomes[position]).sort();
  // The failed end gives 100 back, so the second withdrawal may come through after it and only then.
  const wasReturned = outcomes[3] === 'posted';
  const holds = sorted(0, 1);
  expect(holds[1]).toBe('posted');
  expect(['insufficient', ...(wasReturned ? ['posted'] : [])]).toContain(holds[0]);
  expect(sorted(2, 3)).toEqual(['keyReused', 'posted']);
  expect([
    ['keyReused', 'posted', 'replayed'],
    ['keyReused', 'keyReused', 'posted'],
  ]).toContainEqual(sorted(4, 5, 6));
  expect(await checkLedger(fixture.sql, { now: START })).toEqual([]);
  const posted = outcomes.filter((outcome) => outcome === 'posted').length;
  expect(await fixture.count('ledgerTransaction')).toBe(4 + posted);
  expect(await fixture.balance('7', 'available')).toBe(
    100 - 100 * holds.filter((outcome) => outcome === 'posted').length + (wasReturned ? 100 : 0),
  );
}

function competition(open: () => Promise<TestDatabase>, guarded: boolean) {
  return fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    const database = await open();
    try {
      // The turn ends when the statement begins: one that waits for a row lock must not hold up the others.
      const turn = () => scheduler.schedule(Promise.resolve());
      await compete(database, { guarded, turn, settle: (clients) => scheduler.waitFor(clients) });
    } finally {
      await database.close();
    }
  });
}

describe('races (SQLite)', () => {
  const openFile = async (): Promise<TestDatabase> => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-race-'));
    const database = sqliteDatabase(join(folder, 'ledger.db'));
    return {
      ...database,
      close: async () => {
        await database.close();
        rmSync(folder, { recursive: true });
      },
    };
  };

  it('given any interleaving of clients in transactions, then each outcome happens once', async () => {
    await fc.assert(competition(openFile, true), { numRuns: 25 });
  }, 120_000);

  it('switch: without transaction and version comparison the same property fails', async () => {
    const report = await fc.check(competition(openFile, false), { numRuns: 25, endOnFailure: true });
    expect(report.failed).toBe(true);
  }, 120_000);
});

describeMysql('races', (open) => {
  it('given any interleaving of clients in transactions, then each outcome happens once', async () => {
    await fc.assert(competition(open, true), { numRuns: 6 });
  }, 120_000);

  it('switch: without row locks and version comparison the same property fails', async () => {
    const report = await fc.check(competition(open, false), { numRuns: 25, endOnFailure: true });
    expect(report.failed).toBe(true);
  }, 120_000);

  /** Two withdrawals of all there is; the first is held between reading and writing until the second has ended or waits for its lock. */
  async function twoWithdrawals(guards: { lockRows: boolean; compareVersion: boolean }) {
    const database = await open();
    try {
      const fixture = await fixtureOn(database);
      await fixture.post(earned('L0', 100), released('L0', 100), held('W0', 100), failed('W0', 100));
      const ledger = createLedgerWithGuards({ chart: commissionChart, now: () => START }, guards);
      const observer = await database.session();
      const [one, two] = [await database.session(), await database.session()];
      // Another test's wait counts too; then the first goes on early, and the second still meets the lock.
      const someoneWaits = async () => {
        const [row] = await observer.sql.query("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'", []);
        return Number(row?.Value) > 0;
      };
      const second: { result?: Promise<PromiseSettledResult<PostOutcome>[]>; ended: boolean } = { ended: false };
      const afterReading = async () => {
        second.result = Promise.allSettled([inTransaction(two, (sql) => ledger.post(sql, held('W2', 100)))]);
        second.result.then(() => {
          second.ended = true;
        });
        while (!second.ended && !(guards.lockRows && (await someoneWaits()))) await observer.sql.query('SELECT 1', []);
      };
      const stopping: LedgerSql = {
        ...one.sql,
        query: async (statement, parameters) => {
          const rows = await one.sql.query(statement, parameters);
          if (statement.startsWith('SELECT id, balanceFen')) await afterReading();
          return rows;
        },
      };
      const first = await Promise.allSettled([inTransaction({ ...one, sql: stopping }, (sql) => ledger.post(sql, held('W1', 100)))]);
      const results = [...first, ...((await second.result) ?? [])];
      const posted = results.filter((result) => result.status === 'fulfilled' && result.value.status === 'posted').length;
      const [available] = await ledger.balances(fixture.sql, [promoterAccount('7', 'available')]);
      return { posted, availableFen: available?.balanceFen, findings: (await checkLedger(fixture.sql, { now: START })).length };
    } finally {
      await database.close();
    }
  }

  it('given two withdrawals of the whole balance at once, then one is posted', async () => {
    expect(await twoWithdrawals({ lockRows: true, compareVersion: true })).toEqual({ posted: 1, availableFen: fen(0), findings: 0 });
  });

  it('given no row lock, then the version comparison alone still lets one through only', async () => {
    expect(await twoWithdrawals({ lockRows: false, compareVersion: true })).toEqual({ posted: 1, availableFen: fen(0), findings: 0 });
  });

  it('switch: without both guards both are posted, the balance is overdrawn and the check tells', async () => {
    const result = await twoWithdrawals({ lockRows: false, compareVersion: false });
    expect(result).toMatchObject({ posted: 2, availableFen: fen(-100) });
    expect(result.findings).toBeGreaterThan(0);
  });

  /** A competitor commits one of the keys of a batch between the look-up of the keys and the insert. */
  async function takenKey(unique: boolean) {
    const database = await open();
    try {
      const fixture = await fixtureOn(database);
      await fixture.post(earned('L0', 100), earned('L0', 100, '8', 2));
      if (!unique) await fixture.sql.execute('ALTER TABLE ledgerTransaction DROP INDEX ledgerTransactionKey', []);
      const [one, two] = [await database.session(), await database.session()];
      let interfered = false;
      const interfering: LedgerSql = {
        ...one.sql,
        query: async (statement, parameters) => {
          const rows = await one.sql.query(statement, parameters);
          if (!interfered && statement.startsWith('SELECT id, idempotencyKey')) {
            interfered = true;
            await inTransaction(two, (sql) => fixture.ledger.post(sql, earned('L1', 60, '8')!));
          }
          return rows;
        },
      };
      const batch = [earned('L1', 50), earned('L2', 70)].filter((posting) => posting !== undefined);
      const outcomes = await inTransaction({ ...one, sql: interfering }, (sql) => fixture.ledger.postBatch(sql, batch));
      const invariants = new Set((await checkLedger(fixture.sql, { now: START })).map(({ invariant }) => invariant));
      return {
        outcomes: outcomes.map((outcome) => (outcome.status === 'refused' ? outcome.refusal.code : outcome.status)),
        pendingFen: await fixture.balance('7', 'pending'),
        invariants: [...invariants],
      };
    } finally {
      await database.close();
    }
  }

  it('given a key taken between look-up and insert, then that posting is refused, the rest of the batch is posted', async () => {
    expect(await takenKey(true)).toEqual({ outcomes: ['keyReused', 'posted'], pendingFen: 170, invariants: [] });
  });

  it('switch: without the unique key both are posted and the check tells', async () => {
    const result = await takenKey(false);
    expect(result).toMatchObject({ outcomes: ['posted', 'posted'], pendingFen: 220 });
    expect(result.invariants).toContain('I8');
  });

  it('given 50 copies of one posting on ten connections, then one effect and 50 equal answers (I8)', async () => {
    const database = await open();
    try {
      const fixture = await fixtureOn(database);
      const sessions = await Promise.all(Array.from({ length: 10 }, () => database.session()));
      const outcomes = (
        await Promise.all(
          sessions.map(async (session) => {
            const mine: PostOutcome[] = [];
            for (let copy = 0; copy < 5; copy += 1)
              mine.push(await withRetry(queueOf(), session, (sql) => fixture.ledger.post(sql, earned('L1', 50)!)));
            return mine;
          }),
        )
      ).flat();
      expect(outcomes.filter(({ status }) => status === 'posted')).toHaveLength(1);
      expect(outcomes.filter(({ status }) => status === 'replayed')).toHaveLength(49);
      expect(new Set(outcomes.map((outcome) => (outcome.status === 'refused' ? '' : outcome.transactionId))).size).toBe(1);
      expect(await fixture.count('ledgerTransaction')).toBe(1);
      expect(await fixture.balance('7', 'pending')).toBe(50);
    } finally {
      await database.close();
    }
  });

  it('given batches over the same accounts in opposite orders, with folding and rebuilding between them, then all come through and agree', async () => {
    const database = await open();
    try {
      const fixture = await fixtureOn(database);
      const { ledger } = fixture;
      const work = async (client: number) => {
        const session = await database.session();
        for (let round = 0; round < 8; round += 1) {
          const batch = Array.from(
            { length: 20 },
            (_, line) => earned(`${client}-${round}-${line}`, 10 + line, String(client % 2 === 0 ? line : 19 - line))!,
          );
          await withRetry(queueOf(), session, (sql) => ledger.postBatch(sql, batch));
          if (client === 0) await withRetry(queueOf(), session, (sql) => ledger.fold(sql));
          if (client === 1) await withRetry(queueOf(), session, (sql) => ledger.rebuildBalances(sql));
        }
      };
      await Promise.all([0, 1, 2, 3].map(work));
      expect(await fixture.count('ledgerTransaction')).toBe(4 * 8 * 20);
      expect(await checkLedger(fixture.sql, { now: START })).toEqual([]);
    } finally {
      await database.close();
    }
  }, 60_000);
});
