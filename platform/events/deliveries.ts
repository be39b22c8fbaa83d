import { type Database, insertMany, type Query, type Transaction } from '@qianxing/database';
import { sql } from 'kysely';
import { type EventRow, toEvent } from './outbox';
import type { DomainEvent, Reaction } from './port';

export type DeliveryState = 'pending' | 'done' | 'dead';

export type DeliveryRow = {
  deliveryId: number;
  consumer: string;
  reaction: string;
  eventId: string;
  aggregateId: string;
  state: DeliveryState;
  attempts: number;
  nextAttemptAt: number;
  settledAt: number | null;
  lastError: string | null;
};

export type EventTables = { platform_events: EventRow; platform_deliveries: DeliveryRow };

/** A delivery with its event, ready to be handled. */
export interface DueDelivery {
  readonly deliveryId: number;
  readonly reaction: string;
  readonly aggregateId: string;
  readonly attempts: number;
  readonly event: DomainEvent;
}

export function tables(query: Query) {
  return query.withTables<EventTables>();
}

/** `order.countSales` belongs to the consumer `order`: one worker at a time serves a consumer. */
export function consumerOf(reactionName: string): string {
  return reactionName.slice(0, reactionName.indexOf('.'));
}

/**
 * Stores events that arrived and one pending delivery per reaction; what is known already is left alone. Answers how many deliveries are
 * new. Should two processes store the same event at once, one of them fails on the unique key and must call again.
 */
export async function storeDeliveries(
  transaction: Transaction,
  events: readonly DomainEvent[],
  reactionsOf: (topic: string) => readonly Reaction[],
  nowMs: number,
): Promise<number> {
  const wanted = events.filter(({ topic }) => reactionsOf(topic).length > 0);
  if (wanted.length === 0) return 0;
  const ids = wanted.map(({ eventId }) => eventId);
  await storeArrived(transaction, wanted, ids, nowMs);
  const known = await tables(transaction)
    .selectFrom('platform_deliveries')
    .select(['reaction', 'eventId'])
    .where('eventId', 'in', ids)
    .execute();
  const seen = new Set(known.map(({ reaction, eventId }) => `${reaction} ${eventId}`));
  const rows: Omit<DeliveryRow, 'deliveryId' | 'settledAt' | 'lastError'>[] = [];
  for (const { topic, eventId, aggregateId } of wanted) {
    for (const { name } of reactionsOf(topic)) {
      if (seen.has(`${name} ${eventId}`)) continue;
      seen.add(`${name} ${eventId}`);
      rows.push({ consumer: consumerOf(name), reaction: name, eventId, aggregateId, state: 'pending', attempts: 0, nextAttemptAt: 0 });
    }
  }
  await insertMany(transaction, 'platform_deliveries', rows);
  return rows.length;
}

/** Events from another process get their rows here; ours have had them since they were emitted. */
async function storeArrived(
  transaction: Transaction,
  events: readonly DomainEvent[],
  ids: readonly string[],
  nowMs: number,
): Promise<void> {
  const rows = await tables(transaction).selectFrom('platform_events').select('eventId').where('eventId', 'in', ids).execute();
  const known = new Set(rows.map(({ eventId }) => eventId));
  const arrived = events.filter(({ eventId }) => !known.has(eventId) && known.add(eventId));
  await insertMany(
    transaction,
    'platform_events',
    arrived.map(({ payload, ...event }) => ({ ...event, payload: JSON.stringify(payload), relayedAt: nowMs })),
  );
}

/**
 * What a consumer may handle now, in order. A delivery waits while an earlier one of the same reaction and aggregate waits for a
 * later moment, so a failing event holds back its successors and nobody else.
 */
export async function findDue(
  query: Query,
  consumer: string,
  reactions: readonly string[],
  nowMs: number,
  limit: number,
): Promise<DueDelivery[]> {
  const rows = await tables(query)
    .selectFrom('platform_deliveries as delivery')
    .innerJoin('platform_events as event', 'event.eventId', 'delivery.eventId')
    .select(['delivery.deliveryId', 'delivery.reaction', 'delivery.attempts', 'delivery.aggregateId'])
    .select(['event.eventId', 'event.topic', 'event.occurredAt', 'event.payload'])
    .where('delivery.consumer', '=', consumer)
    .where('delivery.state', '=', 'pending')
    .where('delivery.nextAttemptAt', '<=', nowMs)
    .where('delivery.reaction', 'in', reactions)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('platform_deliveries as earlier')
            .select('earlier.deliveryId')
            .whereRef('earlier.reaction', '=', 'delivery.reaction')
            .whereRef('earlier.aggregateId', '=', 'delivery.aggregateId')
            .where('earlier.state', '=', 'pending')
            .whereRef('earlier.deliveryId', '<', 'delivery.deliveryId')
            .whereRef('earlier.nextAttemptAt', '>', 'delivery.nextAttemptAt'),
        ),
      ),
    )
    .orderBy('delivery.nextAttemptAt')
    .orderBy('delivery.deliveryId')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    deliveryId: row.deliveryId,
    reaction: row.reaction,
    aggregateId: row.aggregateId,
    attempts: row.attempts,
    event: toEvent(row),
  }));
}

/**
 * Takes a delivery for this transaction and marks it done. False when it is not due any more: another process has it or moved it.
 * The row stays locked until the transaction ends, so two workers never both handle it.
 */
export async function claim(transaction: Transaction, deliveryId: number, nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tables(transaction)
    .updateTable('platform_deliveries')
    .set({ state: 'done', settledAt: nowMs, lastError: null })
    .where('deliveryId', '=', deliveryId)
    .where('state', '=', 'pending')
    .where('nextAttemptAt', '<=', nowMs)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

const MAX_ERROR_LENGTH = 1_000;

/** Records a failed try: later, or never again (`dead`). Successors of the same aggregate wait with it or are released. */
export async function recordFailure(
  transaction: Transaction,
  delivery: DueDelivery,
  failure: { message: string; nowMs: number; retryAt: number | null },
): Promise<void> {
  const { retryAt, nowMs } = failure;
  await tables(transaction)
    .updateTable('platform_deliveries')
    .set({
      attempts: sql`attempts + 1`,
      lastError: failure.message.slice(0, MAX_ERROR_LENGTH),
      ...(retryAt === null ? { state: 'dead' as const, settledAt: nowMs } : { nextAttemptAt: retryAt }),
    })
    .where('deliveryId', '=', delivery.deliveryId)
    .where('state', '=', 'pending')
    .execute();
  await tables(transaction)
    .updateTable('platform_deliveries')
    .set({ nextAttemptAt: retryAt ?? 0 })
    .where('reaction', '=', delivery.reaction)
    .where('aggregateId', '=', delivery.aggregateId)
    .where('state', '=', 'pending')
    .where('deliveryId', '>', delivery.deliveryId)
    .execute();
}

/** Removes settled deliveries older than `beforeMs` and relayed events nobody waits for. Answers how many rows went. */
export async function sweepSettled(database: Database, beforeMs: number, limit: number): Promise<number> {
  const old = await tables(database.query)
    .selectFrom('platform_deliveries')
    .select('deliveryId')
    .where('state', '=', 'done')
    .where('settledAt', '<', beforeMs)
    .limit(limit)
    .execute();
  const finished = await tables(database.query)
    .selectFrom('platform_events as event')
    .select('event.sequence')
    .where('event.relayedAt', '<', beforeMs)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('platform_deliveries as d').select('d.deliveryId').whereRef('d.eventId', '=', 'event.eventId'))),
    )
    .limit(limit)
    .execute();
  if (old.length + finished.length === 0) return 0;
  return database.transaction(async (transaction) => {
    let removed = 0n;
    if (old.length > 0) {
      const ids = old.map(({ deliveryId }) => deliveryId);
      removed += (await tables(transaction).deleteFrom('platform_deliveries').where('deliveryId', 'in', ids).executeTakeFirst())
        .numDeletedRows;
    }
    if (finished.length > 0) {
      const ids = finished.map(({ sequence }) => sequence);
      removed += (await tables(transaction).deleteFrom('platform_events').where('sequence', 'in', ids).executeTakeFirst()).numDeletedRows;
    }
    return Number(removed);
  });
}

/** Deliveries that wait or have been given up. */
export async function countByState(query: Query): Promise<{ pending: number; dead: number }> {
  const rows = await tables(query)
    .selectFrom('platform_deliveries')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where('state', 'in', ['pending', 'dead'])
    .groupBy('state')
    .execute();
  const countOf = (state: DeliveryState) => rows.find((row) => row.state === state)?.count ?? 0;
  return { pending: countOf('pending'), dead: countOf('dead') };
}
