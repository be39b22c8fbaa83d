import { EMPTY_ROOT, HASH_BYTES } from './hash';
import { consistencyPath, inclusionPath } from './path';
import type { LeafRange } from './proof';
import { nodeInTile, TILE_HEIGHT, type Tile, tileWidth } from './tile';
import { foldRight } from './tree';

/** Reads tiles of a log, each exactly `width` hashes; rejects when one is not there. Nothing it returns is trusted. */
export type ReadTile = (tile: Tile) => Promise<Uint8Array>;

/** Makes an inclusion proof for a leaf. @throws RangeError when the tree has no such leaf, and what `readTile` rejects with. */
export const proveInclusion = (readTile: ReadTile, index: bigint, size: bigint): Promise<Uint8Array[]> =>
  hashRanges(readTile, inclusionPath(index, size), size);

/** Makes a consistency proof; empty for old size 0 and for equal sizes. @throws RangeError when the old size is larger. */
export const proveConsistency = (readTile: ReadTile, oldSize: bigint, size: bigint): Promise<Uint8Array[]> =>
  hashRanges(readTile, consistencyPath(oldSize, size), size);

/** Root of the first `size` leaves, from tiles of a tree that has at least as many. */
export async function rootFromTiles(readTile: ReadTile, size: bigint, treeSize: bigint = size): Promise<Uint8Array> {
  const [root] = size === 0n ? [EMPTY_ROOT] : await hashRanges(readTile, [{ start: 0n, end: size }], treeSize);
  return root ?? EMPTY_ROOT;
}

/** Hashes of subtrees of a tree of `size` leaves, each tile read once. */
export async function hashRanges(readTile: ReadTile, ranges: readonly LeafRange[], size: bigint): Promise<Uint8Array[]> {
  const parts = ranges.map(completeNodes);
  const tiles = new Map<string, Uint8Array>();
  for (const place of parts.flat().map(placeInTile)) {
    const key = `${place.level}/${place.index}`;
    if (tiles.has(key)) continue;
    const width = tileWidth(size, place.level, place.index);
    const tile = await readTile({ level: place.level, index: place.index, width });
    if (tile.length !== width * HASH_BYTES) throw new RangeError(`tile ${key} has a wrong length`);
    tiles.set(key, tile);
  }
  return parts.map((nodes) =>
    foldRight(
      nodes.map(placeInTile).map(({ level, index, within, offset }) => {
        const tile = tiles.get(`${level}/${index}`);
        if (tile === undefined) throw new RangeError('a tile was left unread');
        return nodeInTile(tile, within, offset);
      }),
    ),
  );
}

interface TreeNode {
  readonly level: number;
  readonly index: bigint;
}

/** Cuts a range of leaves into complete nodes of the tree, left to right. */
function completeNodes({ start, end }: LeafRange): TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let position = start; position < end; ) {
    let level = 0;
    while (!((position >> BigInt(level)) & 1n) && position + (2n << BigInt(level)) <= end) level += 1;
    nodes.push({ level, index: position >> BigInt(level) });
    position += 1n << BigInt(level);
  }
  return nodes;
}

/** Where a node is found: tile, rows above the tile's hashes, and position in that row. */
function placeInTile({ level, index }: TreeNode) {
  const within = level % TILE_HEIGHT;
  const rowBits = BigInt(TILE_HEIGHT - within);
  return {
    level: (level - within) / TILE_HEIGHT,
    index: index >> rowBits,
    within,
    offset: Number(index & ((1n << rowBits) - 1n)),
  };
}
