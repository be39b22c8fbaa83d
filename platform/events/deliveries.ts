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

/** What is due for a consumer, in order, and what must wait with an earlier delivery of its lane until `untilMs`. */
export interface DueBatch {
  readonly due: readonly DueDelivery[];
  readonly held: ReadonlyArray<{ readonly deliveryId: number; readonly untilMs: number }>;
}

type Pending = Pick<DeliveryRow, 'deliveryId' | 'reaction' | 'aggregateId' | 'attempts' | 'eventId' | 'nextAttemptAt'>;

/**
 * Looks at the next deliveries of a consumer. A failed one waits for its next try, and its successors of the same reaction and aggregate
 * wait with it; one that arrived meanwhile comes out as `held`. Three plain index reads, so that no planner can go wrong.
 */
export async function findDue(
  query: Query,
  consumer: string,
  reactions: readonly string[],
  nowMs: number,
  limit: number,
): Promise<DueBatch> {
  const pending = await tables(query)
    .selectFrom('platform_deliveries')
    .select(['deliveryId', 'reaction', 'aggregateId', 'attempts', 'eventId', 'nextAttemptAt'])
    .where('consumer', '=', consumer)
    .where('state', '=', 'pending')
    .where('nextAttemptAt', '<=', nowMs)
    .where('reaction', 'in', reactions)
    .orderBy('nextAttemptAt')
    .orderBy('deliveryId')
    .limit(limit)
    .execute();
  if (pending.length === 0) return { due: [], held: [] };
  const blockers = await findBlockers(query, pending);
  const held: { deliveryId: number; untilMs: number }[] = [];
  const free: Pending[] = [];
  for (const delivery of pending) {
    const untilMs = Math.max(
      0,
      ...(blockers.get(laneOf(delivery)) ?? []).filter((other) => isBehind(delivery, other)).map((other) => other.nextAttemptAt),
    );
    if (untilMs > 0) held.push({ deliveryId: delivery.deliveryId, untilMs });
    else free.push(delivery);
  }
  return { due: await withEvents(query, free), held };
}

/** Earlier in its lane and yet later in the queue: only a delivery that failed, or waited with one that did, is so. */
function isBehind(delivery: Pending, other: Pick<Pending, 'deliveryId' | 'nextAttemptAt'>): boolean {
  return other.deliveryId < delivery.deliveryId && other.nextAttemptAt > delivery.nextAttemptAt;
}

async function findBlockers(
  query: Query,
  pending: readonly Pending[],
): Promise<Map<string, Pick<Pending, 'deliveryId' | 'nextAttemptAt'>[]>> {
  const rows = await tables(query)
    .selectFrom('platform_deliveries')
    .select(['deliveryId', 'reaction', 'aggregateId', 'nextAttemptAt'])
    .where('reaction', 'in', [...new Set(pending.map(({ reaction }) => reaction))])
    .where('aggregateId', 'in', [...new Set(pending.map(({ aggregateId }) => aggregateId))])
    .where('state', '=', 'pending')
    .where('nextAttemptAt', '>', 0)
    .execute();
  const byLane = new Map<string, typeof rows>();
  for (const row of rows) {
    const lane = byLane.get(laneOf(row));
    if (lane === undefined) byLane.set(laneOf(row), [row]);
    else lane.push(row);
  }
  return byLane;
}

async function withEvents(query: Query, pending: readonly Pending[]): Promise<DueDelivery[]> {
  if (pending.length === 0) return [];
  const ids = [...new Set(pending.map(({ eventId }) => eventId))];
  const rows = await tables(query).selectFrom('platform_events').selectAll().where('eventId', 'in', ids).execute();
  const events = new Map(rows.map((row) => [row.eventId, toEvent(row)]));
  return pending.flatMap(({ deliveryId, reaction, aggregateId, attempts, eventId }) => {
    const event = events.get(eventId);
    return event === undefined ? [] : [{ deliveryId, reaction, aggregateId, attempts, event }];
  });
}

/** Order is kept within a lane. */
export function laneOf(delivery: { readonly reaction: string; readonly aggregateId: string }): string {
  return `${delivery.reaction} ${delivery.aggregateId}`;
}

/** Lets the held deliveries wait as long as the one they stand behind. */
export async function postpone(transaction: Transaction, held: DueBatch['held']): Promise<void> {
  for (const { deliveryId, untilMs } of held) {
    await tables(transaction)
      .updateTable('platform_deliveries')
      .set({ nextAttemptAt: untilMs })
      .where('deliveryId', '=', deliveryId)
      .where('state', '=', 'pending')
      .where('nextAttemptAt', '<', untilMs)
      .execute();
  }
}

/**
 * Takes deliveries for this transaction and marks them done. False unless all of them are still due: another process has some or moved
 * them. The rows stay locked until the transaction ends, so two workers never both handle one.
 */
export async function claim(transaction: Transaction, deliveryIds: readonly number[], nowMs: number): Promise<boolean> {
  const { numUpdatedRows } = await tables(transaction)
    .updateTable('platform_deliveries')
    .set({ state: 'done', settledAt: nowMs, lastError: null })
    .where('deliveryId', 'in', deliveryIds)
    .where('state', '=', 'pending')
    .where('nextAttemptAt', '<=', nowMs)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === BigInt(deliveryIds.length);
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
