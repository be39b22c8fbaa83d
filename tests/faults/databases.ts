import { randomUUID } from 'node:crypto';
import { openMysql } from '@qianxing/database';
import { sql } from 'kysely';

/** A new, empty database on a MariaDB server; answers its address. */
export async function createDatabase(serverUrl: string): Promise<string> {
  const name = `faults_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const server = openMysql({ url: `${serverUrl}/mysql`, poolSize: 1 });
  await server.transaction((transaction) =>
    sql.raw(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`).execute(transaction),
  );
  await server.close();
  return `${serverUrl}/${name}`;
}
