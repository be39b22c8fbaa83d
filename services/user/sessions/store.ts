import type { Query, Transaction } from '@qianxing/database';
import type { SessionRow, UserTables } from '../tables';

const tablesOf = (query: Query) => query.withTables<UserTables>();

export async function insertSession(transaction: Transaction, row: SessionRow): Promise<void> {
  await tablesOf(transaction).insertInto('user_sessions').values(row).execute();
}

export async function insertRefreshToken(
  transaction: Transaction,
  row: { tokenHash: string; sessionId: string; expiresAt: number },
): Promise<void> {
  await tablesOf(transaction)
    .insertInto('user_refresh_tokens')
    .values({ ...row, usedAt: null })
    .execute();
}

export interface RefreshTokenFound {
  readonly session: SessionRow;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

export async function findRefreshToken(query: Query, tokenHash: string): Promise<RefreshTokenFound | undefined> {
  const tables = tablesOf(query);
  const token = await tables.selectFrom('user_refresh_tokens').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst();
  const session = token && (await findSession(query, token.sessionId));
  return token && session ? { session, expiresAt: token.expiresAt, usedAt: token.usedAt } : undefined;
}

export async function findSession(query: Query, sessionId: string): Promise<SessionRow | undefined> {
  return tablesOf(query).selectFrom('user_sessions').selectAll().where('sessionId', '=', sessionId).executeTakeFirst();
}

/** Marks a refresh token used; true for exactly one caller. */
export async function useRefreshToken(transaction: Transaction, tokenHash: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('user_refresh_tokens')
    .set({ usedAt: now })
    .where('tokenHash', '=', tokenHash)
    .where('usedAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function revokeSession(transaction: Transaction, sessionId: string, now: number, reason: string): Promise<void> {
  await tablesOf(transaction)
    .updateTable('user_sessions')
    .set({ revokedAt: now, revokedFor: reason })
    .where('sessionId', '=', sessionId)
    .where('revokedAt', 'is', null)
    .execute();
}

export async function revokeAllSessions(transaction: Transaction, subjectId: string, now: number, reason: string): Promise<void> {
  await tablesOf(transaction)
    .updateTable('user_sessions')
    .set({ revokedAt: now, revokedFor: reason })
    .where('subjectId', '=', subjectId)
    .where('revokedAt', 'is', null)
    .execute();
}

/** Forgets refresh tokens long expired. */
export async function sweepRefreshTokens(transaction: Transaction, expiredBefore: number): Promise<number> {
  const { numDeletedRows } = await tablesOf(transaction)
    .deleteFrom('user_refresh_tokens')
    .where('expiresAt', '<', expiredBefore)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
