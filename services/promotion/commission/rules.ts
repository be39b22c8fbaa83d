import { clawback, commissionDue, earn, type Posting, release } from '@qianxing/ledger';
import { bp, fen } from '@qianxing/money';
import type { COMMISSION_STATUSES } from '../contract';
import type { CommissionLevel } from '../plan/model';

export type CommissionStatus = (typeof COMMISSION_STATUSES)[number];

/** What is known about an order line, however the events were ordered. */
export interface LineState {
  readonly orderLineId: string;
  readonly refundedFen: number;
  readonly afterSaleId: string | null;
  readonly paidAt: number | null;
  readonly receivedAt: number | null;
  readonly completedAt: number | null;
  readonly cancelledAt: number | null;
}

/** One promoter's commission from one line. */
export interface CommissionState {
  readonly orderLineId: string;
  readonly level: number;
  readonly promoterId: string;
  readonly orderId: string;
  readonly planVersionId: string;
  readonly rateBp: number;
  readonly baseFen: number;
  refundedBaseFen: number;
  readonly originalFen: number;
  dueFen: number;
  status: CommissionStatus;
  availableFrom: number | null;
  earnedAt: number | null;
  availableAt: number | null;
  voidedAt: number | null;
}

/** `floor(rateBp × max(0, base − refunded) / 10000)`, fen. */
export function dueOf(terms: { baseFen: number; rateBp: number }, refundedBaseFen = 0): number {
  return commissionDue({ baseFen: fen(terms.baseFen), rateBp: bp(terms.rateBp) }, fen(refundedBaseFen));
}

export function levelOf(value: number): CommissionLevel {
  if (value === 1 || value === 2 || value === 3) return value;
  throw new RangeError(`commission has at most three levels, not ${value}`);
}

export interface Settlement<C extends CommissionState> {
  /** The commission as it has to be now. */
  readonly commission: C;
  /** What the ledger must be told, in this order. */
  readonly postings: readonly Posting[];
}

/**
 * Brings a commission to the state that the facts about its line demand: earn when paid, take back the difference of dues when refunded,
 * release when completed. It looks at facts, not at events, so the order in which events arrive and their repetition make no difference.
 *
 * @param returnWindowMs from receipt to the day shown to the promoter
 */
export function settle<C extends CommissionState>(before: C, line: LineState, returnWindowMs: number, now: number): Settlement<C> {
  const commission = { ...before };
  if (line.paidAt === null)
    return { commission: line.cancelledAt === null ? commission : voided(commission, line.cancelledAt), postings: [] };
  const postings: (Posting | undefined)[] = [];
  const id = { lineId: before.orderLineId, level: levelOf(before.level), promoterId: before.promoterId };
  const terms = { baseFen: fen(before.baseFen), rateBp: bp(before.rateBp) };
  if (commission.earnedAt === null) {
    postings.push(earn({ ...id, ...terms, detail: { orderId: before.orderId, planVersionId: before.planVersionId } }));
    commission.earnedAt = line.paidAt;
    commission.dueFen = commission.originalFen;
  }
  if (line.refundedFen > commission.refundedBaseFen) {
    const refundedBeforeFen = fen(commission.refundedBaseFen);
    const from = commission.availableAt === null ? 'pending' : 'available';
    const refundId = line.afterSaleId ?? 'unknown';
    postings.push(clawback({ ...id, ...terms, refundId, from, refundedBeforeFen, refundedAfterFen: fen(line.refundedFen) }));
    commission.refundedBaseFen = line.refundedFen;
    commission.dueFen = dueOf(before, line.refundedFen);
  }
  if (commission.availableAt === null && line.completedAt !== null) {
    postings.push(release({ ...id, amountFen: fen(commission.dueFen) }));
    commission.availableAt = line.completedAt;
  }
  if (line.receivedAt !== null) commission.availableFrom = line.receivedAt + returnWindowMs;
  commission.status = statusOf(commission);
  if (commission.status === 'reversed') commission.voidedAt ??= now;
  return { commission, postings: postings.filter((posting) => posting !== undefined) };
}

function voided<C extends CommissionState>(commission: C, at: number): C {
  return { ...commission, status: 'reversed', dueFen: 0, voidedAt: at };
}

function statusOf(commission: CommissionState): CommissionStatus {
  if (commission.dueFen === 0 && commission.originalFen > 0) return 'reversed';
  if (commission.availableAt === null) return 'pending';
  return commission.status === 'paid' ? 'paid' : 'available';
}

/** What an order adds to sales: goods cash less refunds, and whether it still counts as an order. */
export function saleOf(lines: readonly { paidFen: number; refundedFen: number; paidAt: number | null }[]): {
  netFen: number;
  counted: 0 | 1;
} {
  const paid = lines.filter((line) => line.paidAt !== null);
  const paidFen = paid.reduce((sum, line) => sum + line.paidFen, 0);
  const netFen = paid.reduce((sum, line) => sum + line.paidFen - line.refundedFen, 0);
  return { netFen, counted: paid.length > 0 && (netFen > 0 || paidFen === 0) ? 1 : 0 };
}
