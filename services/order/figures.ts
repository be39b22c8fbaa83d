import { type Query, sumInteger } from '@qianxing/database';
import { DAY_MS, SHOP_OFFSET_MS, shopDay } from '@qianxing/time';
import { sql } from 'kysely';
import { ORDERS_OVER, ORDERS_UNDER_WAY, type OrderStatus } from './model';
import { firstIdAt } from './store';
import type { OrderTables } from './tables';

const tablesOf = (query: Query) => query.withTables<OrderTables>();

/** Shop day of an instant column as a day number since 1970. */
const dayNumber = (column: 'placedAt' | 'paidAt') =>
  sql<number>`floor((${sql.ref(column)} + ${sql.lit(SHOP_OFFSET_MS)}) / ${sql.lit(DAY_MS)})`;

export interface SalesDay {
  day: string;
  placedOrders: number;
  paidOrders: number;
  paidFen: number;
  refundedFen: number;
  buyers: number;
}

/** Orders and amounts per shop day of `[fromMs, toMs)`, every day present. Refunds count on the day of payment. */
export async function salesByDay(query: Query, fromMs: number, toMs: number): Promise<SalesDay[]> {
  const placed = await tablesOf(query)
    .selectFrom('order_orders')
    .select([dayNumber('placedAt').as('dayNumber'), sql<number>`count(*)`.as('orders')])
    .where('orderId', '>=', firstIdAt(fromMs))
    .where('orderId', '<', firstIdAt(toMs))
    .groupBy('dayNumber')
    .execute();
  const paid = await tablesOf(query)
    .selectFrom('order_orders')
    .select([
      dayNumber('paidAt').as('dayNumber'),
      sql<number>`count(*)`.as('orders'),
      sumInteger('payableFen').as('paidFen'),
      sumInteger('refundedFen').as('refundedFen'),
      sql<number>`count(distinct memberId)`.as('buyers'),
    ])
    .where('paidAt', '>=', fromMs)
    .where('paidAt', '<', toMs)
    .groupBy('dayNumber')
    .execute();
  const placedBy = new Map(placed.map((row) => [Number(row.dayNumber), row]));
  const paidBy = new Map(paid.map((row) => [Number(row.dayNumber), row]));
  const days: SalesDay[] = [];
  for (let at = fromMs; at < toMs; at += DAY_MS) {
    const number = Math.floor((at + SHOP_OFFSET_MS) / DAY_MS);
    const row = paidBy.get(number);
    days.push({
      day: shopDay(at),
      placedOrders: placedBy.get(number)?.orders ?? 0,
      paidOrders: row?.orders ?? 0,
      paidFen: row?.paidFen ?? 0,
      refundedFen: row?.refundedFen ?? 0,
      buyers: row?.buyers ?? 0,
    });
  }
  return days;
}

export async function buyersBetween(query: Query, fromMs: number, toMs: number): Promise<number> {
  const row = await tablesOf(query)
    .selectFrom('order_orders')
    .select(sql<number>`count(distinct memberId)`.as('buyers'))
    .where('paidAt', '>=', fromMs)
    .where('paidAt', '<', toMs)
    .executeTakeFirst();
  return row?.buyers ?? 0;
}

/**
 * Orders under way by status as of now, and of those placed in `[fromMs, toMs)` how many are completed or cancelled: what is over grows for
 * years and is counted by period only. `after_sales_waiting` are after-sales that wait for staff. Reads ranges of one index.
 */
export async function countsByStatus(query: Query, fromMs: number, toMs: number): Promise<Record<string, number>> {
  const underWay = await ordersByStatus(query, ORDERS_UNDER_WAY).execute();
  const over = await ordersByStatus(query, ORDERS_OVER)
    .where('orderId', '>=', firstIdAt(fromMs))
    .where('orderId', '<', firstIdAt(toMs))
    .execute();
  const afterSales = await tablesOf(query)
    .selectFrom('order_after_sales')
    .select(sql<number>`count(*)`.as('waiting'))
    .where('status', 'in', ['applied', 'returning'])
    .executeTakeFirst();
  const counts = [...underWay, ...over].map((row) => [row.status, row.orders]);
  return { ...Object.fromEntries(counts), after_sales_waiting: afterSales?.waiting ?? 0 };
}

const ordersByStatus = (query: Query, statuses: readonly OrderStatus[]) =>
  tablesOf(query)
    .selectFrom('order_orders')
    .select(['status', sql<number>`count(*)`.as('orders')])
    .where('status', 'in', statuses)
    .groupBy('status');

export async function topProducts(query: Query, fromMs: number, toMs: number, limit: number) {
  return tablesOf(query)
    .selectFrom('order_lines')
    .innerJoin('order_orders', 'order_orders.orderId', 'order_lines.orderId')
    .select([
      'order_lines.productId as productId',
      sql<string>`max(order_lines.title)`.as('title'),
      sumInteger('order_lines.quantity').as('quantity'),
      sumInteger('order_lines.payableFen').as('paidFen'),
    ])
    .where('order_orders.paidAt', '>=', fromMs)
    .where('order_orders.paidAt', '<', toMs)
    .groupBy('order_lines.productId')
    .orderBy('paidFen', 'desc')
    .limit(limit)
    .execute();
}

/** Paid orders of a member that were not refunded as a whole. */
export async function paidOrderCount(query: Query, memberId: string): Promise<number> {
  const row = await tablesOf(query)
    .selectFrom('order_orders')
    .select(sql<number>`count(*)`.as('orders'))
    .where('memberId', '=', memberId)
    .where('paidAt', 'is not', null)
    .where('status', '<>', 'cancelled')
    .executeTakeFirst();
  return row?.orders ?? 0;
}
