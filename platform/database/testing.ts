import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { openMysql } from './mysql';
import type { Database } from './port';
import { openSqlite } from './sqlite';

/** A way to get fresh, empty databases of one kind. */
export interface TestDatabaseKind {
  readonly name: 'SQLite' | 'MariaDB';
  /** Opens a new database that nobody else uses. `close` also removes its data. */
  open(): Promise<TestDatabase>;
}

export interface TestDatabase extends Database {
  /** Opens the same data once more, as a second process would. Close it before the first. */
  openAgain(): Promise<Database>;
}

/**
 * The kinds of databases a conformance suite runs over: SQLite, and MariaDB at `QIANXING_TEST_MYSQL_URL`. Without that variable MariaDB
 * is left out with a loud notice, and on CI it is an error.
 *
 * @example for (const kind of testDatabases()) describe(`orders on ${kind.name}`, () => { … await kind.open() … });
 */
export function testDatabases(): TestDatabaseKind[] {
  const sqlite: TestDatabaseKind = { name: 'SQLite', open: openTestSqlite };
  const url = process.env.QIANXING_TEST_MYSQL_URL;
  if (url !== undefined && url !== '') return [sqlite, { name: 'MariaDB', open: () => openTestMariadb(url) }];
  const notice = 'QIANXING_TEST_MYSQL_URL is not set: nothing is tested on MariaDB (node scripts/mariadb.mjs starts one)';
  if (process.env.CI === 'true') throw new Error(notice);
  console.warn(`SKIPPED: ${notice}`);
  return [sqlite];
}

async function openTestSqlite(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-test-'));
  // Both ends of `openAgain` live in one thread: standing still for the other would only delay it.
  const open = () => openSqlite({ file: join(folder, 'main.db'), durability: 'none', busyTimeoutMs: 0 });
  return withCleanup(open, async () => rmSync(folder, { recursive: true, force: true }));
}

async function openTestMariadb(serverUrl: string): Promise<TestDatabase> {
  const name = `qianxing_test_${randomBytes(8).toString('hex')}`;
  const administer = async (statement: string) => {
    const connection = await createConnection(serverUrl);
    await connection.query(statement);
    await connection.end();
  };
  await administer(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const open = () => openMysql({ url: url.toString(), poolSize: 6, lockWaitSeconds: 3 });
  return withCleanup(open, () => administer(`DROP DATABASE ${name}`));
}

/** The database object itself is kept: the engine behind it is known by identity. */
function withCleanup(open: () => Database, cleanUp: () => Promise<void>): TestDatabase {
  const database = open();
  const close = database.close;
  return Object.assign(database, {
    openAgain: async () => open(),
    close: async () => {
      await close();
      await cleanUp();
    },
  });
}
