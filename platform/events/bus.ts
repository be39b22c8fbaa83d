import { createLeases, type Database, isUniqueViolation } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import { failpoint } from '@qianxing/testing';
import { type Clock, DAY_MS } from '@qianxing/time';
import { type DeadLetterPage, listDeadLetters, replayDeadLetter } from './dead-letters';
import { consumerOf, countByState, storeDeliveries, sweepSettled } from './deliveries';
import { createOutbox } from './outbox';
import type { DomainEvent, EventWriter, Reaction } from './port';
import { inProcessTransport, type Transport } from './transport';
import { deliverBatch, type EventLog, type WorkerOptions } from './worker';

export interface EventBusOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** A function is asked at the first delivery: services need the bus before their reactions exist. */
  readonly reactions: readonly Reaction[] | (() => readonly Reaction[]);
  readonly log: EventLog;
  /** Calls every handler twice in the same transaction; tests only. */
  readonly deliverTwice?: boolean;
  /** Tries until a delivery is a dead letter. Default 12 (about an hour with the growing pauses). */
  readonly maxAttempts?: number;
  readonly transport?: Transport;
  /** How often the tables are looked at without a nudge, in ms. Default 500. */
  readonly pollMs?: number;
  /** How long settled deliveries are kept to recognise repeats, in ms. Default 30 days. */
  readonly keepMs?: number;
}

export interface EventLag {
  /** Events not yet taken over by the transport. */
  readonly unrelayed: number;
  /** Age of the oldest of them in ms, 0 without any. */
  readonly oldestUnrelayedMs: number;
  readonly pending: number;
  readonly deadLetters: number;
}

export interface EventBus extends EventWriter {
  /** Begins to relay and deliver in the background. */
  start(): Promise<void>;
  /** Finishes the running batch and stops. */
  stop(): Promise<void>;
  /** Relays and delivers until nothing is due, regardless of leases. Answers how many deliveries were taken up. For tests. */
  drain(): Promise<number>;
  lag(): Promise<EventLag>;
  listDeadLetters(page: { limit: number; cursor?: string | undefined }): Promise<DeadLetterPage>;
  /** False when there is no such dead letter. */
  replayDeadLetter(deliveryId: number): Promise<boolean>;
  /** Removes a portion of what was settled long ago; a job calls it. Answers how many rows went. */
  sweep(): Promise<number>;
}

const RELAY_BATCH = 200;
const ACCEPT_ATTEMPTS = 5;
const SWEEP_BATCH = 500;
const LEASE_MS = 15_000;
const LONGEST_REST_MS = 100;
const REACTION_NAME = /^[a-z][a-zA-Z0-9-]*\.[a-zA-Z0-9.-]+$/;

export function createEventBus(options: EventBusOptions): EventBus {
  const { database, clock, log } = options;
  const transport = options.transport ?? inProcessTransport();
  const worker: WorkerOptions = {
    database,
    clock,
    log,
    deliverTwice: options.deliverTwice ?? false,
    maxAttempts: options.maxAttempts ?? 12,
  };
  const registry = lazy(() => createRegistry(typeof options.reactions === 'function' ? options.reactions() : options.reactions));
  const mayWork = leaseKeeper(database, clock);
  let unsubscribe: (() => Promise<void>) | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> | undefined;
  let wanted = false;

  const outbox = createOutbox(database, () => {
    if (timer !== undefined) wake();
  });

  async function accept(events: readonly DomainEvent[]): Promise<void> {
    const store = () => database.transaction((transaction) => storeDeliveries(transaction, events, registry().reactionsOf, clock.now()));
    // A rival process may store the same events at the same moment; what it stored is then seen and left alone.
    for (let tries = 1; ; tries += 1) {
      try {
        await store();
        break;
      } catch (error) {
        if (tries === ACCEPT_ATTEMPTS || !isUniqueViolation(error)) throw error;
      }
    }
    if (timer !== undefined) wake();
  }

  async function relayBatch(): Promise<number> {
    const events = await outbox.unrelayed(RELAY_BATCH);
    if (events.length === 0) return 0;
    await transport.publish(events);
    await failpoint('events.afterPublish');
    await database.transaction((transaction) => outbox.markRelayed(transaction, events, clock.now()));
    return events.length;
  }

  /** One round over everything that is due. */
  async function round(allowed: (lease: string) => Promise<boolean>): Promise<{ relayed: number; delivered: number }> {
    const relayed = (await allowed('events.relay')) ? await relayBatch() : 0;
    let delivered = 0;
    for (const [consumer, reactions] of registry().byConsumer) {
      if (await allowed(`events.${consumer}`)) delivered += await deliverBatch(worker, consumer, reactions);
    }
    return { relayed, delivered };
  }

  async function work(): Promise<void> {
    while (timer !== undefined) {
      wanted = false;
      const beganAt = performance.now();
      const { relayed, delivered } = await round(mayWork.ask);
      if (relayed + delivered === 0 && !wanted) return;
      await rest(performance.now() - beganAt);
    }
  }

  /**
   * Requests are served between two rounds, for as long as a round took: under load rounds become fewer and larger, and their commits
   * do not stand in the way of those that somebody waits for.
   */
  const rest = (tookMs: number) => new Promise((resolve) => setTimeout(resolve, Math.min(tookMs, LONGEST_REST_MS)));

  function wake(): void {
    wanted = true;
    running ??= work().then(
      () => {
        running = undefined;
        if (wanted && timer !== undefined) wake();
      },
      (error: unknown) => {
        running = undefined;
        log.error({ error: String(error) }, 'event delivery was interrupted and goes on at the next poll');
      },
    );
  }

  return {
    emit: outbox.emit,
    async start() {
      if (timer !== undefined) return;
      unsubscribe ??= await transport.subscribe(accept);
      timer = setInterval(wake, options.pollMs ?? 500);
      timer.unref();
      wake();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await running;
      await unsubscribe?.();
      unsubscribe = undefined;
      await mayWork.giveBack();
    },
    async drain() {
      unsubscribe ??= await transport.subscribe(accept);
      let total = 0;
      for (;;) {
        await running;
        const { relayed, delivered } = await round(async () => true);
        total += delivered;
        if (relayed + delivered === 0) return total;
      }
    },
    async lag() {
      const unrelayed = await outbox.waiting();
      const counts = await countByState(database.query);
      return {
        unrelayed: unrelayed.count,
        oldestUnrelayedMs: unrelayed.oldestAt === null ? 0 : Math.max(0, clock.now() - unrelayed.oldestAt),
        pending: counts.pending,
        deadLetters: counts.dead,
      };
    },
    listDeadLetters: (page) => listDeadLetters(database, page),
    async replayDeadLetter(deliveryId) {
      const replayed = await replayDeadLetter(database, deliveryId);
      if (replayed && timer !== undefined) wake();
      return replayed;
    },
    sweep: () => sweepSettled(database, clock.now() - (options.keepMs ?? 30 * DAY_MS), SWEEP_BATCH),
  };
}

interface Registry {
  readonly byConsumer: ReadonlyMap<string, ReadonlyMap<string, Reaction>>;
  reactionsOf(topic: string): readonly Reaction[];
}

function createRegistry(reactions: readonly Reaction[]): Registry {
  const byConsumer = new Map<string, Map<string, Reaction>>();
  const byTopic = new Map<string, Reaction[]>();
  for (const reaction of reactions) {
    if (!REACTION_NAME.test(reaction.name)) throw new Error(`reaction name ${reaction.name} is not of the form <service>.<name>`);
    const consumer = byConsumer.get(consumerOf(reaction.name)) ?? new Map<string, Reaction>();
    if (consumer.has(reaction.name)) throw new Error(`two reactions are named ${reaction.name}`);
    byConsumer.set(consumerOf(reaction.name), consumer.set(reaction.name, reaction));
    byTopic.set(reaction.topic, [...(byTopic.get(reaction.topic) ?? []), reaction]);
  }
  return { byConsumer, reactionsOf: (topic) => byTopic.get(topic) ?? [] };
}

/** Leases of this process. SQLite is used by one process, and claiming a delivery is safe without them: they only spare double work. */
function leaseKeeper(database: Database, clock: Clock) {
  const leases = createLeases(database, clock);
  const holder = newId();
  const heldUntil = new Map<string, number>();
  return {
    async ask(name: string): Promise<boolean> {
      if (database.dialect === 'sqlite') return true;
      const now = clock.now();
      if ((heldUntil.get(name) ?? 0) - now > LEASE_MS / 2) return true;
      const held = await leases.acquire(name, holder, LEASE_MS);
      if (held) heldUntil.set(name, now + LEASE_MS);
      else heldUntil.delete(name);
      return held;
    },
    async giveBack(): Promise<void> {
      for (const name of heldUntil.keys()) await leases.release(name, holder);
      heldUntil.clear();
    },
  };
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
