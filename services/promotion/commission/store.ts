import { insertMany, type Query, sumInteger, type Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { OrderLineFacts } from '@qianxing/order/contract';
import type { CommissionRow, LineRow, PromotionTables } from '../tables';
import { type CommissionStatus, dueOf, levelOf } from './rules';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

/** What every event of an order tells, as far as it matters here. */
export interface OrderFacts {
  readonly tradeId: string;
  readonly orderId: string;
  readonly orderNo: string;
  readonly memberId: string;
  readonly lines: readonly OrderLineFacts[];
}

type Fact = 'paidAt' | 'receivedAt' | 'completedAt' | 'cancelledAt';

function newLine(orderLineId: string, orderId: string, memberId: string, paidFen: number): LineRow {
  const nothing = { paidAt: null, receivedAt: null, completedAt: null, cancelledAt: null };
  return { orderLineId, orderId, memberId, paidFen, refundedFen: 0, afterSaleId: null, ...nothing };
}

/** Writes lines and commissions that are not known yet; answers whether everything was new. */
export async function recordOrder(transaction: Transaction, order: OrderFacts, now: number): Promise<boolean> {
  const ids = order.lines.map((line) => line.orderLineId);
  const known = await tablesOf(transaction).selectFrom('promotion_lines').select('orderLineId').where('orderLineId', 'in', ids).execute();
  const knownLines = new Set(known.map((row) => row.orderLineId));
  const lines = order.lines.filter((line) => !knownLines.has(line.orderLineId));
  await insertMany(
    transaction,
    'promotion_lines',
    lines.map((line) => ({ ...newLine(line.orderLineId, order.orderId, order.memberId, line.paidFen) })),
  );
  const earning = order.lines.filter((line) => (line.beneficiaries?.levels.length ?? 0) > 0);
  const fresh = knownLines.size === 0 ? earning : await withoutCommission(transaction, earning);
  await insertMany(
    transaction,
    'promotion_commissions',
    fresh.flatMap((line) => newCommissions(order, line, now)).map((row) => ({ ...row })),
  );
  return knownLines.size === 0;
}

async function withoutCommission(transaction: Transaction, lines: readonly OrderLineFacts[]): Promise<OrderLineFacts[]> {
  if (lines.length === 0) return [];
  const known = await tablesOf(transaction)
    .selectFrom('promotion_commissions')
    .select('orderLineId')
    .distinct()
    .where(
      'orderLineId',
      'in',
      lines.map((line) => line.orderLineId),
    )
    .execute();
  const ids = new Set(known.map((row) => row.orderLineId));
  return lines.filter((line) => !ids.has(line.orderLineId));
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

/** Notes when something happened to an order; the first time told stays. */
export async function noteFact(transaction: Transaction, order: OrderFacts, fact: Fact, at: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('promotion_lines')
    .set({ [fact]: at })
    .where(
      'orderLineId',
      'in',
      order.lines.map((line) => line.orderLineId),
    )
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

/** Locks an order's lines: whatever settles the order holds this lock first. */
export async function lockLines(transaction: Transaction, orderId: string): Promise<LineRow[]> {
  return tablesOf(transaction)
    .selectFrom('promotion_lines')
    .selectAll()
    .where('orderId', '=', orderId)
    .orderBy('orderLineId')
    .forUpdate()
    .execute();
}

export async function lockCommissions(transaction: Transaction, orderId: string): Promise<CommissionRow[]> {
  return tablesOf(transaction)
    .selectFrom('promotion_commissions')
    .selectAll()
    .where('orderId', '=', orderId)
    .orderBy('commissionId')
    .forUpdate()
    .execute();
}

/** Writes the changed fields of a commission whose row is locked. */
export async function saveCommission(transaction: Transaction, row: CommissionRow): Promise<void> {
  const { commissionId, refundedBaseFen, dueFen, status, availableFrom, earnedAt, availableAt, voidedAt } = row;
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('promotion_commissions')
    .set({ refundedBaseFen, dueFen, status, availableFrom, earnedAt, availableAt, voidedAt })
    .where('commissionId', '=', commissionId)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new Error(`commission ${commissionId} is gone`);
}

export async function findCommission(query: Query, commissionId: string): Promise<CommissionRow | undefined> {
  return tablesOf(query).selectFrom('promotion_commissions').selectAll().where('commissionId', '=', commissionId).executeTakeFirst();
}

/** The commissions of one line, direct referrer first. */
export async function commissionsOfLine(query: Query, orderLineId: string): Promise<CommissionRow[]> {
  return tablesOf(query).selectFrom('promotion_commissions').selectAll().where('orderLineId', '=', orderLineId).orderBy('level').execute();
}

/** A promoter's commissions from several lines. */
export async function commissionsOfLines(
  query: Query,
  promoterId: string,
  orderLineIds: readonly string[],
): Promise<Pick<CommissionRow, 'commissionId' | 'orderLineId' | 'level'>[]> {
  if (orderLineIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('promotion_commissions')
    .select(['commissionId', 'orderLineId', 'level'])
    .where('promoterId', '=', promoterId)
    .where('orderLineId', 'in', orderLineIds)
    .execute();
}

export interface CommissionFilter {
  readonly promoterId?: string | undefined;
  readonly promoterNo?: number | undefined;
  readonly status?: CommissionStatus | undefined;
  readonly orderNo?: string | undefined;
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function listCommissions(
  query: Query,
  filter: CommissionFilter,
  page: { before: string | undefined; limit: number },
): Promise<CommissionRow[]> {
  let rows = tablesOf(query).selectFrom('promotion_commissions').selectAll().orderBy('commissionId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('commissionId', '<', page.before);
  if (filter.promoterId !== undefined) rows = rows.where('promoterId', '=', filter.promoterId);
  if (filter.promoterNo !== undefined) rows = rows.where('promoterNo', '=', filter.promoterNo);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  if (filter.orderNo !== undefined) rows = rows.where('orderNo', 'like', `${filter.orderNo.replace(/[%_]/g, '')}%`);
  return rows.execute();
}

/** Commission expected from orders that are not paid yet, by promoter. */
export async function estimatedByPromoter(query: Query, promoterIds: readonly string[]): Promise<Map<string, number>> {
  if (promoterIds.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('promotion_commissions')
    .select(['promoterId', sumInteger('dueFen').as('dueFen')])
    .where('promoterId', 'in', promoterIds)
    .where('status', '=', 'estimated')
    .groupBy('promoterId')
    .execute();
  return new Map(rows.map((row) => [row.promoterId, row.dueFen]));
}

/** Commission that was released and not taken back, by trade, oldest first; of the latest trades, for older payments cannot be shared any more. */
export async function releasedByTrade(query: Query, promoterId: string, limit: number): Promise<{ tradeId: string; dueFen: number }[]> {
  const latest = await tablesOf(query)
    .selectFrom('promotion_commissions')
    .select(['tradeId', sumInteger('dueFen').as('dueFen')])
    .where('promoterId', '=', promoterId)
    .where('status', 'in', ['available', 'paid'])
    .groupBy('tradeId')
    .orderBy('tradeId', 'desc')
    .limit(limit)
    .execute();
  return latest.reverse();
}

/**
 * Marks the oldest released commissions as paid as far as `paidOutFen`, all that ever left the account, covers them. Money has no names:
 * this says which lines a payout is shown against, the ledger says how much.
 */
export async function markPaid(transaction: Transaction, promoterId: string, paidOutFen: number, now: number): Promise<void> {
  const table = tablesOf(transaction);
  const done = await table
    .selectFrom('promotion_commissions')
    .select(sumInteger('dueFen').as('dueFen'))
    .where('promoterId', '=', promoterId)
    .where('status', '=', 'paid')
    .executeTakeFirstOrThrow();
  let coveredFen = done.dueFen;
  for (;;) {
    const next = await table
      .selectFrom('promotion_commissions')
      .select(['commissionId', 'dueFen'])
      .where('promoterId', '=', promoterId)
      .where('status', '=', 'available')
      .orderBy('availableAt')
      .orderBy('commissionId')
      .limit(200)
      .execute();
    const ids: string[] = [];
    for (const row of next) {
      if (coveredFen + row.dueFen > paidOutFen) break;
      coveredFen += row.dueFen;
      ids.push(row.commissionId);
    }
    if (ids.length === 0) return;
    await table
      .updateTable('promotion_commissions')
      .set({ status: 'paid', paidAt: now })
      .where('commissionId', 'in', ids)
      .where('status', '=', 'available')
      .execute();
    if (ids.length < next.length || next.length < 200) return;
  }
}
