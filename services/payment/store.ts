import type { Query, Transaction } from '@qianxing/database';
import { sql } from 'kysely';
import { MAY_SUCCEED, OPEN_PAYMENT, type PaymentStatus, type RefundStatus, type TransferStatus } from './model';
import type { PaymentRow, PaymentTables } from './tables';

const tablesOf = (query: Query) => query.withTables<PaymentTables>();

export async function findPayment(query: Query, paymentId: string): Promise<PaymentRow | undefined> {
  return tablesOf(query).selectFrom('payment_payments').selectAll().where('paymentId', '=', paymentId).executeTakeFirst();
}

export async function findPaymentByNo(query: Query, paymentNo: string): Promise<PaymentRow | undefined> {
  return tablesOf(query).selectFrom('payment_payments').selectAll().where('paymentNo', '=', paymentNo).executeTakeFirst();
}

export async function openPaymentOf(query: Query, tradeId: string): Promise<PaymentRow | undefined> {
  return tablesOf(query).selectFrom('payment_payments').selectAll().where('openKey', '=', tradeId).executeTakeFirst();
}

export async function insertPayment(transaction: Transaction, row: PaymentRow): Promise<void> {
  await tablesOf(transaction).insertInto('payment_payments').values(row).execute();
}

type PaymentChange = Partial<Pick<PaymentRow, 'prepayId' | 'handoverUrl' | 'problem' | 'closeWanted' | 'attempts' | 'nextQueryAt'>>;

/** Changes a payment that is still open; false when it has ended meanwhile. */
export async function changeOpenPayment(
  transaction: Transaction,
  paymentId: string,
  change: PaymentChange & { status?: PaymentStatus },
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('payment_payments')
    .set(change)
    .where('paymentId', '=', paymentId)
    .where('status', 'in', OPEN_PAYMENT)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Ends an open payment without money. */
export async function endPayment(
  transaction: Transaction,
  paymentId: string,
  end: { status: 'closed' | 'failed'; problem: string | null; at: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('payment_payments')
    .set({ status: end.status, problem: end.problem, openKey: null, nextQueryAt: null, closedAt: end.at, closeWanted: 0 })
    .where('paymentId', '=', paymentId)
    .where('status', 'in', OPEN_PAYMENT)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Moves the next question to the provider, also of an ended payment that somebody asked to look at again. */
export async function postponeQuestion(
  transaction: Transaction,
  paymentId: string,
  change: { attempts: number; nextQueryAt: number },
): Promise<void> {
  await tablesOf(transaction)
    .updateTable('payment_payments')
    .set(change)
    .where('paymentId', '=', paymentId)
    .where('status', 'in', MAY_SUCCEED)
    .where('nextQueryAt', 'is not', null)
    .execute();
}

/** Asks about an ended payment again: something says that money arrived all the same. */
export async function askAgain(transaction: Transaction, paymentId: string, now: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('payment_payments')
    .set({ nextQueryAt: now, attempts: 0 })
    .where('paymentId', '=', paymentId)
    .where('status', 'in', ['closed', 'failed'])
    .execute();
}

/** No further question about an ended payment. */
export async function dropQuestion(transaction: Transaction, paymentId: string): Promise<void> {
  await tablesOf(transaction)
    .updateTable('payment_payments')
    .set({ nextQueryAt: null })
    .where('paymentId', '=', paymentId)
    .where('status', 'in', ['closed', 'failed'])
    .execute();
}

/** Records the money of a payment; true for exactly one caller. */
export async function succeedPayment(
  transaction: Transaction,
  paymentId: string,
  money: { providerTransactionId: string; paidAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('payment_payments')
    .set({ status: 'succeeded', openKey: null, nextQueryAt: null, closeWanted: 0, problem: null, ...money })
    .where('paymentId', '=', paymentId)
    .where('status', 'in', MAY_SUCCEED)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Keeps amounts of a payment for a refund; false when that much is not left. */
export async function takeForRefund(transaction: Transaction, paymentId: string, amountFen: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('payment_payments')
    .set((eb) => ({ refundedFen: eb('refundedFen', '+', amountFen) }))
    .where('paymentId', '=', paymentId)
    .where('status', '=', 'succeeded')
    .where(sql<boolean>`refundedFen + ${amountFen} <= amountFen`)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Keeps an amount of a payment for sharing; false when that much is not left beside refunds and earlier shares. */
export async function takeForSharing(transaction: Transaction, paymentId: string, amountFen: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('payment_payments')
    .set((eb) => ({ sharedFen: eb('sharedFen', '+', amountFen) }))
    .where('paymentId', '=', paymentId)
    .where('status', '=', 'succeeded')
    .where('profitSharing', '=', 1)
    .where('unfrozenAt', 'is', null)
    .where(sql<boolean>`refundedFen + sharedFen + ${amountFen} <= amountFen`)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function giveBackShare(transaction: Transaction, paymentId: string, amountFen: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('payment_payments')
    .set((eb) => ({ sharedFen: eb('sharedFen', '-', amountFen) }))
    .where('paymentId', '=', paymentId)
    .execute();
}

/** Payments whose question to the provider is due. */
export async function duePayments(query: Query, now: number, limit: number): Promise<PaymentRow[]> {
  return tablesOf(query)
    .selectFrom('payment_payments')
    .selectAll()
    .where('nextQueryAt', '<=', now)
    .where('status', 'in', MAY_SUCCEED)
    .orderBy('nextQueryAt')
    .limit(limit)
    .execute();
}

/** Asks for closing the open payment of a trade as soon as possible. */
export async function wantClosed(transaction: Transaction, tradeId: string, now: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('payment_payments')
    .set({ closeWanted: 1, nextQueryAt: now })
    .where('openKey', '=', tradeId)
    .execute();
}

export interface PaymentFilter {
  readonly status?: PaymentStatus | undefined;
  readonly text?: string | undefined;
}

export async function listPayments(
  query: Query,
  filter: PaymentFilter,
  page: { before: string | undefined; limit: number },
): Promise<PaymentRow[]> {
  let rows = tablesOf(query).selectFrom('payment_payments').selectAll().orderBy('paymentId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('paymentId', '<', page.before);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  const text = filter.text;
  if (text !== undefined)
    rows = rows.where((eb) => eb.or([eb('paymentNo', '=', text), eb('tradeNo', '=', text), eb('providerTransactionId', '=', text)]));
  return rows.execute();
}

export async function succeededOfTrades(query: Query, tradeIds: readonly string[]): Promise<PaymentRow[]> {
  if (tradeIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('payment_payments')
    .selectAll()
    .where('tradeId', 'in', tradeIds)
    .where('status', '=', 'succeeded')
    .execute();
}

/** Payments with frozen funds of these trades that may be unfrozen. */
export async function markUnfrozen(transaction: Transaction, paymentId: string, at: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('payment_payments')
    .set({ unfrozenAt: at })
    .where('paymentId', '=', paymentId)
    .where('unfrozenAt', 'is', null)
    .execute();
}

/** Those still open, by status: what is over grows for years and nobody asks how much there is. Reads ranges of an index. */
export async function countOpen(
  query: Query,
  table: 'payment_payments' | 'payment_refunds' | 'payment_transfers',
  open: readonly (PaymentStatus | RefundStatus | TransferStatus)[],
): Promise<Record<string, number>> {
  const rows = await tablesOf(query)
    .selectFrom(table)
    .select(['status', sql<number>`count(*)`.as('count')])
    .where('status', 'in', open)
    .groupBy('status')
    .execute();
  return Object.fromEntries(rows.map((row) => [row.status, row.count]));
}

/** Notes that an order of this trade completed: after a while the rest of the frozen funds may go to the merchant. */
export async function wantUnfrozen(transaction: Transaction, tradeId: string, at: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('payment_payments')
    .set({ unfreezeFrom: at })
    .where('tradeId', '=', tradeId)
    .where('status', '=', 'succeeded')
    .where('profitSharing', '=', 1)
    .where('unfrozenAt', 'is', null)
    .execute();
}

/** Tries again from `at` on. */
export async function postponeUnfreeze(transaction: Transaction, paymentId: string, at: number): Promise<void> {
  await tablesOf(transaction).updateTable('payment_payments').set({ unfreezeFrom: at }).where('paymentId', '=', paymentId).execute();
}

export async function dueUnfreezes(query: Query, completedBefore: number, limit: number): Promise<PaymentRow[]> {
  return tablesOf(query)
    .selectFrom('payment_payments')
    .selectAll()
    .where('unfreezeFrom', '<=', completedBefore)
    .where('unfrozenAt', 'is', null)
    .orderBy('unfreezeFrom')
    .limit(limit)
    .execute();
}
