import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogMigration, logMigrations, witnessMigrations } from '../writer/migrations';
import type { LogDatabase, LogDialect } from '../writer/sql';
import { createMysqlDatabase, dropMysqlDatabase, mysqlLogDatabase } from './mysql';
import { sqliteLogDatabase } from './sqlite';

/** A database that can be thrown away, and that several processes may open. */
export interface TestLogDatabase {
  readonly dialect: LogDialect;
  /** As one more process. */
  connect(): LogDatabase;
  close(): Promise<void>;
}

export type OpenTestDatabase = () => Promise<TestLogDatabase>;

/** Schema of the log and of a witness, which do not get in each other's way. */
const migrationsOf = (dialect: LogDialect): LogMigration[] => [...logMigrations(dialect), ...witnessMigrations(dialect)];

export async function openSqliteForTests(): Promise<TestLogDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'transparency-log-'));
  const file = join(folder, 'log.db');
  const first = sqliteLogDatabase(file, migrationsOf('sqlite'));
  const opened = [first];
  return {
    dialect: 'sqlite',
    connect() {
      const another = sqliteLogDatabase(file);
      opened.push(another);
      return another;
    },
    async close() {
      for (const database of opened) await database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function openMysqlForTests(serverUrl: string): Promise<TestLogDatabase> {
  const url = await createMysqlDatabase(serverUrl, migrationsOf('mysql'));
  const opened: { close(): Promise<void> }[] = [];
  return {
    dialect: 'mysql',
    connect() {
      const another = mysqlLogDatabase(url);
      opened.push(another);
      return another;
    },
    async close() {
      for (const database of opened) await database.close();
      await dropMysqlDatabase(url);
    },
  };
}
