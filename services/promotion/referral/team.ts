import { insertIfAbsent, insertMany, type Query, type Transaction } from '@qianxing/database';
import { saleOf } from '../commission/rules';
import type { LineRow, PromotionTables, SaleRow } from '../tables';
import { TEAM_LAYERS } from './rules';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

/** One ancestor of a member, `layer` steps above it. */
export interface Ancestor {
  readonly ancestorNo: number;
  readonly layer: number;
}

/** What a change of one member adds to the counters of everybody above. */
export interface TeamDelta {
  readonly members: number;
  readonly buyers: number;
  readonly orders: number;
  readonly netSalesFen: number;
}

export async function ancestorsOf(query: Query, memberNo: number): Promise<Ancestor[]> {
  return tablesOf(query)
    .selectFrom('promotion_ancestors')
    .select(['ancestorNo', 'layer'])
    .where('memberNo', '=', memberNo)
    .orderBy('layer')
    .execute();
}

/** Counters of a new promoter, all zero: later changes are updates only. */
export async function createTeam(transaction: Transaction, promoterNo: number): Promise<void> {
  const layers = Array.from({ length: TEAM_LAYERS }, (_, index) => index + 1);
  await insertMany(
    transaction,
    'promotion_teams',
    layers.map((layer) => ({ ancestorNo: promoterNo, layer, members: 0, buyers: 0, orders: 0, netSalesFen: 0 })),
  );
}

/** One statement for all ancestors. @throws Error when the counters of one are missing */
export async function addToTeams(transaction: Transaction, ancestors: readonly Ancestor[], delta: TeamDelta): Promise<void> {
  if (ancestors.length === 0 || Object.values(delta).every((value) => value === 0)) return;
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('promotion_teams')
    .set((eb) => ({
      members: eb('members', '+', delta.members),
      buyers: eb('buyers', '+', delta.buyers),
      orders: eb('orders', '+', delta.orders),
      netSalesFen: eb('netSalesFen', '+', delta.netSalesFen),
    }))
    .where((eb) => eb.or(ancestors.map(({ ancestorNo, layer }) => eb.and([eb('ancestorNo', '=', ancestorNo), eb('layer', '=', layer)]))))
    .executeTakeFirst();
  if (Number(numUpdatedRows) !== ancestors.length) throw new Error(`only ${numUpdatedRows} of ${ancestors.length} team counters exist`);
}

/** Brings the counters of the buyer and of everybody above to what an order's lines say now. The lines are locked. */
export async function countSale(transaction: Transaction, orderId: string, lines: readonly LineRow[]): Promise<void> {
  const memberId = lines[0]?.memberId;
  if (memberId === undefined) return;
  const table = tablesOf(transaction);
  const known = await table.selectFrom('promotion_sales').selectAll().where('orderId', '=', orderId).forUpdate().executeTakeFirst();
  const before = known ?? { orderId, memberId, netFen: 0, counted: 0 };
  const after: SaleRow = { orderId, memberId, ...saleOf(lines) };
  const orders = after.counted - before.counted;
  const netSalesFen = after.netFen - before.netFen;
  if (orders === 0 && netSalesFen === 0) return;
  if (known === undefined) await table.insertInto('promotion_sales').values(after).execute();
  else
    await table
      .updateTable('promotion_sales')
      .set({ netFen: after.netFen, counted: after.counted })
      .where('orderId', '=', orderId)
      .execute();
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
  // Their registration may be heard of after their first order.
  const update = () =>
    table
      .updateTable('promotion_members')
      .set((eb) => ({ orders: eb('orders', '+', orders), netSalesFen: eb('netSalesFen', '+', netSalesFen) }))
      .where('memberId', '=', memberId)
      .executeTakeFirst();
  if ((await update()).numUpdatedRows !== 1n) {
    await insertIfAbsent(transaction, 'promotion_members', { memberId });
    await update();
  }
  return table.selectFrom('promotion_members').select(['memberNo', 'orders']).where('memberId', '=', memberId).executeTakeFirstOrThrow();
}

export async function layersOf(
  query: Query,
  promoterNo: number,
): Promise<{ layer: number; members: number; buyers: number; orders: number; netSalesFen: number }[]> {
  return tablesOf(query)
    .selectFrom('promotion_teams')
    .select(['layer', 'members', 'buyers', 'orders', 'netSalesFen'])
    .where('ancestorNo', '=', promoterNo)
    .orderBy('layer')
    .execute();
}
