import { describe, it } from 'vitest';
import { type OpenTestDatabase, openMysqlForTests, openSqliteForTests } from './databases';

/**
 * Runs a suite on SQLite and, when QIANXING_TEST_MYSQL_URL names a server, on MariaDB or MySQL. Without a server that half is skipped with
 * a notice; in CI (`CI=true`) its absence is a failure.
 */
export function describeEachDatabase(name: string, suite: (open: OpenTestDatabase) => void): void {
  describe(`${name} (SQLite)`, () => suite(openSqliteForTests));
  const url = process.env.QIANXING_TEST_MYSQL_URL;
  describe(`${name} (MariaDB)`, () => {
    if (url !== undefined) return suite(() => openMysqlForTests(url));
    const notice = 'QIANXING_TEST_MYSQL_URL is not set: nothing is tested on MariaDB (node scripts/mariadb.mjs starts one)';
    if (process.env.CI === 'true')
      it('has a server in CI', () => {
        throw new Error(notice);
      });
    else it.skip(notice);
  });
}
