import { fen } from '@qianxing/money';
import { balancesAt } from './balance';
import type { AccountReference, PostingDetail, StatementPage, StatementQuery, StatementRow } from './model';
import { addressOf } from './posting';
import { integerOf, integerOrNull, type LedgerSql, type SqlRow, type SqlValue, textOf, textOrNull } from './sql';

const PAGE_LIMIT = 200;
const PAGE_DEFAULT = 50;

/** Place of one entry in its account: instant, then chain position (0 on folded accounts), then transaction and seq. */
type Place = readonly [postedAt: number, accountVersion: number, transactionId: string, seq: number];

const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

function placeOf(cursor: string): Place {
  try {
    const [postedAt, accountVersion, transactionId, seq, ...more]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (more.length === 0) return [integerOf(postedAt), integerOf(accountVersion), textOf(transactionId), integerOf(seq)];
  } catch {
    // One answer for every kind of bad cursor, below.
  }
  throw new RangeError('not a cursor of a statement');
}

/** Parsed explanation of a posting. */
export function detailOf(value: unknown): PostingDetail | null {
  const text = textOrNull(value);
  return text === null ? null : (JSON.parse(text) as PostingDetail);
}

export async function statement(sql: LedgerSql, account: AccountReference, query: StatementQuery = {}): Promise<StatementPage> {
  const limit = query.limit ?? PAGE_DEFAULT;
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > PAGE_LIMIT) throw new RangeError(`limit must be from 1 to ${PAGE_LIMIT}`);
  const { text, parameters } = statementQuery(account, query, limit + 1);
  const rows = await sql.query(text, parameters);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const page = { rows: shown.map(rowOf) };
  return rows.length > limit && last !== undefined ? { ...page, nextCursor: cursorOf(placeOfRow(last)) } : page;
}

function statementQuery(account: AccountReference, query: StatementQuery, count: number): { text: string; parameters: SqlValue[] } {
  const newestFirst = query.order === 'newestFirst';
  const conditions = ['a.address = ?'];
  const parameters: SqlValue[] = [addressOf(account)];
  const add = (condition: string, ...values: SqlValue[]) => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (query.from !== undefined) add('e.postedAt >= ?', integerOf(query.from));
  if (query.until !== undefined) add('e.postedAt < ?', integerOf(query.until));
  if (query.cursor !== undefined) {
    const [postedAt, version, transactionId, seq] = placeOf(query.cursor);
    const beyond = newestFirst ? '<' : '>';
    add(`e.postedAt ${beyond}= ?`, postedAt);
    add(
      `(e.postedAt ${beyond} ? OR COALESCE(e.accountVersion, 0) ${beyond} ? OR (COALESCE(e.accountVersion, 0) = ?
        AND (e.transactionId ${beyond} ? OR (e.transactionId = ? AND e.seq ${beyond} ?))))`,
      ...[postedAt, version, version, transactionId, transactionId, seq],
    );
  }
  const direction = newestFirst ? 'DESC' : 'ASC';
  const order = ['e.postedAt', 'e.accountVersion', 'e.transactionId', 'e.seq'].map((column) => `${column} ${direction}`).join(', ');
  const text = `SELECT e.transactionId, e.seq, e.amountFen, e.balanceAfterFen, e.accountVersion, e.postedAt,
      t.idempotencyKey, t.kind, t.referenceType, t.referenceId, t.detail
    FROM ledgerAccount a JOIN ledgerEntry e ON e.accountId = a.id JOIN ledgerTransaction t ON t.id = e.transactionId
    WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${count}`;
  return { text, parameters };
}

const placeOfRow = (row: SqlRow): Place => [
  integerOf(row.postedAt),
  integerOrNull(row.accountVersion) ?? 0,
  textOf(row.transactionId),
  integerOf(row.seq),
];

function rowOf(row: SqlRow): StatementRow {
  const balanceAfter = integerOrNull(row.balanceAfterFen);
  return {
    transactionId: textOf(row.transactionId),
    seq: integerOf(row.seq),
    key: textOf(row.idempotencyKey),
    kind: textOf(row.kind),
    reference: { type: textOf(row.referenceType), id: textOf(row.referenceId) },
    detail: detailOf(row.detail),
    amountFen: fen(integerOf(row.amountFen)),
    balanceAfterFen: balanceAfter === null ? null : fen(balanceAfter),
    postedAt: integerOf(row.postedAt),
  };
}

/** All rows of `[from, until)`, oldest first, each with the running balance, also on folded accounts. */
export async function* exportStatement(
  sql: LedgerSql,
  account: AccountReference,
  period: { readonly from: number; readonly until: number },
): AsyncGenerator<StatementRow & { readonly balanceAfterFen: NonNullable<StatementRow['balanceAfterFen']> }> {
  const [opening] = await balancesAt(sql, [account], period.from);
  let running = opening?.balanceFen ?? fen(0);
  let cursor: string | undefined;
  do {
    const page: StatementPage = await statement(sql, account, {
      ...period,
      limit: PAGE_LIMIT,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const row of page.rows) {
      running = fen(running + row.amountFen);
      yield { ...row, balanceAfterFen: running };
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
