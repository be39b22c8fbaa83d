import { type Fen, fen } from '@qianxing/money';
import type { AccountReference, Chart } from './model';
import { integerOf, type LedgerSql, placeholders, textOf } from './sql';

/** How far one clearing account is explained. */
export interface ClearingState {
  readonly account: AccountReference;
  /** Everything that ever went into the account, fen. */
  readonly volumeFen: Fen;
  /** Sum of the absolute amounts that references still leave open, fen. */
  readonly openFen: Fen;
  readonly openReferences: number;
  /** UTC ms of the oldest entry of an open reference, null when all are closed. */
  readonly oldestOpenAt: number | null;
}

/**
 * Completeness of the clearing accounts: money in a clearing account must leave it with the same reference. What has not left is
 * unexplained; its age and share of the volume are the measures to watch.
 * Source: «Ledger: Stripe's system for tracking and validating money movement», stripe.com/blog.
 */
export async function clearingReport(sql: LedgerSql, chart: Chart): Promise<readonly ClearingState[]> {
  const kinds = Object.entries(chart).flatMap(([kind, rule]) => (rule.folded && rule.clearing === true ? [kind] : []));
  if (kinds.length === 0) return [];
  const rows = await sql.query(
    `SELECT x.ownerType, x.ownerId, x.kind, SUM(x.volumeFen) AS volumeFen, SUM(ABS(x.openFen)) AS openFen,
       SUM(CASE WHEN x.openFen <> 0 THEN 1 ELSE 0 END) AS openReferences,
       COALESCE(MIN(CASE WHEN x.openFen <> 0 THEN x.firstAt END), -1) AS oldestOpenAt
     FROM (SELECT a.ownerType, a.ownerId, a.kind, t.referenceType, t.referenceId, SUM(e.amountFen) AS openFen,
         SUM(CASE WHEN e.amountFen > 0 THEN e.amountFen ELSE 0 END) AS volumeFen, MIN(e.postedAt) AS firstAt
       FROM ledgerAccount a JOIN ledgerEntry e ON e.accountId = a.id JOIN ledgerTransaction t ON t.id = e.transactionId
       WHERE a.kind IN (${placeholders(kinds.length)})
       GROUP BY a.ownerType, a.ownerId, a.kind, t.referenceType, t.referenceId) x
     GROUP BY x.ownerType, x.ownerId, x.kind ORDER BY x.ownerType, x.ownerId, x.kind`,
    kinds,
  );
  return rows.map((row) => {
    const oldest = integerOf(row.oldestOpenAt);
    return {
      account: { ownerType: textOf(row.ownerType), ownerId: textOf(row.ownerId), kind: textOf(row.kind) },
      volumeFen: fen(integerOf(row.volumeFen)),
      openFen: fen(integerOf(row.openFen)),
      openReferences: integerOf(row.openReferences),
      oldestOpenAt: oldest < 0 ? null : oldest,
    };
  });
}
