import { equalBytes } from '../core/bytes';
import { MAX_ENTRY_BYTES } from '../core/tile';
import { binary, bytesOf, insertRows, type LogSql, queryIn, textOf } from './sql';

/** An entry to be taken into the log. */
export interface NewLeaf {
  /** Natural key, unique for ever: asked again with the same key, nothing is appended twice. At most 160 characters. */
  readonly leafKey: string;
  /** At most 65,535 bytes. Everybody will be able to read it. */
  readonly entry: Uint8Array;
}

/** `accepted`: it is, or will be, in the log exactly once. `keyReused`: the key stands for other bytes; nothing was written for it. */
export type AppendOutcome = 'accepted' | 'keyReused';

const MAX_LEAVES = 2_000;
const MAX_KEY_LENGTH = 160;

/**
 * Leaves entries for the sequencer, inside the caller's transaction: they are in the log when that commits, and never were when it rolls
 * back. Nothing is hashed and no shared row is touched.
 *
 * @throws RangeError for a key or an entry of a wrong length, or more than 2,000 leaves.
 */
export async function appendLeavesToLog(sql: LogSql, leaves: readonly NewLeaf[], nowMs: number): Promise<readonly AppendOutcome[]> {
  if (leaves.length > MAX_LEAVES) throw new RangeError(`at most ${MAX_LEAVES} leaves at once`);
  for (const { leafKey, entry } of leaves) {
    if (leafKey.length === 0 || leafKey.length > MAX_KEY_LENGTH) throw new RangeError('a leaf key has 1 to 160 characters');
    if (entry.length > MAX_ENTRY_BYTES) throw new RangeError(`an entry has at most ${MAX_ENTRY_BYTES} bytes`);
  }
  const rows = leaves.map(({ leafKey, entry }) => [leafKey, binary(entry), nowMs]);
  const inserted = await insertRows(sql, 'logEntry', ['leafKey', 'entry', 'appendedAt'], rows, 'skip');
  if (inserted === leaves.length) return leaves.map(() => 'accepted');
  const keys = [...new Set(leaves.map(({ leafKey }) => leafKey))];
  const found = await queryIn(sql, 'SELECT leafKey, entry FROM logEntry WHERE leafKey IN', keys);
  const stored = new Map(found.map((row) => [textOf(row.leafKey), bytesOf(row.entry)]));
  return leaves.map(({ leafKey, entry }) => {
    const kept = stored.get(leafKey);
    return kept !== undefined && equalBytes(kept, entry) ? 'accepted' : 'keyReused';
  });
}
