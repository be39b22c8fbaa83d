import { type Database, insertMany, type Query, type Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { DomainEvent, EventWriter } from './port';

export type EventRow = {
  sequence: number;
  eventId: string;
  topic: string;
  aggregateId: string;
  occurredAt: number;
  payload: string;
  relayedAt: number | null;
};

type EventTables = { platform_events: EventRow };

/** Payloads carry references and small facts; whoever needs more reads it from the owner. */
const MAX_PAYLOAD_BYTES = 256 * 1024;
const MAX_AGGREGATE_ID = 120;

/** The writing and the publishing end of the outbox. */
export interface Outbox extends EventWriter {
  /** Unrelayed events in the order of writing. */
  unrelayed(limit: number): Promise<DomainEvent[]>;
  markRelayed(transaction: Transaction, events: readonly DomainEvent[], nowMs: number): Promise<void>;
  /** How many wait and since when (UTC ms of the oldest). */
  waiting(): Promise<{ count: number; oldestAt: number | null }>;
}

/**
 * Events of one transaction are collected and written together right before it commits.
 *
 * @param onCommitted called after a transaction that emitted something has committed.
 */
export function createOutbox(database: Database, onCommitted: () => void): Outbox {
  const collected = new WeakMap<Transaction, Omit<EventRow, 'sequence'>[]>();

  function collect(transaction: Transaction, row: Omit<EventRow, 'sequence'>): void {
    const rows = collected.get(transaction);
    if (rows !== undefined) {
      rows.push(row);
      return;
    }
    const first = [row];
    collected.set(transaction, first);
    database.beforeCommit(transaction, () => {
      collected.delete(transaction);
      return insertMany(transaction, 'platform_events', first);
    });
    database.afterCommit(transaction, onCommitted);
  }

  return {
    async emit(transaction, topic, event) {
      const payload = JSON.stringify(event.payload);
      if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES)
        throw new RangeError(`the payload of ${topic.topic} is over ${MAX_PAYLOAD_BYTES} bytes`);
      if (event.aggregateId === '' || event.aggregateId.length > MAX_AGGREGATE_ID)
        throw new RangeError(`bad aggregateId for ${topic.topic}`);
      if (!Number.isSafeInteger(event.occurredAt)) throw new RangeError(`occurredAt of ${topic.topic} must be UTC milliseconds`);
      const { aggregateId, occurredAt } = event;
      collect(transaction, { eventId: newId(occurredAt), topic: topic.topic, aggregateId, occurredAt, payload, relayedAt: null });
    },

    async unrelayed(limit) {
      const rows = await tables(database.query)
        .selectFrom('platform_events')
        .selectAll()
        .where('relayedAt', 'is', null)
        .orderBy('sequence')
        .limit(limit)
        .execute();
      return rows.map(toEvent);
    },

    async markRelayed(transaction, events, nowMs) {
      await tables(transaction)
        .updateTable('platform_events')
        .set({ relayedAt: nowMs })
        .where(
          'eventId',
          'in',
          events.map(({ eventId }) => eventId),
        )
        .where('relayedAt', 'is', null)
        .execute();
    },

    async waiting() {
      const row = await tables(database.query)
        .selectFrom('platform_events')
        .select(({ fn }) => [fn.countAll<number>().as('count'), fn.min('occurredAt').as('oldestAt')])
        .where('relayedAt', 'is', null)
        .executeTakeFirstOrThrow();
      return { count: Number(row.count), oldestAt: row.oldestAt };
    },
  };
}

function tables(query: Query) {
  return query.withTables<EventTables>();
}

export function toEvent(row: Pick<EventRow, 'eventId' | 'topic' | 'aggregateId' | 'occurredAt' | 'payload'>): DomainEvent {
  const { eventId, topic, aggregateId, occurredAt } = row;
  return { eventId, topic, aggregateId, occurredAt, payload: JSON.parse(row.payload) as unknown };
}
