import { randomBytes } from 'node:crypto';
import { createConnection, createPool, type PoolConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import type { LogMigration } from '../writer/migrations';
import type { LogDatabase, LogSql } from '../writer/sql';

/** A fresh database on the MariaDB or MySQL server; `dropDatabase` removes it. */
export async function createMysqlDatabase(serverUrl: string, migrations: readonly LogMigration[]): Promise<string> {
  const name = `log_${randomBytes(6).toString('hex')}`;
  const administrator = await createConnection(serverUrl);
  await administrator.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await administrator.changeUser({ database: name });
  for (const { statements } of migrations) for (const statement of statements) await administrator.query(statement);
  await administrator.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropMysqlDatabase(url: string): Promise<void> {
  const administrator = await createConnection(url);
  await administrator.query(`DROP DATABASE ${new URL(url).pathname.slice(1)}`);
  await administrator.end();
}

/** The database as one process would open it. */
export function mysqlLogDatabase(url: string): LogDatabase & { close(): Promise<void> } {
  const pool = createPool({ uri: url, connectionLimit: 4, supportBigNumbers: true });
  const connection = async (): Promise<PoolConnection> => {
    const taken = await pool.getConnection();
    await taken.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    return taken;
  };
  async function attempt<T>(work: (sql: LogSql) => Promise<T>): Promise<T> {
    const taken = await connection();
    try {
      await taken.beginTransaction();
      const result = await work(mysqlLogSql(taken));
      await taken.commit();
      return result;
    } catch (error) {
      await taken.rollback();
      throw error;
    } finally {
      taken.release();
    }
  }
  return {
    reading: mysqlLogSql(pool),
    async transaction(work) {
      for (let attempts = 1; ; attempts += 1) {
        try {
          return await attempt(work);
        } catch (error) {
          if (attempts >= 5 || !(error instanceof Error && /deadlock|lock wait/i.test(error.message))) throw error;
        }
      }
    },
    close: () => pool.end(),
  };
}

type Queryable = Pick<PoolConnection, 'query'>;

const mysqlLogSql = (connection: Queryable): LogSql => ({
  dialect: 'mysql',
  query: async (statement, parameters) => (await connection.query<RowDataPacket[]>(statement, [...parameters]))[0],
  execute: async (statement, parameters) => ({
    affectedRows: (await connection.query<ResultSetHeader>(statement, [...parameters]))[0].affectedRows,
  }),
});
