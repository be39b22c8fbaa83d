import type { Database, Transaction } from '@qianxing/database';
import { failpoint } from '@qianxing/testing';
import type { Clock } from '@qianxing/time';
import { claim, type DueDelivery, findDue, laneOf, postpone, recordFailure } from './deliveries';
import type { DomainEvent, Reaction } from './port';

/** What the bus tells about failures; no payloads, for they may name people. */
export interface EventLog {
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}

export interface WorkerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly deliverTwice: boolean;
  readonly maxAttempts: number;
}

const BATCH_SIZE = 100;
const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 15 * 60_000;

/** Waiting time after the given failed try: 1 s, 2 s, 4 s … at most 15 min. */
function backoffMs(attempt: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS);
}

/**
 * Handles one batch of a consumer's due deliveries in one transaction; if anything in it fails, each by itself. Answers how many were
 * taken up, whether they succeeded, failed or were postponed.
 */
export async function deliverBatch(options: WorkerOptions, consumer: string, reactions: ReadonlyMap<string, Reaction>): Promise<number> {
  const { due, held } = await findDue(options.database.query, consumer, [...reactions.keys()], options.clock.now(), BATCH_SIZE);
  if (held.length > 0) await options.database.transaction((transaction) => postpone(transaction, held));
  if (due.length === 0) return held.length;
  try {
    await options.database.transaction((transaction) => handleAll(options, transaction, due, reactions));
    await failpoint('events.afterDelivery');
    return due.length;
  } catch (error) {
    if (!(error instanceof Contended))
      options.log.warn({ consumer, count: due.length, error: messageOf(error) }, 'a batch of deliveries failed; trying them one by one');
  }
  return deliverOneByOne(options, due, reactions);
}

async function handleAll(
  options: WorkerOptions,
  transaction: Transaction,
  due: readonly DueDelivery[],
  reactions: ReadonlyMap<string, Reaction>,
): Promise<void> {
  const ids = due.map(({ deliveryId }) => deliveryId).sort((a, b) => a - b);
  if (!(await claim(transaction, ids, options.clock.now()))) throw new Contended();
  for (const delivery of due) await handle(options, transaction, delivery, reactions);
  await failpoint('events.beforeDeliveryCommit');
}

async function deliverOneByOne(
  options: WorkerOptions,
  due: readonly DueDelivery[],
  reactions: ReadonlyMap<string, Reaction>,
): Promise<number> {
  // A lane stops at its first delivery that failed or is in other hands.
  const stopped = new Set<string>();
  let taken = 0;
  for (const delivery of due) {
    if (stopped.has(laneOf(delivery))) continue;
    try {
      await options.database.transaction(async (transaction) => {
        if (!(await claim(transaction, [delivery.deliveryId], options.clock.now()))) throw new Contended();
        await handle(options, transaction, delivery, reactions);
      });
      taken += 1;
    } catch (error) {
      stopped.add(laneOf(delivery));
      if (error instanceof Contended) continue;
      taken += 1;
      await noteFailure(options, delivery, error);
    }
  }
  return taken;
}

/** Rolls back a transaction that found its deliveries in other hands. */
class Contended extends Error {}

async function handle(
  options: WorkerOptions,
  transaction: Transaction,
  delivery: DueDelivery,
  reactions: ReadonlyMap<string, Reaction>,
): Promise<void> {
  const reaction = reactions.get(delivery.reaction);
  if (reaction === undefined) throw new Error(`no reaction ${delivery.reaction} in this process`);
  const event = delivery.event as DomainEvent<string, never>;
  await reaction.handle(transaction, event);
  if (options.deliverTwice) await reaction.handle(transaction, structuredClone(event));
}

async function noteFailure(options: WorkerOptions, delivery: DueDelivery, error: unknown): Promise<void> {
  const { database, clock, log, maxAttempts } = options;
  const attempt = delivery.attempts + 1;
  const nowMs = clock.now();
  const retryAt = attempt >= maxAttempts ? null : nowMs + backoffMs(attempt);
  const facts = { reaction: delivery.reaction, eventId: delivery.event.eventId, attempt, error: messageOf(error) };
  if (retryAt === null) log.error(facts, 'a delivery failed for the last time and is a dead letter now');
  else log.warn(facts, 'a delivery failed and will be tried again');
  await database.transaction((transaction) => recordFailure(transaction, delivery, { message: messageOf(error), nowMs, retryAt }));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
