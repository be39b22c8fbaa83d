import type { Query, Transaction } from '@qianxing/database';
import type { ExceptionRow, FulfilmentTables } from '../tables';

const tablesOf = (query: Query) => query.withTables<FulfilmentTables>();

export async function listExceptions(
  query: Query,
  open: boolean | undefined,
  page: { before: string | undefined; limit: number },
): Promise<ExceptionRow[]> {
  let rows = tablesOf(query).selectFrom('fulfilment_exceptions').selectAll().orderBy('exceptionId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('exceptionId', '<', page.before);
  if (open !== undefined) rows = rows.where('resolvedAt', open ? 'is' : 'is not', null);
  return rows.execute();
}

export async function resolveException(
  transaction: Transaction,
  exceptionId: string,
  resolution: string,
  now: number,
): Promise<ExceptionRow | undefined> {
  const tables = tablesOf(transaction);
  await tables
    .updateTable('fulfilment_exceptions')
    .set({ resolution, resolvedAt: now })
    .where('exceptionId', '=', exceptionId)
    .where('resolvedAt', 'is', null)
    .execute();
  return tables.selectFrom('fulfilment_exceptions').selectAll().where('exceptionId', '=', exceptionId).executeTakeFirst();
}
