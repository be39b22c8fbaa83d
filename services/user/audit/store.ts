import { type Query, type Transaction, textContains } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import { toIso } from '@qianxing/time';
import type { AuditRow, UserTables } from '../tables';

export type AuditInput = Omit<AuditRow, 'auditId' | 'recordedAt' | 'facts'> & { readonly facts: Readonly<Record<string, unknown>> };

/** Appends an audit line, cut to the length of its columns. Lines are never changed or deleted; the database refuses it. */
export async function appendAudit(transaction: Transaction, input: AuditInput, now: number): Promise<void> {
  const { facts, ...line } = input;
  await transaction
    .withTables<UserTables>()
    .insertInto('user_audit')
    .values({
      auditId: newId(now),
      staffId: line.staffId,
      staffName: line.staffName.slice(0, 80),
      action: line.action.slice(0, 120),
      subjectKind: line.subjectKind.slice(0, 60),
      subjectId: line.subjectId.slice(0, 60),
      reason: line.reason?.slice(0, 500) ?? null,
      facts: JSON.stringify(facts),
      ip: line.ip.slice(0, 45),
      requestId: line.requestId.slice(0, 100),
      recordedAt: now,
    })
    .execute();
}

export interface AuditFilter {
  readonly action?: string | undefined;
  readonly staffId?: string | undefined;
  readonly subjectId?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export async function listAudit(
  query: Query,
  filter: AuditFilter,
  page: { before: string | undefined; limit: number },
): Promise<AuditRow[]> {
  let rows = query.withTables<UserTables>().selectFrom('user_audit').selectAll().orderBy('auditId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('auditId', '<', page.before);
  if (filter.action !== undefined) rows = rows.where(textContains('action', filter.action, true));
  if (filter.staffId !== undefined) rows = rows.where('staffId', '=', filter.staffId);
  if (filter.subjectId !== undefined) rows = rows.where('subjectId', '=', filter.subjectId);
  if (filter.from !== undefined) rows = rows.where('recordedAt', '>=', filter.from);
  if (filter.to !== undefined) rows = rows.where('recordedAt', '<', filter.to);
  return rows.execute();
}

export function auditView(row: AuditRow) {
  const { facts, recordedAt, ...line } = row;
  return { ...line, facts: JSON.parse(facts) as Record<string, unknown>, recordedAt: toIso(recordedAt) };
}
