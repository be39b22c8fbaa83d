import type { Migration } from '@qianxing/database';
import { logMigrations } from '@qianxing/transparency-log';
import { sql } from 'kysely';

/** The log's own schema, as its package gives it, run as migrations of ours; see `ledger.ts`. */
export const transparencyLogSchema: readonly Migration[] = logMigrations('sqlite').map(({ id }) => ({
  id,
  async up({ dialect, query }) {
    const migration = logMigrations(dialect).find((candidate) => candidate.id === id);
    if (migration === undefined) throw new Error(`the log has no migration ${id} for ${dialect}`);
    for (const statement of migration.statements) await sql.raw(statement).execute(query);
  },
}));
