import { concatBytes, utf8 } from '../core/bytes';
import { leafHash } from '../core/hash';
import { entriesPath, formatBundle, type LogFile, parseLogPath, TILE_WIDTH, tilePath, tileWidth } from '../core/tile';
import type { LogContext } from './context';
import { readPublication } from './head';
import { databaseTiles, readEntries } from './tiles';

/** A file of the log, ready to be sent. */
export interface ServedFile {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly body: Uint8Array;
}

/** Long, because what is once published under a name never changes. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Short: a reader must not be kept on an old checkpoint. */
const FRESH = 'public, max-age=1, must-revalidate';
const BINARY = 'application/octet-stream';

/**
 * The file of that path below the log's prefix (c2sp.org/tlog-tiles), or undefined for 404. The checkpoint is what is in force in the
 * database; tiles and bundles come from the storage, and from the database where this machine has not written them yet. Nothing beyond the
 * published size is given away.
 */
export async function serveFile(context: LogContext, path: string): Promise<ServedFile | undefined> {
  const file = parseLogPath(path);
  if (file === undefined) return undefined;
  const publication = await readPublication(context.database.reading);
  if (publication === undefined) return undefined;
  if (file.kind === 'checkpoint')
    return { contentType: 'text/plain; charset=utf-8', cacheControl: FRESH, body: utf8(publication.checkpoint) };
  const level = file.kind === 'tile' ? file.level : 0;
  if (file.width > tileWidth(publication.size, level, file.index)) return undefined;
  const body = (await context.storage.read(path)) ?? (await derive(context, file));
  return { contentType: BINARY, cacheControl: IMMUTABLE, body };
}

async function derive({ database }: LogContext, file: Exclude<LogFile, { readonly kind: 'checkpoint' }>): Promise<Uint8Array> {
  if (file.kind === 'tile') return databaseTiles(database.reading)(file);
  return formatBundle(await readEntries(database.reading, file.index * BigInt(TILE_WIDTH), file.width));
}

/** What the database says the file must be. */
export async function expectedFiles({ database }: LogContext, index: bigint, width: number): Promise<ReadonlyMap<string, Uint8Array>> {
  const entries = await readEntries(database.reading, index * BigInt(TILE_WIDTH), width);
  return new Map([
    [entriesPath(index, width), formatBundle(entries)],
    [tilePath({ level: 0, index, width }), concatBytes(...entries.map(leafHash))],
  ]);
}
