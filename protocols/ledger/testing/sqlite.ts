import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { ledgerMigrations } from '../migrations';
import type { LedgerSql, SqlRow } from '../sql';
import type { TestDatabase, TestSession } from './port';

type Prepared = ReturnType<DatabaseSyncInstance['prepare']>;

/** A SQLite file, or `:memory:` for one session, with the ledger's schema. */
export function sqliteDatabase(path: string = ':memory:'): TestDatabase {
  const first = open(path);
  for (const { statements } of ledgerMigrations('sqlite')) for (const statement of statements) first.exec(statement);
  const opened = [first];
  return {
    dialect: 'sqlite',
    session: async () => {
      const database = path === ':memory:' ? first : open(path);
      if (database !== first) opened.push(database);
      return sessionOf(database);
    },
    close: async () => {
      for (const database of opened) database.close();
    },
  };
}

function open(path: string): DatabaseSyncInstance {
  const database = new DatabaseSync(path);
  // No waiting inside: a second writer is told at once that the database is busy.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 0');
  return database;
}

function sessionOf(database: DatabaseSyncInstance): TestSession {
  const sql = sqliteSql(database);
  return {
    sql,
    begin: async () => database.exec('BEGIN IMMEDIATE'),
    commit: async () => database.exec('COMMIT'),
    rollback: async () => database.exec('ROLLBACK'),
  };
}

/** The ledger's port over one SQLite connection; statements are prepared once. */
export function sqliteSql(database: DatabaseSyncInstance): LedgerSql {
  const prepared = new Map<string, Prepared>();
  const prepare = (statement: string): Prepared => {
    const known = prepared.get(statement);
    if (known !== undefined) return known;
    const fresh = database.prepare(statement);
    if (prepared.size > 500) prepared.clear();
    prepared.set(statement, fresh);
    return fresh;
  };
  return {
    dialect: 'sqlite',
    query: async (statement, parameters) => prepare(statement).all(...parameters) as SqlRow[],
    execute: async (statement, parameters) => ({ affectedRows: Number(prepare(statement).run(...parameters).changes) }),
  };
}
