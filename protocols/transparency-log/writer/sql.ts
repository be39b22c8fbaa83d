/**
 * The port to the database, the only thing that the writer asks of its host besides files.
 *
 * - `?` is the placeholder. Parameters are texts, safe integers, Buffers and null.
 * - Column names come back as written. Integers may come back as number, bigint or decimal text; binary columns as Uint8Array.
 * - `affectedRows` counts rows that were matched (SQLite, mysql2's default `FOUND_ROWS`).
 */
export interface LogSql {
  readonly dialect: LogDialect;
  query(statement: string, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  execute(statement: string, parameters: readonly SqlValue[]): Promise<{ readonly affectedRows: number }>;
}

/** What the jobs need: they open transactions of their own. */
export interface LogDatabase {
  /** Reads of committed data outside any transaction. */
  readonly reading: LogSql;
  /**
   * Commits what `work` did, or rolls back and rejects with what it threw. Repeats the whole work on deadlock and busy errors.
   * SQLite: begin IMMEDIATE, `synchronous = FULL`. MySQL and MariaDB: READ COMMITTED, durable commits.
   */
  transaction<T>(work: (sql: LogSql) => Promise<T>): Promise<T>;
}

export type LogDialect = 'sqlite' | 'mysql';
export type SqlValue = string | number | null | Buffer;
export type SqlRow = Readonly<Record<string, unknown>>;

/** Rows per statement: far below the parameter limits of both dialects. */
const ROWS_PER_STATEMENT = 200;

/** Reads an integer column. @throws TypeError on anything that is not a safe integer. */
export function integerOf(value: unknown): number {
  const number = typeof value === 'bigint' || (typeof value === 'string' && /^-?\d+$/.test(value)) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new TypeError(`not a safe integer: ${String(value)}`);
  return number;
}

/** @throws TypeError when the column is not text. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`not text: ${typeof value}`);
  return value;
}

/** @throws TypeError when the column is not binary. */
export function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`not binary: ${typeof value}`);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

export const binary = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** `?, ?, …` */
export const placeholders = (count: number): string => '?, '.repeat(count).slice(0, -2);

export function chunked<T>(items: readonly T[], size: number = ROWS_PER_STATEMENT): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

/** Runs `SELECT … WHERE column IN` with the values, in chunks. */
export async function queryIn(sql: LogSql, beforeValues: string, values: readonly SqlValue[]): Promise<readonly SqlRow[]> {
  const rows: SqlRow[] = [];
  for (const chunk of chunked(values)) rows.push(...(await sql.query(`${beforeValues} (${placeholders(chunk.length)})`, chunk)));
  return rows;
}

/** What to do with a row whose unique key is taken: fail, or leave the old row. */
export type OnTaken = 'fail' | 'skip';

/** Multi-row INSERT; answers how many rows went in. With `skip` the values must have been checked: MySQL's IGNORE would also cut them. */
export async function insertRows(
  sql: LogSql,
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
    inserted += (await sql.execute(`${verb} INTO ${table} (${columns.join(', ')}) VALUES ${values}${tail}`, chunk.flat())).affectedRows;
  }
  return inserted;
}

/** Locking suffix for reads that decide; SQLite's single writer needs none. */
export const forUpdate = (sql: LogSql): string => (sql.dialect === 'mysql' ? ' FOR UPDATE' : '');
