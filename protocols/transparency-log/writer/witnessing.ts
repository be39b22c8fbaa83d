import type { NoteSignature } from '../core/note';
import { isSatisfied } from '../core/policy';
import { proveConsistency } from '../core/tile-proof';
import { submitCheckpoint, type WitnessOutcome } from '../witness/client';
import type { LogContext } from './context';
import { type Head, readHead } from './head';
import { databaseTiles } from './tiles';

/** What all witnesses of the policy said about a checkpoint. */
export interface WitnessRound {
  readonly outcomes: ReadonlyMap<string, WitnessOutcome>;
  readonly cosignatures: readonly NoteSignature[];
  /** Whether the policy's quorum is among them. */
  readonly isEnough: boolean;
  /** A witness that has seen something that we have not: stop signing. */
  readonly alarm: string | undefined;
}

/** Shows the head to every witness of the policy that has a URL, at the same time, each within its own time limit. */
export async function showToWitnesses(context: LogContext, head: Head): Promise<WitnessRound> {
  const { policy, memory } = context;
  const readTile = databaseTiles(context.database.reading);
  const submissions = (policy?.witnesses ?? []).map(async ({ name, key, url }): Promise<[string, WitnessOutcome]> => {
    if (url === undefined) return [name, { status: 'unreachable', reason: 'the policy names no URL' }];
    if (isResting(context, name)) return [name, { status: 'unreachable', reason: 'it did not answer a moment ago' }];
    const outcome = await submitCheckpoint({
      url,
      key,
      checkpoint: head.checkpoint,
      size: head.size,
      lastSize: memory.witnessSizes.get(name) ?? 0n,
      prove: (oldSize) => proveConsistency(readTile, oldSize, head.size),
      send: context.sendToWitness,
      timeoutMs: context.witnessTimeoutMs,
      onSize: (size) => memory.witnessSizes.set(name, size),
    });
    rememberAnswer(context, name, outcome);
    return [name, outcome];
  });
  const outcomes = new Map(await Promise.all(submissions));
  await forgiveOwnHaste(context, outcomes);
  const cosigned = [...outcomes].flatMap(([name, outcome]) => (outcome.status === 'cosigned' ? [{ name, ...outcome }] : []));
  return {
    outcomes,
    cosignatures: cosigned.map(({ signature }) => signature),
    isEnough: policy === undefined || isSatisfied(policy, new Set(cosigned.map(({ name }) => name))),
    alarm: alarmIn(outcomes, head),
  };
}

/** A witness that is ahead of the head we showed may have been shown a later one by another process of ours. */
async function forgiveOwnHaste({ database, origin }: LogContext, outcomes: Map<string, WitnessOutcome>): Promise<void> {
  const ahead = [...outcomes].flatMap(([name, outcome]) => (outcome.status === 'ahead' ? [{ name, size: outcome.size }] : []));
  if (ahead.length === 0) return;
  const now = await readHead(database.reading, origin);
  for (const { name, size } of ahead)
    if (now !== undefined && size <= now.size)
      outcomes.set(name, { status: 'unreachable', reason: 'another process has shown it a later checkpoint' });
}

const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 30_000;

/** A witness that does not answer must not hold up every publication for its whole time limit. */
const isResting = ({ memory, now }: LogContext, name: string): boolean => now() < (memory.silentWitnesses.get(name)?.askAgainAt ?? 0);

function rememberAnswer({ memory, now }: LogContext, name: string, { status }: WitnessOutcome): void {
  if (status !== 'unreachable') {
    memory.silentWitnesses.delete(name);
    return;
  }
  const times = memory.silentWitnesses.get(name)?.times ?? 0;
  const restMs = Math.min(FIRST_REST_MS * 2 ** times, LONGEST_REST_MS);
  memory.silentWitnesses.set(name, { times: times + 1, askAgainAt: now() + restMs });
}

function alarmIn(outcomes: ReadonlyMap<string, WitnessOutcome>, head: Head): string | undefined {
  for (const [name, outcome] of outcomes) {
    if (outcome.status === 'ahead') return `witness ${name} has seen ${outcome.size} leaves, and we have ${head.size}`;
    if (outcome.status === 'inconsistent') return `witness ${name} has seen a tree that is no beginning of ours`;
  }
  return undefined;
}
