import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import { sql } from 'kysely';
import type { PromotionTables, RecordStandingRow } from '../tables';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

/**
 * Promoters among these whose movements do not go into the log now; their rows are locked.
 *
 * @param lock false in race tests that take the guard away
 */
export async function lockStandings(transaction: Transaction, promoterIds: readonly string[], lock: boolean): Promise<Set<string>> {
  if (promoterIds.length === 0) return new Set();
  const standings = tablesOf(transaction)
    .selectFrom('promotion_record_standings')
    .select('promoterId')
    .where('promoterId', 'in', promoterIds)
    .orderBy('promoterId');
  const rows = await (lock ? standings.forUpdate() : standings).execute();
  return new Set(rows.map(({ promoterId }) => promoterId));
}

export async function lockStanding(transaction: Transaction, promoterId: string): Promise<RecordStandingRow | undefined> {
  return tablesOf(transaction)
    .selectFrom('promotion_record_standings')
    .selectAll()
    .where('promoterId', '=', promoterId)
    .forUpdate()
    .executeTakeFirst();
}

export async function findStanding(query: Query, promoterId: string): Promise<RecordStandingRow['standing'] | undefined> {
  const row = await tablesOf(query)
    .selectFrom('promotion_record_standings')
    .select('standing')
    .where('promoterId', '=', promoterId)
    .executeTakeFirst();
  return row?.standing;
}

/** One promoter whose older movements are not in the log yet. */
export async function nextInBacklog(query: Query): Promise<string | undefined> {
  const row = await tablesOf(query)
    .selectFrom('promotion_record_standings')
    .select('promoterId')
    .where('standing', '=', 'backlog')
    .orderBy('promoterId')
    .limit(1)
    .executeTakeFirst();
  return row?.promoterId;
}

export async function moveBacklog(transaction: Transaction, row: RecordStandingRow): Promise<void> {
  const { promoterId, ...change } = row;
  await tablesOf(transaction).updateTable('promotion_record_standings').set(change).where('promoterId', '=', promoterId).execute();
}

export async function endBacklog(transaction: Transaction, promoterId: string): Promise<void> {
  await tablesOf(transaction)
    .deleteFrom('promotion_record_standings')
    .where('promoterId', '=', promoterId)
    .where('standing', '=', 'backlog')
    .execute();
}

export async function markErased(transaction: Transaction, promoterId: string): Promise<void> {
  const row: RecordStandingRow = { promoterId, standing: 'erased', pendingVersion: 0, availableVersion: 0, withdrawingVersion: 0 };
  if (!(await insertIfAbsent(transaction, 'promotion_record_standings', { ...row }))) await moveBacklog(transaction, row);
}

/** Promoters marked as erased whose key was made by a transaction that did not see the mark yet. */
export async function keysLeftOver(query: Query, limit: number): Promise<string[]> {
  const { rows } = await sql<{ promoterId: string }>`
    select s.promoterId from promotion_record_standings s join logPromoter l on l.promoterId = s.promoterId
    where s.standing = 'erased' and l.erasedAt is null order by s.promoterId limit ${limit}`.execute(query);
  return rows.map(({ promoterId }) => promoterId);
}

/** Running number of one of a promoter's records. */
export async function recordNumberOf(query: Query, promoterId: string, recordId: string): Promise<number | undefined> {
  const { rows } = await sql<{ recordNumber: number }>`
    select recordNumber from logRecord where recordId = ${recordId} and promoterId = ${promoterId}`.execute(query);
  return rows[0]?.recordNumber;
}
