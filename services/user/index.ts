import { hashPassword } from '@qianxing/auth';
import { isUniqueViolation, readTogether } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import type { MemberActor, StaffActor } from '@qianxing/http';
import { defineService, type Job, type Platform, type Service } from '@qianxing/service';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@qianxing/time';
import { addressesById, addressView } from './addresses/store';
import { appendAudit } from './audit/store';
import { userChecks } from './checks';
import type { UserContext, UserOptions } from './context';
import type { MemberProfile, StaffSeed, UserApi } from './contract';
import { isGranted } from './members/agreements';
import { sweepLoginCodes } from './members/login-codes';
import { phoneRekeying } from './members/phone-hashes';
import { maskNickname } from './members/phones';
import { consentsOf, memberIdByNo, membersById, openIdOf } from './members/store';
import { members } from './migrations/0001-members';
import { phoneHashesTable } from './migrations/0002-phone-hashes';
import type { UserNeeds } from './needs';
import { fail, userProblems } from './problems';
import { loginRoutes } from './routes/login';
import { memberRoutes } from './routes/member';
import { newStaff, staffRoutes } from './routes/staff';
import { createSessionWatch } from './sessions/sessions';
import { sweepRefreshTokens } from './sessions/store';
import { sweepAttempts } from './staff/attempts';
import { resealTotps, sealTotp } from './staff/login';
import { builtInRoles } from './staff/roles';
import { insertStaff, putRole, staffByName } from './staff/store';
import type { MemberRow } from './tables';

export type { UserOptions } from './context';
export type { OutsideOutcome, UserNeeds } from './needs';

/** Members, staff, sessions, addresses, consent and audit. See README.md. */
export function createUserService(platform: Platform, needs: UserNeeds, options: UserOptions): Service<UserApi> {
  const context: UserContext = { platform, needs, options, sessions: createSessionWatch(platform.database) };
  return defineService<UserApi>({
    name: 'user',
    migrations: [members, phoneHashesTable],
    problems: userProblems,
    routes: [...loginRoutes(context), ...memberRoutes(context), ...staffRoutes(context)],
    reactions: [],
    jobs: userJobs(context),
    checks: userChecks(platform.database),
    api: userApi(context),
  });
}

function userJobs(context: UserContext): Job[] {
  const { database, clock } = context.platform;
  return [
    {
      name: 'user.sweepLoginCodes',
      everyMs: HOUR_MS,
      run: () => database.transaction((transaction) => sweepLoginCodes(transaction, clock.now())),
    },
    {
      name: 'user.sweepSignInAttempts',
      everyMs: HOUR_MS,
      run: () => database.transaction((transaction) => sweepAttempts(transaction, clock.now() - DAY_MS)),
    },
    { name: 'user.rekeyPhones', everyMs: MINUTE_MS, run: phoneRekeying(context) },
    { name: 'user.resealTotps', everyMs: DAY_MS, run: () => resealTotps(context) },
    {
      name: 'user.sweepRefreshTokens',
      everyMs: HOUR_MS,
      run: () => database.transaction((transaction) => sweepRefreshTokens(transaction, clock.now() - DAY_MS)),
    },
  ];
}

function userApi(context: UserContext): UserApi {
  const { database, clock } = context.platform;
  const { query } = database;
  const addressOf = readTogether((addressIds) => addressesById(query, addressIds));
  return {
    address: async (memberId, addressId) => {
      const row = await addressOf(addressId);
      return row?.memberId === memberId ? addressView(row) : undefined;
    },
    members: async (memberIds) => new Map((await membersById(query, memberIds)).map((row) => [row.memberId, profileOf(row)])),
    memberIdByNo: (memberNo) => memberIdByNo(query, memberNo),
    openId: (memberId, appId) => openIdOf(query, memberId, appId),
    hasConsent: async (memberId, kind) => isGranted(context, await consentsOf(query, memberId), kind),
    authenticate: (token, now) => authenticate(context, token, now),
    recordAudit: (line) => database.transaction((transaction) => appendAudit(transaction, line, clock.now())),
    ensureStaff: (staff) => ensureStaff(context, staff),
  };
}

function profileOf(row: MemberRow): MemberProfile {
  const { memberId, memberNo, nickname, avatarUrl, createdAt } = row;
  return { memberId, memberNo, nickname, nicknameMasked: maskNickname(nickname), avatarUrl, createdAt };
}

async function authenticate(context: UserContext, token: string, now: number): Promise<Result<MemberActor | StaffActor>> {
  const verified = await context.options.accessTokens.verify(token, now);
  if (!verified.ok) return verified;
  const { kind, subject, sessionId, username, permissions } = verified.value;
  if (!(await context.sessions.stands(sessionId, now))) return fail('sessionEnded');
  if (kind === 'member') return ok({ kind, memberId: subject, sessionId });
  return ok({ kind, staffId: subject, username: username ?? '', permissions: permissions ?? [], sessionId });
}

async function ensureStaff(context: UserContext, staff: readonly StaffSeed[]): Promise<void> {
  const { database, clock } = context.platform;
  await database.transaction(async (transaction) => {
    for (const role of builtInRoles) await putRole(transaction, role);
  });
  for (const seed of staff) {
    if (await staffByName(database.query, seed.username)) continue;
    const row = newStaff(seed.username, seed.displayName, await hashPassword(seed.password), clock.now());
    const totp = seed.totpSecret === undefined ? {} : { totpSealed: sealTotp(context, row.staffId, seed.totpSecret), totpConfirmed: 1 };
    try {
      await database.transaction((transaction) => insertStaff(transaction, { ...row, ...totp }, seed.roleCodes));
    } catch (error) {
      // Another process that starts at the same moment made the same one.
      if (!isUniqueViolation(error)) throw error;
    }
  }
}
