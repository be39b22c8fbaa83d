import { createHash } from 'node:crypto';
import type { Query, Transaction } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import { newId, newNumber } from '@qianxing/ids';
import { withdrawalHeld, withdrawalReturned } from '@qianxing/ledger';
import { fen, formatYuan } from '@qianxing/money';
import { failpoint } from '@qianxing/testing';
import { shopDay } from '@qianxing/time';
import type { PromotionContext } from '../context';
import { fail } from '../problems';
import { lockPromoter } from '../referral/store';
import type { PromoterRow, WithdrawalRow } from '../tables';
import { openRealName, sealRealName } from './real-name';
import { approvalsNeeded, needsRealName, type PayoutRail } from './rules';
import {
  addApproval,
  approvalsOf,
  countOfDay,
  findWithdrawal,
  insertWithdrawal,
  lockWithdrawal,
  moveWithdrawal,
  putTaxLine,
  taxedMonths,
  withdrawalByRequest,
} from './store';
import { taxOn } from './tax-rules';

export interface WithdrawalRequest {
  readonly promoter: PromoterRow;
  readonly amountFen: number;
  readonly rail: PayoutRail;
  /** The receiver's, where the amount needs it. */
  readonly realName: string | undefined;
  readonly requestKey: string;
  readonly now: number;
}

/** Month in the shop's zone, `YYYY-MM`. */
const monthOf = (instantMs: number): string => shopDay(instantMs).slice(0, 7);

/**
 * Opens a withdrawal and sets its money aside in one transaction. The same key answers the same withdrawal, also when the answer was lost.
 */
export async function requestWithdrawal(context: PromotionContext, request: WithdrawalRequest): Promise<Result<WithdrawalRow>> {
  const refused = refusedByPolicy(context, request);
  if (refused !== undefined) return refused;
  return context.platform.database.transaction(async (transaction) => {
    const promoter = await lockPromoter(transaction, request.promoter.promoterId);
    if (promoter === undefined) return fail('notPromoter');
    return (await repeatedRequest(context, transaction, request)) ?? open(context, transaction, promoter, request);
  });
}

/**
 * The withdrawal that was opened under this key before; a refusal if it was another one. Kept here instead of with the answers of other
 * routes, because their hashes of whole bodies would tell the name to whoever reads the database.
 */
export async function repeatedRequest(
  context: PromotionContext,
  query: Query,
  request: WithdrawalRequest,
): Promise<Result<WithdrawalRow> | undefined> {
  const known = await withdrawalByRequest(query, request.promoter.promoterId, request.requestKey);
  if (known === undefined) return undefined;
  // After its end the name is gone and cannot be compared.
  const name = openRealName(context.options.sealKeys, known);
  return known.requestHash === hashOf(request) && (name === undefined || name === request.realName) ? ok(known) : fail('keyReused');
}

/** What must be the same under one key, but for the name. */
const hashOf = ({ amountFen, rail }: WithdrawalRequest): string => createHash('sha256').update(`${amountFen} ${rail}`).digest('hex');

function refusedByPolicy(context: PromotionContext, { amountFen, rail, realName }: WithdrawalRequest) {
  const policy = context.options.withdrawal;
  const { minimumFen, maximumFen } = policy;
  if (amountFen < minimumFen) return fail('belowMinimum', { path: '/amountFen', params: { minimum: formatYuan(fen(minimumFen)) } });
  if (amountFen > maximumFen) return fail('aboveMaximum', { path: '/amountFen', params: { maximum: formatYuan(fen(maximumFen)) } });
  const needed = needsRealName(policy, rail, amountFen);
  if (needed === (realName !== undefined)) return undefined;
  return fail(needed ? 'realNameNeeded' : 'realNameNotNeeded', {
    path: '/realName',
    params: { from: formatYuan(fen(policy.realNameFromFen)) },
  });
}

async function open(
  context: PromotionContext,
  transaction: Transaction,
  promoter: PromoterRow,
  request: WithdrawalRequest,
): Promise<Result<WithdrawalRow>> {
  const { perDay } = context.options.withdrawal;
  const { amountFen, now } = request;
  const day = shopDay(now);
  if ((await countOfDay(transaction, promoter.promoterId, day)) >= perDay) return fail('tooManyToday', { params: { perDay } });
  // Shown to the promoter while under review; fixed when it is approved.
  const taxFen = await taxOf(transaction, promoter.promoterId, amountFen, now);
  const withdrawalId = newId(now);
  const row: WithdrawalRow = {
    withdrawalId,
    withdrawalNo: `W${newNumber(now)}`,
    promoterId: promoter.promoterId,
    memberId: promoter.memberId,
    requestKey: request.requestKey,
    requestHash: hashOf(request),
    rail: request.rail,
    status: 'reviewing',
    amountFen,
    taxFen,
    netFen: amountFen - taxFen,
    receivedFen: 0,
    problemCode: null,
    reason: null,
    approvalsNeeded: approvalsNeeded(context.options.withdrawal, amountFen),
    realNameSealed: request.realName === undefined ? null : sealRealName(context.options.sealKeys, withdrawalId, request.realName),
    day,
    createdAt: now,
    finishedAt: null,
  };
  await insertWithdrawal(transaction, row);
  await failpoint('promotion.beforeHold');
  const refusal = await context.accounts.tryPost(transaction, withdrawalHeld(moneyOf(row)));
  if (refusal === undefined) return ok(row);
  if (refusal.code !== 'insufficient') throw new Error(`the ledger refused to hold ${row.withdrawalId}: ${refusal.code}`);
  return fail('balanceTooLow', { path: '/amountFen', params: { available: formatYuan(fen(Math.max(0, refusal.balanceFen))) } });
}

const moneyOf = ({ withdrawalId, promoterId, amountFen }: WithdrawalRow) => ({ withdrawalId, promoterId, amountFen: fen(amountFen) });

/** Tax to keep if this amount is paid now. */
export async function taxOf(
  query: Transaction | PromotionContext['platform']['database']['query'],
  promoterId: string,
  amountFen: number,
  now: number,
): Promise<number> {
  const month = monthOf(now);
  return taxOn(amountFen, month, await taxedMonths(query, promoterId, month));
}

/** The promoter takes the request back while it is under review. */
export async function cancelWithdrawal(context: PromotionContext, withdrawalId: string, now: number): Promise<Result<undefined>> {
  return context.platform.database.transaction((transaction) =>
    giveBack(context, transaction, withdrawalId, { to: 'cancelled', now, reason: null }),
  );
}

export async function rejectWithdrawal(
  context: PromotionContext,
  withdrawalId: string,
  reason: string,
  now: number,
): Promise<Result<undefined>> {
  return context.platform.database.transaction((transaction) =>
    giveBack(context, transaction, withdrawalId, { to: 'rejected', now, reason }),
  );
}

/** Ends a request under review. Saying the same again changes nothing. */
async function giveBack(
  context: PromotionContext,
  transaction: Transaction,
  withdrawalId: string,
  end: { to: 'cancelled' | 'rejected'; now: number; reason: string | null },
): Promise<Result<undefined>> {
  const row = await lockWithdrawal(transaction, withdrawalId);
  if (row === undefined) return fail('withdrawalNotFound');
  if (row.status === end.to) return ok();
  const change = { reason: end.reason, problemCode: end.to === 'rejected' ? 'rejected' : null, finishedAt: end.now };
  if (!(await moveWithdrawal(transaction, withdrawalId, end.to, end.now, change)))
    return fail(end.to === 'cancelled' ? 'notCancellable' : 'notReviewable');
  await context.accounts.post(transaction, [withdrawalReturned({ ...moneyOf(row), outcome: 'cancelled' })]);
  return ok();
}

export interface Approver {
  readonly staffId: string;
  readonly staffName: string;
  readonly note: string | null;
}

/**
 * Records one person's approval; with the last one needed the tax is computed and frozen. Answers whether the payout may go out now.
 */
export async function approveWithdrawal(
  context: PromotionContext,
  withdrawalId: string,
  approver: Approver,
  now: number,
): Promise<Result<{ approved: boolean }>> {
  const { database } = context.platform;
  const found = await findWithdrawal(database.query, withdrawalId);
  if (found === undefined) return fail('withdrawalNotFound');
  return database.transaction(async (transaction) => {
    // The promoter first, as everywhere: two approvals of one promoter's withdrawals must not both use the same tax history.
    await lockPromoter(transaction, found.promoterId);
    const row = await lockWithdrawal(transaction, withdrawalId);
    if (row?.status !== 'reviewing') return fail('notReviewable');
    if (!(await addApproval(transaction, { withdrawalId, ...approver, at: now }))) return fail('secondPersonNeeded');
    const approvals = await approvalsOf(transaction, [withdrawalId]);
    if (approvals.length < row.approvalsNeeded) return ok({ approved: false });
    const taxFen = await taxOf(transaction, row.promoterId, row.amountFen, now);
    const { promoterId, amountFen } = row;
    await putTaxLine(transaction, { withdrawalId, promoterId, month: monthOf(now), incomeFen: amountFen, taxFen });
    if (!(await moveWithdrawal(transaction, withdrawalId, 'approved', now, { taxFen, netFen: amountFen - taxFen })))
      return fail('notReviewable');
    return ok({ approved: true });
  });
}

/** What a promoter may withdraw now: never less than nothing. */
export async function withdrawable(context: PromotionContext, promoterId: string): Promise<number> {
  const balances = await context.accounts.balances(context.platform.database.query, [promoterId]);
  return Math.max(0, balances.get(promoterId)?.availableFen ?? 0);
}
