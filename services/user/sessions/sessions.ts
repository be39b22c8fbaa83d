import { judgeRefresh, newRefreshToken, refreshTokenHash } from '@qianxing/auth';
import type { Database, Transaction } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import { newId } from '@qianxing/ids';
import { DAY_MS, HOUR_MS, toIso } from '@qianxing/time';
import type { UserContext } from '../context';
import { findMember } from '../members/store';
import { fail } from '../problems';
import { findStaff, permissionsOf } from '../staff/store';
import type { SessionRow } from '../tables';
import {
  findRefreshToken,
  findSession,
  insertRefreshToken,
  insertSession,
  revokeAllSessions,
  revokeSession,
  useRefreshToken,
} from './store';

/** A member stays signed in this long without coming back; staff much shorter. */
const REFRESH_LIFETIME_MS = { member: 30 * DAY_MS, staff: 8 * HOUR_MS } as const;

export interface IssuedSession {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: string;
}

interface Pending {
  readonly session: SessionRow;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: number;
}

/** Writes a new session with its first refresh token. The access token is signed after the commit, see `issue`. */
export async function openSession(transaction: Transaction, kind: 'member' | 'staff', subjectId: string, now: number): Promise<Pending> {
  const session: SessionRow = { sessionId: newId(now), kind, subjectId, createdAt: now, revokedAt: null, revokedFor: null };
  await insertSession(transaction, session);
  return nextToken(transaction, session, now);
}

async function nextToken(transaction: Transaction, session: SessionRow, now: number): Promise<Pending> {
  const { token, tokenHash } = newRefreshToken();
  const expiresAt = now + REFRESH_LIFETIME_MS[session.kind];
  await insertRefreshToken(transaction, { tokenHash, sessionId: session.sessionId, expiresAt });
  return { session, refreshToken: token, refreshTokenExpiresAt: expiresAt };
}

export async function issue(context: UserContext, pending: Pending, now: number): Promise<IssuedSession> {
  const { session } = pending;
  const staff = session.kind === 'staff' ? await findStaff(context.platform.database.query, session.subjectId) : undefined;
  const access = await context.options.accessTokens.issue(
    {
      kind: session.kind,
      subject: session.subjectId,
      sessionId: session.sessionId,
      ...(staff === undefined
        ? {}
        : { username: staff.username, permissions: await permissionsOf(context.platform.database.query, staff.staffId) }),
    },
    now,
  );
  return {
    accessToken: access.token,
    accessTokenExpiresAt: toIso(access.expiresAt),
    refreshToken: pending.refreshToken,
    refreshTokenExpiresAt: toIso(pending.refreshTokenExpiresAt),
  };
}

/** Exchanges a refresh token. One that was used before ends the whole session: two parties hold it. */
export async function refreshSession(
  context: UserContext,
  kind: 'member' | 'staff',
  refreshToken: string,
  now: number,
): Promise<Result<IssuedSession>> {
  const { database } = context.platform;
  const tokenHash = refreshTokenHash(refreshToken);
  const pending = await database.transaction(async (transaction): Promise<Pending | 'ended'> => {
    const found = await findRefreshToken(transaction, tokenHash);
    if (found?.session.kind !== kind) return 'ended';
    const verdict = judgeRefresh({ expiresAt: found.expiresAt, usedAt: found.usedAt, revokedAt: found.session.revokedAt }, now);
    if (verdict === 'reused') await revoke(context, transaction, found.session.sessionId, now, 'reused');
    if (verdict !== 'rotate' && verdict !== 'repeat') return 'ended';
    if (!(await mayContinue(transaction, found.session))) {
      await revoke(context, transaction, found.session.sessionId, now, 'suspended');
      return 'ended';
    }
    if (verdict === 'rotate') await useRefreshToken(transaction, tokenHash, now);
    return nextToken(transaction, found.session, now);
  });
  return pending === 'ended' ? fail('sessionEnded') : ok(await issue(context, pending, now));
}

async function mayContinue(transaction: Transaction, session: SessionRow): Promise<boolean> {
  const subject =
    session.kind === 'member' ? await findMember(transaction, session.subjectId) : await findStaff(transaction, session.subjectId);
  return subject?.status === 'active';
}

export async function endSession(context: UserContext, sessionId: string, now: number): Promise<void> {
  await context.platform.database.transaction((transaction) => revoke(context, transaction, sessionId, now, 'logout'));
}

export async function endAllSessions(
  context: UserContext,
  transaction: Transaction,
  subjectId: string,
  now: number,
  reason: string,
): Promise<void> {
  context.sessions.distrust(now);
  await revokeAllSessions(transaction, subjectId, now, reason);
}

async function revoke(context: UserContext, transaction: Transaction, sessionId: string, now: number, reason: string): Promise<void> {
  context.sessions.distrust(now);
  await revokeSession(transaction, sessionId, now, reason);
}

const REMEMBERED_MS = 5_000;
const REMEMBERED_AT_MOST = 20_000;

/** Whether sessions still stand; remembered for a few seconds, so that a revocation reaches every process within them and its own at once. */
export interface SessionWatch {
  /** @param now UTC ms */
  stands(sessionId: string, now: number): Promise<boolean>;
  /** Something is about to be revoked here: until its transaction has surely ended, nothing is remembered. @param now UTC ms */
  distrust(now: number): void;
}

export function createSessionWatch(database: Database): SessionWatch {
  const remembered = new Map<string, { at: number; stands: boolean }>();
  let distrustedUntil = 0;
  return {
    async stands(sessionId, now) {
      const trusting = now >= distrustedUntil;
      const known = trusting ? remembered.get(sessionId) : undefined;
      if (known && now >= known.at && now - known.at < REMEMBERED_MS) return known.stands;
      const session = await findSession(database.query, sessionId);
      const stands = session !== undefined && session.revokedAt === null;
      if (!trusting || now < distrustedUntil) return stands;
      if (remembered.size >= REMEMBERED_AT_MOST) remembered.clear();
      remembered.set(sessionId, { at: now, stands });
      return stands;
    },
    distrust(now) {
      remembered.clear();
      distrustedUntil = Math.max(distrustedUntil, now + REMEMBERED_MS);
    },
  };
}
