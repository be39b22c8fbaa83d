import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { CatalogTables } from '../tables';

const tablesOf = (query: Query) => query.withTables<CatalogTables>();

/** Notes that a product changed outside; the same message twice is one note. */
export async function noteChange(
  transaction: Transaction,
  note: { messageKey: string; externalProductId: string; receivedAt: number },
): Promise<void> {
  await insertIfAbsent(transaction, 'catalog_push_inbox', { ...note, processedAt: null });
}

export async function waitingChanges(query: Query, limit: number): Promise<{ messageKey: string; externalProductId: string }[]> {
  return tablesOf(query)
    .selectFrom('catalog_push_inbox')
    .select(['messageKey', 'externalProductId'])
    .where('processedAt', 'is', null)
    .orderBy('receivedAt')
    .limit(limit)
    .execute();
}

export async function changesDone(transaction: Transaction, messageKeys: readonly string[], processedAt: number): Promise<void> {
  if (messageKeys.length === 0) return;
  await tablesOf(transaction).updateTable('catalog_push_inbox').set({ processedAt }).where('messageKey', 'in', messageKeys).execute();
}

export async function sweepInbox(transaction: Transaction, processedBefore: number): Promise<number> {
  const { numDeletedRows } = await tablesOf(transaction)
    .deleteFrom('catalog_push_inbox')
    .where('processedAt', '<', processedBefore)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
