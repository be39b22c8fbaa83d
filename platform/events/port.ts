import type { Transaction } from '@qianxing/database';

/** A business event: a row written in the same transaction as the change it tells of. */
export interface DomainEvent<T extends string = string, P = unknown> {
  readonly eventId: string;
  /** `<service>.<whatHappened>`, for example `order.placed`. */
  readonly topic: T;
  /** Events of one aggregate reach one reaction in the order in which they were written. */
  readonly aggregateId: string;
  /** UTC milliseconds. */
  readonly occurredAt: number;
  readonly payload: P;
}

/** Declares a topic with the type of its payload; lives in the emitting service's `contract.ts`. */
export interface Topic<T extends string, P> {
  readonly topic: T;
  /** Never set; carries the payload's type. */
  readonly payload?: P;
}

export const defineTopic =
  <P>() =>
  <const T extends string>(topic: T): Topic<T, P> => ({ topic });

/** Writes events into the outbox of the running transaction. */
export interface EventWriter {
  emit<T extends string, P>(
    transaction: Transaction,
    topic: Topic<T, P>,
    event: { aggregateId: string; occurredAt: number; payload: P },
  ): Promise<void>;
}

/**
 * What a service does when an event arrives. Delivered at least once, in order per aggregate, inside a transaction that also
 * records the delivery. Must be idempotent by natural keys: the test harness calls every handler twice. No network calls.
 * Throwing retries with back-off; after the last try the delivery becomes a dead letter that staff can see and replay.
 */
export interface Reaction {
  /** `<service>.<name>`, unique; part of the inbox key, so never renamed once released. */
  readonly name: string;
  readonly topic: string;
  handle(transaction: Transaction, event: DomainEvent<string, never>): Promise<void>;
}

export function reaction<T extends string, P>(
  name: string,
  topic: Topic<T, P>,
  handle: (transaction: Transaction, event: DomainEvent<T, P>) => Promise<void>,
): Reaction {
  return { name, topic: topic.topic, handle: (transaction, event) => handle(transaction, event as unknown as DomainEvent<T, P>) };
}
