import { equalBytes, fromUtf8 } from '../core/bytes';
import { type OpenedCheckpoint, openCheckpoint } from '../core/checkpoint';
import { type Checked, type Fault, refused } from '../core/outcome';
import { CHECKPOINT_PATH } from '../core/tile';
import { rootFromTiles } from '../core/tile-proof';
import type { LogContext } from './context';
import { ensureHead, type Head, readGrowingHead, readPublication } from './head';
import { databaseTiles } from './tiles';
import { showToWitnesses } from './witnessing';

export type GuardOutcome =
  | { readonly status: 'open' }
  /** Not yet: too few witnesses answer to know. Asking again later is harmless. */
  | { readonly status: 'waiting'; readonly reason: string }
  /** Never without a person: the database is behind what the world has seen, or contradicts it. */
  | { readonly status: 'refused'; readonly fault: Fault };

/**
 * Decides whether this process may sign: the head must continue what is published and what every witness that answers has seen. Catches a
 * restored backup and a database that lost commits, the one way in which an honest operator forks his log. The log stays readable.
 */
export async function guardStart(context: LogContext): Promise<GuardOutcome> {
  await ensureHead(context);
  const { head, fault } = await readSoundHead(context);
  if (fault !== undefined) return close(context, fault);
  if (context.policy !== undefined && context.policy.witnesses.length > 0) {
    const round = await showToWitnesses(context, head);
    if (round.alarm !== undefined) return close(context, refused('inconsistent', round.alarm).fault);
    if (!round.isEnough) return { status: 'waiting', reason: 'too few witnesses answer' };
  }
  context.memory.isOpen = true;
  return { status: 'open' };
}

function close({ memory }: LogContext, fault: Fault): GuardOutcome {
  memory.isOpen = false;
  return { status: 'refused', fault };
}

/** The head, what is in the storage, and the first thing that forbids to sign. */
export interface SoundHead {
  readonly head: Head;
  readonly stored: OpenedCheckpoint | undefined;
  readonly fault: Fault | undefined;
}

/**
 * What the storage and the publication row show must be a beginning of the head. They are read before the head, which only grows: what
 * another process publishes meanwhile is no contradiction.
 */
export async function readSoundHead(context: LogContext): Promise<SoundHead> {
  const { database, origin, logKey } = context;
  const stored = await readStoredCheckpoint(context);
  const publication = await readPublication(database.reading);
  const { head, fault } = await readGrowingHead(context, database.reading);
  const sound: SoundHead = { head, stored: stored?.ok ? stored.value : undefined, fault };
  if (fault !== undefined) return sound;
  const published = publication && openCheckpoint(publication.checkpoint, { origin, logKey });
  for (const checkpoint of [stored, published]) {
    if (checkpoint === undefined) continue;
    const contradiction = checkpoint.ok ? await faultOfCheckpoint(context, head, checkpoint.value) : checkpoint.fault;
    if (contradiction !== undefined) return { ...sound, fault: contradiction };
  }
  return sound;
}

/** The checkpoint in the storage; undefined when nothing was ever published there. */
export async function readStoredCheckpoint(context: LogContext): Promise<Checked<OpenedCheckpoint> | undefined> {
  const bytes = await context.storage.read(CHECKPOINT_PATH);
  if (bytes === undefined) return undefined;
  const text = fromUtf8(bytes);
  return text === undefined
    ? refused('malformed', 'the published checkpoint is not a text')
    : openCheckpoint(text, { origin: context.origin, logKey: context.logKey });
}

async function faultOfCheckpoint({ database }: LogContext, head: Head, { size, root }: OpenedCheckpoint): Promise<Fault | undefined> {
  if (size > head.size) return refused('rolledBack', `${size} leaves are published, and the database has ${head.size}`).fault;
  const own = size === head.size ? head.root : await rootFromTiles(databaseTiles(database.reading), size, head.size);
  return equalBytes(own, root) ? undefined : refused('inconsistent', `the tree of ${size} leaves that is published is not ours`).fault;
}
