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

/** What we believe happened in `[from, to)`. A refund stands in the bill of the day on which the provider accepted it. */
export async function ourDay(
  query: Query,
  from: number,
  to: number,
): Promise<{ payments: PaymentRow[]; refunds: RefundRow[]; transfers: TransferRow[] }> {
  const tables = tablesOf(query);
  return {
    payments: await tables.selectFrom('payment_payments').selectAll().where('paidAt', '>=', from).where('paidAt', '<', to).execute(),
    refunds: await tables.selectFrom('payment_refunds').selectAll().where('acceptedAt', '>=', from).where('acceptedAt', '<', to).execute(),
    transfers: await tables
      .selectFrom('payment_transfers')
      .selectAll()
      .where('finishedAt', '>=', from)
      .where('finishedAt', '<', to)
      .where('paidFen', '>', 0)
      .execute(),
  };
}

/** An amount of ours under its number; `settled` says whether we believe that it moved. */
export interface KnownNumber {
  readonly amountFen: number;
  readonly settled: boolean;
}

/** How many numbers are looked up at a time. */
const PORTION = 500;

async function inPortions<R>(numbers: readonly string[], read: (portion: readonly string[]) => Promise<R[]>): Promise<R[]> {
  const rows: R[] = [];
  for (let start = 0; start < numbers.length; start += PORTION) rows.push(...(await read(numbers.slice(start, start + PORTION))));
  return rows;
}

/** Payments of these numbers that have not succeeded here. */
export async function unsettledPayments(query: Query, paymentNumbers: readonly string[]): Promise<PaymentRow[]> {
  return inPortions(paymentNumbers, (portion) =>
    tablesOf(query)
      .selectFrom('payment_payments')
      .selectAll()
      .where('paymentNo', 'in', portion)
      .where('status', '<>', 'succeeded')
      .execute(),
  );
}

/** Numbers of ours whatever their day: a bill line near midnight may belong to our next day. */
export async function knownNumbers(
  query: Query,
  numbers: { payments: readonly string[]; refunds: readonly string[] },
): Promise<Map<string, KnownNumber>> {
  const tables = tablesOf(query);
  const payments = await inPortions(numbers.payments, (portion) =>
    tables.selectFrom('payment_payments').select(['paymentNo', 'amountFen', 'status']).where('paymentNo', 'in', portion).execute(),
  );
  const refunds = await inPortions(numbers.refunds, (portion) =>
    tables.selectFrom('payment_refunds').select(['refundNo', 'amountFen', 'acceptedAt']).where('refundNo', 'in', portion).execute(),
  );
  return new Map<string, KnownNumber>([
    ...payments.map((row) => [row.paymentNo, { amountFen: row.amountFen, settled: row.status === 'succeeded' }] as const),
    ...refunds.map((row) => [row.refundNo, { amountFen: row.amountFen, settled: row.acceptedAt !== null }] as const),
  ]);
}
