import type { Database } from '@qianxing/database';
import type { Check } from '@qianxing/service';
import { sql } from 'kysely';

/** A check is one query whose every row is a violation: the subject's id. */
function queryCheck(database: Database, name: string, message: string, statement: string): Check {
  return {
    name,
    run: async () => {
      const { rows } = await sql.raw<{ subject: string }>(statement).execute(database.query);
      return rows.map((row) => ({ check: name, subject: String(row.subject), message }));
    },
  };
}

export function paymentChecks(database: Database): Check[] {
  return [
    queryCheck(
      database,
      'payment.refundedMatchesRefunds',
      'refundedFen is not the sum of the refunds that hold money',
      `SELECT p.paymentId AS subject FROM payment_payments p LEFT JOIN (
         SELECT paymentId, SUM(amountFen) AS total FROM payment_refunds WHERE problem IS NULL OR problem <> 'exceedsPayment' GROUP BY paymentId
       ) r ON r.paymentId = p.paymentId WHERE p.refundedFen <> COALESCE(r.total, 0)`,
    ),
    queryCheck(
      database,
      'payment.sharedMatchesShares',
      'sharedFen is not the sum of the shares that did not fail',
      `SELECT p.paymentId AS subject FROM payment_payments p LEFT JOIN (
         SELECT paymentId, SUM(amountFen) AS total FROM payment_shares WHERE status <> 'failed' GROUP BY paymentId
       ) s ON s.paymentId = p.paymentId WHERE p.sharedFen <> COALESCE(s.total, 0)`,
    ),
    queryCheck(
      database,
      'payment.openIsPursued',
      'an open payment without a next question to the provider',
      `SELECT paymentId AS subject FROM payment_payments WHERE status IN ('created', 'pending', 'unknown') AND (nextQueryAt IS NULL OR openKey IS NULL)`,
    ),
    queryCheck(
      database,
      'payment.endedIsNotOpen',
      'an ended payment still blocks its trade',
      `SELECT paymentId AS subject FROM payment_payments WHERE status IN ('succeeded', 'closed', 'failed') AND openKey IS NOT NULL`,
    ),
    queryCheck(
      database,
      'payment.transferEndIsConsistent',
      'what was paid out does not fit the end of the transfer',
      `SELECT transferId AS subject FROM payment_transfers WHERE (status = 'succeeded' AND paidFen <> amountFen) OR (status IN ('failed', 'cancelled') AND paidFen >= amountFen)`,
    ),
  ];
}
