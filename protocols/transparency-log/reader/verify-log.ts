import { concatBytes, equalBytes } from '../core/bytes';
import { type OpenedCheckpoint, openCheckpoint, type Trust } from '../core/checkpoint';
import { leafHash } from '../core/hash';
import { accepted, type Checked, refused } from '../core/outcome';
import { newTiles, TILE_HEIGHT, TILE_WIDTH, type Tile, tilePath } from '../core/tile';
import { appendLeaves, type CompactRange, EMPTY_RANGE, rangeRoot } from '../core/tree';
import { type LogSource, MissingFileError, readBundle, readCheckpoint, sourceTiles } from './source';

export interface VerifyLogOptions {
  readonly trust: Trust;
  /** A signed checkpoint kept from earlier: the log must begin with it. */
  readonly from?: string | Uint8Array;
}

export interface VerifiedLog {
  readonly checkpoint: OpenedCheckpoint;
  /** Tiles and bundles that were read. */
  readonly files: number;
  /** Size of the checkpoint kept from earlier, when there was one. */
  readonly fromSize?: bigint;
}

const AT_ONCE = 16;

/**
 * Reads a whole log and recomputes everything: checkpoint and signatures, every entry bundle, every tile against its entries or the tiles
 * below, the root. The first fault is named. Rejects only when the source cannot be read.
 */
export async function verifyLog(source: LogSource, { trust, from }: VerifyLogOptions): Promise<Checked<VerifiedLog>> {
  const bytes = await readCheckpoint(source);
  if (bytes === undefined) return refused('missing', `${source.name} has no checkpoint`);
  const checkpoint = openCheckpoint(bytes, trust);
  if (!checkpoint.ok) return checkpoint;
  const kept = from === undefined ? undefined : openCheckpoint(from, { origin: trust.origin, logKey: trust.logKey });
  if (kept !== undefined && !kept.ok) return refused(kept.fault.code, `the checkpoint kept from earlier: ${kept.fault.message}`);
  const { size, root } = checkpoint.value;
  if (kept !== undefined && kept.value.size > size)
    return refused('rolledBack', `the log had ${kept.value.size} leaves before and shows ${size} now`);
  try {
    const tree = await readTree(source, size, kept?.value.size);
    if (!tree.ok) return tree;
    if (!equalBytes(rangeRoot(tree.value.range), root)) return refused('badProof', 'the entries do not hash to the root of the checkpoint');
    if (kept !== undefined && !equalBytes(tree.value.keptRoot, kept.value.root))
      return refused('inconsistent', `the first ${kept.value.size} entries are not those of the checkpoint kept from earlier`);
    const { files } = tree.value;
    return accepted({ checkpoint: checkpoint.value, files, ...(kept === undefined ? {} : { fromSize: kept.value.size }) });
  } catch (error) {
    if (error instanceof MissingFileError) return refused('missing', error.message);
    throw error;
  }
}

interface ReadTree {
  readonly range: CompactRange;
  readonly keptRoot: Uint8Array;
  readonly files: number;
}

/** Builds the tree from the bundles and compares every tile on the way. */
async function readTree(source: LogSource, size: bigint, keptSize: bigint | undefined): Promise<Checked<ReadTree>> {
  let range = EMPTY_RANGE;
  let keptRoot = rangeRoot(EMPTY_RANGE);
  let files = 0;
  /** Hashes of each tile level above the leaves. */
  const rows: Uint8Array[][] = [];
  const grow = (leaves: readonly Uint8Array[]) => {
    range = appendLeaves(range, leaves, ({ level, hash }) => {
      if (level === 0 || level % TILE_HEIGHT !== 0) return;
      const row = rows[level / TILE_HEIGHT] ?? [];
      rows[level / TILE_HEIGHT] = row;
      row.push(hash);
    });
    if (range.size === keptSize) keptRoot = rangeRoot(range);
  };
  const readTile = sourceTiles(source);
  for await (const { tile, leaves } of bottomTiles(source, size)) {
    if (!equalBytes(await readTile(tile), concatBytes(...leaves)))
      return refused('badProof', `${tilePath(tile)} is not the hashes of its entries`);
    const until = keptSize === undefined || keptSize <= range.size ? leaves.length : Number(keptSize - range.size);
    grow(leaves.slice(0, until));
    grow(leaves.slice(until));
    files += 2;
  }
  for (const tile of newTiles(0n, size)) {
    if (tile.level === 0) continue;
    const first = Number(tile.index) * TILE_WIDTH;
    const expected = concatBytes(...(rows[tile.level] ?? []).slice(first, first + tile.width));
    if (!equalBytes(await readTile(tile), expected)) return refused('badProof', `${tilePath(tile)} is not the hashes of the tiles below`);
    files += 1;
  }
  return accepted({ range, keptRoot, files });
}

/** Level-0 tiles in order with the hashes of their entries, read some at a time. */
async function* bottomTiles(source: LogSource, size: bigint): AsyncGenerator<{ tile: Tile; leaves: readonly Uint8Array[] }> {
  let waiting: Promise<{ tile: Tile; leaves: readonly Uint8Array[] }>[] = [];
  const read = async (tile: Tile) => ({ tile, leaves: (await readBundle(source, tile.index, tile.width)).map(leafHash) });
  for (const tile of newTiles(0n, size)) {
    if (tile.level > 0) break;
    waiting.push(read(tile));
    if (waiting.length < AT_ONCE) continue;
    yield* await Promise.all(waiting);
    waiting = [];
  }
  yield* await Promise.all(waiting);
}
