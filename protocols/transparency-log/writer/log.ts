import { type Checked, refused } from '../core/outcome';
import type { ReadTile } from '../core/tile-proof';
import { fetchFromWitness } from '../witness/client';
import { type AppendOutcome, appendLeavesToLog, type NewLeaf } from './append';
import { auditLog, type LogFinding } from './audit';
import type { LogContext, LogGuards, LogOptions } from './context';
import { type GuardOutcome, guardStart } from './guard';
import { readHead, readPublication } from './head';
import { type Advance, type LeafProof, proveAdvance, proveLeaves } from './prove';
import { type PublishOutcome, publishHead } from './publish';
import { appendRecords, erasePromoterKey, type NewRecord, type RecordOutcome, readChain, readRecords } from './records';
import { recoverFromStorage } from './recover';
import { type SequenceOutcome, sequenceBatch } from './sequence';
import { type ServedFile, serveFile } from './serve';
import { integerOf, type LogSql } from './sql';
import { cachedTiles, databaseTiles } from './tiles';

/** What a dashboard wants to know. */
export interface LogState {
  /** Appended, not yet in the tree. */
  readonly waiting: number;
  /** When the oldest of them was appended, UTC ms. */
  readonly oldestWaitingAt: number | undefined;
  readonly size: bigint;
  readonly publishedSize: bigint;
  /** Whether the start-up guard lets this process sign. */
  readonly isOpen: boolean;
}

/** One record of a promoter and, once it is published, its `.tlog-proof` file. */
export interface RecordProof {
  readonly recordId: string;
  readonly recordNumber: number;
  readonly proof: LeafProof;
}

export type TickOutcome =
  | { readonly status: 'done'; readonly sequenced: number; readonly published: PublishOutcome }
  | Exclude<GuardOutcome, { readonly status: 'open' }>;

export interface TransparencyLog {
  /** Leaves entries for the sequencer, inside the caller's transaction. See `NewLeaf`. */
  append(sql: LogSql, leaves: readonly NewLeaf[]): Promise<readonly AppendOutcome[]>;
  /** Writes account records and leaves their commitments for the sequencer, inside the caller's transaction. */
  appendRecords(sql: LogSql, records: readonly NewRecord[]): Promise<readonly RecordOutcome[]>;
  /** Inside the caller's transaction: makes a promoter's records unreadable for ever. */
  eraseKey(sql: LogSql, promoterId: string): Promise<boolean>;

  /** The job, for every 200 ms or so in any number of processes: guard, sequence what waits (at most 50 batches), publish. */
  tick(): Promise<TickOutcome>;
  guard(): Promise<GuardOutcome>;
  sequence(): Promise<SequenceOutcome>;
  publish(): Promise<PublishOutcome>;
  /** Nightly and after every restore. Reads only. */
  audit(): Promise<readonly LogFinding[]>;
  /** By hand, after a restored backup that the guard refused. */
  recover(): Promise<Checked<number>>;

  proofFor(leafKey: string, extra?: Uint8Array): Promise<LeafProof>;
  /** One page of a promoter's records after number `after`, with proofs that open them. At most 200. */
  recordProofs(promoterId: string, page?: { readonly after?: number; readonly limit?: number }): Promise<readonly RecordProof[]>;
  /** How many records the promoter has and what they come to. */
  chainOf(
    promoterId: string,
  ): Promise<{ readonly recordCount: number; readonly balanceFen: number; readonly isErased: boolean } | undefined>;
  /** For whoever kept a checkpoint of `oldSize` leaves. */
  advanceFrom(oldSize: bigint): Promise<Advance | undefined>;
  /** A file below the log's prefix, or undefined for 404. */
  serve(path: string): Promise<ServedFile | undefined>;
  state(): Promise<LogState>;
}

const BATCH_SIZE = 2_000;
const MAX_BATCHES_PER_TICK = 50;
const WITNESS_TIMEOUT_MS = 2_000;
const CACHED_TILES = 256;
const MAX_PROOFS = 200;
const ALL_GUARDS: LogGuards = { lockHead: true, compareHead: true, countRows: true, lockPromoters: true };

/** Binds a log to its database, key, storage and witnesses. Holds no truth of its own: any number of processes may do the same. */
export function createLog(options: LogOptions): TransparencyLog {
  return createLogWithGuards(options, ALL_GUARDS);
}

/** For race tests: a log with guards taken away. */
export function createLogWithGuards(options: LogOptions, guards: LogGuards): TransparencyLog {
  const context = contextOf(options, guards);
  const { database } = context;
  const readTile = cachedTiles(databaseTiles(database.reading), CACHED_TILES);
  const log: TransparencyLog = {
    append: (sql, leaves) => appendLeavesToLog(sql, leaves, context.now()),
    appendRecords: (sql, records) => appendRecords(sql, records, context.now(), guards),
    eraseKey: (sql, promoterId) => erasePromoterKey(sql, promoterId, context.now()),
    guard: () => guardStart(context),
    sequence: async () => (context.memory.isOpen ? sequenceBatch(context) : notOpen()),
    publish: async () => (context.memory.isOpen ? publishHead(context) : notOpen()),
    audit: () => auditLog(context),
    recover: () => recoverFromStorage(context),
    tick: () => tick(context, log),
    proofFor: async (leafKey, extra) => {
      const [proof] = await proveLeaves(context, readTile, [{ leafKey, ...(extra === undefined ? {} : { extra }) }]);
      return proof ?? { status: 'unknown' };
    },
    recordProofs: (promoterId, { after = 0, limit = MAX_PROOFS } = {}) => recordProofs(context, readTile, promoterId, after, limit),
    chainOf: (promoterId) => readChain(database.reading, promoterId),
    advanceFrom: (oldSize) => proveAdvance(context, readTile, oldSize),
    serve: (path) => serveFile(context, path),
    state: () => stateOf(context),
  };
  return log;
}

function contextOf(options: LogOptions, guards: LogGuards): LogContext {
  return {
    now: Date.now,
    batchSize: BATCH_SIZE,
    witnessTimeoutMs: WITNESS_TIMEOUT_MS,
    step: () => {},
    ...options,
    policy: options.policy,
    sendToWitness: options.sendToWitness ?? fetchFromWitness,
    guards,
    memory: { highestSize: 0n, isOpen: false, witnessSizes: new Map(), silentWitnesses: new Map(), writtenSize: 0n, inOrder: undefined },
  };
}

const notOpen = () => ({ status: 'refused', fault: refused('notOpen', 'the start-up guard has not let this process sign').fault }) as const;

async function tick({ memory }: LogContext, log: TransparencyLog): Promise<TickOutcome> {
  if (!memory.isOpen) {
    const guarded = await log.guard();
    if (guarded.status !== 'open') return guarded;
  }
  let sequenced = 0;
  for (let batch = 0; batch < MAX_BATCHES_PER_TICK; batch += 1) {
    const outcome = await log.sequence();
    if (outcome.status === 'refused') return outcome;
    if (outcome.status !== 'sequenced') break;
    sequenced += outcome.count;
  }
  return { status: 'done', sequenced, published: await log.publish() };
}

async function recordProofs(
  context: LogContext,
  readTile: ReadTile,
  promoterId: string,
  after: number,
  limit: number,
): Promise<RecordProof[]> {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PROOFS) throw new RangeError(`a page has 1 to ${MAX_PROOFS} records`);
  const records = await readRecords(context.database.reading, promoterId, after, limit);
  const proofs = await proveLeaves(
    context,
    readTile,
    records.map(({ recordId, opening }) => ({ leafKey: recordId, extra: opening })),
  );
  return records.map(({ recordId, recordNumber }, at) => ({ recordId, recordNumber, proof: proofs[at] ?? { status: 'unknown' } }));
}

async function stateOf({ database, origin, memory }: LogContext): Promise<LogState> {
  const sql = database.reading;
  const [row] = await sql.query('SELECT COUNT(*) AS waiting, MIN(appendedAt) AS oldest FROM logEntry WHERE leafIndex IS NULL', []);
  const head = await readHead(sql, origin);
  const publication = await readPublication(sql);
  return {
    waiting: integerOf(row?.waiting),
    oldestWaitingAt: row?.oldest === null || row?.oldest === undefined ? undefined : integerOf(row.oldest),
    size: head?.size ?? 0n,
    publishedSize: publication?.size ?? 0n,
    isOpen: memory.isOpen,
  };
}
