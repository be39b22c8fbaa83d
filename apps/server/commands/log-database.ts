import type { Database, Query } from '@qianxing/database';
import type { LogDatabase, LogSql, SqlRow, SqlValue } from '@qianxing/transparency-log';
import { CompiledQuery } from 'kysely';

/** The transparency log's port over our database. */
export const logDatabase = (database: Database): LogDatabase => ({
  reading: logSql(database.query, database),
  transaction: (work) => database.transaction((transaction) => work(logSql(transaction, database))),
});

function logSql(query: Query, { dialect }: Database): LogSql {
  const run = (statement: string, parameters: readonly SqlValue[]) =>
    query.executeQuery<SqlRow>(CompiledQuery.raw(statement, [...parameters]));
  return {
    dialect,
    query: async (statement, parameters) => (await run(statement, parameters)).rows,
    execute: async (statement, parameters) => ({ affectedRows: Number((await run(statement, parameters)).numAffectedRows ?? 0n) }),
  };
}
