import { insertMany, type Query, type Transaction } from '@qianxing/database';
import type { PromotionTables } from '../tables';
import { TEAM_LAYERS } from './rules';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

/** One ancestor of a member, `layer` steps above it. */
export interface Ancestor {
  readonly ancestorNo: number;
  readonly layer: number;
}

/** What a change of one member adds to the counters of everybody above. */
interface TeamDelta {
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
