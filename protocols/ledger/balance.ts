import { fen } from '@qianxing/money';
import type { AccountReference, Balance } from './model';
import { addressOf } from './posting';
import { forUpdate, insertRows, integerOf, integerOrNull, type LedgerSql, placeholders, queryIn, textOf } from './sql';

interface Figures {
  readonly balanceFen: number;
  readonly entryCount: number;
  readonly lastPostedAt: number | null;
}

const NOTHING: Figures = { balanceFen: 0, entryCount: 0, lastPostedAt: null };

function answer(accounts: readonly AccountReference[], byAddress: ReadonlyMap<string, Figures>): Balance[] {
  return accounts.map((account) => {
    const { balanceFen, entryCount, lastPostedAt } = byAddress.get(addressOf(account)) ?? NOTHING;
    return { account, balanceFen: fen(balanceFen), entryCount, lastPostedAt };
  });
}

const addressesOf = (accounts: readonly AccountReference[]) => [...new Set(accounts.map(addressOf))].sort();

/** Current balances; on folded accounts the sum of the deltas not yet merged, of which there are few. */
export async function balances(sql: LedgerSql, accounts: readonly AccountReference[]): Promise<readonly Balance[]> {
  const exact = 'SELECT address, balanceFen, version AS entryCount, lastPostedAt FROM ledgerAccount WHERE folded = 0 AND address IN';
  const folded = `SELECT a.address, SUM(d.amountFen) AS balanceFen, SUM(d.entryCount) AS entryCount, MAX(d.lastPostedAt) AS lastPostedAt
    FROM ledgerAccount a JOIN ledgerDelta d ON d.accountId = a.id WHERE a.folded = 1 AND a.address IN`;
  return answer(accounts, await figures(sql, accounts, [exact, ''], [folded, 'GROUP BY a.address']));
}

/** Balances counting the entries posted before `instant` (UTC ms, exclusive). */
export async function balancesAt(sql: LedgerSql, accounts: readonly AccountReference[], instant: number): Promise<readonly Balance[]> {
  const before = integerOf(instant);
  const summed = `SELECT a.address, SUM(e.amountFen) AS balanceFen, COUNT(*) AS entryCount, MAX(e.postedAt) AS lastPostedAt
    FROM ledgerAccount a JOIN ledgerEntry e ON e.accountId = a.id AND e.postedAt < ${before} WHERE a.address IN`;
  return answer(accounts, await figures(sql, accounts, [summed, 'GROUP BY a.address']));
}

async function figures(
  sql: LedgerSql,
  accounts: readonly AccountReference[],
  ...queries: readonly (readonly [before: string, after: string])[]
): Promise<ReadonlyMap<string, Figures>> {
  const byAddress = new Map<string, Figures>();
  for (const [before, after] of queries) {
    for (const row of await queryIn(sql, before, addressesOf(accounts), after)) {
      byAddress.set(textOf(row.address), {
        balanceFen: integerOf(row.balanceFen),
        entryCount: integerOf(row.entryCount),
        lastPostedAt: integerOrNull(row.lastPostedAt),
      });
    }
  }
  return byAddress;
}

/** Merges up to `limit` deltas per folded account into one. */
export async function foldDeltas(sql: LedgerSql, limit: number, newId: () => string): Promise<number> {
  const crowded = await sql.query('SELECT accountId FROM ledgerDelta GROUP BY accountId HAVING COUNT(*) > 1 ORDER BY accountId', []);
  let removed = 0;
  for (const { accountId } of crowded) removed += await foldAccount(sql, integerOf(accountId), limit, newId);
  return removed;
}

async function foldAccount(sql: LedgerSql, accountId: number, limit: number, newId: () => string): Promise<number> {
  const rows = await sql.query(
    `SELECT id, amountFen, entryCount, lastPostedAt FROM ledgerDelta WHERE accountId = ? ORDER BY id LIMIT ${limit} ${forUpdate(sql)}`,
    [accountId],
  );
  if (rows.length < 2) return 0;
  const sum = (column: string) => rows.reduce((total, row) => total + integerOf(row[column]), 0);
  const ids = rows.map((row) => textOf(row.id));
  const statement = `DELETE FROM ledgerDelta WHERE accountId = ? AND id IN (${placeholders(ids.length)})`;
  const { affectedRows } = await sql.execute(statement, [accountId, ...ids]);
  if (affectedRows !== ids.length) throw new Error('deltas changed while they were merged: run in a transaction');
  const lastPostedAt = Math.max(...rows.map((row) => integerOrNull(row.lastPostedAt) ?? 0));
  const merged = [newId(), accountId, integerOf(sum('amountFen')), sum('entryCount'), lastPostedAt];
  await insertRows(sql, 'ledgerDelta', ['id', 'accountId', 'amountFen', 'entryCount', 'lastPostedAt'], [merged]);
  return ids.length - 1;
}
