import { concatBytes } from '../core/bytes';
import { leafHash } from '../core/hash';
import { TILE_WIDTH, type Tile, tilePath } from '../core/tile';
import type { ReadTile } from '../core/tile-proof';
import { bytesOf, type LogSql } from './sql';

/** Entries `[first, first + count)` that are in the tree. @throws RangeError when some are not. */
export async function readEntries(sql: LogSql, first: bigint, count: number): Promise<Uint8Array[]> {
  const query = 'SELECT entry FROM logEntry WHERE leafIndex >= ? AND leafIndex < ? ORDER BY leafIndex';
  const rows = await sql.query(query, [Number(first), Number(first) + count]);
  if (rows.length !== count) throw new RangeError(`entries ${first} to ${first + BigInt(count) - 1n} are not all there`);
  return rows.map((row) => bytesOf(row.entry));
}

/** Makes tiles out of what the database has; nothing published is needed. */
export const databaseTiles =
  (sql: LogSql): ReadTile =>
  async (tile) =>
    concatBytes(...(tile.level === 0 ? await leafHashes(sql, tile) : await nodeHashes(sql, tile)));

const leafHashes = async (sql: LogSql, { index, width }: Tile) => (await readEntries(sql, index * BigInt(TILE_WIDTH), width)).map(leafHash);

async function nodeHashes(sql: LogSql, { level, index, width }: Tile): Promise<Uint8Array[]> {
  const first = Number(index) * TILE_WIDTH;
  const query = 'SELECT hash FROM logNode WHERE tileLevel = ? AND nodeIndex >= ? AND nodeIndex < ? ORDER BY nodeIndex';
  const rows = await sql.query(query, [level, first, first + width]);
  if (rows.length !== width) throw new RangeError(`the hashes of ${tilePath({ level, index, width })} are not all there`);
  return rows.map((row) => bytesOf(row.hash));
}

/** Keeps the tiles read last; full tiles never change, narrower ones are found under their width. */
export function cachedTiles(readTile: ReadTile, capacity: number): ReadTile {
  const kept = new Map<string, Uint8Array>();
  return async (tile) => {
    const path = tilePath(tile);
    const found = kept.get(path) ?? (await readTile(tile));
    kept.delete(path);
    kept.set(path, found);
    for (const oldest of kept.keys()) {
      if (kept.size <= capacity) break;
      kept.delete(oldest);
    }
    return found;
  };
}
