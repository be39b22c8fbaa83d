import type { FundFlowBill, TradeBill } from '@qianxing/wechat-pay';
import { firstBalanceBreak } from '@qianxing/wechat-pay';
import type { DiscrepancyRow } from '../tables';

export interface OurEntry {
  readonly number: string;
  readonly amountFen: number;
}

export type Difference = Pick<DiscrepancyRow, 'kind' | 'billKind' | 'number' | 'oursFen' | 'theirsFen'>;

/** Payments and refunds of a trade bill by our numbers, in fen. A payment later refunded stands in the bill as two lines. */
export function entriesOfBill(bill: TradeBill): { payments: Map<string, number>; refunds: Map<string, number> } {
  const payments = new Map<string, number>();
  const refunds = new Map<string, number>();
  for (const row of bill.rows) {
    if (row.tradeState === 'SUCCESS') payments.set(row.outTradeNo, row.orderTotalFen ?? row.settlementTotalFen ?? 0);
    else if (row.outRefundNo !== undefined) refunds.set(row.outRefundNo, row.refundRequestedFen ?? row.refundFen ?? 0);
  }
  return { payments, refunds };
}

/**
 * Compares one kind of entries. `known` are our amounts by number whatever their day, so a line that we booked just after midnight is no
 * difference; a line of something that has not moved here is.
 */
export function compare(
  ours: readonly OurEntry[],
  theirs: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, { readonly amountFen: number; readonly settled: boolean }>,
): Difference[] {
  const differences: Difference[] = [];
  for (const entry of ours) {
    const amount = theirs.get(entry.number);
    if (amount === undefined)
      differences.push({ kind: 'missing_at_provider', billKind: 'trade', number: entry.number, oursFen: entry.amountFen, theirsFen: null });
    else if (amount !== entry.amountFen)
      differences.push({ kind: 'amount_differs', billKind: 'trade', number: entry.number, oursFen: entry.amountFen, theirsFen: amount });
  }
  const dayNumbers = new Set(ours.map((entry) => entry.number));
  for (const [number, amount] of theirs) {
    if (dayNumbers.has(number)) continue;
    const own = known.get(number);
    const difference = { billKind: 'trade' as const, number, oursFen: own?.amountFen ?? null, theirsFen: amount };
    if (own === undefined) differences.push({ kind: 'missing_here', ...difference });
    else if (!own.settled) differences.push({ kind: 'status_differs', ...difference });
    else if (own.amountFen !== amount) differences.push({ kind: 'amount_differs', ...difference });
  }
  return differences;
}

/** Every balance of the fund-flow bill must follow from the one before, and every payout of ours must stand in it. */
export function compareFundFlow(bill: FundFlowBill, transfers: readonly OurEntry[]): Difference[] {
  const differences: Difference[] = [];
  const broken = bill.rows[firstBalanceBreak(bill.rows) ?? -1];
  if (broken !== undefined)
    differences.push({
      kind: 'balance_differs',
      billKind: 'fund_flow',
      number: broken.flowNo,
      oursFen: null,
      theirsFen: broken.balanceFen,
    });
  const paidOut = new Map<string, number>();
  for (const row of bill.rows) {
    if (row.direction !== 'expense' || row.voucherNo === undefined) continue;
    paidOut.set(row.voucherNo, (paidOut.get(row.voucherNo) ?? 0) + row.amountFen);
  }
  for (const transfer of transfers) {
    const theirs = paidOut.get(transfer.number);
    if (theirs === undefined)
      differences.push({
        kind: 'missing_at_provider',
        billKind: 'fund_flow',
        number: transfer.number,
        oursFen: transfer.amountFen,
        theirsFen: null,
      });
    else if (theirs !== transfer.amountFen)
      differences.push({
        kind: 'amount_differs',
        billKind: 'fund_flow',
        number: transfer.number,
        oursFen: transfer.amountFen,
        theirsFen: theirs,
      });
  }
  return differences;
}
