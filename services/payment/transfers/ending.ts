import type { Transaction } from '@qianxing/database';
import type { PaymentContext } from '../context';
import { transferFailed, transferSucceeded } from '../contract';
import { OPEN_TRANSFER } from '../model';
import type { TransferRow } from '../tables';
import { moveTransfer } from './store';

/** Ends a payout and tells so. Paid in full succeeds; anything less fails and tells what was paid. */
export async function endTransfer(
  context: PaymentContext,
  transaction: Transaction,
  transfer: TransferRow,
  end: { to: 'succeeded' | 'failed' | 'cancelled'; code: string; finishedAt: number; paidFen: number },
): Promise<void> {
  const problem = end.to === 'succeeded' ? null : end.code;
  const change = { problem, finishedAt: end.finishedAt, paidFen: end.paidFen, nextAttemptAt: null };
  const first = await moveTransfer(transaction, transfer.transferId, OPEN_TRANSFER, end.to, change);
  if (!first) return;
  const facts = {
    payoutKey: transfer.payoutKey,
    transferNo: transfer.transferNo,
    amountFen: transfer.amountFen,
    finishedAt: end.finishedAt,
  };
  const { events } = context.platform;
  if (end.to === 'succeeded') {
    await events.emit(transaction, transferSucceeded, { aggregateId: transfer.payoutKey, occurredAt: end.finishedAt, payload: facts });
  } else {
    await events.emit(transaction, transferFailed, {
      aggregateId: transfer.payoutKey,
      occurredAt: end.finishedAt,
      payload: { ...facts, code: end.code, paidFen: end.paidFen },
    });
  }
}
