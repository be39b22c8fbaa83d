import { describe, it } from 'vitest';
import { mysqlDatabase } from './mysql';
import type { TestDatabase } from './port';
import { sqliteDatabase } from './sqlite';

/** Opens a fresh database with the ledger's schema. */
export type OpenDatabase = () => Promise<TestDatabase>;

/**
 * Runs a suite on SQLite in memory and, when QIANXING_TEST_MYSQL_URL names a server, on MariaDB or MySQL. Without a server that half is
 * skipped with a notice; in CI (`CI=true`) its absence is a failure.
 */
export function describeEachDatabase(name: string, suite: (open: OpenDatabase) => void): void {
  describe(`${name} (SQLite)`, () => suite(async () => sqliteDatabase()));
  describeMysql(name, suite);
}

/** The server half of `describeEachDatabase` alone, for what SQLite's single writer cannot show. */
export function describeMysql(name: string, suite: (open: OpenDatabase) => void): void {
  const url = process.env.QIANXING_TEST_MYSQL_URL;
  if (url !== undefined) {
    describe(`${name} (MariaDB)`, () => suite(() => mysqlDatabase(url)));
    return;
  }
  const notice = 'QIANXING_TEST_MYSQL_URL is not set: nothing is tested on MariaDB (node scripts/mariadb.mjs starts one)';
  describe(`${name} (MariaDB)`, () => {
    if (process.env.CI === 'true' || process.env.CI === '1') {
      it('has a server in CI', () => {
        throw new Error(notice);
      });
      return;
    }
    console.warn(`${name}: ${notice}`);
    it.skip(notice);
  });
}
