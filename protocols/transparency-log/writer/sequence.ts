import { concatBytes } from '../core/bytes';
import { leafHash } from '../core/hash';
import type { Fault } from '../core/outcome';
import { TILE_HEIGHT } from '../core/tile';
import { appendLeaves, type CompleteNode, rangeRoot, readRange } from '../core/tree';
import type { LogContext } from './context';
import { type Head, readGrowingHead, signCheckpoint } from './head';
import { binary, bytesOf, forUpdate, insertRows, integerOf, type LogSql } from './sql';

export type SequenceOutcome =
  | { readonly status: 'sequenced'; readonly count: number; readonly size: bigint }
  | { readonly status: 'idle' }
  /** Another sequencer was faster; nothing was changed. */
  | { readonly status: 'lost' }
  /** We must not sign. */
  | { readonly status: 'refused'; readonly fault: Fault };

/** Rolls the transaction back. */
class LostRaceError extends Error {}

interface Pending {
  readonly id: number;
  readonly entry: Uint8Array;
}

/**
 * Takes the entries that wait into the tree: numbers them, extends the tree, signs, and swaps the head, all in one transaction. Any number
 * of processes may call it; the comparison with the head that was read lets one of them through. What it signs is published only after a
 * fresh read of the head, so no second root for one size can leave the process.
 */
export async function sequenceBatch(context: LogContext): Promise<SequenceOutcome> {
  try {
    return await context.database.transaction((sql) => sequenceInTransaction(context, sql));
  } catch (error) {
    if (error instanceof LostRaceError) return { status: 'lost' };
    throw error;
  }
}

async function sequenceInTransaction(context: LogContext, sql: LogSql): Promise<SequenceOutcome> {
  const { head, fault } = await readGrowingHead(context, sql, context.guards.lockHead ? forUpdate(sql) : '');
  if (fault !== undefined) return { status: 'refused', fault };
  const pending = await readPending(sql, context.batchSize);
  if (pending.length === 0) return { status: 'idle' };
  await context.step('sequence.afterRead');

  const nodes: CompleteNode[] = [];
  const collect = (node: CompleteNode) => {
    if (node.level > 0 && node.level % TILE_HEIGHT === 0) nodes.push(node);
  };
  const range = appendLeaves(
    readRange(head.size, head.edge),
    pending.map(({ entry }) => leafHash(entry)),
    collect,
  );
  await assignIndexes(context, sql, pending, Number(head.size));
  const rows = nodes.map(({ level, index, hash }) => [level / TILE_HEIGHT, Number(index), binary(hash)]);
  await insertRows(sql, 'logNode', ['tileLevel', 'nodeIndex', 'hash'], rows);
  const root = rangeRoot(range);
  const next = { size: range.size, root, edge: concatBytes(...range.hashes), checkpoint: signCheckpoint(context, range.size, root) };
  await context.step('sequence.beforeHead');
  if (!(await swapHead(context, sql, head, next))) throw new LostRaceError();
  await context.step('sequence.afterHead');
  return { status: 'sequenced', count: pending.length, size: range.size };
}

/** Ids commit out of order, so «has no number yet» is asked, never «is younger than the last». */
async function readPending(sql: LogSql, limit: number): Promise<Pending[]> {
  const rows = await sql.query(`SELECT id, entry FROM logEntry WHERE leafIndex IS NULL ORDER BY id LIMIT ${limit}`, []);
  return rows.map((row) => ({ id: integerOf(row.id), entry: bytesOf(row.entry) }));
}

/** One statement for each run of ids without a gap. The primary key is forced, or rows that others are still writing would be waited for. */
async function assignIndexes({ guards }: LogContext, sql: LogSql, pending: readonly Pending[], firstIndex: number): Promise<void> {
  const table = sql.dialect === 'mysql' ? 'logEntry FORCE INDEX (PRIMARY)' : 'logEntry';
  const update = `UPDATE ${table} SET leafIndex = id + ? WHERE id BETWEEN ? AND ? AND leafIndex IS NULL`;
  let from = 0;
  while (from < pending.length) {
    const firstId = pending[from]?.id ?? 0;
    let until = from + 1;
    while (pending[until]?.id === firstId + until - from) until += 1;
    const count = until - from;
    const parameters = [firstIndex + from - firstId, firstId, firstId + count - 1];
    const { affectedRows } = await sql.execute(update, parameters);
    if (guards.countRows && affectedRows !== count) throw new LostRaceError();
    from = until;
  }
}

async function swapHead({ guards, now }: LogContext, sql: LogSql, old: Head, next: Head): Promise<boolean> {
  const set = 'UPDATE logHead SET size = ?, root = ?, edge = ?, checkpoint = ?, sequencedAt = ? WHERE id = 1';
  const values = [Number(next.size), binary(next.root), binary(next.edge), next.checkpoint, now()];
  const compare = guards.compareHead ? ' AND size = ? AND root = ?' : '';
  const compared = guards.compareHead ? [Number(old.size), binary(old.root)] : [];
  return (await sql.execute(set + compare, [...values, ...compared])).affectedRows === 1;
}
