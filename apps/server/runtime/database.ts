import { mkdirSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { ServerConfiguration } from '@qianxing/config';
import { type Database, openMysql, openSqlite } from '@qianxing/database';
import { failpoint } from '@qianxing/testing';

/** Opens the database that configuration names: a MySQL address, an SQLite path, or `qianxing.db` in the data folder. */
export async function openDatabase(configuration: ServerConfiguration): Promise<Database> {
  const { url, poolSize } = configuration.database;
  if (url.startsWith('mysql://')) return openMysql({ url, poolSize, beforeCommit });
  const file = sqliteFile(url, configuration.dataDirectory);
  mkdirSync(dirname(file), { recursive: true });
  return openSqlite({ file, beforeCommit });
}

/** Every transaction of the product passes here; the fault tests kill it at this place. */
const beforeCommit = () => failpoint('database.beforeCommit');

function sqliteFile(url: string, dataDirectory: string): string {
  if (url === '') return resolve(join(dataDirectory, 'qianxing.db'));
  return isAbsolute(url) ? url : resolve(url);
}
