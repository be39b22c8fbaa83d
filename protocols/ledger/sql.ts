/**
 * The port to the database: the only thing this package asks of its host.
 *
 * The caller opens the transaction, hands in one `LedgerSql` bound to it, commits or rolls back, and retries the whole
 * transaction on deadlock and busy errors. Nothing here begins or ends a transaction; a savepoint is used inside.
 *
 * - `?` is the placeholder. Parameters are strings, safe integers and null.
 * - Column names come back as written. Integers may come back as number, bigint or decimal string; all are checked.
 * - `affectedRows` counts rows that were matched (SQLite, mysql2's default `FOUND_ROWS`).
 * - SQLite: begin IMMEDIATE. MySQL and MariaDB: READ COMMITTED, text protocol (`query`, not `execute`, of mysql2).
 */
export interface LedgerSql {
  readonly dialect: LedgerDialect;
  query(statement: string, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  execute(statement: string, parameters: readonly SqlValue[]): Promise<{ readonly affectedRows: number }>;
}

export type LedgerDialect = 'sqlite' | 'mysql';
export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, unknown>>;

/** Rows per statement: below SQLite's 32,766 and MySQL's 65,535 parameters for the widest table here. */
const ROWS_PER_STATEMENT = 200;

/** Reads an integer column whatever the driver made of it. @throws TypeError on anything that is not a safe integer. */
export function integerOf(value: unknown): number {
  const number = typeof value === 'bigint' || (typeof value === 'string' && /^-?\d+$/.test(value)) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new TypeError(`not a safe integer: ${String(value)}`);
  return number;
}

export function integerOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : integerOf(value);
}

/** @throws TypeError when the column is not text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  throw new TypeError(`not text: ${typeof value}`);
}

export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : textOf(value);
}

/** `?, ?, …` */
export const placeholders = (count: number): string => '?, '.repeat(count).slice(0, -2);

export function chunked<T>(items: readonly T[], size: number = ROWS_PER_STATEMENT): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

/** Runs `SELECT … WHERE column IN (…)` in chunks; `before` ends in `IN`, `after` may hold the ORDER BY and the lock. */
export async function queryIn(sql: LedgerSql, before: string, values: readonly SqlValue[], after = ''): Promise<readonly SqlRow[]> {
  const rows: SqlRow[] = [];
  for (const chunk of chunked(values)) rows.push(...(await sql.query(`${before} (${placeholders(chunk.length)}) ${after}`, chunk)));
  return rows;
}

/** What to do with a row whose unique key is taken: fail, or leave the old row and count the new one as not inserted. */
export type OnTaken = 'fail' | 'skip';

/** Multi-row INSERT. Answers how many rows went in. */
export async function insertRows(
  sql: LedgerSql,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
  onTaken: OnTaken = 'fail',
): Promise<number> {
  const verb = onTaken === 'skip' && sql.dialect === 'mysql' ? 'INSERT IGNORE' : 'INSERT';
  const tail = onTaken === 'skip' && sql.dialect === 'sqlite' ? ' ON CONFLICT DO NOTHING' : '';
  const tuple = `(${placeholders(columns.length)})`;
  let inserted = 0;
  for (const chunk of chunked(rows)) {
    const values = `${tuple}, `.repeat(chunk.length).slice(0, -2);
    const statement = `${verb} INTO ${table} (${columns.join(', ')}) VALUES ${values}${tail}`;
    inserted += (await sql.execute(statement, chunk.flat())).affectedRows;
  }
  return inserted;
}

/** Locking suffix for reads that decide; SQLite's single writer needs none. */
export const forUpdate = (sql: LedgerSql): string => (sql.dialect === 'mysql' ? 'FOR UPDATE' : '');
