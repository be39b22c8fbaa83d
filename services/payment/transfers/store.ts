import type { Query, Transaction } from '@qianxing/database';
import { sumInteger } from '@qianxing/database';
import { OPEN_TRANSFER, type TransferStatus } from '../model';
import type { PaymentTables, ShareRow, TransferRow } from '../tables';

const tablesOf = (query: Query) => query.withTables<PaymentTables>();

export async function findTransferByNo(query: Query, transferNo: string): Promise<TransferRow | undefined> {
  return tablesOf(query).selectFrom('payment_transfers').selectAll().where('transferNo', '=', transferNo).executeTakeFirst();
}

export async function findTransferByKey(query: Query, payoutKey: string): Promise<TransferRow | undefined> {
  return tablesOf(query).selectFrom('payment_transfers').selectAll().where('payoutKey', '=', payoutKey).executeTakeFirst();
}

export async function dueTransfers(query: Query, now: number, limit: number): Promise<TransferRow[]> {
  return tablesOf(query)
    .selectFrom('payment_transfers')
    .selectAll()
    .where('nextAttemptAt', '<=', now)
    .where('status', 'in', OPEN_TRANSFER)
    .orderBy('nextAttemptAt')
    .limit(limit)
    .execute();
}

type TransferChange = Partial<
  Pick<TransferRow, 'problem' | 'attempts' | 'nextAttemptAt' | 'finishedAt' | 'packageInfo' | 'providerBillNo' | 'paidFen'>
>;

/** Guarded change of a transfer; false when it is in none of `from` any more. Ends are exclusive because they start from open states. */
export async function moveTransfer(
  transaction: Transaction,
  transferId: string,
  from: readonly TransferStatus[],
  to: TransferStatus,
  change: TransferChange,
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('payment_transfers')
    .set({ ...change, status: to })
    .where('transferId', '=', transferId)
    .where('status', 'in', from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Whether the promoter was told to confirm: the provider's number is stored with that event. Locks the transfer. */
export async function wasTold(transaction: Transaction, transferId: string): Promise<boolean> {
  const row = await tablesOf(transaction)
    .selectFrom('payment_transfers')
    .select('providerBillNo')
    .where('transferId', '=', transferId)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined && row.providerBillNo !== null;
}

export async function sharesOf(query: Query, transferId: string): Promise<ShareRow[]> {
  return tablesOf(query).selectFrom('payment_shares').selectAll().where('transferId', '=', transferId).orderBy('shareId').execute();
}

export async function moveShare(
  transaction: Transaction,
  shareId: string,
  to: ShareRow['status'],
  problem: string | null,
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('payment_shares')
    .set({ status: to, problem })
    .where('shareId', '=', shareId)
    .where('status', 'in', ['created', 'processing', 'unknown'])
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Whether money of this payment is still on its way to promoters. */
export async function hasOpenShares(query: Query, paymentId: string): Promise<boolean> {
  const row = await tablesOf(query)
    .selectFrom('payment_shares')
    .select(sumInteger('amountFen').as('openFen'))
    .where('paymentId', '=', paymentId)
    .where('status', 'in', ['created', 'processing', 'unknown'])
    .executeTakeFirst();
  return (row?.openFen ?? 0) > 0;
}

export async function listTransfers(
  query: Query,
  status: TransferStatus | undefined,
  page: { before: string | undefined; limit: number },
): Promise<TransferRow[]> {
  let rows = tablesOf(query).selectFrom('payment_transfers').selectAll().orderBy('transferId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('transferId', '<', page.before);
  if (status !== undefined) rows = rows.where('status', '=', status);
  return rows.execute();
}
