import { acceptTotp, newTotpSecret, openText, sealText, signToken, totpUri, verifyPassword, verifyToken } from '@qianxing/auth';
import { ok, type Result } from '@qianxing/errors';
import { MINUTE_MS } from '@qianxing/time';
import type { UserContext } from '../context';
import { fail } from '../problems';
import { type IssuedSession, issue, openSession } from '../sessions/sessions';
import type { StaffRow } from '../tables';
import { attemptKey, claimAttempt, forgetAttempts, giveAttemptBack } from './attempts';
import { findStaff, replaceSeal, sealedTotps, staffByName, startEnrolment, useTotpStep } from './store';

const CHALLENGE_MS = 5 * MINUTE_MS;
const PURPOSE = 'staff-login';

export interface Challenge {
  readonly challengeToken: string;
  readonly next: 'totp' | 'enrol_totp';
  readonly totpUri?: string;
}

/** First step: the password. A name that does not exist takes as long, answers the same and is locked like one that does. */
export async function staffPassword(context: UserContext, username: string, password: string, now: number): Promise<Result<Challenge>> {
  const { database } = context.platform;
  const nameHash = attemptKey(context.options.codeKeys, username);
  const lockedUntil = await database.transaction((transaction) => claimAttempt(transaction, nameHash, now));
  if (lockedUntil !== undefined) return locked(lockedUntil, now);
  const staff = await staffByName(database.query, username);
  const right = await verifyPassword(staff?.passwordHash, password);
  if (staff?.status !== 'active' || !right) return fail('staffLoginWrong');
  await database.transaction((transaction) => giveAttemptBack(transaction, nameHash));
  const challengeToken = signToken(context.options.linkKeys, PURPOSE, { staffId: staff.staffId }, now + CHALLENGE_MS);
  if (staff.totpConfirmed === 1) return ok({ challengeToken, next: 'totp' });
  return ok({
    challengeToken,
    next: 'enrol_totp',
    totpUri: totpUri(await enrolling(context, staff), staff.username, context.options.issuer),
  });
}

/** The secret of an enrolment that is not confirmed yet is shown again until the first right code. */
async function enrolling(context: UserContext, staff: StaffRow): Promise<string> {
  const known = secretOf(context, staff);
  if (known !== undefined) return known;
  const secret = newTotpSecret();
  const totpSealed = sealTotp(context, staff.staffId, secret);
  const { database } = context.platform;
  if (await database.transaction((transaction) => startEnrolment(transaction, staff.staffId, totpSealed))) return secret;
  // Another sign-in at the same moment drew the secret.
  const current = await findStaff(database.query, staff.staffId);
  return (current && secretOf(context, current)) ?? secret;
}

export const sealTotp = (context: UserContext, staffId: string, secret: string): string =>
  sealText(context.options.sealKeys, `totp:${staffId}`, secret);

const secretOf = (context: UserContext, staff: StaffRow): string | undefined =>
  staff.totpSealed === null ? undefined : openText(context.options.sealKeys, `totp:${staff.staffId}`, staff.totpSealed);

/** Puts authenticator secrets under the newest of the seal keys. Answers how many. */
export async function resealTotps(context: UserContext): Promise<number> {
  const { database, log } = context.platform;
  let resealed = 0;
  for (const staff of await sealedTotps(database.query)) {
    const { staffId, totpSealed } = staff;
    if (totpSealed === null || totpSealed.startsWith(`${context.options.sealKeys.current.keyId}.`)) continue;
    const secret = secretOf(context, staff);
    if (secret === undefined) {
      log.error({ staffId }, 'an authenticator secret cannot be opened: its key is not among the seal keys');
      continue;
    }
    const anew = sealTotp(context, staffId, secret);
    if (await database.transaction((transaction) => replaceSeal(transaction, staffId, totpSealed, anew))) resealed += 1;
  }
  return resealed;
}

/** Second step: the authenticator's code, each worth one sign-in. */
export async function staffTotp(
  context: UserContext,
  challengeToken: string,
  code: string,
  now: number,
): Promise<Result<{ staff: StaffRow; session: IssuedSession }>> {
  const challenge = verifyToken(context.options.linkKeys, PURPOSE, challengeToken, now);
  if (!challenge.ok) return fail('staffLoginWrong');
  const staff = await findStaff(context.platform.database.query, String(challenge.value.staffId));
  if (staff?.status !== 'active') return fail('staffLoginWrong');
  const nameHash = attemptKey(context.options.codeKeys, staff.username);
  const lockedUntil = await context.platform.database.transaction((transaction) => claimAttempt(transaction, nameHash, now));
  if (lockedUntil !== undefined) return locked(lockedUntil, now);
  const secret = secretOf(context, staff);
  const step = secret === undefined ? undefined : acceptTotp({ secret, code, now, lastUsedStep: staff.totpStep });
  if (step === undefined) return fail('staffLoginWrong');
  const pending = await context.platform.database.transaction(async (transaction) => {
    if (!(await useTotpStep(transaction, staff.staffId, step, now))) return undefined;
    await forgetAttempts(transaction, nameHash);
    return openSession(transaction, 'staff', staff.staffId, now);
  });
  if (!pending) return fail('staffLoginWrong');
  return ok({
    staff: (await findStaff(context.platform.database.query, staff.staffId)) ?? staff,
    session: await issue(context, pending, now),
  });
}

const locked = (lockedUntil: number, now: number): Result<never> =>
  fail('staffLocked', { params: { minutes: Math.ceil((lockedUntil - now) / MINUTE_MS) } });
