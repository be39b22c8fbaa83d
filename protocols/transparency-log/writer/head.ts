import { formatCheckpoint } from '../core/checkpoint';
import { EMPTY_ROOT } from '../core/hash';
import { formatNote } from '../core/note';
import { type Fault, refused } from '../core/outcome';
import type { LogContext } from './context';
import { binary, bytesOf, insertRows, integerOf, type LogSql, textOf } from './sql';

/** The one row that says how far the log is; the commit that changes it is the only commit point. */
export interface Head {
  readonly size: bigint;
  readonly root: Uint8Array;
  /** Hashes of the compact range, one after the other. */
  readonly edge: Uint8Array;
  /** Signed by the log, not cosigned. */
  readonly checkpoint: string;
}

/** @throws Error when the table belongs to another log. */
export async function readHead(sql: LogSql, origin: string, lock = ''): Promise<Head | undefined> {
  const [row] = await sql.query(`SELECT origin, size, root, edge, checkpoint FROM logHead WHERE id = 1${lock}`, []);
  if (row === undefined) return undefined;
  if (textOf(row.origin) !== origin) throw new Error(`this database holds the log ${textOf(row.origin)}, not ${origin}`);
  return { size: BigInt(integerOf(row.size)), root: bytesOf(row.root), edge: bytesOf(row.edge), checkpoint: textOf(row.checkpoint) };
}

/**
 * The head, and a fault when it is smaller than one that this process had seen before it asked: a restored backup. Then nothing is signed
 * until the guard has looked again.
 *
 * @throws Error when there is no head row.
 */
export async function readGrowingHead(
  { origin, memory }: LogContext,
  sql: LogSql,
  lock = '',
): Promise<{ readonly head: Head; readonly fault: Fault | undefined }> {
  const seen = memory.highestSize;
  const head = await readHead(sql, origin, lock);
  if (head === undefined) throw new Error('the log has no head row');
  if (head.size < seen) {
    memory.isOpen = false;
    return { head, fault: refused('rolledBack', `the head has ${head.size} leaves and had ${seen}: the database was set back`).fault };
  }
  if (head.size > memory.highestSize) memory.highestSize = head.size;
  return { head, fault: undefined };
}

/** The head row, made with a signed empty tree where there is none. */
export async function ensureHead(context: LogContext): Promise<Head> {
  const { database, origin } = context;
  const found = await readHead(database.reading, origin);
  if (found !== undefined) return found;
  return database.transaction(async (sql) => {
    const checkpoint = signCheckpoint(context, 0n, EMPTY_ROOT);
    const empty = Buffer.alloc(0);
    const row = [1, origin, 0, binary(EMPTY_ROOT), empty, checkpoint, context.now()];
    await insertRows(sql, 'logHead', ['id', 'origin', 'size', 'root', 'edge', 'checkpoint', 'sequencedAt'], [row], 'skip');
    const head = await readHead(sql, origin);
    if (head === undefined) throw new Error('the head row is not there');
    return head;
  });
}

export function signCheckpoint({ origin, signer }: LogContext, size: bigint, root: Uint8Array): string {
  const text = formatCheckpoint({ origin, size, root });
  return formatNote({ text, signatures: [signer.sign(text)] });
}

/** What the world may know: the latest checkpoint with enough cosignatures. */
export interface Publication {
  readonly size: bigint;
  readonly checkpoint: string;
}

export async function readPublication(sql: LogSql): Promise<Publication | undefined> {
  const [row] = await sql.query('SELECT size, checkpoint FROM logPublication WHERE id = 1', []);
  return row && { size: BigInt(integerOf(row.size)), checkpoint: textOf(row.checkpoint) };
}

/** Puts a checkpoint in force unless one at least as large is. */
export async function advancePublication(sql: LogSql, { size, checkpoint }: Publication, nowMs: number): Promise<void> {
  const columns = ['id', 'size', 'checkpoint', 'publishedAt'];
  if ((await insertRows(sql, 'logPublication', columns, [[1, Number(size), checkpoint, nowMs]], 'skip')) > 0) return;
  const update = 'UPDATE logPublication SET size = ?, checkpoint = ?, publishedAt = ? WHERE id = 1 AND size < ?';
  await sql.execute(update, [Number(size), checkpoint, nowMs, Number(size)]);
}
