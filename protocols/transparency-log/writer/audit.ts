import { concatBytes, equalBytes, fromUtf8 } from '../core/bytes';
import { openCheckpoint } from '../core/checkpoint';
import { leafHash } from '../core/hash';
import { commitmentName, commitTo, followRecords, type OpenedRecord, recordSalt } from '../core/record';
import { CHECKPOINT_PATH, newTiles, TILE_HEIGHT, TILE_WIDTH, tilePath } from '../core/tile';
import { rootFromTiles } from '../core/tile-proof';
import { appendLeaves, type CompactRange, type CompleteNode, EMPTY_RANGE, rangeRoot } from '../core/tree';
import type { LogContext } from './context';
import { readHead, readPublication } from './head';
import { readChain, readRecords } from './records';
import { expectedFiles } from './serve';
import { bytesOf, integerOf, type LogSql, textOf } from './sql';
import { databaseTiles, readEntries } from './tiles';

/** Something in the log that does not agree with something else. */
export interface LogFinding {
  readonly check: 'head' | 'nodes' | 'publication' | 'storage' | 'records';
  readonly subject: string;
  readonly message: string;
}

const PAGE = 1_024;
const RECORD_PAGE = 200;
const MAX_FINDINGS = 100;

/**
 * Recomputes the whole log from its entries and compares, while it may go on growing: head, inner nodes, publication, every file in the storage, and every record that
 * is not erased. Reads only. One finding is enough for an alarm; at most 100 are named.
 */
export async function auditLog(context: LogContext): Promise<readonly LogFinding[]> {
  const findings: LogFinding[] = [];
  const find = (check: LogFinding['check'], subject: string, message: string) => {
    if (findings.length < MAX_FINDINGS) findings.push({ check, subject, message });
  };
  // What is published is read before the head and the head before the entries: each may only have grown by then.
  const publication = await readPublication(context.database.reading);
  const head = await readHead(context.database.reading, context.origin);
  if (head === undefined) return [];
  const rebuilt = await rebuildTree(context, head.size, publication?.size, find);
  if (rebuilt !== undefined) {
    if (!equalBytes(rangeRoot(rebuilt.range), head.root))
      find('head', String(head.size), 'the entries do not hash to the root of the head');
    if (!equalBytes(concatBytes(...rebuilt.range.hashes), head.edge))
      find('head', String(head.size), 'the edge of the head is not that of the entries');
    await auditPublication(context, publication?.checkpoint, rebuilt.publishedRoot, find);
  }
  const own = openCheckpoint(head.checkpoint, { origin: context.origin, logKey: context.logKey });
  if (!own.ok) find('head', String(head.size), own.fault.message);
  else if (own.value.size !== head.size || !equalBytes(own.value.root, head.root))
    find('head', String(head.size), 'the head’s checkpoint says something else');
  if (publication !== undefined) await auditStorage(context, publication, find);
  await auditRecords(context, find);
  return findings;
}

type Find = (check: LogFinding['check'], subject: string, message: string) => void;

/** Rebuilds the tree from the entries, comparing the inner nodes on the way. */
async function rebuildTree(
  { database }: LogContext,
  size: bigint,
  publishedSize: bigint | undefined,
  find: Find,
): Promise<{ readonly range: CompactRange; readonly publishedRoot: Uint8Array | undefined } | undefined> {
  let range = EMPTY_RANGE;
  let publishedRoot = publishedSize === 0n ? rangeRoot(EMPTY_RANGE) : undefined;
  const nodes: CompleteNode[] = [];
  const collect = (node: CompleteNode) => {
    if (node.level > 0 && node.level % TILE_HEIGHT === 0) nodes.push(node);
  };
  while (range.size < size) {
    const stops = [range.size + BigInt(PAGE), size, ...(publishedSize !== undefined && publishedSize > range.size ? [publishedSize] : [])];
    const until = stops.reduce((least, stop) => (stop < least ? stop : least));
    try {
      const entries = await readEntries(database.reading, range.size, Number(until - range.size));
      range = appendLeaves(range, entries.map(leafHash), collect);
    } catch (error) {
      find('head', `${range.size}–${until}`, error instanceof Error ? error.message : String(error));
      return undefined;
    }
    if (range.size === publishedSize) publishedRoot = rangeRoot(range);
    for (const node of nodes.splice(0)) await auditNode(database.reading, node, find);
  }
  return { range, publishedRoot };
}

async function auditNode(sql: LogSql, { level, index, hash }: CompleteNode, find: Find): Promise<void> {
  const tileLevel = level / TILE_HEIGHT;
  const [row] = await sql.query('SELECT hash FROM logNode WHERE tileLevel = ? AND nodeIndex = ?', [tileLevel, Number(index)]);
  if (row === undefined || !equalBytes(bytesOf(row.hash), hash))
    find('nodes', `${tileLevel}/${index}`, 'the stored node is not the hash of its leaves');
}

async function auditPublication(
  { origin, logKey, policy }: LogContext,
  checkpoint: string | undefined,
  root: Uint8Array | undefined,
  find: Find,
): Promise<void> {
  if (checkpoint === undefined) return;
  const opened = openCheckpoint(checkpoint, { origin, logKey, ...(policy === undefined ? {} : { policy }) });
  if (!opened.ok) find('publication', CHECKPOINT_PATH, opened.fault.message);
  else if (root === undefined) find('publication', CHECKPOINT_PATH, 'more is published than the head has');
  else if (!equalBytes(opened.value.root, root)) find('publication', CHECKPOINT_PATH, 'the published root is not that of the entries');
}

/** Every file of the published tree must be there, byte for byte; a partial one may have been replaced by the full one. */
async function auditStorage(context: LogContext, { size, checkpoint }: { size: bigint; checkpoint: string }, find: Find): Promise<void> {
  const fault = await faultOfStored(context, checkpoint);
  if (fault !== undefined) find('storage', CHECKPOINT_PATH, fault);
  const readTile = databaseTiles(context.database.reading);
  for (const tile of newTiles(0n, size)) {
    try {
      const expected =
        tile.level === 0 ? await expectedFiles(context, tile.index, tile.width) : new Map([[tilePath(tile), await readTile(tile)]]);
      for (const [path, bytes] of expected) {
        const found = await context.storage.read(path);
        const isReplaced = found === undefined && tile.width < TILE_WIDTH && (await context.storage.read(fullPath(path))) !== undefined;
        if (!isReplaced && (found === undefined || !equalBytes(found, bytes)))
          find('storage', path, found === undefined ? 'the file is missing' : 'the file is not what the entries say');
      }
    } catch (error) {
      find('storage', tilePath(tile), error instanceof Error ? error.message : String(error));
    }
  }
}

const fullPath = (partialPath: string): string => partialPath.replace(/\.p\/\d+$/u, '');

/** The stored checkpoint may for a moment be the one before: it must be a checkpoint of ours, and a beginning of the tree. */
async function faultOfStored(context: LogContext, checkpoint: string): Promise<string | undefined> {
  const bytes = await context.storage.read(CHECKPOINT_PATH);
  if (bytes === undefined) return 'the file is missing';
  const text = fromUtf8(bytes);
  if (text === checkpoint) return undefined;
  const { database, origin, logKey } = context;
  const opened = openCheckpoint(bytes, { origin, logKey });
  if (!opened.ok) return opened.fault.message;
  const head = await readHead(database.reading, origin);
  if (head === undefined || opened.value.size > head.size) return 'more is stored than the head has';
  const own = await rootFromTiles(databaseTiles(database.reading), opened.value.size, head.size);
  return equalBytes(own, opened.value.root) ? undefined : 'the stored checkpoint is not one of this tree';
}

/** Every record opens its entry, and every chain of records holds. */
async function auditRecords({ database }: LogContext, find: Find): Promise<void> {
  const sql = database.reading;
  for (let after = ''; ; ) {
    const promoters = await sql.query(
      `SELECT promoterId, promoterKey, recordCount, balanceFen, lastCommitment FROM logPromoter
       WHERE promoterId > ? AND erasedAt IS NULL ORDER BY promoterId LIMIT ${RECORD_PAGE}`,
      [after],
    );
    for (const row of promoters) {
      const promoterId = textOf(row.promoterId);
      const count = integerOf(row.recordCount);
      const opened = await openAll(sql, promoterId, bytesOf(row.promoterKey), count, find);
      const chain = followRecords(opened);
      const isWhole =
        chain.ok &&
        chain.value.count === count &&
        chain.value.balanceFen === integerOf(row.balanceFen) &&
        chain.value.last === textOf(row.lastCommitment);
      if (!isWhole && !(await isErased(sql, promoterId)))
        find('records', promoterId, chain.ok ? 'the chain does not end where the promoter’s row says' : chain.fault.message);
    }
    const last = promoters.at(-1);
    if (last === undefined || promoters.length < RECORD_PAGE) return;
    after = textOf(last.promoterId);
  }
}

async function isErased(sql: LogSql, promoterId: string): Promise<boolean> {
  return (await readChain(sql, promoterId))?.isErased === true;
}

/** The first `count` records: more may have come since the promoter's row was read. */
async function openAll(sql: LogSql, promoterId: string, key: Uint8Array, count: number, find: Find): Promise<OpenedRecord[]> {
  const opened: OpenedRecord[] = [];
  for (let after = 0; ; ) {
    const page = await readRecords(sql, promoterId, after, RECORD_PAGE);
    for (const { recordId, recordNumber, record, opening } of page) {
      if (recordNumber > count) return opened;
      const text = fromUtf8(opening.subarray(32)) ?? '';
      const commitment = commitTo(recordSalt(key, recordId), text);
      const [entry] = await sql.query('SELECT entry FROM logEntry WHERE leafKey = ?', [recordId]);
      if (record.id !== recordId || entry === undefined || !equalBytes(bytesOf(entry.entry), commitment))
        find('records', recordId, `the record does not open its entry ${commitmentName(commitment)}`);
      opened.push({ record, commitment });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < RECORD_PAGE) return opened;
    after = last.recordNumber;
  }
}
