import { type KeyRing, signToken, verifyToken } from '@qianxing/auth';
import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { MemberRow, PromotionTables } from '../tables';
import { type BindingRefusal, type BindingRule, refusalOfBinding, TEAM_LAYERS, type Visit, type VisitChannel } from './rules';
import { addToTeams, ancestorsOf } from './team';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

const PURPOSE = 'promotion.visit';
const CHANNELS: readonly VisitChannel[] = ['poster', 'link', 'showcase', 'live'];

/** A token that the client keeps until the visitor signs in; the visit itself is stored nowhere else before. */
export function signVisit(keys: KeyRing, visit: Visit, expiresAt: number): string {
  return signToken(keys, PURPOSE, { v: visit.visitId, n: visit.promoterNo, c: visit.channel, t: visit.visitedAt }, expiresAt);
}

/** The visit in a token of ours that had not expired at `now`, else undefined. */
export function readVisit(keys: KeyRing, token: string, now: number): Visit | undefined {
  const content = verifyToken(keys, PURPOSE, token, now);
  if (!content.ok) return undefined;
  const { v, n, c, t } = content.value;
  const channel = CHANNELS.find((candidate) => candidate === c);
  if (typeof v !== 'string' || typeof n !== 'number' || typeof t !== 'number' || channel === undefined) return undefined;
  return { visitId: v, promoterNo: n, channel, visitedAt: t };
}

export async function ensureMember(transaction: Transaction, memberId: string, memberNo: number): Promise<void> {
  const numbered = () =>
    tablesOf(transaction)
      .updateTable('promotion_members')
      .set({ memberNo })
      .where('memberId', '=', memberId)
      .where((eb) => eb.or([eb('memberNo', 'is', null), eb('memberNo', '=', memberNo)]))
      .executeTakeFirst();
  if ((await numbered()).numUpdatedRows === 1n) return;
  if (await insertIfAbsent(transaction, 'promotion_members', { memberId, memberNo })) return;
  if ((await numbered()).numUpdatedRows !== 1n) throw new Error(`member ${memberId} has another number than ${memberNo}`);
}

/** What keeps the graph a forest. All on in every product; a test takes one away and must then see a cycle. */
export interface BindingGuards {
  /** A member who has referred others is never attached. */
  readonly teamStays: boolean;
}

const ALL_GUARDS: BindingGuards = { teamStays: true };

export interface Binding {
  readonly memberId: string;
  readonly memberNo: number;
  readonly visit: Visit;
  readonly occasion: 'registered' | 'returned';
  readonly at: number;
}

/**
 * Binds a member to the promoter of a visit, for good. Both rows are locked in ascending number, the member's row is moved by a guarded
 * update, its ancestors are the referrer and those above it, to ten layers. Answers why not, or undefined.
 */
export async function bind(
  transaction: Transaction,
  rule: BindingRule,
  binding: Binding,
  guards: BindingGuards = ALL_GUARDS,
): Promise<BindingRefusal | 'referrerUnknown' | undefined> {
  const { memberNo, visit } = binding;
  const locked = await lockMembers(transaction, [memberNo, visit.promoterNo]);
  const member = locked.get(memberNo);
  const referrer = locked.get(visit.promoterNo);
  if (member === undefined || referrer === undefined) return 'referrerUnknown';
  const directCustomers = guards.teamStays ? member.directCustomers : 0;
  const refusal = refusalOfBinding(rule, { ...member, memberNo, directCustomers }, visit, binding.occasion);
  if (refusal !== undefined) return refusal;
  if (!(await attach(transaction, binding, referrer.depth + 1, guards))) return 'alreadyBound';
  await countDirect(transaction, visit.promoterNo);
  await inheritAncestors(transaction, memberNo, visit.promoterNo);
  await addToTeams(transaction, await ancestorsOf(transaction, memberNo), {
    members: 1,
    buyers: Number(member.orders > 0),
    orders: member.orders,
    netSalesFen: member.netSalesFen,
  });
  return undefined;
}

async function lockMembers(transaction: Transaction, memberNos: readonly number[]): Promise<Map<number, MemberRow>> {
  const rows = await tablesOf(transaction)
    .selectFrom('promotion_members')
    .selectAll()
    .where('memberNo', 'in', memberNos)
    .orderBy('memberNo')
    .forUpdate()
    .execute();
  return new Map(rows.flatMap((row) => (row.memberNo === null ? [] : [[row.memberNo, row] as const])));
}

async function attach(transaction: Transaction, binding: Binding, depth: number, guards: BindingGuards): Promise<boolean> {
  const { memberId, visit, at } = binding;
  let update = tablesOf(transaction)
    .updateTable('promotion_members')
    .set({
      referrerNo: visit.promoterNo,
      boundAt: at,
      visitChannel: visit.channel,
      visitedAt: visit.visitedAt,
      visitId: visit.visitId,
      depth,
    })
    .where('memberId', '=', memberId)
    .where('referrerNo', 'is', null);
  if (guards.teamStays) update = update.where('directCustomers', '=', 0);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

async function countDirect(transaction: Transaction, promoterNo: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('promotion_members')
    .set((eb) => ({ directCustomers: eb('directCustomers', '+', 1) }))
    .where('memberNo', '=', promoterNo)
    .execute();
}

async function inheritAncestors(transaction: Transaction, memberNo: number, referrerNo: number): Promise<void> {
  const table = tablesOf(transaction);
  await table.insertInto('promotion_ancestors').values({ memberNo, layer: 1, ancestorNo: referrerNo }).execute();
  await table
    .insertInto('promotion_ancestors')
    .columns(['memberNo', 'layer', 'ancestorNo'])
    .expression((eb) =>
      eb
        .selectFrom('promotion_ancestors')
        .select((select) => [select.val(memberNo).as('memberNo'), select('layer', '+', 1).as('layer'), 'promotion_ancestors.ancestorNo'])
        .where('memberNo', '=', referrerNo)
        .where('layer', '<', TEAM_LAYERS),
    )
    .execute();
}
