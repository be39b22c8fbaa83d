import { type Query, sumInteger, type Transaction, textBegins } from '@qianxing/database';
import type { CommissionRow, LineRow, PromotionTables } from '../tables';
import type { CommissionStatus } from './rules';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

/** Locks the orders' lines: whatever settles an order holds this lock first. */
export async function lockLines(transaction: Transaction, orderIds: readonly string[]): Promise<LineRow[]> {
  return tablesOf(transaction)
    .selectFrom('promotion_lines')
    .selectAll()
    .where('orderId', 'in', orderIds)
    .orderBy('orderLineId')
    .forUpdate()
    .execute();
}

export async function lockCommissions(transaction: Transaction, orderIds: readonly string[]): Promise<CommissionRow[]> {
  return tablesOf(transaction)
    .selectFrom('promotion_commissions')
    .selectAll()
    .where('orderId', 'in', orderIds)
    .orderBy('commissionId')
    .forUpdate()
    .execute();
}

const SETTLED = ['refundedBaseFen', 'dueFen', 'status', 'availableFrom', 'earnedAt', 'availableAt', 'voidedAt'] as const;

/** Writes what changed of commissions whose rows are locked; those that change alike are written by one statement. */
export async function saveCommissions(
  transaction: Transaction,
  settled: readonly { readonly before: CommissionRow; readonly commission: CommissionRow }[],
): Promise<void> {
  const alike = new Map<string, { change: Partial<CommissionRow>; ids: string[] }>();
  for (const { before, commission } of settled) {
    const changed = SETTLED.filter((field) => before[field] !== commission[field]);
    if (changed.length === 0) continue;
    const change: Partial<CommissionRow> = Object.fromEntries(changed.map((field) => [field, commission[field]]));
    const key = JSON.stringify(change);
    const group = alike.get(key) ?? { change, ids: [] };
    alike.set(key, group);
    group.ids.push(commission.commissionId);
  }
  for (const { change, ids } of alike.values()) {
    const { numUpdatedRows } = await tablesOf(transaction)
      .updateTable('promotion_commissions')
      .set(change)
      .where('commissionId', 'in', ids)
      .executeTakeFirst();
    if (Number(numUpdatedRows) !== ids.length) throw new Error('a commission is gone');
  }
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
  if (filter.orderNo !== undefined) rows = rows.where(textBegins('orderNo', filter.orderNo));
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
