import { BP_WHOLE, type Bp, type Fen, fen, shareOf } from '@qianxing/money';
import type { AccountReference, Chart, Posting, PostingDetail } from './model';

/** Accounts of a commission ledger. Promoters own the first three; the platform (or a merchant) the rest. */
export const commissionChart = {
  /** Earned, return window still open. */
  pending: { folded: false, perReference: 'atMost' },
  /** May be withdrawn. Below zero only by claw-back: the debt, repaid by later commission through plain addition. */
  available: { folded: false, overdraftBy: ['commissionClawedBack', 'adjustment'] },
  /** Put aside for withdrawals that have not ended. */
  withdrawing: { folded: false, perReference: 'whole' },
  commissionExpense: { folded: true },
  /** Paid out by our books, not yet seen on the bank's or WeChat's bill. */
  payoutClearing: { folded: true, clearing: true },
  taxPayable: { folded: true },
  withdrawalFee: { folded: true },
  bank: { folded: true },
  debtWrittenOff: { folded: true },
} as const satisfies Chart;

export type CommissionLevel = 1 | 2 | 3;

interface CommissionLine {
  readonly lineId: string;
  readonly level: CommissionLevel;
  readonly promoterId: string;
  /** Who bears the commission; the platform unless told. */
  readonly payer?: CommissionPayer;
}

/** Owner of the expense account. */
export interface CommissionPayer {
  readonly ownerType: string;
  readonly ownerId: string;
}

const PLATFORM: CommissionPayer = { ownerType: 'platform', ownerId: 'main' };

export type PromoterAccountKind = 'pending' | 'available' | 'withdrawing';
export type PlatformAccountKind = Exclude<keyof typeof commissionChart, PromoterAccountKind>;

export const promoterAccount = (promoterId: string, kind: PromoterAccountKind): AccountReference => ({
  ownerType: 'promoter',
  ownerId: promoterId,
  kind,
});

export const platformAccount = (kind: PlatformAccountKind, owner: CommissionPayer = PLATFORM): AccountReference => ({ ...owner, kind });

/** Base and rate a commission is computed from. */
export interface CommissionTerms {
  /** Cash really paid for the line, fen. */
  readonly baseFen: Fen;
  readonly rateBp: Bp;
}

/**
 * Commission due when `refundedBaseFen` of the base has been refunded:
 * `floor(rateBp × max(0, base − refunded) / 10000)`, exact.
 */
export function commissionDue({ baseFen, rateBp }: CommissionTerms, refundedBaseFen: Fen = fen(0)): Fen {
  return shareOf(fen(Math.max(0, baseFen - refundedBaseFen)), rateBp);
}

/**
 * What a refund takes back: the difference of dues before and after it. Any split and order of partial refunds ends at the
 * same sum, and a full refund at exactly zero.
 */
export function clawbackDue(terms: CommissionTerms, refundedBeforeFen: Fen, refundedAfterFen: Fen): Fen {
  if (refundedAfterFen < refundedBeforeFen) throw new RangeError('refunds only grow');
  return fen(commissionDue(terms, refundedBeforeFen) - commissionDue(terms, refundedAfterFen));
}

const commissionReference = ({ lineId, level }: CommissionLine) => ({ type: 'commission', id: `${lineId}:${level}` });
const earnKey = ({ lineId, level }: CommissionLine) => `earn:${lineId}:${level}`;

export interface EarnInput extends CommissionLine, CommissionTerms {
  /** More of the explanation, for example plan version and attribution. */
  readonly detail?: PostingDetail;
}

/** Order line paid: expense −a, pending +a. Key `earn:{line}:{level}`. Undefined when nothing is due. */
export function earn(input: EarnInput): Posting | undefined {
  const { baseFen, rateBp } = input;
  const amount = commissionDue({ baseFen, rateBp });
  if (amount === 0) return undefined;
  return {
    key: earnKey(input),
    kind: 'commissionEarned',
    reference: commissionReference(input),
    entries: move(amount, platformAccount('commissionExpense', input.payer), promoterAccount(input.promoterId, 'pending')),
    detail: { ...input.detail, lineId: input.lineId, level: input.level, promoterId: input.promoterId, baseFen, rateBp },
  };
}

export interface ReleaseInput extends CommissionLine {
  /** Earned less what was clawed back so far. */
  readonly amountFen: Fen;
}

/** Return window over: pending −x, available +x. Key `release:{line}:{level}`. Undefined when nothing is left. */
export function release(input: ReleaseInput): Posting | undefined {
  if (positiveOrZero(input.amountFen) === 0) return undefined;
  return {
    key: `release:${input.lineId}:${input.level}`,
    kind: 'commissionReleased',
    reference: commissionReference(input),
    entries: move(input.amountFen, promoterAccount(input.promoterId, 'pending'), promoterAccount(input.promoterId, 'available')),
    requiresKey: earnKey(input),
  };
}

export interface ClawbackInput extends CommissionLine, CommissionTerms {
  readonly refundId: string;
  /** `pending` before release, `available` after it (may then go below zero). */
  readonly from: 'pending' | 'available';
  readonly refundedBeforeFen: Fen;
  readonly refundedAfterFen: Fen;
}

/**
 * Refund of a line: pending or available −c, expense +c, where c is the difference of dues.
 * Key `clawback:{refund}:{line}:{level}`. Undefined when the difference is zero.
 */
export function clawback(input: ClawbackInput): Posting | undefined {
  const { baseFen, rateBp, refundedBeforeFen, refundedAfterFen } = input;
  const amount = clawbackDue({ baseFen, rateBp }, refundedBeforeFen, refundedAfterFen);
  if (amount === 0) return undefined;
  return {
    key: `clawback:${input.refundId}:${input.lineId}:${input.level}`,
    kind: 'commissionClawedBack',
    reference: commissionReference(input),
    entries: move(amount, promoterAccount(input.promoterId, input.from), platformAccount('commissionExpense', input.payer)),
    requiresKey: earnKey(input),
    detail: { refundId: input.refundId, baseFen, rateBp, refundedBeforeFen, refundedAfterFen },
  };
}

export interface WithdrawalInput {
  readonly withdrawalId: string;
  readonly promoterId: string;
  /** Gross amount asked for, > 0. */
  readonly amountFen: Fen;
}

const withdrawalReference = (withdrawalId: string) => ({ type: 'withdrawal', id: withdrawalId });
const holdKey = (withdrawalId: string) => `withdraw:${withdrawalId}:hold`;
const endKey = (withdrawalId: string) => `withdraw:${withdrawalId}:end`;

/** Withdrawal opened: available −w (refused when less is there), withdrawing +w. Key `withdraw:{id}:hold`. */
export function withdrawalHeld(input: WithdrawalInput): Posting {
  return {
    key: holdKey(input.withdrawalId),
    kind: 'withdrawalHeld',
    reference: withdrawalReference(input.withdrawalId),
    entries: move(
      positive(input.amountFen),
      promoterAccount(input.promoterId, 'available'),
      promoterAccount(input.promoterId, 'withdrawing'),
    ),
  };
}

export interface WithdrawalPaidInput extends WithdrawalInput {
  readonly payoutNo: string;
  /** Withheld for the tax office, fen. */
  readonly taxFen: Fen;
  /** Kept by the platform, fen. */
  readonly feeFen: Fen;
}

/**
 * Withdrawal paid: withdrawing −w, payoutClearing +(w − tax − fee), taxPayable +tax, withdrawalFee +fee.
 * Key `withdraw:{id}:end`, the same as for failed and cancelled: the database lets only one of them happen.
 *
 * @throws RangeError when tax and fee leave nothing to pay
 */
export function withdrawalPaid(input: WithdrawalPaidInput): Posting {
  const { taxFen, feeFen } = input;
  const net = positive(fen(input.amountFen - positiveOrZero(taxFen) - positiveOrZero(feeFen)));
  const credits: [PlatformAccountKind, Fen][] = [
    ['payoutClearing', net],
    ['taxPayable', taxFen],
    ['withdrawalFee', feeFen],
  ];
  return {
    key: endKey(input.withdrawalId),
    kind: 'withdrawalPaid',
    reference: withdrawalReference(input.withdrawalId),
    entries: [
      { account: promoterAccount(input.promoterId, 'withdrawing'), amountFen: fen(-input.amountFen) },
      ...credits.filter(([, amountFen]) => amountFen > 0).map(([kind, amountFen]) => ({ account: platformAccount(kind), amountFen })),
    ],
    requiresKey: holdKey(input.withdrawalId),
    detail: { payoutNo: input.payoutNo, taxFen, feeFen },
  };
}

/** Withdrawal failed or cancelled: withdrawing −w, available +w. Key `withdraw:{id}:end`. */
export function withdrawalReturned(input: WithdrawalInput & { readonly outcome: 'failed' | 'cancelled' }): Posting {
  return {
    key: endKey(input.withdrawalId),
    kind: input.outcome === 'failed' ? 'withdrawalFailed' : 'withdrawalCancelled',
    reference: withdrawalReference(input.withdrawalId),
    entries: move(
      positive(input.amountFen),
      promoterAccount(input.promoterId, 'withdrawing'),
      promoterAccount(input.promoterId, 'available'),
    ),
    requiresKey: holdKey(input.withdrawalId),
  };
}

export interface PayoutSettledInput {
  readonly payoutNo: string;
  readonly withdrawalId: string;
  /** What the bank or WeChat shows as paid, fen. */
  readonly amountFen: Fen;
}

/** The payout is on the outside bill: payoutClearing −y, bank +y. Key `settle:{payoutNo}`. */
export function payoutSettled(input: PayoutSettledInput): Posting {
  return {
    key: `settle:${input.payoutNo}`,
    kind: 'payoutSettled',
    reference: withdrawalReference(input.withdrawalId),
    entries: move(positive(input.amountFen), platformAccount('payoutClearing'), platformAccount('bank')),
    requiresKey: endKey(input.withdrawalId),
  };
}

/** Withheld tax paid to the tax office: taxPayable −t, bank +t. Key `tax:{declaration}`. */
export function taxRemitted(input: { readonly declarationId: string; readonly amountFen: Fen }): Posting {
  return {
    key: `tax:${input.declarationId}`,
    kind: 'taxRemitted',
    reference: { type: 'taxDeclaration', id: input.declarationId },
    entries: move(positive(input.amountFen), platformAccount('taxPayable'), platformAccount('bank')),
  };
}

/** A promoter's debt given up: debtWrittenOff −x, available +x. Key `writeOff:{ticket}`. */
export function debtWrittenOff(input: { readonly ticketId: string; readonly promoterId: string; readonly amountFen: Fen }): Posting {
  return {
    key: `writeOff:${input.ticketId}`,
    kind: 'debtWrittenOff',
    reference: { type: 'ticket', id: input.ticketId },
    entries: move(positive(input.amountFen), platformAccount('debtWrittenOff'), promoterAccount(input.promoterId, 'available')),
  };
}

function move(amountFen: Fen, from: AccountReference, to: AccountReference) {
  return [
    { account: from, amountFen: fen(-amountFen) },
    { account: to, amountFen },
  ];
}

function positiveOrZero(amount: Fen): Fen {
  if (amount < 0) throw new RangeError(`negative amount: ${amount}`);
  return fen(amount);
}

function positive(amount: Fen): Fen {
  if (amount <= 0) throw new RangeError(`amount must be above zero: ${amount}`);
  return fen(amount);
}

/** Sum of the rates of all levels may not exceed this. */
export const COMMISSION_RATE_CAP_BP = BP_WHOLE;
