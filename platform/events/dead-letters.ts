import type { Database } from '@qianxing/database';
import { tables } from './deliveries';
import { toEvent } from './outbox';
import type { DomainEvent } from './port';

/** A delivery that failed for the last time; staff see why and may have it tried again. */
export interface DeadLetter {
  readonly deliveryId: number;
  readonly reaction: string;
  readonly attempts: number;
  readonly lastError: string;
  /** UTC ms of the last try. */
  readonly failedAt: number;
  readonly event: DomainEvent;
}

export interface DeadLetterPage {
  readonly items: readonly DeadLetter[];
  readonly nextCursor: string | null;
}

const MAX_PAGE = 200;

/** Newest first. */
export async function listDeadLetters(database: Database, page: { limit: number; cursor?: string | undefined }): Promise<DeadLetterPage> {
  const limit = Math.min(page.limit, MAX_PAGE);
  const rows = await tables(database.query)
    .selectFrom('platform_deliveries as delivery')
    .innerJoin('platform_events as event', 'event.eventId', 'delivery.eventId')
    .select(['delivery.deliveryId', 'delivery.reaction', 'delivery.attempts', 'delivery.lastError', 'delivery.settledAt'])
    .select(['event.eventId', 'event.topic', 'event.aggregateId', 'event.occurredAt', 'event.payload'])
    .where('delivery.state', '=', 'dead')
    .$if(page.cursor !== undefined, (query) => query.where('delivery.deliveryId', '<', Number(page.cursor)))
    .orderBy('delivery.deliveryId', 'desc')
    .limit(limit + 1)
    .execute();
  const items = rows.slice(0, limit).map((row) => ({
    deliveryId: row.deliveryId,
    reaction: row.reaction,
    attempts: row.attempts,
    lastError: row.lastError ?? '',
    failedAt: row.settledAt ?? 0,
    event: toEvent(row),
  }));
  return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.deliveryId) : null };
}

/** Makes a dead letter pending again, with a fresh count of tries. False when there is no such dead letter. */
export function replayDeadLetter(database: Database, deliveryId: number): Promise<boolean> {
  return database.transaction(async (transaction) => {
    const { numUpdatedRows } = await tables(transaction)
      .updateTable('platform_deliveries')
      .set({ state: 'pending', attempts: 0, nextAttemptAt: 0, settledAt: null })
      .where('deliveryId', '=', deliveryId)
      .where('state', '=', 'dead')
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  });
}
