import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { AppealRow, ApplicationRow, PromoterHistoryRow, PromotionTables } from '../tables';
import type { ApplicationStatus } from './applications';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

export async function findApplication(query: Query, memberId: string): Promise<ApplicationRow | undefined> {
  return tablesOf(query).selectFrom('promotion_applications').selectAll().where('memberId', '=', memberId).executeTakeFirst();
}

/** Puts an application down: a new one, or again after a refusal. One that waits or was approved stays as it is. */
export async function putApplication(
  transaction: Transaction,
  application: { memberId: string; memberNo: number; note: string; at: number },
): Promise<void> {
  const { memberId, memberNo, note, at } = application;
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('promotion_applications')
    .set({ status: 'requested', note, reason: null, staffName: null, requestedAt: at, decidedAt: null })
    .where('memberId', '=', memberId)
    .where('status', '=', 'refused')
    .executeTakeFirst();
  if (numUpdatedRows === 1n) return;
  await insertIfAbsent(transaction, 'promotion_applications', { memberId, memberNo, status: 'requested', note, requestedAt: at });
}

/** Decides an application that waits; false when there is none. */
export async function decide(
  transaction: Transaction,
  memberId: string,
  decision: { status: 'approved' | 'refused'; reason: string; staffName: string; decidedAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('promotion_applications')
    .set(decision)
    .where('memberId', '=', memberId)
    .where('status', '=', 'requested')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Longest waiting first; `after` is the key of the last one of the page before. */
export async function listApplications(
  query: Query,
  filter: { status?: ApplicationStatus | undefined },
  page: { after: readonly [requestedAt: number, memberId: string] | null; limit: number },
): Promise<ApplicationRow[]> {
  let rows = tablesOf(query).selectFrom('promotion_applications').selectAll().orderBy('requestedAt').orderBy('memberId').limit(page.limit);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  if (page.after !== null) {
    const [requestedAt, memberId] = page.after;
    rows = rows
      .where('requestedAt', '>=', requestedAt)
      .where((eb) => eb.or([eb('requestedAt', '>', requestedAt), eb('memberId', '>', memberId)]));
  }
  return rows.execute();
}

/** Applications that wait for a decision. */
export async function countWaiting(query: Query): Promise<number> {
  const row = await tablesOf(query)
    .selectFrom('promotion_applications')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .where('status', '=', 'requested')
    .executeTakeFirstOrThrow();
  return Number(row.waiting);
}

/** The latest change of a promoter's status. */
export async function latestChange(query: Query, promoterId: string): Promise<PromoterHistoryRow | undefined> {
  const [latest] = await changesOf(query, promoterId, 1);
  return latest;
}

/** Newest first. */
export async function changesOf(query: Query, promoterId: string, limit: number): Promise<PromoterHistoryRow[]> {
  return tablesOf(query)
    .selectFrom('promotion_promoter_history')
    .selectAll()
    .where('promoterId', '=', promoterId)
    .orderBy('at', 'desc')
    .orderBy('entryId', 'desc')
    .limit(limit)
    .execute();
}

export async function appealsOf(query: Query, entryIds: readonly string[]): Promise<Map<string, AppealRow>> {
  if (entryIds.length === 0) return new Map();
  const rows = await tablesOf(query).selectFrom('promotion_appeals').selectAll().where('entryId', 'in', entryIds).execute();
  return new Map(rows.map((row) => [row.entryId, row]));
}

/** Writes an appeal; false when there is one against this change already. */
export async function insertAppeal(transaction: Transaction, appeal: AppealRow): Promise<boolean> {
  return insertIfAbsent(transaction, 'promotion_appeals', { ...appeal });
}

/** Takes away what a member wrote in their own words. */
export async function forgetWords(transaction: Transaction, memberId: string): Promise<void> {
  const tables = tablesOf(transaction);
  await tables.updateTable('promotion_applications').set({ note: '' }).where('memberId', '=', memberId).execute();
  const promoter = tables.selectFrom('promotion_promoters').select('promoterId').where('memberId', '=', memberId);
  await tables.updateTable('promotion_appeals').set({ text: '' }).where('promoterId', 'in', promoter).execute();
}
