import type { Migration } from '@qianxing/database';
import { ledgerMigrations } from '@qianxing/ledger';
import { sql } from 'kysely';

/**
 * The ledger's own schema, as its package gives it, run as migrations of ours. The statements are of the dialect already, so they
 * go past the translation of our portable subset.
 */
export const ledgerSchema: readonly Migration[] = ledgerMigrations('sqlite').map(({ id }) => ({
  id,
  async up({ dialect, query }) {
    const migration = ledgerMigrations(dialect).find((candidate) => candidate.id === id);
    if (migration === undefined) throw new Error(`the ledger has no migration ${id} for ${dialect}`);
    for (const statement of migration.statements) await sql.raw(statement).execute(query);
  },
}));
