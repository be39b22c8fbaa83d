import type { Database } from '@qianxing/database';
import type { Check } from '@qianxing/service';
import { sql } from 'kysely';

function queryCheck(database: Database, name: string, message: string, statement: string): Check {
  return {
    name,
    run: async () => {
      const { rows } = await sql.raw<{ subject: string }>(statement).execute(database.query);
      return rows.map((row) => ({ check: name, subject: String(row.subject), message }));
    },
  };
}

export function catalogChecks(database: Database): Check[] {
  return [
    queryCheck(
      database,
      'catalog.listedHasSku',
      'a listed product without a listed SKU',
      `SELECT p.productId AS subject FROM catalog_products p WHERE p.status = 'listed'
         AND NOT EXISTS (SELECT 1 FROM catalog_skus s WHERE s.productId = p.productId AND s.status = 'listed')`,
    ),
    queryCheck(
      database,
      'catalog.soldMatchesLines',
      'the sold count is not the sum of its lines',
      `SELECT p.productId AS subject FROM catalog_products p LEFT JOIN (SELECT productId, SUM(quantity) AS units FROM catalog_sold_lines GROUP BY productId) l
         ON l.productId = p.productId WHERE p.soldCount <> COALESCE(l.units, 0)`,
    ),
    queryCheck(
      database,
      'catalog.importEnds',
      'an import that ended still blocks the next one',
      `SELECT importId AS subject FROM catalog_imports WHERE openKey IS NOT NULL AND status IN ('completed', 'failed', 'cancelled')`,
    ),
  ];
}
