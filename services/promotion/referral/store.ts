import { insertIfAbsent, type Query, type Transaction, textBegins } from '@qianxing/database';
import { newCode, newId } from '@qianxing/ids';
import type { MemberRow, PromoterRow, PromotionTables } from '../tables';
import type { PromoterStatus } from './rules';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

export async function findMember(query: Query, memberId: string): Promise<MemberRow | undefined> {
  return tablesOf(query).selectFrom('promotion_members').selectAll().where('memberId', '=', memberId).executeTakeFirst();
}

export async function membersById(query: Query, memberIds: readonly string[]): Promise<Map<string, MemberRow>> {
  const rows = await tablesOf(query).selectFrom('promotion_members').selectAll().where('memberId', 'in', memberIds).execute();
  return new Map(rows.map((row) => [row.memberId, row]));
}

export async function promoterOfMember(query: Query, memberId: string): Promise<PromoterRow | undefined> {
  return tablesOf(query).selectFrom('promotion_promoters').selectAll().where('memberId', '=', memberId).executeTakeFirst();
}

async function findPromoter(query: Query, promoterId: string): Promise<PromoterRow | undefined> {
  return tablesOf(query).selectFrom('promotion_promoters').selectAll().where('promoterId', '=', promoterId).executeTakeFirst();
}

export async function promoterByCode(query: Query, referralCode: string): Promise<PromoterRow | undefined> {
  return tablesOf(query).selectFrom('promotion_promoters').selectAll().where('referralCode', '=', referralCode).executeTakeFirst();
}

export async function promotersByNo(query: Query, promoterNos: readonly number[]): Promise<Map<number, PromoterRow>> {
  if (promoterNos.length === 0) return new Map();
  const rows = await tablesOf(query).selectFrom('promotion_promoters').selectAll().where('promoterNo', 'in', promoterNos).execute();
  return new Map(rows.map((row) => [row.promoterNo, row]));
}

/** Locks a promoter: whatever takes money out of an account holds this lock first. */
export async function lockPromoter(transaction: Transaction, promoterId: string): Promise<PromoterRow | undefined> {
  return tablesOf(transaction)
    .selectFrom('promotion_promoters')
    .selectAll()
    .where('promoterId', '=', promoterId)
    .forUpdate()
    .executeTakeFirst();
}

const CODE_LENGTH = 8;
const CODE_ATTEMPTS = 5;

export interface Enrolment {
  readonly memberId: string;
  readonly promoterNo: number;
  readonly agreementVersion: string;
  readonly now: number;
}

/** Writes a promoter once per member; false when the member is one already. */
export async function insertPromoter(transaction: Transaction, enrolment: Enrolment): Promise<boolean> {
  const { memberId, promoterNo, agreementVersion, now } = enrolment;
  for (let attempt = 1; attempt <= CODE_ATTEMPTS; attempt += 1) {
    const row: PromoterRow = {
      promoterId: newId(now),
      promoterNo,
      memberId,
      status: 'active',
      referralCode: newCode(CODE_LENGTH),
      agreementVersion,
      adultConfirmedAt: now,
      enrolledAt: now,
      paidFen: 0,
      taxWithheldFen: 0,
    };
    if (await insertIfAbsent(transaction, 'promotion_promoters', { ...row })) {
      await addHistory(transaction, row.promoterId, { status: 'active', reason: 'enrolled', staffName: null, at: now });
      return true;
    }
    if (await promoterOfMember(transaction, memberId)) return false;
  }
  throw new Error('no free referral code was found');
}

async function addHistory(
  transaction: Transaction,
  promoterId: string,
  entry: { status: PromoterStatus; reason: string; staffName: string | null; at: number },
): Promise<void> {
  await tablesOf(transaction)
    .insertInto('promotion_promoter_history')
    .values({ entryId: newId(entry.at), promoterId, ...entry })
    .execute();
}

/** From which statuses a promoter may come to one. Somebody removed comes back by being restored, never by a pause. */
const STATUS_FROM: Readonly<Record<PromoterStatus, readonly PromoterStatus[]>> = {
  active: ['paused', 'removed'],
  paused: ['active'],
  removed: ['active', 'paused'],
};

/**
 * Pauses, removes or restores; false when that cannot be or the promoter is unknown. Saying the same again changes nothing. Only who earns
 * from orders to come depends on the status: commission, ledger and withdrawals do not look at it.
 */
export async function setPromoterStatus(
  transaction: Transaction,
  promoterId: string,
  change: { status: PromoterStatus; reason: string; staffName: string; at: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('promotion_promoters')
    .set({ status: change.status })
    .where('promoterId', '=', promoterId)
    .where('status', 'in', STATUS_FROM[change.status])
    .executeTakeFirst();
  if (numUpdatedRows === 1n) {
    await addHistory(transaction, promoterId, change);
    return true;
  }
  return (await findPromoter(transaction, promoterId))?.status === change.status;
}

export interface EarningAncestor {
  readonly layer: number;
  readonly promoterId: string;
  readonly promoterNo: number;
}

/**
 * By member, the at most three promoters above who may earn now, nearest first; one query. Somebody inactive earns nothing, and nobody in
 * their place.
 */
export async function earningAncestors(query: Query, memberIds: readonly string[]): Promise<Map<string, EarningAncestor[]>> {
  const rows = await tablesOf(query)
    .selectFrom('promotion_members')
    .innerJoin('promotion_ancestors', 'promotion_ancestors.memberNo', 'promotion_members.memberNo')
    .innerJoin('promotion_promoters', 'promotion_promoters.promoterNo', 'promotion_ancestors.ancestorNo')
    .select(['promotion_members.memberId', 'promotion_ancestors.layer', 'promotion_promoters.promoterId', 'promotion_promoters.promoterNo'])
    .where('promotion_members.memberId', 'in', memberIds)
    .where('promotion_ancestors.layer', '<=', 3)
    .where('promotion_promoters.status', '=', 'active')
    .whereRef('promotion_promoters.memberId', '<>', 'promotion_members.memberId')
    .orderBy('promotion_ancestors.layer')
    .execute();
  const ancestors = new Map<string, EarningAncestor[]>();
  for (const { memberId, ...ancestor } of rows) ancestors.set(memberId, [...(ancestors.get(memberId) ?? []), ancestor]);
  return ancestors;
}

/** Members bound to a promoter, latest first. */
export async function directCustomers(
  query: Query,
  promoterNo: number,
  page: { before: readonly [boundAt: number, memberNo: number] | null; limit: number },
): Promise<MemberRow[]> {
  let rows = tablesOf(query)
    .selectFrom('promotion_members')
    .selectAll()
    .where('referrerNo', '=', promoterNo)
    .orderBy('boundAt', 'desc')
    .orderBy('memberNo', 'desc')
    .limit(page.limit);
  if (page.before !== null) {
    const [boundAt, memberNo] = page.before;
    rows = rows.where('boundAt', '<=', boundAt).where((eb) => eb.or([eb('boundAt', '<', boundAt), eb('memberNo', '<', memberNo)]));
  }
  return rows.execute();
}

export interface PromoterListRow extends PromoterRow {
  readonly referrerNo: number | null;
  readonly depth: number;
  readonly directCustomers: number;
}

const withMember = (query: Query) =>
  tablesOf(query)
    .selectFrom('promotion_promoters')
    .innerJoin('promotion_members', 'promotion_members.memberId', 'promotion_promoters.memberId')
    .selectAll('promotion_promoters')
    .select(['promotion_members.referrerNo', 'promotion_members.depth', 'promotion_members.directCustomers']);

export async function promoterWithMember(query: Query, promoterId: string): Promise<PromoterListRow | undefined> {
  return withMember(query).where('promotion_promoters.promoterId', '=', promoterId).executeTakeFirst();
}

/** Newest first. `search` is a promoter number or the beginning of a referral code. */
export async function listPromoters(
  query: Query,
  filter: { search?: string | undefined; status?: PromoterStatus | undefined },
  page: { before: string | undefined; limit: number },
): Promise<PromoterListRow[]> {
  let rows = withMember(query).orderBy('promotion_promoters.promoterId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('promotion_promoters.promoterId', '<', page.before);
  if (filter.status !== undefined) rows = rows.where('promotion_promoters.status', '=', filter.status);
  const { search } = filter;
  if (search !== undefined)
    rows = rows.where((eb) =>
      eb.or([
        textBegins('promotion_promoters.referralCode', search.toLowerCase()),
        ...(/^\d{1,15}$/.test(search) ? [eb('promotion_promoters.promoterNo', '=', Number(search))] : []),
      ]),
    );
  return rows.execute();
}

export async function countPromoters(query: Query): Promise<{ promoters: number; paidFen: number }> {
  const row = await tablesOf(query)
    .selectFrom('promotion_promoters')
    .select((eb) => [eb.fn.countAll<number>().as('promoters'), eb.fn.coalesce(eb.fn.sum<number>('paidFen'), eb.val(0)).as('paidFen')])
    .executeTakeFirstOrThrow();
  return { promoters: Number(row.promoters), paidFen: Number(row.paidFen) };
}
