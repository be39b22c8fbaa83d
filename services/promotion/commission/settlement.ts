import type { Transaction } from '@qianxing/database';
import { failpoint } from '@qianxing/testing';
import type { Accounts } from '../account/account';
import { countSale } from '../referral/team';
import { settle } from './rules';
import { lockCommissions, lockLines, noteFact, noteRefund, type OrderFacts, type RefundFacts, recordOrder, saveCommission } from './store';

export interface CommissionSettings {
  readonly accounts: Accounts;
  /** From receipt to the day on which commission becomes available, as shown to promoters. */
  readonly returnWindowMs: number;
}

/** An order was placed: what each promoter may expect. No money moves. */
export async function expectCommission(
  settings: CommissionSettings,
  transaction: Transaction,
  order: OrderFacts,
  at: number,
): Promise<void> {
  const allNew = await recordOrder(transaction, order, at);
  if (!allNew) await settleOrder(settings, transaction, order.orderId, at);
}

/** An order was paid, received, completed or cancelled. */
export async function advanceCommission(
  settings: CommissionSettings,
  transaction: Transaction,
  order: OrderFacts,
  fact: Parameters<typeof noteFact>[2],
  at: number,
): Promise<void> {
  await recordOrder(transaction, order, at);
  await noteFact(transaction, order, fact, at);
  await settleOrder(settings, transaction, order.orderId, at);
}

/** Money for a line went back to the buyer. */
export async function reduceCommission(
  settings: CommissionSettings,
  transaction: Transaction,
  refund: RefundFacts,
  at: number,
): Promise<void> {
  await noteRefund(transaction, refund);
  await settleOrder(settings, transaction, refund.orderId, at);
}

/** Makes commissions, ledger and team counters say what the facts about an order's lines say. */
async function settleOrder(settings: CommissionSettings, transaction: Transaction, orderId: string, now: number): Promise<void> {
  const lines = await lockLines(transaction, orderId);
  const byId = new Map(lines.map((line) => [line.orderLineId, line]));
  const commissions = await lockCommissions(transaction, orderId);
  const settled = commissions.flatMap((before) => {
    const line = byId.get(before.orderLineId);
    return line === undefined ? [] : [{ before, ...settle(before, line, settings.returnWindowMs, now) }];
  });
  for (const { before, commission } of settled)
    if (JSON.stringify(before) !== JSON.stringify(commission)) await saveCommission(transaction, commission);
  await settings.accounts.post(
    transaction,
    settled.flatMap(({ postings }) => postings),
  );
  await failpoint('promotion.afterPosting');
  await countSale(transaction, orderId, lines);
}
