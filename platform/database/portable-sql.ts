import { CompiledQuery, type Insertable, type RawBuilder, sql } from 'kysely';
import { isUniqueViolation } from './failures';
import type { Transaction } from './port';

/**
 * `SUM(column)` as an integer, 0 over no rows. MySQL answers a SUM of BIGINT as DECIMAL, which is not exact in JavaScript; the cast makes
 * it an integer on every dialect.
 *
 * @param column `column` or `table.column`.
 */
export function sumInteger(column: string): RawBuilder<number> {
  return sql<number>`cast(coalesce(sum(${sql.ref(column)}), 0) as signed)`;
}

/** Signs that LIKE would take as wildcards, escaped with `!`: a backslash ends differently on SQLite and MySQL. */
const plain = (text: string): string => text.replace(/[!%_]/g, (sign) => `!${sign}`);

const subject = (column: string, foldCase: boolean) => (foldCase ? sql`lower(${sql.ref(column)})` : sql.ref(column));

/**
 * Whether a column begins with a text; wildcards in the text count as themselves.
 *
 * @param column `column` or `table.column`.
 * @param foldCase Compares lower case with lower case, because dialects differ in whether LIKE does.
 */
export function textBegins(column: string, text: string, foldCase = false): RawBuilder<boolean> {
  return sql<boolean>`${subject(column, foldCase)} like ${`${plain(foldCase ? text.toLowerCase() : text)}%`} escape '!'`;
}

/** Whether a column holds a text anywhere; see `textBegins`. */
export function textContains(column: string, text: string, foldCase = false): RawBuilder<boolean> {
  return sql<boolean>`${subject(column, foldCase)} like ${`%${plain(foldCase ? text.toLowerCase() : text)}%`} escape '!'`;
}

/**
 * Inserts `row` and answers true, or answers false when a row with one of its unique keys is there already. Every other constraint still
 * fails the statement (INSERT IGNORE would turn a broken CHECK or a text too long into a warning).
 */
export async function insertIfAbsent<R extends Readonly<Record<string, unknown>>>(
  transaction: Transaction,
  table: string,
  row: R,
): Promise<boolean> {
  try {
    await transaction
      .withTables<Record<string, Record<string, unknown>>>()
      .insertInto(table)
      .values(row as Insertable<Record<string, unknown>>)
      .execute();
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** Row counts of one statement; few sizes keep the prepared-statement caches small. */
const CHUNK_SIZES = [64, 16, 4, 1] as const;

/**
 * Inserts many rows with few statements; several times faster than one INSERT per row. Every row must have the keys of the first.
 * Any violated constraint fails.
 */
export async function insertMany<R extends Readonly<Record<string, unknown>>>(
  transaction: Transaction,
  table: string,
  rows: readonly R[],
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  let start = 0;
  for (const size of CHUNK_SIZES) {
    const statement = insertStatement(table, columns, size);
    for (; rows.length - start >= size; start += size) {
      const parameters = rows.slice(start, start + size).flatMap((row) => columns.map((column) => row[column]));
      await transaction.executeQuery(CompiledQuery.raw(statement, parameters));
    }
  }
}

const quote = (identifier: string) => `"${identifier.replaceAll('"', '""')}"`;

function insertStatement(table: string, columns: readonly string[], rowCount: number): string {
  const row = `(${columns.map(() => '?').join(', ')})`;
  return `insert into ${quote(table)} (${columns.map(quote).join(', ')}) values ${Array<string>(rowCount).fill(row).join(', ')}`;
}
