import { createHmac } from 'node:crypto';
import { judgeOneTimeCode, MAX_CODE_ATTEMPTS, oneTimeCodeHash } from '@qianxing/auth';
import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import { newDigits, newId } from '@qianxing/ids';
import { DAY_MS, MINUTE_MS } from '@qianxing/time';
import { sql } from 'kysely';
import type { UserContext } from '../context';
import { fail } from '../problems';
import type { LoginCodeRow, UserTables } from '../tables';
import { phoneHashes } from './phones';

const RESEND_MS = MINUTE_MS;
const LIFETIME_MS = 5 * MINUTE_MS;
const PER_PHONE_AND_DAY = 10;
const PER_ADDRESS_AND_DAY = 100;
const PURPOSE = 'login';

const tablesOf = (query: Query) => query.withTables<UserTables>();

/** Writes and sends a login code. The answer is the same whether the phone is known or not. */
export async function sendLoginCode(
  context: UserContext,
  phone: string,
  ip: string,
  now: number,
): Promise<Result<{ resendAfterMs: number; expiresInMs: number }>> {
  const { codeKeys } = context.options;
  const code = newDigits(6);
  const [{ phoneHash }] = phoneHashes(codeKeys, phone);
  const row: LoginCodeRow = {
    codeId: newId(now),
    phoneHash,
    codeHash: oneTimeCodeHash(codeKeys, PURPOSE, phoneHash, code),
    ipHash: createHmac('sha256', codeKeys.current.secret).update(`ip\n${ip}`).digest('hex'),
    attempts: 0,
    createdAt: now,
    expiresAt: now + LIFETIME_MS,
    usedAt: null,
  };
  const admitted = await context.platform.database.transaction(async (transaction): Promise<Result<undefined>> => {
    const refusal = await refuse(transaction, row, now);
    if (refusal) return refusal;
    await tablesOf(transaction).insertInto('user_login_codes').values(row).execute();
    return ok();
  });
  if (!admitted.ok) return admitted;
  const sent = await context.needs.sendSms({ phone, code, text: `验证码 ${code}，5 分钟内有效。请勿告诉他人。` });
  if (sent.kind !== 'ok') context.platform.log.warn({ outcome: sent.kind }, 'a login code may not have been sent');
  return ok({ resendAfterMs: RESEND_MS, expiresInMs: LIFETIME_MS });
}

async function refuse(transaction: Transaction, row: LoginCodeRow, now: number): Promise<Result<never> | undefined> {
  const waitMs = await claimSending(transaction, row.phoneHash, now);
  if (waitMs > 0) return fail('codeTooSoon', { params: { seconds: Math.ceil(waitMs / 1_000) } });
  if ((await countSince(transaction, 'phoneHash', row.phoneHash, now - DAY_MS)) >= PER_PHONE_AND_DAY) return fail('codeTooMany');
  if ((await countSince(transaction, 'ipHash', row.ipHash, now - DAY_MS)) >= PER_ADDRESS_AND_DAY) return fail('codeTooMany');
  return undefined;
}

/** Takes the right to send to a phone now, for exactly one caller; otherwise answers how long to wait, in ms. */
async function claimSending(transaction: Transaction, phoneHash: string, now: number): Promise<number> {
  const tables = tablesOf(transaction);
  const { numUpdatedRows } = await tables
    .updateTable('user_code_phones')
    .set({ lastSentAt: now })
    .where('phoneHash', '=', phoneHash)
    // An instant far ahead comes from a clock that was set back since.
    .where((eb) => eb.or([eb('lastSentAt', '<=', now - RESEND_MS), eb('lastSentAt', '>', now + RESEND_MS)]))
    .executeTakeFirst();
  if (numUpdatedRows === 1n || (await insertIfAbsent(transaction, 'user_code_phones', { phoneHash, lastSentAt: now }))) return 0;
  const last = await tables.selectFrom('user_code_phones').select('lastSentAt').where('phoneHash', '=', phoneHash).executeTakeFirst();
  return Math.max(1, (last?.lastSentAt ?? now) + RESEND_MS - now);
}

/** The newest code of a phone, also one written by a process that has another key in front. */
async function latest(query: Query, hashes: readonly string[]): Promise<LoginCodeRow | undefined> {
  return tablesOf(query)
    .selectFrom('user_login_codes')
    .selectAll()
    .where('phoneHash', 'in', hashes)
    .orderBy('codeId', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function countSince(query: Query, column: 'phoneHash' | 'ipHash', value: string, since: number): Promise<number> {
  const row = await tablesOf(query)
    .selectFrom('user_login_codes')
    .select(sql<number>`count(*)`.as('codes'))
    .where(column, '=', value)
    .where('createdAt', '>', since)
    .executeTakeFirst();
  return row?.codes ?? 0;
}

/**
 * Judges an attempt with the newest code of a phone. The attempt is counted before the verdict is told, so guessing in parallel gains
 * nothing. A right code is used up only if `mayProceed` agrees: who still has to consent need not ask for another code.
 */
export async function checkLoginCode(
  context: UserContext,
  attempt: { readonly phone: string; readonly code: string; readonly now: number },
  mayProceed: (transaction: Transaction) => Promise<Result<undefined>>,
): Promise<Result<undefined>> {
  const { phone, code, now } = attempt;
  const { codeKeys } = context.options;
  const hashes = phoneHashes(codeKeys, phone).map(({ phoneHash }) => phoneHash);
  const verdict = await context.platform.database.transaction(async (transaction): Promise<Result<undefined> | { wrong: number }> => {
    const row = await latest(transaction, hashes);
    if (!row || !(await countAttempt(transaction, row.codeId))) return fail('codeExpired');
    const judged = judgeOneTimeCode(codeKeys, row, { purpose: PURPOSE, subject: row.phoneHash, code, now });
    if (judged === 'accepted') {
      const proceed = await mayProceed(transaction);
      return proceed.ok && !(await markUsed(transaction, row.codeId, now)) ? fail('codeExpired') : proceed;
    }
    return judged === 'wrong' ? { wrong: MAX_CODE_ATTEMPTS - row.attempts - 1 } : fail('codeExpired');
  });
  return 'wrong' in verdict ? fail('codeWrong', { params: { left: verdict.wrong }, path: '/code' }) : verdict;
}

async function countAttempt(transaction: Transaction, codeId: string): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('user_login_codes')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('codeId', '=', codeId)
    .where('attempts', '<', MAX_CODE_ATTEMPTS)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

async function markUsed(transaction: Transaction, codeId: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('user_login_codes')
    .set({ usedAt: now })
    .where('codeId', '=', codeId)
    .where('usedAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Forgets codes older than two days: limits look back one. */
export async function sweepLoginCodes(transaction: Transaction, now: number): Promise<number> {
  await tablesOf(transaction)
    .deleteFrom('user_code_phones')
    .where('lastSentAt', '<', now - 2 * DAY_MS)
    .execute();
  const { numDeletedRows } = await tablesOf(transaction)
    .deleteFrom('user_login_codes')
    .where('createdAt', '<', now - 2 * DAY_MS)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
