import type { PAYOUT_RAILS, WITHDRAWAL_STATUSES } from '../contract';

export type WithdrawalStatus = (typeof WITHDRAWAL_STATUSES)[number];
export type PayoutRail = (typeof PAYOUT_RAILS)[number];

/** Which status may follow which. */
export const WITHDRAWAL_TRANSITIONS: Readonly<Record<WithdrawalStatus, readonly WithdrawalStatus[]>> = {
  reviewing: ['approved', 'rejected', 'cancelled'],
  approved: ['sending', 'failed'],
  sending: ['awaiting_confirmation', 'unknown', 'paid', 'failed'],
  awaiting_confirmation: ['unknown', 'paid', 'failed'],
  unknown: ['awaiting_confirmation', 'paid', 'failed'],
  paid: [],
  failed: [],
  rejected: [],
  cancelled: [],
};

/** Statuses from which a withdrawal may get to `to`. */
export function sourcesOf(to: WithdrawalStatus): WithdrawalStatus[] {
  return (Object.keys(WITHDRAWAL_TRANSITIONS) as WithdrawalStatus[]).filter((from) => WITHDRAWAL_TRANSITIONS[from].includes(to));
}

export const isEnd = (status: WithdrawalStatus): boolean => WITHDRAWAL_TRANSITIONS[status].length === 0;

/** Withdrawals whose money is still put aside. */
export const OPEN_WITHDRAWAL: readonly WithdrawalStatus[] = ['reviewing', 'approved', 'sending', 'awaiting_confirmation', 'unknown'];

/** Withdrawals that do not count against the limit per day. */
export const UNDONE_WITHDRAWAL: readonly WithdrawalStatus[] = ['rejected', 'cancelled', 'failed'];

export interface WithdrawalPolicy {
  readonly minimumFen: number;
  readonly maximumFen: number;
  /** From this amount on two different people must approve. */
  readonly twoPersonsFromFen: number;
  /** From this amount on a transfer needs the receiver's real name; the rail asks for it by the amount that is sent, which is never more. */
  readonly realNameFromFen: number;
  /** Withdrawals per promoter and shop day; rejected, cancelled and failed ones do not count. */
  readonly perDay: number;
}

export const approvalsNeeded = (policy: WithdrawalPolicy, amountFen: number): 1 | 2 => (amountFen >= policy.twoPersonsFromFen ? 2 : 1);

/** Whether the receiver's real name has to be given. Where it need not it must not: what is not asked for cannot leak. */
export const needsRealName = (policy: WithdrawalPolicy, rail: PayoutRail, amountFen: number): boolean =>
  rail === 'transfer' && amountFen >= policy.realNameFromFen;

/** A trade from which a promoter may be paid by profit sharing, oldest first in lists. */
export interface ShareSource {
  readonly tradeId: string;
  /** Commission of this promoter from the trade that has not been shared from it yet. */
  readonly commissionFen: number;
}

export interface PayoutPart {
  readonly tradeId: string;
  readonly paymentId: string;
  readonly amountFen: number;
}

/** Covers `amountFen` from the sources in their order, each up to its commission and its payment's rest; undefined if they do not suffice. */
export function chooseParts(
  amountFen: number,
  sources: readonly ShareSource[],
  payments: ReadonlyMap<string, { paymentId: string; shareableFen: number }>,
): PayoutPart[] | undefined {
  const parts: PayoutPart[] = [];
  let leftFen = amountFen;
  for (const { tradeId, commissionFen } of sources) {
    const payment = payments.get(tradeId);
    const takeFen = payment === undefined ? 0 : Math.min(leftFen, commissionFen, payment.shareableFen);
    if (payment === undefined || takeFen <= 0) continue;
    parts.push({ tradeId, paymentId: payment.paymentId, amountFen: takeFen });
    leftFen -= takeFen;
    if (leftFen === 0) return parts;
  }
  return undefined;
}

export interface PartialEnd {
  /** Tax kept on what was really paid. */
  readonly taxFen: number;
  /** Goes back to the promoter's available balance. */
  readonly returnedFen: number;
}

/**
 * How a payout that reached the promoter only in part ends. The tax follows what was paid (`floor(tax × paid / net)`), so what comes back
 * is the unpaid part with its share of the tax; nothing is lost: paid + tax + returned = amount.
 */
export function partialEnd(frozen: { amountFen: number; taxFen: number; netFen: number }, receivedFen: number): PartialEnd {
  if (receivedFen < 0 || receivedFen > frozen.netFen) throw new RangeError(`paid ${receivedFen} of ${frozen.netFen}`);
  const taxFen = frozen.netFen === 0 ? 0 : Number((BigInt(frozen.taxFen) * BigInt(receivedFen)) / BigInt(frozen.netFen));
  return { taxFen, returnedFen: frozen.amountFen - receivedFen - taxFen };
}
