import { isUniqueViolation, type Transaction } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import { newId } from '@qianxing/ids';
import type { UserContext } from '../context';
import { memberRegistered, memberReturned } from '../contract';
import type { WechatIdentity } from '../needs';
import { fail } from '../problems';
import { type IssuedSession, issue, openSession } from '../sessions/sessions';
import type { MemberRow } from '../tables';
import { consentsNeeded, refuseOutdated } from './agreements';
import { keepHashes, memberByPhone } from './phone-hashes';
import { phoneHashes, sealPhone } from './phones';
import { bindIdentity, findMember, identityOwner, insertMember, recordConsent, updateMember } from './store';

/** Somebody who has proven a phone, a WeChat identity, or both. */
export interface Proven {
  readonly phone: string | undefined;
  readonly wechat: (WechatIdentity & { readonly appId: string }) | undefined;
}

export interface LoginRequest {
  readonly proven: Proven;
  readonly consent: { readonly termsVersion: string; readonly privacyVersion: string } | undefined;
  readonly referralToken: string | undefined;
  readonly language: 'zh' | 'en';
  readonly now: number;
}

export interface LoggedIn {
  readonly session: IssuedSession;
  readonly member: MemberRow;
  readonly created: boolean;
}

/**
 * Signs in the member who owns what was proven, or registers one. Two first sign-ins of one phone at the same moment end in one member:
 * the unique keys decide, and the slower one is run again as a sign-in.
 */
export async function login(context: UserContext, request: LoginRequest): Promise<Result<LoggedIn>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await loginOnce(context, request);
    } catch (error) {
      if (!isUniqueViolation(error) || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** Phone and WeChat identity each have a unique key, and several rivals may take them in turn. */
const MOST_ATTEMPTS = 6;

/** Whether somebody who proves this may sign in: a suspended member may not, a new one has to consent, and to what is in force. */
export async function mayLogin(
  context: UserContext,
  transaction: Transaction,
  proven: Proven,
  consent: LoginRequest['consent'],
): Promise<Result<MemberRow | undefined>> {
  const known = await ownerOf(context, transaction, proven);
  if (known && known.status !== 'active') return fail('suspended');
  if (!known && !consent) return fail('consentNeeded', { path: '/consent' });
  const outdated =
    consent &&
    (refuseOutdated(context, 'terms', consent.termsVersion, '/consent/termsVersion') ??
      refuseOutdated(context, 'privacy', consent.privacyVersion, '/consent/privacyVersion'));
  if (outdated) return outdated;
  return ok(known);
}

async function loginOnce(context: UserContext, request: LoginRequest): Promise<Result<LoggedIn>> {
  const { now } = request;
  const done = await context.platform.database.transaction(async (transaction) => {
    const admitted = await mayLogin(context, transaction, request.proven, request.consent);
    if (!admitted.ok) return admitted;
    const known = admitted.value;
    const member = known ?? (await register(context, transaction, request));
    await attach(context, transaction, member, request);
    await keepConsent(context, transaction, member.memberId, request);
    await tell(context, transaction, member, known !== undefined, request);
    return ok({
      member: (await findMember(transaction, member.memberId)) ?? member,
      created: !known,
      pending: await openSession(transaction, 'member', member.memberId, now),
    });
  });
  if (!done.ok) return done;
  return ok({ member: done.value.member, created: done.value.created, session: await issue(context, done.value.pending, now) });
}

/** The phone decides before WeChat: a number moves with its owner. */
async function ownerOf(context: UserContext, transaction: Transaction, proven: Proven): Promise<MemberRow | undefined> {
  if (proven.phone !== undefined) {
    const owner = await memberByPhone(transaction, phoneHashes(context.options.codeKeys, proven.phone));
    if (owner) return owner;
  }
  const memberId = proven.wechat && (await identityOwner(transaction, proven.wechat));
  return memberId === undefined ? undefined : findMember(transaction, memberId);
}

async function register(context: UserContext, transaction: Transaction, request: LoginRequest): Promise<MemberRow> {
  const { now, proven } = request;
  const memberId = newId(now);
  const { phone } = proven;
  const member = await insertMember(transaction, {
    memberId,
    status: 'active',
    nickname: phone === undefined ? '微信用户' : `用户${phone.slice(-4)}`,
    avatarUrl: null,
    phoneSealed: phone === undefined ? null : sealPhone(context.options.sealKeys, memberId, phone),
    language: request.language,
    personalised: 1,
    createdAt: now,
    erasedAt: null,
  });
  if (phone !== undefined) await keepHashes(transaction, memberId, phoneHashes(context.options.codeKeys, phone));
  return member;
}

/** Records what was accepted with this sign-in and was not before. */
async function keepConsent(
  context: UserContext,
  transaction: Transaction,
  memberId: string,
  { consent, now }: LoginRequest,
): Promise<void> {
  if (!consent) return;
  const needed = await consentsNeeded(context, transaction, memberId);
  const versions = { terms: consent.termsVersion, privacy: consent.privacyVersion } as const;
  for (const kind of ['terms', 'privacy'] as const)
    if (needed.includes(kind)) await recordConsent(transaction, { memberId, kind, version: versions[kind], granted: true, now });
}

/** Adds what was proven and is not known of the member yet. */
async function attach(context: UserContext, transaction: Transaction, member: MemberRow, { proven, now }: LoginRequest): Promise<void> {
  if (proven.wechat) await bindIdentity(transaction, { ...proven.wechat, memberId: member.memberId, now });
  if (proven.phone !== undefined && member.phoneSealed === null) {
    await keepHashes(transaction, member.memberId, phoneHashes(context.options.codeKeys, proven.phone));
    await updateMember(transaction, member.memberId, {
      phoneSealed: sealPhone(context.options.sealKeys, member.memberId, proven.phone),
    });
  }
}

async function tell(
  context: UserContext,
  transaction: Transaction,
  member: MemberRow,
  known: boolean,
  request: LoginRequest,
): Promise<void> {
  const { memberId, memberNo } = member;
  const { events } = context.platform;
  const facts = { aggregateId: memberId, occurredAt: request.now };
  if (!known) {
    await events.emit(transaction, memberRegistered, {
      ...facts,
      payload: { memberId, memberNo, referralToken: request.referralToken ?? null },
    });
  } else if (request.referralToken !== undefined) {
    await events.emit(transaction, memberReturned, { ...facts, payload: { memberId, memberNo, referralToken: request.referralToken } });
  }
}
