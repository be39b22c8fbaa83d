import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import type { LogMigration } from '../writer/migrations';
import type { LogDatabase, LogSql, SqlRow } from '../writer/sql';

type Prepared = ReturnType<DatabaseSyncInstance['prepare']>;

/** A SQLite file as one process would open it: one writer, transactions one after the other, durable. */
export function sqliteLogDatabase(file: string, migrations: readonly LogMigration[] = []): LogDatabase & { close(): Promise<void> } {
  const handle = new DatabaseSync(file);
  handle.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 0');
  for (const { statements } of migrations) for (const statement of statements) handle.exec(statement);
  const reader = new DatabaseSync(file, { readOnly: true });
  const sql = sqliteLogSql(handle);
  let turn: Promise<unknown> = Promise.resolve();
  async function attempt<T>(work: (sql: LogSql) => Promise<T>): Promise<T> {
    await begin(handle);
    try {
      const result = await work(sql);
      handle.exec('COMMIT');
      return result;
    } catch (error) {
      handle.exec('ROLLBACK');
      throw error;
    }
  }
  return {
    reading: sqliteLogSql(reader),
    transaction: (work) => {
      const mine = turn.then(() => attempt(work));
      turn = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      await turn;
      reader.close();
      handle.close();
    },
  };
}

/** Comes again while another process writes. */
async function begin(handle: DatabaseSyncInstance): Promise<void> {
  for (;;) {
    try {
      handle.exec('BEGIN IMMEDIATE');
      return;
    } catch (error) {
      if (!(error instanceof Error && /locked|busy/i.test(error.message))) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

function sqliteLogSql(handle: DatabaseSyncInstance): LogSql {
  const prepared = new Map<string, Prepared>();
  const prepare = (statement: string): Prepared => {
    const known = prepared.get(statement);
    if (known !== undefined) return known;
    const fresh = handle.prepare(statement);
    if (prepared.size > 200) prepared.clear();
    prepared.set(statement, fresh);
    return fresh;
  };
  return {
    dialect: 'sqlite',
    query: async (statement, parameters) => prepare(statement).all(...parameters) as SqlRow[],
    execute: async (statement, parameters) => ({ affectedRows: Number(prepare(statement).run(...parameters).changes) }),
  };
}
