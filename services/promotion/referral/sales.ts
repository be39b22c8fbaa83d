import { insertIfAbsent, insertMany, type Query, type Transaction } from '@qianxing/database';
import { saleOf } from '../commission/rules';
import type { LineRow, PromotionTables, SaleRow } from '../tables';
import { addToTeams, ancestorsOf } from './team';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

/** Brings the counters of the buyers and of everybody above them to what the orders' lines say now. The lines are locked. */
export async function countSales(transaction: Transaction, lines: readonly LineRow[]): Promise<void> {
  const byOrder = new Map<string, LineRow[]>();
  for (const line of lines) {
    const own = byOrder.get(line.orderId);
    if (own === undefined) byOrder.set(line.orderId, [line]);
    else own.push(line);
  }
  const changes = await saveSales(transaction, byOrder);
  // Ascending, so that two transactions lock members in one order.
  for (const memberId of [...changes.keys()].sort()) {
    const change = changes.get(memberId);
    if (change !== undefined) await countForMember(transaction, memberId, change);
  }
}

interface Change {
  orders: number;
  netSalesFen: number;
}

/** Writes what is counted of each order from now on; answers the difference by buyer. */
async function saveSales(transaction: Transaction, byOrder: ReadonlyMap<string, readonly LineRow[]>): Promise<Map<string, Change>> {
  const table = tablesOf(transaction);
  const known = new Map((await lockSales(transaction, [...byOrder.keys()])).map((row) => [row.orderId, row]));
  const fresh: SaleRow[] = [];
  const changes = new Map<string, Change>();
  for (const [orderId, own] of byOrder) {
    const before = known.get(orderId);
    const after: SaleRow = { orderId, memberId: own[0]?.memberId ?? '', ...saleOf(own) };
    const orders = after.counted - (before?.counted ?? 0);
    const netSalesFen = after.netFen - (before?.netFen ?? 0);
    if (orders === 0 && netSalesFen === 0) continue;
    const change = changes.get(after.memberId) ?? { orders: 0, netSalesFen: 0 };
    changes.set(after.memberId, { orders: change.orders + orders, netSalesFen: change.netSalesFen + netSalesFen });
    const { netFen, counted } = after;
    if (before === undefined) fresh.push(after);
    else await table.updateTable('promotion_sales').set({ netFen, counted }).where('orderId', '=', orderId).execute();
  }
  await insertMany(
    transaction,
    'promotion_sales',
    fresh.map((row) => ({ ...row })),
  );
  return changes;
}

async function lockSales(transaction: Transaction, orderIds: readonly string[]): Promise<SaleRow[]> {
  if (orderIds.length === 0) return [];
  return tablesOf(transaction)
    .selectFrom('promotion_sales')
    .selectAll()
    .where('orderId', 'in', orderIds)
    .orderBy('orderId')
    .forUpdate()
    .execute();
}

async function countForMember(transaction: Transaction, memberId: string, { orders, netSalesFen }: Change): Promise<void> {
  const buyer = await addToMember(transaction, memberId, orders, netSalesFen);
  if (buyer.memberNo === null) return;
  const buyers = Number(buyer.orders > 0) - Number(buyer.orders - orders > 0);
  await addToTeams(transaction, await ancestorsOf(transaction, buyer.memberNo), { members: 0, buyers, orders, netSalesFen });
}

/** Changes a member's own figures and thereby locks its row, so that a binding comes before or after, never between. */
async function addToMember(
  transaction: Transaction,
  memberId: string,
  orders: number,
  netSalesFen: number,
): Promise<{ memberNo: number | null; orders: number }> {
  const table = tablesOf(transaction);
  const update = () =>
    table
      .updateTable('promotion_members')
      .set((eb) => ({ orders: eb('orders', '+', orders), netSalesFen: eb('netSalesFen', '+', netSalesFen) }))
      .where('memberId', '=', memberId)
      .executeTakeFirst();
  // Their registration may be heard of after their first order.
  if ((await update()).numUpdatedRows !== 1n) {
    await insertIfAbsent(transaction, 'promotion_members', { memberId });
    await update();
  }
  return table.selectFrom('promotion_members').select(['memberNo', 'orders']).where('memberId', '=', memberId).executeTakeFirstOrThrow();
}
