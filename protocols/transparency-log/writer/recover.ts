import { concatBytes, equalBytes, toBase64, toHex } from '../core/bytes';
import { leafHash } from '../core/hash';
import { accepted, type Checked, refused } from '../core/outcome';
import { entriesPath, parseBundle, TILE_HEIGHT, TILE_WIDTH, tileWidth } from '../core/tile';
import { appendLeaves, type CompleteNode, rangeRoot, readRange } from '../core/tree';
import type { LogContext } from './context';
import { readStoredCheckpoint } from './guard';
import { readHead, signCheckpoint } from './head';
import { binary, bytesOf, forUpdate, insertRows, integerOf, type LogSql } from './sql';

/**
 * After a restored backup: takes the entries that the database lost back from the published bundles, so that the log goes on where the
 * world has seen it. Refuses unless they lead exactly to the published root. Answers how many were taken back. A person calls this, after
 * having looked why.
 */
export async function recoverFromStorage(context: LogContext): Promise<Checked<number>> {
  const stored = await readStoredCheckpoint(context);
  if (stored === undefined) return refused('missing', 'there is no published checkpoint');
  if (!stored.ok) return stored;
  const { size, root } = stored.value;
  const head = await readHead(context.database.reading, context.origin);
  if (head === undefined) return refused('missing', 'the database holds no log');
  if (head.size >= size) return accepted(0);
  const lost = await readBundles(context, head.size, size);
  if (!lost.ok) return lost;
  const nodes: CompleteNode[] = [];
  const range = appendLeaves(readRange(head.size, head.edge), lost.value.map(leafHash), (node) => {
    if (node.level > 0 && node.level % TILE_HEIGHT === 0) nodes.push(node);
  });
  if (!equalBytes(rangeRoot(range), root))
    return refused('inconsistent', 'the bundles do not lead from the database to the published root');
  await context.database.transaction(async (sql) => {
    const now = await readHead(sql, context.origin, forUpdate(sql));
    if (now?.size !== head.size) throw new Error('the head moved during the recovery');
    await putBack(sql, lost.value, Number(head.size), context.now());
    const rows = nodes.map(({ level, index, hash }) => [level / TILE_HEIGHT, Number(index), binary(hash)]);
    await insertRows(sql, 'logNode', ['tileLevel', 'nodeIndex', 'hash'], rows);
    const edge = binary(concatBytes(...range.hashes));
    const update = 'UPDATE logHead SET size = ?, root = ?, edge = ?, checkpoint = ? WHERE id = 1 AND size = ?';
    await sql.execute(update, [Number(size), binary(root), edge, signCheckpoint(context, size, root), Number(head.size)]);
  });
  context.memory.highestSize = size;
  return accepted(lost.value.length);
}

async function readBundles({ storage }: LogContext, from: bigint, until: bigint): Promise<Checked<Uint8Array[]>> {
  const entries: Uint8Array[] = [];
  for (let index = from / BigInt(TILE_WIDTH); index * BigInt(TILE_WIDTH) < until; index += 1n) {
    const width = tileWidth(until, 0, index);
    const bytes = await storage.read(entriesPath(index, width));
    const bundle = bytes && parseBundle(bytes, width);
    if (!bundle?.ok) return refused('missing', `${entriesPath(index, width)} is not there or not in order`);
    const skip = index * BigInt(TILE_WIDTH) < from ? Number(from - index * BigInt(TILE_WIDTH)) : 0;
    entries.push(...bundle.value.slice(skip));
  }
  return accepted(entries);
}

/** An entry that still waits in the database gets its number back; one that is lost comes back under the number as its key. */
async function putBack(sql: LogSql, entries: readonly Uint8Array[], firstIndex: number, nowMs: number): Promise<void> {
  const waiting = new Map<string, number[]>();
  for (const row of await sql.query('SELECT id, entry FROM logEntry WHERE leafIndex IS NULL ORDER BY id DESC', [])) {
    const name = toHex(bytesOf(row.entry));
    waiting.set(name, [...(waiting.get(name) ?? []), integerOf(row.id)]);
  }
  for (const [offset, entry] of entries.entries()) {
    const leafIndex = firstIndex + offset;
    const id = waiting.get(toHex(entry))?.pop();
    if (id !== undefined) await sql.execute('UPDATE logEntry SET leafIndex = ? WHERE id = ? AND leafIndex IS NULL', [leafIndex, id]);
    else {
      const row = [`recovered:${leafIndex}:${toBase64(entry.subarray(0, 12))}`, binary(entry), nowMs, leafIndex];
      await insertRows(sql, 'logEntry', ['leafKey', 'entry', 'appendedAt', 'leafIndex'], [row]);
    }
  }
}
