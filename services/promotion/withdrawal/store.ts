import { insertIfAbsent, type Query, sumInteger, type Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { PromotionTables, WithdrawalRow } from '../tables';
import { isEnd, type PayoutPart, sourcesOf, UNDONE_WITHDRAWAL, type WithdrawalStatus } from './rules';
import type { TaxedMonth } from './tax-rules';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

export async function findWithdrawal(query: Query, withdrawalId: string): Promise<WithdrawalRow | undefined> {
  return tablesOf(query).selectFrom('promotion_withdrawals').selectAll().where('withdrawalId', '=', withdrawalId).executeTakeFirst();
}

export async function withdrawalByRequest(query: Query, promoterId: string, requestKey: string): Promise<WithdrawalRow | undefined> {
  return tablesOf(query)
    .selectFrom('promotion_withdrawals')
    .selectAll()
    .where('promoterId', '=', promoterId)
    .where('requestKey', '=', requestKey)
    .executeTakeFirst();
}

/** Locks a withdrawal: whatever moves it holds this lock first. */
export async function lockWithdrawal(transaction: Transaction, withdrawalId: string): Promise<WithdrawalRow | undefined> {
  return tablesOf(transaction)
    .selectFrom('promotion_withdrawals')
    .selectAll()
    .where('withdrawalId', '=', withdrawalId)
    .forUpdate()
    .executeTakeFirst();
}

export async function insertWithdrawal(transaction: Transaction, row: WithdrawalRow): Promise<void> {
  await tablesOf(transaction).insertInto('promotion_withdrawals').values(row).execute();
  await addHistory(transaction, row.withdrawalId, row.status, row.createdAt);
}

async function addHistory(transaction: Transaction, withdrawalId: string, status: WithdrawalStatus, at: number): Promise<void> {
  await insertIfAbsent(transaction, 'promotion_withdrawal_history', { entryId: newId(at), withdrawalId, status, at });
}

type Change = Partial<Pick<WithdrawalRow, 'taxFen' | 'netFen' | 'receivedFen' | 'problemCode' | 'reason' | 'finishedAt'>>;

/** Guarded transition with its line in the history; an end drops the receiver's name. False when it may not go there from where it is. */
export async function moveWithdrawal(
  transaction: Transaction,
  withdrawalId: string,
  to: WithdrawalStatus,
  at: number,
  change: Change = {},
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('promotion_withdrawals')
    .set({ ...change, status: to, ...(isEnd(to) ? { realNameSealed: null } : {}) })
    .where('withdrawalId', '=', withdrawalId)
    .where('status', 'in', sourcesOf(to))
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  await addHistory(transaction, withdrawalId, to, at);
  return true;
}

/** Withdrawals of a shop day that count against the limit. */
export async function countOfDay(transaction: Transaction, promoterId: string, day: string): Promise<number> {
  const row = await tablesOf(transaction)
    .selectFrom('promotion_withdrawals')
    .select((eb) => eb.fn.countAll<number>().as('withdrawals'))
    .where('promoterId', '=', promoterId)
    .where('day', '=', day)
    .where('status', 'not in', UNDONE_WITHDRAWAL)
    .executeTakeFirstOrThrow();
  return Number(row.withdrawals);
}

export async function countInReview(query: Query): Promise<number> {
  const row = await tablesOf(query)
    .selectFrom('promotion_withdrawals')
    .select((eb) => eb.fn.countAll<number>().as('withdrawals'))
    .where('status', '=', 'reviewing')
    .executeTakeFirstOrThrow();
  return Number(row.withdrawals);
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function listWithdrawals(
  query: Query,
  filter: { promoterId?: string | undefined; status?: WithdrawalStatus | undefined },
  page: { before: string | undefined; limit: number },
): Promise<WithdrawalRow[]> {
  let rows = tablesOf(query).selectFrom('promotion_withdrawals').selectAll().orderBy('withdrawalId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('withdrawalId', '<', page.before);
  if (filter.promoterId !== undefined) rows = rows.where('promoterId', '=', filter.promoterId);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  return rows.execute();
}

/** Approved and not sent yet, oldest first. */
export async function approvedWithdrawals(query: Query, limit: number): Promise<string[]> {
  const rows = await tablesOf(query)
    .selectFrom('promotion_withdrawals')
    .select('withdrawalId')
    .where('status', '=', 'approved')
    .orderBy('withdrawalId')
    .limit(limit)
    .execute();
  return rows.map((row) => row.withdrawalId);
}

export interface HistoryEntry {
  readonly withdrawalId: string;
  readonly status: WithdrawalStatus;
  readonly at: number;
}

export async function historyOf(query: Query, withdrawalIds: readonly string[]): Promise<HistoryEntry[]> {
  if (withdrawalIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('promotion_withdrawal_history')
    .select(['withdrawalId', 'status', 'at'])
    .where('withdrawalId', 'in', withdrawalIds)
    .orderBy('at')
    .orderBy('entryId')
    .execute();
}

export interface Approval {
  readonly withdrawalId: string;
  readonly staffName: string;
}

export async function approvalsOf(query: Query, withdrawalIds: readonly string[]): Promise<Approval[]> {
  if (withdrawalIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('promotion_approvals')
    .select(['withdrawalId', 'staffName'])
    .where('withdrawalId', 'in', withdrawalIds)
    .orderBy('at')
    .execute();
}

/** One approval per person and withdrawal: false when this person has approved it before. */
export async function addApproval(
  transaction: Transaction,
  approval: { withdrawalId: string; staffId: string; staffName: string; note: string | null; at: number },
): Promise<boolean> {
  return insertIfAbsent(transaction, 'promotion_approvals', approval);
}

/** What was kept from a promoter's payouts, by month of the calendar year of `month`. */
export async function taxedMonths(query: Query, promoterId: string, month: string): Promise<TaxedMonth[]> {
  return tablesOf(query)
    .selectFrom('promotion_tax_lines')
    .select(['month', sumInteger('incomeFen').as('incomeFen'), sumInteger('taxFen').as('taxFen')])
    .where('promoterId', '=', promoterId)
    .where('month', 'like', `${month.slice(0, 4)}-%`)
    .groupBy('month')
    .execute();
}

export async function putTaxLine(
  transaction: Transaction,
  line: { withdrawalId: string; promoterId: string; month: string; incomeFen: number; taxFen: number },
): Promise<void> {
  await tablesOf(transaction).insertInto('promotion_tax_lines').values(line).execute();
}

/** What was not paid was not earned: the line follows the end of the payout. */
export async function correctTaxLine(transaction: Transaction, withdrawalId: string, incomeFen: number, taxFen: number): Promise<void> {
  const table = tablesOf(transaction);
  if (incomeFen === 0) await table.deleteFrom('promotion_tax_lines').where('withdrawalId', '=', withdrawalId).execute();
  else await table.updateTable('promotion_tax_lines').set({ incomeFen, taxFen }).where('withdrawalId', '=', withdrawalId).execute();
}

export async function insertParts(
  transaction: Transaction,
  withdrawal: { withdrawalId: string; promoterId: string },
  parts: readonly PayoutPart[],
): Promise<void> {
  const { withdrawalId, promoterId } = withdrawal;
  if (parts.length === 0) return;
  await tablesOf(transaction)
    .insertInto('promotion_payout_parts')
    .values(parts.map((part) => ({ withdrawalId, promoterId, returned: 0, ...part })))
    .execute();
}

export async function returnParts(transaction: Transaction, withdrawalId: string): Promise<void> {
  await tablesOf(transaction).updateTable('promotion_payout_parts').set({ returned: 1 }).where('withdrawalId', '=', withdrawalId).execute();
}

/** What a promoter has been paid from each trade by profit sharing, or is being paid. */
export async function sharedByTrade(query: Query, promoterId: string, tradeIds: readonly string[]): Promise<Map<string, number>> {
  if (tradeIds.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('promotion_payout_parts')
    .select(['tradeId', sumInteger('amountFen').as('amountFen')])
    .where('promoterId', '=', promoterId)
    .where('tradeId', 'in', tradeIds)
    .where('returned', '=', 0)
    .groupBy('tradeId')
    .execute();
  return new Map(rows.map((row) => [row.tradeId, row.amountFen]));
}

/** Adds what left the account to the promoter's totals. */
export async function addPaidOut(transaction: Transaction, promoterId: string, paidFen: number, taxFen: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('promotion_promoters')
    .set((eb) => ({ paidFen: eb('paidFen', '+', paidFen), taxWithheldFen: eb('taxWithheldFen', '+', taxFen) }))
    .where('promoterId', '=', promoterId)
    .execute();
}
