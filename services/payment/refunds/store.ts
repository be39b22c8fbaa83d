import type { Query, Transaction } from '@qianxing/database';
import { OPEN_REFUND, type RefundStatus } from '../model';
import type { PaymentTables, RefundRow } from '../tables';

const tablesOf = (query: Query) => query.withTables<PaymentTables>();

export async function findRefund(query: Query, refundId: string): Promise<RefundRow | undefined> {
  return tablesOf(query).selectFrom('payment_refunds').selectAll().where('refundId', '=', refundId).executeTakeFirst();
}

export async function findRefundByNo(query: Query, refundNo: string): Promise<RefundRow | undefined> {
  return tablesOf(query).selectFrom('payment_refunds').selectAll().where('refundNo', '=', refundNo).executeTakeFirst();
}

export async function findRefundByKey(query: Query, refundKey: string): Promise<RefundRow | undefined> {
  return tablesOf(query).selectFrom('payment_refunds').selectAll().where('refundKey', '=', refundKey).executeTakeFirst();
}

export async function dueRefunds(query: Query, now: number, limit: number): Promise<RefundRow[]> {
  return tablesOf(query)
    .selectFrom('payment_refunds')
    .selectAll()
    .where('nextAttemptAt', '<=', now)
    .where('status', 'in', OPEN_REFUND)
    .orderBy('nextAttemptAt')
    .limit(limit)
    .execute();
}

type RefundChange = Partial<Pick<RefundRow, 'problem' | 'attempts' | 'nextAttemptAt' | 'acceptedAt' | 'succeededAt'>>;

/** Guarded change of a refund; false when it is in none of `from` any more. */
export async function moveRefund(
  transaction: Transaction,
  refundId: string,
  from: readonly RefundStatus[],
  to: RefundStatus,
  change: RefundChange,
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('payment_refunds')
    .set({ ...change, status: to })
    .where('refundId', '=', refundId)
    .where('status', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function listRefunds(
  query: Query,
  status: RefundStatus | undefined,
  page: { before: string | undefined; limit: number },
): Promise<RefundRow[]> {
  let rows = tablesOf(query).selectFrom('payment_refunds').selectAll().orderBy('refundId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('refundId', '<', page.before);
  if (status !== undefined) rows = rows.where('status', '=', status);
  return rows.execute();
}

export async function paymentNumbers(query: Query, paymentIds: readonly string[]): Promise<Map<string, string>> {
  if (paymentIds.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('payment_payments')
    .select(['paymentId', 'paymentNo'])
    .where('paymentId', 'in', paymentIds)
    .execute();
  return new Map(rows.map((row) => [row.paymentId, row.paymentNo]));
}
