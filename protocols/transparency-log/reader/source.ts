import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BYTES } from '../core/hash';
import { CHECKPOINT_PATH, entriesPath, MAX_ENTRY_BYTES, parseBundle, parseLogPath, TILE_WIDTH, type Tile, tilePath } from '../core/tile';
import type { ReadTile } from '../core/tile-proof';

/** Where somebody else reads a log from. Nothing that it gives is trusted. */
export interface LogSource {
  /** For messages. */
  readonly name: string;
  /** A file by its path below the log's prefix; undefined when it is not there. Rejects when that cannot be told. */
  read(path: string): Promise<Uint8Array | undefined>;
}

const MAX_CHECKPOINT_BYTES = 1_000_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** The folder that a log was published to. */
export const folderSource = (folder: string): LogSource => ({
  name: folder,
  async read(path) {
    try {
      return new Uint8Array(await readFile(join(folder, path)));
    } catch (error) {
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
      throw error;
    }
  },
});

/** A log by its URL prefix. Answers that are longer than the file can be are cut off. */
export const httpSource = (prefix: string): LogSource => ({
  name: prefix,
  async read(path) {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const response = await fetch(`${prefix.replace(/\/$/, '')}/${path}`, { signal });
    if (response.status === 404) return undefined;
    if (!response.ok || response.body === null) throw new Error(`${path}: the server answered ${response.status}`);
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of response.body) {
      length += part.length;
      if (length > longest(path)) throw new RangeError(`${path}: the answer is too long`);
      parts.push(part);
    }
    return new Uint8Array(Buffer.concat(parts));
  },
});

function longest(path: string): number {
  const file = parseLogPath(path);
  if (file === undefined || file.kind === 'checkpoint') return MAX_CHECKPOINT_BYTES;
  return file.width * (file.kind === 'tile' ? HASH_BYTES : 2 + MAX_ENTRY_BYTES);
}

export const readCheckpoint = (source: LogSource): Promise<Uint8Array | undefined> => source.read(CHECKPOINT_PATH);

/** Tiles of a source; where a partial tile has gone, the beginning of the full one. */
export const sourceTiles =
  (source: LogSource): ReadTile =>
  async (tile) => {
    const found = (await source.read(tilePath(tile))) ?? (await beginningOfFull(source, tile));
    if (found === undefined || found.length !== tile.width * HASH_BYTES) throw new MissingFileError(tilePath(tile));
    return found;
  };

async function beginningOfFull(source: LogSource, tile: Tile): Promise<Uint8Array | undefined> {
  const full = tile.width === TILE_WIDTH ? undefined : await source.read(tilePath({ ...tile, width: TILE_WIDTH }));
  return full?.length === TILE_WIDTH * HASH_BYTES ? full.slice(0, tile.width * HASH_BYTES) : undefined;
}

/** A file that must be there is not, or is not in order. */
export class MissingFileError extends Error {
  constructor(readonly path: string) {
    super(`${path} is not there or not in order`);
  }
}

/** The entries of a bundle; where a partial bundle has gone, the beginning of the full one. */
export async function readBundle(source: LogSource, index: bigint, width: number): Promise<readonly Uint8Array[]> {
  const path = entriesPath(index, width);
  const exact = await source.read(path);
  const full = exact === undefined && width < TILE_WIDTH ? await source.read(entriesPath(index, TILE_WIDTH)) : undefined;
  const parsed = exact ? parseBundle(exact, width) : full && parseBundle(full, TILE_WIDTH);
  if (!parsed?.ok) throw new MissingFileError(path);
  return parsed.value.slice(0, width);
}
