import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { CatalogTables } from '../tables';

const tablesOf = (query: Query) => query.withTables<CatalogTables>();

/**
 * Notes that a product changed outside. Two edits within a second have the same key, so a message that comes again opens its note again:
 * looking once more at a product costs a request, missing an edit costs a wrong price.
 */
export async function noteChange(
  transaction: Transaction,
  note: { messageKey: string; externalProductId: string; receivedAt: number },
): Promise<void> {
  const again = () =>
    tablesOf(transaction)
      .updateTable('catalog_push_inbox')
      .set((eb) => ({ received: eb('received', '+', 1), receivedAt: note.receivedAt, processedAt: null }))
      .where('messageKey', '=', note.messageKey)
      .executeTakeFirst();
  if ((await again()).numUpdatedRows === 1n) return;
  if (!(await insertIfAbsent(transaction, 'catalog_push_inbox', { ...note, received: 1, processedAt: null }))) await again();
}

export interface WaitingChange {
  readonly messageKey: string;
  readonly externalProductId: string;
  /** How often it had come when it was read. */
  readonly received: number;
}

export async function waitingChanges(query: Query, limit: number): Promise<WaitingChange[]> {
  return tablesOf(query)
    .selectFrom('catalog_push_inbox')
    .select(['messageKey', 'externalProductId', 'received'])
    .where('processedAt', 'is', null)
    .orderBy('receivedAt')
    .limit(limit)
    .execute();
}

/** Closes notes, except those that came again since they were read. */
export async function changesDone(transaction: Transaction, changes: readonly WaitingChange[], processedAt: number): Promise<void> {
  for (const { messageKey, received } of [...changes].sort((a, b) => (a.messageKey < b.messageKey ? -1 : 1)))
    await tablesOf(transaction)
      .updateTable('catalog_push_inbox')
      .set({ processedAt })
      .where('messageKey', '=', messageKey)
      .where('received', '=', received)
      .execute();
}

export async function sweepInbox(transaction: Transaction, processedBefore: number): Promise<number> {
  const { numDeletedRows } = await tablesOf(transaction)
    .deleteFrom('catalog_push_inbox')
    .where('processedAt', '<', processedBefore)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
