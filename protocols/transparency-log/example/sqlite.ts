import { DatabaseSync } from '@photostructure/sqlite';
import type { LogDatabase, LogMigration, LogSql, SqlRow } from '../index';

/** The port over one SQLite connection, for one user at a time: all that the log asks of a database. */
export function openDatabase(file: string, migrations: readonly LogMigration[]): LogDatabase & { close(): void } {
  const handle = new DatabaseSync(file);
  handle.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
  for (const { statements } of migrations) for (const statement of statements) handle.exec(statement);
  const sql: LogSql = {
    dialect: 'sqlite',
    query: async (statement, parameters) => handle.prepare(statement).all(...parameters) as SqlRow[],
    execute: async (statement, parameters) => ({ affectedRows: Number(handle.prepare(statement).run(...parameters).changes) }),
  };
  return {
    reading: sql,
    async transaction(work) {
      handle.exec('BEGIN IMMEDIATE');
      try {
        const result = await work(sql);
        handle.exec('COMMIT');
        return result;
      } catch (error) {
        handle.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => handle.close(),
  };
}
