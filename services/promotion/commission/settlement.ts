import type { Database, Transaction } from '@qianxing/database';
import { failpoint } from '@qianxing/testing';
import type { Accounts } from '../account/account';
import { countSales } from '../referral/sales';
import { noteFacts, noteRefund, type OrderFact, type OrderFacts, type RefundFacts, recordOrders } from './facts';
import { settle } from './rules';
import { lockCommissions, lockLines, saveCommissions } from './store';

/** Postings of one call; the ledger takes at most 2,000. */
const POSTINGS_AT_ONCE = 1_000;

/** Keeps commissions, ledger and team counters in step with the facts that events bring. */
export interface Settlements {
  /** An order was placed: what each promoter may expect. No money moves. */
  expect(transaction: Transaction, order: OrderFacts, at: number): Promise<void>;
  /** An order was paid, received, completed or cancelled. */
  advance(transaction: Transaction, order: OrderFacts, fact: OrderFact['fact'], at: number): Promise<void>;
  /** Money for a line went back to the buyer. */
  reduce(transaction: Transaction, refund: RefundFacts, at: number): Promise<void>;
}

/** What the events of one transaction have told so far. */
interface Heard {
  /** Orders with the instant of the event that told of them first. */
  readonly orders: Map<string, { readonly order: OrderFacts; readonly at: number }>;
  readonly facts: OrderFact[];
  readonly refunds: RefundFacts[];
  /** Instant of the latest event by order. */
  readonly touched: Map<string, number>;
}

/**
 * Events are only listened to; what they told is written and settled together right before their transaction commits. A batch of a
 * hundred events then asks the database and the ledger once instead of a hundred times. Nothing outlives the transaction.
 *
 * @param returnWindowMs from receipt to the day on which commission becomes available, as shown to promoters
 */
export function createSettlements(database: Pick<Database, 'beforeCommit'>, accounts: Accounts, returnWindowMs: number): Settlements {
  const listening = new WeakMap<Transaction, Heard>();

  const heardIn = (transaction: Transaction): Heard => {
    const known = listening.get(transaction);
    if (known !== undefined) return known;
    const heard: Heard = { orders: new Map(), facts: [], refunds: [], touched: new Map() };
    listening.set(transaction, heard);
    database.beforeCommit(transaction, () => writeDown(accounts, returnWindowMs, transaction, heard));
    return heard;
  };
  const hear = (transaction: Transaction, order: OrderFacts, at: number): Heard => {
    const heard = heardIn(transaction);
    if (!heard.orders.has(order.orderId)) heard.orders.set(order.orderId, { order, at });
    return heard;
  };

  return {
    async expect(transaction, order, at) {
      hear(transaction, order, at);
    },
    async advance(transaction, order, fact, at) {
      const { facts, touched } = hear(transaction, order, at);
      facts.push({ order, fact, at });
      touched.set(order.orderId, at);
    },
    async reduce(transaction, refund, at) {
      const { refunds, touched } = heardIn(transaction);
      refunds.push(refund);
      touched.set(refund.orderId, at);
    },
  };
}

async function writeDown(accounts: Accounts, returnWindowMs: number, transaction: Transaction, heard: Heard): Promise<void> {
  const knownOrders = await recordOrders(transaction, [...heard.orders.values()]);
  await noteFacts(transaction, heard.facts);
  for (const refund of heard.refunds) await noteRefund(transaction, refund);
  const touched = new Map(heard.touched);
  // Something may have been heard of an order before it was placed.
  for (const orderId of knownOrders) if (!touched.has(orderId)) touched.set(orderId, heard.orders.get(orderId)?.at ?? 0);
  if (touched.size > 0) await settleOrders(accounts, returnWindowMs, transaction, touched);
}

/** Makes commissions, ledger and team counters say what the facts about the orders' lines say. */
async function settleOrders(
  accounts: Accounts,
  returnWindowMs: number,
  transaction: Transaction,
  orders: ReadonlyMap<string, number>,
): Promise<void> {
  const orderIds = [...orders.keys()].sort();
  const lines = await lockLines(transaction, orderIds);
  const byId = new Map(lines.map((line) => [line.orderLineId, line]));
  const settled = (await lockCommissions(transaction, orderIds)).flatMap((before) => {
    const line = byId.get(before.orderLineId);
    return line === undefined ? [] : [{ before, ...settle(before, line, returnWindowMs, orders.get(before.orderId) ?? 0) }];
  });
  await saveCommissions(transaction, settled);
  const postings = settled.flatMap((settlement) => settlement.postings);
  for (let start = 0; start < postings.length; start += POSTINGS_AT_ONCE)
    await accounts.post(transaction, postings.slice(start, start + POSTINGS_AT_ONCE));
  await failpoint('promotion.afterPosting');
  await countSales(transaction, lines);
}
