import { randomBytes } from 'node:crypto';
import { type Connection, createConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { ledgerMigrations } from '../migrations';
import type { LedgerSql } from '../sql';
import type { TestDatabase } from './port';

/** A fresh database on the MariaDB or MySQL server at `url`; dropped by `close`. */
export async function mysqlDatabase(url: string): Promise<TestDatabase> {
  const name = `ledger_${randomBytes(6).toString('hex')}`;
  const administrator = await createConnection(url);
  await administrator.query(`CREATE DATABASE ${name}`);
  const address = new URL(url);
  address.pathname = `/${name}`;
  const connections: Connection[] = [];
  const connect = async () => {
    const connection = await createConnection({ uri: address.href, supportBigNumbers: true });
    connections.push(connection);
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED');
    return connection;
  };
  const first = await connect();
  for (const { statements } of ledgerMigrations('mysql')) for (const statement of statements) await first.query(statement);
  return {
    dialect: 'mysql',
    session: async () => {
      const connection = await connect();
      return {
        sql: mysqlSql(connection),
        begin: () => connection.beginTransaction(),
        commit: () => connection.commit(),
        rollback: () => connection.rollback(),
      };
    },
    close: async () => {
      for (const connection of connections) await connection.end();
      await administrator.query(`DROP DATABASE ${name}`);
      await administrator.end();
    },
  };
}

/** The ledger's port over one mysql2 connection (text protocol). */
export function mysqlSql(connection: Connection): LedgerSql {
  return {
    dialect: 'mysql',
    query: async (statement, parameters) => (await connection.query<RowDataPacket[]>(statement, [...parameters]))[0],
    execute: async (statement, parameters) => ({
      affectedRows: (await connection.query<ResultSetHeader>(statement, [...parameters]))[0].affectedRows,
    }),
  };
}
