import { concatBytes, isUint64 } from './bytes';
import { HASH_BYTES, nodeHash } from './hash';
import { accepted, type Checked, refused } from './outcome';

/** Hashes in a full tile and entries in a full bundle. */
export const TILE_WIDTH = 256;
/** Binary levels in a tile. */
export const TILE_HEIGHT = 8;
export const MAX_ENTRY_BYTES = 65_535;

const MAX_TILE_LEVEL = 63;

/** Hashes of the roots of 256^level leaves each, number `index × 256` and following (c2sp.org/tlog-tiles). */
export interface Tile {
  readonly level: number;
  readonly index: bigint;
  /** 1 to 256 hashes. */
  readonly width: number;
}

/** The files of a log by their path below its prefix. */
export type LogFile =
  | { readonly kind: 'checkpoint' }
  | ({ readonly kind: 'tile' } & Tile)
  | { readonly kind: 'entries'; readonly index: bigint; readonly width: number };

export const CHECKPOINT_PATH = 'checkpoint';

/** `tile/<level>/<index>[.p/<width>]`, the index in groups of three digits: 1234067 is `x001/x234/067`. */
export const tilePath = ({ level, index, width }: Tile): string => `tile/${level}/${indexPath(index)}${widthPath(width)}`;

/** `tile/entries/<index>[.p/<width>]` */
export const entriesPath = (index: bigint, width: number): string => `tile/entries/${indexPath(index)}${widthPath(width)}`;

const widthPath = (width: number) => (width === TILE_WIDTH ? '' : `.p/${width}`);

function indexPath(index: bigint): string {
  const digits = index.toString();
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/.{3}/gu) ?? [];
  return groups.map((group, position) => (position < groups.length - 1 ? `x${group}` : group)).join('/');
}

/** Reads a path; undefined for everything that is not written exactly as above. */
export function parseLogPath(path: string): LogFile | undefined {
  if (path === CHECKPOINT_PATH) return { kind: 'checkpoint' };
  const [, levelText, indexText, widthText] =
    /^tile\/([0-9]{1,2}|entries)\/((?:x[0-9]{3}\/){0,6}[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/u.exec(path) ?? [];
  if (levelText === undefined || indexText === undefined) return undefined;
  const index = BigInt(indexText.replace(/[x/]/gu, ''));
  const width = widthText === undefined ? TILE_WIDTH : Number(widthText);
  if (width < 1 || width > TILE_WIDTH || !isUint64(index)) return undefined;
  const file: LogFile =
    levelText === 'entries' ? { kind: 'entries', index, width } : { kind: 'tile', level: Number(levelText), index, width };
  const isExact = (file.kind === 'entries' ? entriesPath(index, width) : tilePath(file)) === path;
  return isExact && (file.kind === 'entries' || file.level <= MAX_TILE_LEVEL) ? file : undefined;
}

/** How many nodes a tree has at a tile level. */
export const nodesAt = (size: bigint, level: number): bigint => size >> BigInt(TILE_HEIGHT * level);

/** Width that a tile has in the tree of that size; 0 when it is not there. */
export function tileWidth(size: bigint, level: number, index: bigint): number {
  const nodes = nodesAt(size, level) - index * BigInt(TILE_WIDTH);
  return nodes <= 0n ? 0 : nodes >= BigInt(TILE_WIDTH) ? TILE_WIDTH : Number(nodes);
}

/** The tiles that the tree of `size` has and the tree of `oldSize` had not, or not as wide; level by level, in order. */
export function* newTiles(oldSize: bigint, size: bigint): Generator<Tile> {
  for (let level = 0; nodesAt(size, level) > 0n; level += 1) {
    const nodes = nodesAt(size, level);
    if (nodesAt(oldSize, level) === nodes) continue;
    for (let index = nodesAt(oldSize, level) >> BigInt(TILE_HEIGHT); index * BigInt(TILE_WIDTH) < nodes; index += 1n)
      yield { level, index, width: tileWidth(size, level, index) };
  }
}

/** Nodes inside tiles that were computed before, by tile: whoever keeps a tile keeps them. */
const innerNodes = new WeakMap<Uint8Array, Map<number, Uint8Array>>();

/**
 * The node inside a tile that is `within` levels above the tile's own hashes, number `offset` of its row. Tiles must not be written to
 * afterwards.
 *
 * @throws RangeError when the tile does not reach so far.
 */
export function nodeInTile(tile: Uint8Array, within: number, offset: number): Uint8Array {
  const known = innerNodes.get(tile) ?? new Map<number, Uint8Array>();
  innerNodes.set(tile, known);
  const find = (height: number, position: number): Uint8Array => {
    if (height === 0) return tile.subarray(position * HASH_BYTES, (position + 1) * HASH_BYTES);
    const name = height * TILE_WIDTH + position;
    const node = known.get(name) ?? nodeHash(find(height - 1, position * 2), find(height - 1, position * 2 + 1));
    known.set(name, node);
    return node;
  };
  if ((offset + 1) * 2 ** within * HASH_BYTES > tile.length) throw new RangeError('the tile is not wide enough');
  return find(within, offset);
}

/** `{ length u16 big endian, entry }` one after the other. @throws RangeError when an entry is too long. */
export function formatBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concatBytes(
    ...entries.flatMap((entry) => {
      if (entry.length > MAX_ENTRY_BYTES) throw new RangeError(`an entry has at most ${MAX_ENTRY_BYTES} bytes`);
      return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
    }),
  );
}

/** Takes a bundle of exactly `width` entries apart. */
export function parseBundle(bytes: Uint8Array, width: number): Checked<readonly Uint8Array[]> {
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const length = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
    const end = offset + 2 + length;
    if (end > bytes.length) return refused('malformed', 'a bundle ends inside an entry');
    entries.push(bytes.slice(offset + 2, end));
    offset = end;
  }
  return entries.length === width ? accepted(entries) : refused('malformed', `a bundle has ${entries.length} entries instead of ${width}`);
}
