import type { Result } from '@qianxing/errors';
import type { Kysely } from 'kysely';
import { isTransient } from './failures';
import type { Database, Dialect, Query, Transaction } from './port';

/** What a dialect provides; `createDatabase` adds retries, rollback on failed results and the commit hooks. */
export interface Engine {
  readonly dialect: Dialect;
  readonly reading: Kysely<object>;
  readonly writing: Kysely<object>;
  readonly beforeCommit?: (() => Promise<void>) | undefined;
  /** Runs `work` while no other process migrates the same database. */
  withMigrationLock<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const engines = new WeakMap<Database, Engine>();

/** The engine behind a database, for the migrations. */
export function engineOf(database: Database): Engine {
  const engine = engines.get(database);
  if (engine === undefined) throw new Error('this database was not opened by @qianxing/database');
  return engine;
}

const MAX_ATTEMPTS = 5;
const RETRY_BASE_MS = 4;

interface CommitHooks {
  readonly before: Array<() => Promise<void>>;
  readonly after: Array<() => void>;
}

/** Thrown inside Kysely to roll back; carries the failed result out. */
class RolledBack extends Error {
  constructor(readonly result: unknown) {
    super('rolled back on a failed result');
  }
}

export function createDatabase(engine: Engine): Database {
  const hooks = new WeakMap<Transaction, CommitHooks>();

  function hooksOf(transaction: Transaction): CommitHooks {
    const found = hooks.get(transaction);
    if (found === undefined) throw new Error('not a running transaction of this database');
    return found;
  }

  async function attempt<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const own: CommitHooks = { before: [], after: [] };
    const value = await engine.writing.transaction().execute(async (kysely) => {
      const transaction = kysely as unknown as Transaction;
      hooks.set(transaction, own);
      try {
        const result = await work(transaction);
        if (isFailedResult(result)) throw new RolledBack(result);
        for (const action of own.before) await action();
        await engine.beforeCommit?.();
        return result;
      } finally {
        hooks.delete(transaction);
      }
    });
    for (const action of own.after) runAfterCommit(action);
    return value;
  }

  let closing: Promise<void> | undefined;
  const database: Database = {
    dialect: engine.dialect,
    query: engine.reading as unknown as Query,
    async transaction(work) {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(work);
        } catch (error) {
          if (error instanceof RolledBack) return error.result as Awaited<ReturnType<typeof work>>;
          if (tries >= MAX_ATTEMPTS || !isTransient(error)) throw error;
          await pause(Math.random() * RETRY_BASE_MS * 3 ** tries);
        }
      }
    },
    beforeCommit: (transaction, action) => {
      hooksOf(transaction).before.push(action);
    },
    afterCommit: (transaction, action) => {
      hooksOf(transaction).after.push(action);
    },
    close() {
      closing ??= engine.close();
      return closing;
    },
  };
  engines.set(database, engine);
  return database;
}

/** What is committed stays a success, whatever a hook does. */
function runAfterCommit(action: () => void): void {
  try {
    action();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

function isFailedResult(value: unknown): value is Extract<Result<never>, { ok: false }> {
  return typeof value === 'object' && value !== null && 'ok' in value && value.ok === false && 'problem' in value;
}

const pause = (durationMs: number) => new Promise<void>((resolve) => setTimeout(resolve, durationMs));
