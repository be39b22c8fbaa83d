import { acceptTotp, newTotpSecret, openText, sealText, signToken, totpUri, verifyPassword, verifyToken } from '@qianxing/auth';
import { ok, type Result } from '@qianxing/errors';
import { MINUTE_MS } from '@qianxing/time';
import type { UserContext } from '../context';
import { fail } from '../problems';
import { type IssuedSession, issue, openSession } from '../sessions/sessions';
import type { StaffRow } from '../tables';
import { countFailure, findStaff, staffByName, updateStaff, useTotpStep } from './store';

const CHALLENGE_MS = 5 * MINUTE_MS;
const PURPOSE = 'staff-login';
const FREE_FAILURES = 4;
const LONGEST_LOCK_MS = 60 * MINUTE_MS;

export interface Challenge {
  readonly challengeToken: string;
  readonly next: 'totp' | 'enrol_totp';
  readonly totpUri?: string;
}

/** First step: the password. A name that does not exist takes as long and answers the same as a wrong password. */
export async function staffPassword(context: UserContext, username: string, password: string, now: number): Promise<Result<Challenge>> {
  const staff = await staffByName(context.platform.database.query, username);
  if (staff && isLocked(staff, now)) return locked(staff, now);
  const right = await verifyPassword(staff?.passwordHash, password);
  if (staff?.status !== 'active') return fail('staffLoginWrong');
  if (!right) return failed(context, staff, now);
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
  await context.platform.database.transaction((transaction) => updateStaff(transaction, staff.staffId, { totpSealed }));
  return secret;
}

export const sealTotp = (context: UserContext, staffId: string, secret: string): string =>
  sealText(context.options.sealKeys, `totp:${staffId}`, secret);

const secretOf = (context: UserContext, staff: StaffRow): string | undefined =>
  staff.totpSealed === null ? undefined : openText(context.options.sealKeys, `totp:${staff.staffId}`, staff.totpSealed);

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
  if (isLocked(staff, now)) return locked(staff, now);
  const secret = secretOf(context, staff);
  const step = secret === undefined ? undefined : acceptTotp({ secret, code, now, lastUsedStep: staff.totpStep });
  if (step === undefined) return failed(context, staff, now);
  const pending = await context.platform.database.transaction(async (transaction) => {
    if (!(await useTotpStep(transaction, staff.staffId, step, now))) return undefined;
    return openSession(transaction, 'staff', staff.staffId, now);
  });
  if (!pending) return fail('staffLoginWrong');
  return ok({
    staff: (await findStaff(context.platform.database.query, staff.staffId)) ?? staff,
    session: await issue(context, pending, now),
  });
}

const isLocked = (staff: StaffRow, now: number): boolean => staff.lockedUntil !== null && staff.lockedUntil > now;

const locked = (staff: StaffRow, now: number): Result<never> =>
  fail('staffLocked', { params: { minutes: Math.ceil(((staff.lockedUntil ?? now) - now) / MINUTE_MS) } });

async function failed(context: UserContext, staff: StaffRow, now: number): Promise<Result<never>> {
  const beyond = staff.failures - FREE_FAILURES;
  const lockMs = beyond < 0 ? 0 : Math.min(LONGEST_LOCK_MS, MINUTE_MS * 2 ** beyond);
  await context.platform.database.transaction((transaction) =>
    countFailure(transaction, staff.staffId, lockMs === 0 ? null : now + lockMs),
  );
  return fail('staffLoginWrong');
}
