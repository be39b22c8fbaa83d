import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import { sql } from 'kysely';
import type { RefusalReason } from '../model';
import type { CatalogTables, ImportItemRow, ImportRow } from '../tables';

const tablesOf = (query: Query) => query.withTables<CatalogTables>();

/** Starts an import unless one is running; answers whether it did. */
export async function insertImport(transaction: Transaction, row: ImportRow): Promise<boolean> {
  return insertIfAbsent(transaction, 'catalog_imports', { ...row });
}

export async function findImport(query: Query, importId: string): Promise<ImportRow | undefined> {
  return tablesOf(query).selectFrom('catalog_imports').selectAll().where('importId', '=', importId).executeTakeFirst();
}

export async function openImport(query: Query): Promise<ImportRow | undefined> {
  return tablesOf(query).selectFrom('catalog_imports').selectAll().where('openKey', 'is not', null).executeTakeFirst();
}

export async function listImports(query: Query, page: { before: string | undefined; limit: number }): Promise<ImportRow[]> {
  let rows = tablesOf(query).selectFrom('catalog_imports').selectAll().orderBy('importId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('importId', '<', page.before);
  return rows.execute();
}

type ImportChange = Partial<
  Pick<ImportRow, 'status' | 'openKey' | 'listed' | 'total' | 'fetchCursor' | 'problem' | 'retryAt' | 'finishedAt'>
>;

/** Guarded change; false when the import is in none of `from` any more, or somebody else has fetched the page after `listed` already. */
export async function moveImport(
  transaction: Transaction,
  importId: string,
  from: readonly ImportRow['status'][],
  change: ImportChange,
  listed?: number,
): Promise<boolean> {
  let moving = tablesOf(transaction)
    .updateTable('catalog_imports')
    .set(change)
    .where('importId', '=', importId)
    .where('status', 'in', from);
  if (listed !== undefined) moving = moving.where('listed', '=', listed);
  const { numUpdatedRows } = await moving.executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function addItems(transaction: Transaction, rows: readonly ImportItemRow[]): Promise<void> {
  for (const row of rows) await insertIfAbsent(transaction, 'catalog_import_items', { ...row });
}

/** Moves a waiting item to its end, with the reasons of a failure; false when it was moved before. */
export async function endItem(
  transaction: Transaction,
  itemId: string,
  status: 'applied' | 'failed',
  reasons?: readonly RefusalReason[],
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('catalog_import_items')
    .set({ status, ...(reasons === undefined ? {} : { reasons: JSON.stringify(reasons) }) })
    .where('itemId', '=', itemId)
    .where('status', '=', 'waiting')
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Leaves out what need not or shall not be applied. */
export async function skipItems(transaction: Transaction, importId: string, excludedItemIds: readonly string[]): Promise<void> {
  const tables = tablesOf(transaction);
  await tables
    .updateTable('catalog_import_items')
    .set({ status: 'skipped' })
    .where('importId', '=', importId)
    .where('changeKind', 'in', ['unchanged', 'refused'])
    .execute();
  if (excludedItemIds.length === 0) return;
  await tables
    .updateTable('catalog_import_items')
    .set({ status: 'skipped' })
    .where('importId', '=', importId)
    .where('itemId', 'in', excludedItemIds)
    .execute();
}

export async function waitingItems(query: Query, importId: string, limit: number): Promise<ImportItemRow[]> {
  return tablesOf(query)
    .selectFrom('catalog_import_items')
    .selectAll()
    .where('importId', '=', importId)
    .where('status', '=', 'waiting')
    .orderBy('itemId')
    .limit(limit)
    .execute();
}

export async function listItems(
  query: Query,
  importId: string,
  changeKind: ImportItemRow['changeKind'] | undefined,
  page: { after: string | undefined; limit: number },
): Promise<ImportItemRow[]> {
  let rows = tablesOf(query)
    .selectFrom('catalog_import_items')
    .selectAll()
    .where('importId', '=', importId)
    .orderBy('itemId')
    .limit(page.limit);
  if (page.after !== undefined) rows = rows.where('itemId', '>', page.after);
  if (changeKind !== undefined) rows = rows.where('changeKind', '=', changeKind);
  return rows.execute();
}

export interface ItemCounts {
  readonly total: number;
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
  readonly applied: number;
  readonly failed: number;
  readonly waiting: number;
}

export async function countItems(query: Query, importIds: readonly string[]): Promise<Map<string, ItemCounts>> {
  const counts = new Map<string, ItemCounts>();
  if (importIds.length === 0) return counts;
  const rows = await tablesOf(query)
    .selectFrom('catalog_import_items')
    .select(['importId', 'changeKind', 'status', sql<number>`count(*)`.as('items')])
    .where('importId', 'in', importIds)
    .groupBy(['importId', 'changeKind', 'status'])
    .execute();
  for (const importId of importIds) {
    const own = rows.filter((row) => row.importId === importId);
    const sum = (wanted: (row: (typeof rows)[number]) => boolean) => own.filter(wanted).reduce((total, row) => total + row.items, 0);
    counts.set(importId, {
      total: sum(() => true),
      new: sum((row) => row.changeKind === 'new'),
      changed: sum((row) => row.changeKind === 'changed'),
      unchanged: sum((row) => row.changeKind === 'unchanged'),
      refused: sum((row) => row.changeKind === 'refused'),
      applied: sum((row) => row.status === 'applied'),
      failed: sum((row) => row.status === 'failed'),
      waiting: sum((row) => row.status === 'waiting'),
    });
  }
  return counts;
}
