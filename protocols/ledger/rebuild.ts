import { forUpdate, insertRows, integerOf, integerOrNull, type LedgerSql, placeholders, type SqlRow } from './sql';

export interface RebuildPage {
  /** Continue after this account id; absent when all accounts are done. */
  readonly next?: number;
  readonly accounts: number;
  /** Accounts whose balance, count or latest instant differed from their entries and were corrected. */
  readonly corrected: number;
}

/**
 * Recomputes one page of balances from the entries. Accounts with an exact balance are locked while they are summed. Folded
 * accounts cannot be locked against new postings; there, sum of entries and sum of deltas are read in one statement, hence
 * at one instant, and the difference is added as one more delta.
 */
export async function rebuildPage(sql: LedgerSql, after: number, limit: number, newId: () => string): Promise<RebuildPage> {
  const rows = await sql.query(`SELECT id, folded FROM ledgerAccount WHERE id > ? ORDER BY id LIMIT ${limit}`, [after]);
  const ids = (folded: number) => rows.filter((row) => integerOf(row.folded) === folded).map((row) => integerOf(row.id));
  const corrected = (await rebuildExact(sql, ids(0))) + (await rebuildFolded(sql, ids(1), newId));
  const last = rows.at(-1);
  const page = { accounts: rows.length, corrected };
  return last !== undefined && rows.length === limit ? { ...page, next: integerOf(last.id) } : page;
}

async function rebuildExact(sql: LedgerSql, ids: readonly number[]): Promise<number> {
  if (ids.length === 0) return 0;
  const list = placeholders(ids.length);
  await sql.query(`SELECT id FROM ledgerAccount WHERE id IN (${list}) ORDER BY id ${forUpdate(sql)}`, ids);
  const rows = await sql.query(
    `SELECT a.id, a.balanceFen, a.version, a.lastPostedAt, COALESCE(SUM(e.amountFen), 0) AS trueBalanceFen,
       COUNT(e.accountId) AS trueVersion, MAX(e.postedAt) AS trueLastPostedAt
     FROM ledgerAccount a LEFT JOIN ledgerEntry e ON e.accountId = a.id
     WHERE a.id IN (${list}) GROUP BY a.id, a.balanceFen, a.version, a.lastPostedAt ORDER BY a.id`,
    ids,
  );
  const wrong = rows.filter(
    (row) =>
      integerOf(row.balanceFen) !== integerOf(row.trueBalanceFen) ||
      integerOf(row.version) !== integerOf(row.trueVersion) ||
      integerOrNull(row.lastPostedAt) !== integerOrNull(row.trueLastPostedAt),
  );
  for (const row of wrong) {
    const figures = [integerOf(row.trueBalanceFen), integerOf(row.trueVersion), integerOrNull(row.trueLastPostedAt), integerOf(row.id)];
    await sql.execute('UPDATE ledgerAccount SET balanceFen = ?, version = ?, lastPostedAt = ? WHERE id = ?', figures);
  }
  return wrong.length;
}

async function rebuildFolded(sql: LedgerSql, ids: readonly number[], newId: () => string): Promise<number> {
  if (ids.length === 0) return 0;
  const one = (expression: string, table: string) => `(SELECT ${expression} FROM ${table} x WHERE x.accountId = a.id)`;
  const rows = await sql.query(
    `SELECT a.id,
       ${one('COALESCE(SUM(x.amountFen), 0)', 'ledgerEntry')} - ${one('COALESCE(SUM(x.amountFen), 0)', 'ledgerDelta')} AS missingFen,
       ${one('COUNT(*)', 'ledgerEntry')} - ${one('COALESCE(SUM(x.entryCount), 0)', 'ledgerDelta')} AS missingCount,
       ${one('MAX(x.postedAt)', 'ledgerEntry')} AS lastPostedAt
     FROM ledgerAccount a WHERE a.id IN (${placeholders(ids.length)}) ORDER BY a.id`,
    ids,
  );
  const corrections = rows.filter((row) => integerOf(row.missingFen) !== 0 || integerOf(row.missingCount) !== 0).map(correction(newId));
  await insertRows(sql, 'ledgerDelta', ['id', 'accountId', 'amountFen', 'entryCount', 'lastPostedAt'], corrections);
  return corrections.length;
}

const correction = (newId: () => string) => (row: SqlRow) => {
  const lastPostedAt = integerOrNull(row.lastPostedAt);
  return [newId(), integerOf(row.id), integerOf(row.missingFen), integerOf(row.missingCount), lastPostedAt];
};
