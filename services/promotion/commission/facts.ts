import { insertMany, type Query, type Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { OrderLineFacts } from '@qianxing/order/contract';
import type { CommissionRow, LineRow, PromotionTables } from '../tables';
import { dueOf, levelOf } from './rules';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

/** What every event of an order tells, as far as it matters here. */
export interface OrderFacts {
  readonly tradeId: string;
  readonly orderId: string;
  readonly orderNo: string;
  readonly memberId: string;
  readonly lines: readonly OrderLineFacts[];
}

/** Something that happened to an order. */
export interface OrderFact {
  readonly order: OrderFacts;
  readonly fact: 'paidAt' | 'receivedAt' | 'completedAt' | 'cancelledAt';
  /** UTC ms. */
  readonly at: number;
}

function newLine(orderLineId: string, orderId: string, memberId: string, paidFen: number): LineRow {
  const nothing = { paidAt: null, receivedAt: null, completedAt: null, cancelledAt: null };
  return { orderLineId, orderId, memberId, paidFen, refundedFen: 0, afterSaleId: null, ...nothing };
}

/** Writes lines and commissions that are not known yet; answers the orders of which something was known. */
export async function recordOrders(
  transaction: Transaction,
  heard: readonly { readonly order: OrderFacts; readonly at: number }[],
): Promise<string[]> {
  const known = await knownOf(
    transaction,
    heard.map(({ order }) => order.orderId),
  );
  const lines = heard.flatMap(({ order }) =>
    order.lines
      .filter(({ orderLineId }) => !known.lines.has(orderLineId))
      .map(({ orderLineId, paidFen }) => newLine(orderLineId, order.orderId, order.memberId, paidFen)),
  );
  const commissions = heard.flatMap(({ order, at }) =>
    order.lines.filter(({ orderLineId }) => !known.earning.has(orderLineId)).flatMap((line) => newCommissions(order, line, at)),
  );
  await insertMany(
    transaction,
    'promotion_lines',
    lines.map((row) => ({ ...row })),
  );
  await insertMany(
    transaction,
    'promotion_commissions',
    commissions.map((row) => ({ ...row })),
  );
  return [...known.orders];
}

/** Of these orders: which are known, which lines are, and which lines have their commissions. */
async function knownOf(transaction: Transaction, orderIds: readonly string[]) {
  const orders = new Set<string>();
  const lines = new Set<string>();
  const earning = new Set<string>();
  if (orderIds.length === 0) return { orders, lines, earning };
  const rows = await tablesOf(transaction)
    .selectFrom('promotion_lines')
    .leftJoin('promotion_commissions', 'promotion_commissions.orderLineId', 'promotion_lines.orderLineId')
    .select(['promotion_lines.orderId', 'promotion_lines.orderLineId', 'promotion_commissions.level'])
    .where('promotion_lines.orderId', 'in', orderIds)
    .execute();
  for (const { orderId, orderLineId, level } of rows) {
    orders.add(orderId);
    lines.add(orderLineId);
    if (level !== null) earning.add(orderLineId);
  }
  return { orders, lines, earning };
}

function newCommissions(order: OrderFacts, line: OrderLineFacts, now: number): CommissionRow[] {
  const chain = line.beneficiaries;
  if (chain === null) return [];
  return chain.levels.map((entry) => {
    const originalFen = dueOf({ baseFen: line.paidFen, rateBp: entry.rateBp });
    return {
      commissionId: newId(now),
      orderLineId: line.orderLineId,
      level: levelOf(entry.level),
      promoterId: entry.promoterId,
      promoterNo: entry.promoterNo,
      tradeId: order.tradeId,
      orderId: order.orderId,
      orderNo: order.orderNo,
      buyerId: order.memberId,
      title: line.title.slice(0, 200),
      planVersionId: chain.planVersionId,
      rateBp: entry.rateBp,
      baseFen: line.paidFen,
      refundedBaseFen: 0,
      originalFen,
      dueFen: originalFen,
      status: 'estimated',
      availableFrom: null,
      createdAt: now,
      earnedAt: null,
      availableAt: null,
      paidAt: null,
      voidedAt: null,
    };
  });
}

/** Notes what happened to orders; the first time told stays. What happened at one instant is one statement. */
export async function noteFacts(transaction: Transaction, facts: readonly OrderFact[]): Promise<void> {
  const alike = new Map<string, { fact: OrderFact['fact']; at: number; orderLineIds: Set<string> }>();
  for (const { order, fact, at } of facts) {
    const group = alike.get(`${fact} ${at}`) ?? { fact, at, orderLineIds: new Set() };
    alike.set(`${fact} ${at}`, group);
    for (const { orderLineId } of order.lines) group.orderLineIds.add(orderLineId);
  }
  for (const { fact, at, orderLineIds } of alike.values())
    await tablesOf(transaction)
      .updateTable('promotion_lines')
      .set({ [fact]: at })
      .where('orderLineId', 'in', [...orderLineIds].sort())
      .where(fact, 'is', null)
      .execute();
}

export interface RefundFacts {
  readonly afterSaleId: string;
  readonly orderId: string;
  readonly orderLineId: string;
  readonly memberId: string;
  readonly lineRefundedFen: number;
  readonly linePaidFen: number;
}

/** Notes what was refunded of a line so far. The figure only grows, so an older event that comes later changes nothing. */
export async function noteRefund(transaction: Transaction, refund: RefundFacts): Promise<void> {
  const table = tablesOf(transaction);
  const known = await table
    .selectFrom('promotion_lines')
    .select('orderLineId')
    .where('orderLineId', '=', refund.orderLineId)
    .executeTakeFirst();
  if (known === undefined)
    await table
      .insertInto('promotion_lines')
      .values(newLine(refund.orderLineId, refund.orderId, refund.memberId, refund.linePaidFen))
      .execute();
  await table
    .updateTable('promotion_lines')
    .set({ refundedFen: refund.lineRefundedFen, afterSaleId: refund.afterSaleId })
    .where('orderLineId', '=', refund.orderLineId)
    .where('refundedFen', '<', refund.lineRefundedFen)
    .execute();
}
