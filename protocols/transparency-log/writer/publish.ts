import { concatBytes, fromUtf8, utf8 } from '../core/bytes';
import { leafHash } from '../core/hash';
import { formatNote, parseNote } from '../core/note';
import { type Fault, refused } from '../core/outcome';
import { CHECKPOINT_PATH, entriesPath, formatBundle, newTiles, TILE_WIDTH, type Tile, tilePath } from '../core/tile';
import type { LogContext } from './context';
import { readSoundHead } from './guard';
import { advancePublication, type Head, readGrowingHead, readPublication } from './head';
import { databaseTiles, readEntries } from './tiles';
import { showToWitnesses } from './witnessing';

export type PublishOutcome =
  | { readonly status: 'published'; readonly size: bigint }
  /** The head is not published yet: too few cosignatures. What was published before stays in force. */
  | { readonly status: 'waiting'; readonly size: bigint; readonly reason: string }
  | { readonly status: 'refused'; readonly fault: Fault };

const FILES_AT_ONCE = 16;

/**
 * Publishes the head: tiles and bundles first, then cosignatures, then the checkpoint, each from what the database has committed. May be
 * interrupted anywhere and repeated; what was written is written again with the same bytes. One process for each storage folder.
 */
export async function publishHead(context: LogContext): Promise<PublishOutcome> {
  const { database, memory } = context;
  const inOrder = await sizeInOrder(context);
  if (inOrder !== undefined) return { status: 'published', size: inOrder };
  const { head, stored, fault } = await readSoundHead(context);
  if (fault !== undefined) {
    memory.isOpen = false;
    return { status: 'refused', fault };
  }
  const publication = await readPublication(database.reading);
  // A folder without checkpoint is a new one, or was emptied, unless nothing has ever been published.
  if (stored === undefined && publication !== undefined) memory.writtenSize = 0n;
  const storedSize = stored?.size ?? 0n;
  await writeTiles(context, memory.writtenSize > storedSize ? memory.writtenSize : storedSize, head.size);
  memory.writtenSize = head.size;
  await context.step('publish.afterTiles');
  if (publication === undefined || publication.size < head.size) {
    const refusal = await putInForce(context, head);
    if (refusal !== undefined) return refusal;
  }
  const size = await writeCheckpoint(context);
  const inForce = await readPublication(database.reading);
  memory.inOrder = inForce?.size === head.size ? { headSize: head.size, checkpoint: inForce.checkpoint } : undefined;
  return { status: 'published', size };
}

/** The size published, while head, publication and stored checkpoint are what this process verified the last time. */
async function sizeInOrder(context: LogContext): Promise<bigint | undefined> {
  const { memory, database, storage } = context;
  const known = memory.inOrder;
  if (known === undefined || (await readPublication(database.reading))?.checkpoint !== known.checkpoint) return undefined;
  const stored = await storage.read(CHECKPOINT_PATH);
  if (stored === undefined || fromUtf8(stored) !== known.checkpoint) return undefined;
  const { head, fault } = await readGrowingHead(context, database.reading);
  return fault === undefined && head.size === known.headSize ? known.headSize : undefined;
}

async function putInForce(context: LogContext, head: Head): Promise<PublishOutcome | undefined> {
  const round = await showToWitnesses(context, head);
  if (round.alarm !== undefined) {
    context.memory.isOpen = false;
    return { status: 'refused', fault: refused('inconsistent', round.alarm).fault };
  }
  await context.step('publish.afterCosignatures');
  if (!round.isEnough) {
    await writeCheckpoint(context);
    return { status: 'waiting', size: head.size, reason: 'too few witnesses cosigned' };
  }
  const note = parseNote(head.checkpoint);
  if (!note.ok) throw new Error(note.fault.message);
  const checkpoint = formatNote({ text: note.value.text, signatures: [...note.value.signatures, ...round.cosignatures] });
  await context.database.transaction((sql) => advancePublication(sql, { size: head.size, checkpoint }, context.now()));
  await context.step('publish.afterPublication');
  return undefined;
}

/** Writes what is in force, read afresh, until nothing newer is: another process may have published in between. Answers its size. */
async function writeCheckpoint(context: LogContext): Promise<bigint> {
  const { storage, database } = context;
  for (;;) {
    const publication = await readPublication(database.reading);
    if (publication === undefined) return 0n;
    const stored = await storage.read(CHECKPOINT_PATH);
    if (stored !== undefined && fromUtf8(stored) === publication.checkpoint) return publication.size;
    await storage.write(CHECKPOINT_PATH, utf8(publication.checkpoint));
    await context.step('publish.afterCheckpoint');
  }
}

/** Writes the tiles and bundles that the tree of `size` has beyond the tree of `oldSize`, and removes partial ones that are full now. */
async function writeTiles({ database, storage }: LogContext, oldSize: bigint, size: bigint): Promise<void> {
  const readTile = databaseTiles(database.reading);
  const write = async (tile: Tile) => {
    if (tile.level > 0) return storage.write(tilePath(tile), await readTile(tile));
    const entries = await readEntries(database.reading, tile.index * BigInt(TILE_WIDTH), tile.width);
    await storage.write(entriesPath(tile.index, tile.width), formatBundle(entries));
    await storage.write(tilePath(tile), concatBytes(...entries.map(leafHash)));
  };
  let waiting: Promise<void>[] = [];
  for (const tile of newTiles(oldSize, size)) {
    waiting.push(write(tile));
    if (waiting.length < FILES_AT_ONCE) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
  for (const { level, index, width } of newTiles(oldSize, size)) {
    if (width < TILE_WIDTH) continue;
    await storage.remove(partialFolder(tilePath({ level, index, width })));
    if (level === 0) await storage.remove(partialFolder(entriesPath(index, width)));
  }
}

const partialFolder = (fullPath: string): string => `${fullPath}.p`;
