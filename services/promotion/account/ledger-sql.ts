import type { Dialect, Query } from '@qianxing/database';
import type { LedgerSql, SqlRow } from '@qianxing/ledger';
import { CompiledQuery } from 'kysely';

/** The ledger's port over a query handle of ours; inside a transaction everything it does is part of that transaction. */
export function ledgerSql(query: Query, dialect: Dialect): LedgerSql {
  return {
    dialect,
    query: async (statement, parameters) => (await query.executeQuery<SqlRow>(CompiledQuery.raw(statement, [...parameters]))).rows,
    execute: async (statement, parameters) => {
      const { numAffectedRows } = await query.executeQuery(CompiledQuery.raw(statement, [...parameters]));
      return { affectedRows: Number(numAffectedRows ?? 0n) };
    },
  };
}
