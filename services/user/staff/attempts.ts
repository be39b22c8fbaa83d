import { createHmac } from 'node:crypto';
import type { KeyRing } from '@qianxing/auth';
import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import { HOUR_MS, MINUTE_MS } from '@qianxing/time';
import type { UserTables } from '../tables';

const FREE_FAILURES = 4;
const LONGEST_LOCK_MS = HOUR_MS;

const tablesOf = (query: Query) => query.withTables<UserTables>();

/** Attempts are kept by name, not by account: a name that nobody has is locked like any other, so the lock says nothing about accounts. */
export const attemptKey = (keys: KeyRing, username: string): string =>
  createHmac('sha256', keys.current.secret).update(`sign-in\n${username.toLowerCase()}`).digest('hex');

/**
 * Counts an attempt before its verdict is known, so that guessing in parallel gains nothing. From the fifth failure on the name is locked
 * for a growing time. Answers undefined, or until when (UTC ms) the name is locked: then nothing may be tried.
 */
export async function claimAttempt(transaction: Transaction, nameHash: string, now: number): Promise<number | undefined> {
  const tables = tablesOf(transaction);
  const touch = () => tables.updateTable('user_sign_in_attempts').set({ lastAt: now }).where('nameHash', '=', nameHash).executeTakeFirst();
  if ((await touch()).numUpdatedRows === 0n) {
    const isFirst = await insertIfAbsent(transaction, 'user_sign_in_attempts', { nameHash, failures: 0, lockedUntil: null, lastAt: now });
    if (!isFirst) await touch();
  }
  const row = await tables
    .selectFrom('user_sign_in_attempts')
    .select(['failures', 'lockedUntil'])
    .where('nameHash', '=', nameHash)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (row.lockedUntil !== null && row.lockedUntil > now) return row.lockedUntil;
  const beyond = row.failures - FREE_FAILURES;
  const lockedUntil = beyond < 0 ? null : now + Math.min(LONGEST_LOCK_MS, MINUTE_MS * 2 ** beyond);
  await tables
    .updateTable('user_sign_in_attempts')
    .set((eb) => ({ failures: eb('failures', '+', 1), lockedUntil }))
    .where('nameHash', '=', nameHash)
    .execute();
  return undefined;
}

/** The attempt was right after all: it does not count. */
export async function giveAttemptBack(transaction: Transaction, nameHash: string): Promise<void> {
  await tablesOf(transaction)
    .updateTable('user_sign_in_attempts')
    .set((eb) => ({ failures: eb('failures', '-', 1), lockedUntil: null }))
    .where('nameHash', '=', nameHash)
    .where('failures', '>', 0)
    .execute();
}

export async function forgetAttempts(transaction: Transaction, nameHash: string): Promise<void> {
  await tablesOf(transaction).deleteFrom('user_sign_in_attempts').where('nameHash', '=', nameHash).execute();
}

/** Forgets names that were quiet since `before`. */
export async function sweepAttempts(transaction: Transaction, before: number): Promise<number> {
  const { numDeletedRows } = await tablesOf(transaction)
    .deleteFrom('user_sign_in_attempts')
    .where('lastAt', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
