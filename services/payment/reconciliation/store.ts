import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { DiscrepancyRow, PaymentRow, PaymentTables, ReconciliationRow, RefundRow, TransferRow } from '../tables';

const tablesOf = (query: Query) => query.withTables<PaymentTables>();

export async function reconciliationOf(query: Query, day: string): Promise<ReconciliationRow | undefined> {
  return tablesOf(query).selectFrom('payment_reconciliations').selectAll().where('day', '=', day).executeTakeFirst();
}

export async function findReconciliation(query: Query, reconciliationId: string): Promise<ReconciliationRow | undefined> {
  return tablesOf(query)
    .selectFrom('payment_reconciliations')
    .selectAll()
    .where('reconciliationId', '=', reconciliationId)
    .executeTakeFirst();
}

export async function startReconciliation(transaction: Transaction, row: ReconciliationRow): Promise<void> {
  await insertIfAbsent(transaction, 'payment_reconciliations', { ...row });
  await tablesOf(transaction)
    .updateTable('payment_reconciliations')
    .set({ status: 'running', problem: null, finishedAt: null })
    .where('day', '=', row.day)
    .execute();
}

/** Writes the result of a day. Discrepancies found again keep their resolution; open ones that are gone are dropped. */
export async function finishReconciliation(
  transaction: Transaction,
  reconciliationId: string,
  result: Partial<ReconciliationRow> & { finishedAt: number },
  found: readonly DiscrepancyRow[],
): Promise<void> {
  const tables = tablesOf(transaction);
  await tables
    .deleteFrom('payment_discrepancies')
    .where('reconciliationId', '=', reconciliationId)
    .where('resolvedAt', 'is', null)
    .execute();
  for (const row of found) await insertIfAbsent(transaction, 'payment_discrepancies', { ...row });
  await tables.updateTable('payment_reconciliations').set(result).where('reconciliationId', '=', reconciliationId).execute();
}

export async function listReconciliations(query: Query, page: { before: string | undefined; limit: number }): Promise<ReconciliationRow[]> {
  let rows = tablesOf(query).selectFrom('payment_reconciliations').selectAll().orderBy('day', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('day', '<', page.before);
  return rows.execute();
}

export async function discrepancyCounts(query: Query, reconciliationIds: readonly string[]): Promise<Map<string, number>> {
  if (reconciliationIds.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('payment_discrepancies')
    .select((eb) => ['reconciliationId', eb.fn.countAll<number>().as('count')])
    .where('reconciliationId', 'in', reconciliationIds)
    .groupBy('reconciliationId')
    .execute();
  return new Map(rows.map((row) => [row.reconciliationId, row.count]));
}

export async function listDiscrepancies(
  query: Query,
  reconciliationId: string,
  page: { after: string | undefined; limit: number },
): Promise<DiscrepancyRow[]> {
  let rows = tablesOf(query)
    .selectFrom('payment_discrepancies')
    .selectAll()
    .where('reconciliationId', '=', reconciliationId)
    .orderBy('discrepancyId')
    .limit(page.limit);
  if (page.after !== undefined) rows = rows.where('discrepancyId', '>', page.after);
  return rows.execute();
}

export async function resolveDiscrepancy(
  transaction: Transaction,
  discrepancyId: string,
  resolution: string,
  now: number,
): Promise<DiscrepancyRow | undefined> {
  const tables = tablesOf(transaction);
  await tables
    .updateTable('payment_discrepancies')
    .set({ resolution, resolvedAt: now })
    .where('discrepancyId', '=', discrepancyId)
    .execute();
  return tables.selectFrom('payment_discrepancies').selectAll().where('discrepancyId', '=', discrepancyId).executeTakeFirst();
}

/** What we believe happened in `[from, to)`. */
export async function ourDay(
  query: Query,
  from: number,
  to: number,
): Promise<{ payments: PaymentRow[]; refunds: RefundRow[]; transfers: TransferRow[] }> {
  const tables = tablesOf(query);
  return {
    payments: await tables.selectFrom('payment_payments').selectAll().where('paidAt', '>=', from).where('paidAt', '<', to).execute(),
    refunds: await tables
      .selectFrom('payment_refunds')
      .selectAll()
      .where('succeededAt', '>=', from)
      .where('succeededAt', '<', to)
      .execute(),
    transfers: await tables
      .selectFrom('payment_transfers')
      .selectAll()
      .where('finishedAt', '>=', from)
      .where('finishedAt', '<', to)
      .where('paidFen', '>', 0)
      .execute(),
  };
}

/** Numbers of ours whatever their day: a bill line near midnight may belong to our next day. */
export async function knownNumbers(
  query: Query,
  numbers: { payments: readonly string[]; refunds: readonly string[] },
): Promise<Map<string, number>> {
  const tables = tablesOf(query);
  const payments =
    numbers.payments.length === 0
      ? []
      : await tables
          .selectFrom('payment_payments')
          .select(['paymentNo as number', 'amountFen'])
          .where('paymentNo', 'in', numbers.payments)
          .where('status', '=', 'succeeded')
          .execute();
  const refunds =
    numbers.refunds.length === 0
      ? []
      : await tables
          .selectFrom('payment_refunds')
          .select(['refundNo as number', 'amountFen'])
          .where('refundNo', 'in', numbers.refunds)
          .where('status', '=', 'succeeded')
          .execute();
  return new Map([...payments, ...refunds].map((row) => [row.number, row.amountFen]));
}
