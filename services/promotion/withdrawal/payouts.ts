import type { Transaction } from '@qianxing/database';
import { type Posting, payoutSettled, platformAccount, promoterAccount, withdrawalPaid, withdrawalReturned } from '@qianxing/ledger';
import { fen } from '@qianxing/money';
import { failpoint } from '@qianxing/testing';
import { markPaid, releasedByTrade } from '../commission/store';
import type { PromotionContext } from '../context';
import { payoutRequested } from '../contract';
import { lockPromoter } from '../referral/store';
import type { WithdrawalRow } from '../tables';
import { openRealName } from './real-name';
import { chooseParts, needsRealName, type PayoutPart, partialEnd } from './rules';
import {
  addPaidOut,
  approvedWithdrawals,
  correctTaxLine,
  findWithdrawal,
  insertParts,
  lockWithdrawal,
  moveWithdrawal,
  returnParts,
  sharedByTrade,
} from './store';

const KEY_PREFIX = 'withdrawal:';
export const payoutKeyOf = (withdrawalId: string): string => `${KEY_PREFIX}${withdrawalId}`;

/** Trades looked at for profit sharing. */
const TRADES_AT_ONCE = 500;

/**
 * Sends an approved withdrawal to payment. What it needs from others is asked before the transaction; the guarded move in it lets only
 * one of several senders emit the event.
 */
export async function sendPayout(context: PromotionContext, withdrawalId: string): Promise<boolean> {
  const { database, events, clock } = context.platform;
  const row = await findWithdrawal(database.query, withdrawalId);
  if (row?.status !== 'approved') return false;
  const openId = await context.needs.openId(row.memberId, context.options.transferAppId);
  const parts = row.rail === 'profit_sharing' ? await findParts(context, row.promoterId, row.netFen) : [];
  const now = clock.now();
  const code = obstacle(context, row, openId, parts);
  return database.transaction(async (transaction) => {
    if (openId === undefined || parts === undefined || code !== undefined)
      return failPayout(context, transaction, withdrawalId, { code: code ?? 'notShareable', now });
    if (!(await moveWithdrawal(transaction, withdrawalId, 'sending', now))) return false;
    await insertParts(transaction, row, parts);
    await events.emit(transaction, payoutRequested, {
      aggregateId: payoutKeyOf(withdrawalId),
      occurredAt: now,
      payload: {
        payoutKey: payoutKeyOf(withdrawalId),
        memberId: row.memberId,
        openId,
        amountFen: row.netFen,
        rail: row.rail,
        parts,
        remark: `推广佣金 ${row.withdrawalNo}`,
      },
    });
    await failpoint('promotion.afterPayoutRequested');
    return true;
  });
}

/** Why a payout cannot be sent, as the code of a problem. Withdrawals from before names were asked for may lack theirs. */
function obstacle(
  context: PromotionContext,
  row: WithdrawalRow,
  openId: string | undefined,
  parts: readonly PayoutPart[] | undefined,
): string | undefined {
  const { withdrawal, sealKeys } = context.options;
  if (openId === undefined) return 'wechatNotBound';
  if (parts === undefined) return 'notShareable';
  if (needsRealName(withdrawal, row.rail, row.netFen) && openRealName(sealKeys, row) === undefined) return 'realNameMissing';
  return undefined;
}

/** The receiver's real name of a payout under way, for the provider alone. */
export async function payoutRealName(context: PromotionContext, payoutKey: string): Promise<string | undefined> {
  const withdrawalId = withdrawalIdOf(payoutKey);
  const row = withdrawalId === undefined ? undefined : await findWithdrawal(context.platform.database.query, withdrawalId);
  return row && openRealName(context.options.sealKeys, row);
}

/** Approved withdrawals whose sender died between approval and sending. */
export async function sendApproved(context: PromotionContext, limit: number): Promise<number> {
  let sent = 0;
  for (const withdrawalId of await approvedWithdrawals(context.platform.database.query, limit))
    if (await sendPayout(context, withdrawalId)) sent += 1;
  return sent;
}

/** Parts that cover the amount, from the promoter's own commission by trade, oldest first; undefined if they do not suffice. */
export async function findParts(context: PromotionContext, promoterId: string, amountFen: number): Promise<PayoutPart[] | undefined> {
  const { query } = context.platform.database;
  const released = await releasedByTrade(query, promoterId, TRADES_AT_ONCE);
  const tradeIds = released.map(({ tradeId }) => tradeId);
  const shared = await sharedByTrade(query, promoterId, tradeIds);
  const sources = released.map(({ tradeId, dueFen }) => ({ tradeId, commissionFen: dueFen - (shared.get(tradeId) ?? 0) }));
  return chooseParts(amountFen, sources, tradeIds.length === 0 ? new Map() : await context.needs.shareablePayments(tradeIds));
}

/** Fails an approved withdrawal before anything was sent. */
async function failPayout(
  context: PromotionContext,
  transaction: Transaction,
  withdrawalId: string,
  end: { code: string; now: number },
): Promise<boolean> {
  const row = await lockWithdrawal(transaction, withdrawalId);
  if (row?.status !== 'approved') return false;
  await endUnpaid(context, transaction, row, end);
  return true;
}

async function endUnpaid(
  context: PromotionContext,
  transaction: Transaction,
  row: WithdrawalRow,
  end: { code: string; now: number },
): Promise<void> {
  const { withdrawalId, promoterId } = row;
  const moved = await moveWithdrawal(transaction, withdrawalId, 'failed', end.now, { problemCode: end.code, finishedAt: end.now });
  if (!moved) throw new Error(`withdrawal ${withdrawalId} cannot fail from ${row.status}`);
  await correctTaxLine(transaction, withdrawalId, 0, 0);
  await returnParts(transaction, withdrawalId);
  await context.accounts.post(transaction, [
    withdrawalReturned({ withdrawalId, promoterId, amountFen: fen(row.amountFen), outcome: 'failed' }),
  ]);
}

const withdrawalIdOf = (payoutKey: string): string | undefined =>
  payoutKey.startsWith(KEY_PREFIX) ? payoutKey.slice(KEY_PREFIX.length) : undefined;

/** The provider waits for the promoter's word. */
export async function awaitConfirmation(transaction: Transaction, payoutKey: string, at: number): Promise<void> {
  const withdrawalId = withdrawalIdOf(payoutKey);
  if (withdrawalId !== undefined) await moveWithdrawal(transaction, withdrawalId, 'awaiting_confirmation', at);
}

/**
 * A withdrawal under its lock, promoter first as everywhere. Undefined when the payout is none of ours or has ended that way already.
 *
 * @throws Error when it has ended the other way: an incident that staff must see as a dead letter
 */
async function lockForEnd(transaction: Transaction, payoutKey: string, to: 'paid' | 'failed'): Promise<WithdrawalRow | undefined> {
  const withdrawalId = withdrawalIdOf(payoutKey);
  const found = withdrawalId === undefined ? undefined : await findWithdrawal(transaction, withdrawalId);
  if (found === undefined) return undefined;
  await lockPromoter(transaction, found.promoterId);
  const row = await lockWithdrawal(transaction, found.withdrawalId);
  if (row === undefined || row.status === to) return undefined;
  if (row.status === 'paid' || row.status === 'failed')
    throw new Error(`payout ${payoutKey} ended as ${to} after it had ended as ${row.status}`);
  return row;
}

export interface PayoutEnd {
  readonly payoutKey: string;
  readonly transferNo: string;
  readonly amountFen: number;
  readonly finishedAt: number;
}

/** The provider says paid, asked under our own number: the money is out and known to be out. */
export async function finishPayout(context: PromotionContext, transaction: Transaction, end: PayoutEnd): Promise<void> {
  const row = await lockForEnd(transaction, end.payoutKey, 'paid');
  if (row === undefined) return;
  if (row.netFen !== end.amountFen) throw new Error(`payout ${end.payoutKey} paid ${end.amountFen} instead of ${row.netFen}`);
  const { withdrawalId, promoterId } = row;
  const change = { receivedFen: row.netFen, finishedAt: end.finishedAt };
  if (!(await moveWithdrawal(transaction, withdrawalId, 'paid', end.finishedAt, change)))
    throw new Error(`withdrawal ${withdrawalId} cannot be paid from ${row.status}`);
  await paidOut(transaction, row, row.netFen, row.taxFen, end.finishedAt);
  await context.accounts.post(transaction, [
    withdrawalPaid({
      withdrawalId,
      promoterId,
      amountFen: fen(row.amountFen),
      payoutNo: end.transferNo,
      taxFen: fen(row.taxFen),
      feeFen: fen(0),
    }),
    payoutSettled({ payoutNo: end.transferNo, withdrawalId, amountFen: fen(row.netFen) }),
  ]);
}

/** Not paid, or paid in part: what did not arrive goes back to the promoter. */
export async function failTransfer(
  context: PromotionContext,
  transaction: Transaction,
  end: PayoutEnd & { readonly paidFen: number; readonly code: string },
): Promise<void> {
  const row = await lockForEnd(transaction, end.payoutKey, 'failed');
  if (row === undefined) return;
  if (end.paidFen === 0) return endUnpaid(context, transaction, row, { code: end.code, now: end.finishedAt });
  const { withdrawalId } = row;
  const { taxFen, returnedFen } = partialEnd(row, end.paidFen);
  const change = { receivedFen: end.paidFen, problemCode: 'partlyPaid', finishedAt: end.finishedAt };
  if (!(await moveWithdrawal(transaction, withdrawalId, 'failed', end.finishedAt, change)))
    throw new Error(`withdrawal ${withdrawalId} cannot fail from ${row.status}`);
  await correctTaxLine(transaction, withdrawalId, end.paidFen + taxFen, taxFen);
  await paidOut(transaction, row, end.paidFen, taxFen, end.finishedAt);
  await context.accounts.post(transaction, [
    partlyPaid(row, end, taxFen, returnedFen),
    payoutSettled({ payoutNo: end.transferNo, withdrawalId, amountFen: fen(end.paidFen) }),
  ]);
}

/** Ends the hold under the key that paid and failed share, so that only one of the three can ever be posted. */
function partlyPaid(row: WithdrawalRow, end: { transferNo: string; paidFen: number }, taxFen: number, returnedFen: number): Posting {
  const credits = [
    { account: platformAccount('payoutClearing'), amountFen: fen(end.paidFen) },
    { account: platformAccount('taxPayable'), amountFen: fen(taxFen) },
    { account: promoterAccount(row.promoterId, 'available'), amountFen: fen(returnedFen) },
  ];
  return {
    key: `withdraw:${row.withdrawalId}:end`,
    kind: 'withdrawalPartlyPaid',
    reference: { type: 'withdrawal', id: row.withdrawalId },
    entries: [
      { account: promoterAccount(row.promoterId, 'withdrawing'), amountFen: fen(-row.amountFen) },
      ...credits.filter(({ amountFen }) => amountFen !== 0),
    ],
    requiresKey: `withdraw:${row.withdrawalId}:hold`,
    detail: { payoutNo: end.transferNo, taxFen, returnedFen },
  };
}

async function paidOut(transaction: Transaction, row: WithdrawalRow, paidFen: number, taxFen: number, at: number): Promise<void> {
  await addPaidOut(transaction, row.promoterId, paidFen, taxFen);
  const promoter = await lockPromoter(transaction, row.promoterId);
  if (promoter !== undefined) await markPaid(transaction, row.promoterId, promoter.paidFen + promoter.taxWithheldFen, at);
}
