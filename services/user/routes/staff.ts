import { hashPassword } from '@qianxing/auth';
import { isUniqueViolation } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type Route, type StaffActor } from '@qianxing/http';
import { newId } from '@qianxing/ids';
import { fromIso, toIso } from '@qianxing/time';
import { auditView, listAudit } from '../audit/store';
import type { UserContext } from '../context';
import { PERMISSIONS, userContract } from '../contract';
import { maskPhone, openPhone, phoneHashes } from '../members/phones';
import { findMember, listMembers, type MemberSearch, wechatBound } from '../members/store';
import { fail } from '../problems';
import { endAllSessions, endSession, refreshSession } from '../sessions/sessions';
import { staffPassword, staffTotp } from '../staff/login';
import {
  findStaff,
  holdersOf,
  insertStaff,
  listRoles,
  listStaff,
  otherAdministrators,
  permissionsOf,
  putRole,
  rolesOf,
  setRoles,
  updateStaff,
} from '../staff/store';
import { roleView, type StaffView, staffView } from '../staff/views';
import type { StaffRow } from '../tables';

export function staffRoutes(context: UserContext): Route[] {
  const { database } = context.platform;

  const one = async (staffId: string): Promise<Result<StaffView>> => {
    const row = await findStaff(database.query, staffId);
    if (!row) return fail('staffNotFound');
    return ok(staffView(row, (await rolesOf(database.query, [staffId])).get(staffId) ?? []));
  };
  const refuseRoles = async (actor: StaffActor, roleCodes: readonly string[]): Promise<Result<never> | undefined> => {
    const known = new Map((await listRoles(database.query)).map((role) => [role.roleCode, JSON.parse(role.permissions) as string[]]));
    const unknown = roleCodes.find((roleCode) => !known.has(roleCode));
    if (unknown !== undefined) return fail('roleUnknown', { params: { role: unknown }, path: '/roleCodes' });
    const granted = roleCodes.flatMap((roleCode) => known.get(roleCode) ?? []);
    return exceeds(actor, granted) ? fail('rightsExceeded', { path: '/roleCodes' }) : undefined;
  };

  return [
    implement(userContract.staffLogin, ({ body, now }) => staffPassword(context, body.username, body.password, now)),
    implement(userContract.staffLoginTotp, async ({ body, now }) => {
      const done = await staffTotp(context, body.challengeToken, body.totpCode, now);
      if (!done.ok) return done;
      const { staff, session } = done.value;
      const roleCodes = (await rolesOf(database.query, [staff.staffId])).get(staff.staffId) ?? [];
      return ok({ session, staff: staffView(staff, roleCodes), permissions: await permissionsOf(database.query, staff.staffId) });
    }),
    implement(userContract.staffRefresh, ({ body, now }) => refreshSession(context, 'staff', body.refreshToken, now)),
    implement(userContract.staffLogout, async ({ actor, now }) => {
      await endSession(context, actor.sessionId, now);
      return ok(undefined);
    }),
    implement(userContract.staffMe, async ({ actor }) => {
      const staff = await one(actor.staffId);
      return staff.ok ? ok({ staff: staff.value, permissions: await permissionsOf(database.query, actor.staffId) }) : staff;
    }),
    implement(userContract.listStaff, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await listStaff(database.query, { after: cursor.value?.[0], limit: limit + 1 });
      const page = rows.slice(0, limit);
      const roles = await rolesOf(
        database.query,
        page.map((row) => row.staffId),
      );
      const last = page.at(-1);
      return ok({
        items: page.map((row) => staffView(row, roles.get(row.staffId) ?? [])),
        nextCursor: rows.length > limit && last ? encodeCursor([last.staffId]) : null,
      });
    }),
    implement(userContract.createStaff, async ({ actor, body, now }) => {
      const refusal = await refuseRoles(actor, body.roleCodes);
      if (refusal) return refusal;
      const row = newStaff(body.username, body.displayName, await hashPassword(body.password), now);
      try {
        await database.transaction((transaction) => insertStaff(transaction, row, body.roleCodes));
      } catch (error) {
        if (isUniqueViolation(error)) return fail('usernameTaken', { path: '/username' });
        throw error;
      }
      return one(row.staffId);
    }),
    implement(userContract.updateStaff, async ({ actor, params, body, now }) => {
      if (params.staffId === actor.staffId && (body.roleCodes !== undefined || body.status !== undefined)) return fail('ownRights');
      const refusal = body.roleCodes === undefined ? undefined : await refuseRoles(actor, body.roleCodes);
      if (refusal) return refusal;
      if (exceeds(actor, await permissionsOf(database.query, params.staffId))) return fail('rightsExceeded');
      const passwordHash = body.password === undefined ? undefined : await hashPassword(body.password);
      const changed = await database.transaction(async (transaction): Promise<Result<undefined>> => {
        if (!(await findStaff(transaction, params.staffId))) return fail('staffNotFound');
        if (loses(body) && (await otherAdministrators(transaction, params.staffId)) === 0) return fail('lastAdministrator');
        await updateStaff(transaction, params.staffId, staffChange(body, passwordHash));
        if (body.roleCodes !== undefined) await setRoles(transaction, params.staffId, body.roleCodes);
        const { displayName: _, ...rights } = body;
        if (Object.keys(rights).length > 0) await endAllSessions(context, transaction, params.staffId, now, 'changed');
        return ok();
      });
      return changed.ok ? one(params.staffId) : changed;
    }),
    implement(userContract.listRoles, async () =>
      ok({ items: (await listRoles(database.query)).map(roleView), permissions: [...PERMISSIONS] }),
    ),
    implement(userContract.putRole, async ({ actor, params, body, now }) => {
      const builtIn = (await listRoles(database.query)).some((role) => role.roleCode === params.roleCode && role.builtIn === 1);
      if (builtIn) return fail('roleBuiltIn');
      if ((await holdersOf(database.query, params.roleCode)).includes(actor.staffId)) return fail('ownRights');
      if (exceeds(actor, body.permissions)) return fail('rightsExceeded', { path: '/permissions' });
      const row = {
        roleCode: params.roleCode,
        nameZh: body.nameZh,
        nameEn: body.nameEn,
        permissions: JSON.stringify(body.permissions),
        builtIn: 0,
      };
      await database.transaction(async (transaction) => {
        await putRole(transaction, row);
        // Access tokens carry permissions: holders sign in again to get the new ones.
        for (const staffId of await holdersOf(transaction, row.roleCode))
          await endAllSessions(context, transaction, staffId, now, 'changed');
      });
      return ok(roleView(row));
    }),
    implement(userContract.listAudit, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const filter = {
        action: query.action,
        staffId: query.staffId,
        subjectId: query.subjectId,
        from: query.from === undefined ? undefined : fromIso(query.from),
        to: query.to === undefined ? undefined : fromIso(query.to),
      };
      const rows = await listAudit(database.query, filter, { before: cursor.value?.[0], limit: limit + 1 });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return ok({ items: page.map(auditView), nextCursor: rows.length > limit && last ? encodeCursor([last.auditId]) : null });
    }),
    implement(userContract.listMembers, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['integer']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await listMembers(database.query, searchOf(context, query.search), { beforeNo: cursor.value?.[0], limit: limit + 1 });
      const page = rows.slice(0, limit);
      const bound = await wechatBound(
        database.query,
        page.map((row) => row.memberId),
      );
      const last = page.at(-1);
      const items = page.map((row) => {
        const phone = openPhone(context.options.sealKeys, row.memberId, row.phoneSealed);
        const { memberId, memberNo, nickname, status } = row;
        return {
          memberId,
          memberNo,
          nickname,
          status,
          phoneMasked: phone === null ? null : maskPhone(phone),
          wechatBound: bound.has(memberId),
          createdAt: toIso(row.createdAt),
        };
      });
      return ok({ items, nextCursor: rows.length > limit && last ? encodeCursor([last.memberNo]) : null });
    }),
    implement(userContract.revealMember, async ({ params }) => {
      const row = await findMember(database.query, params.memberId);
      if (!row || row.status === 'erased') return fail('memberNotFound');
      return ok({
        memberId: row.memberId,
        nickname: row.nickname,
        phone: openPhone(context.options.sealKeys, row.memberId, row.phoneSealed),
      });
    }),
  ];
}

interface StaffChangeBody {
  readonly displayName?: string;
  readonly status?: 'active' | 'suspended';
  readonly roleCodes?: readonly string[];
  readonly resetTotp?: boolean;
}

/** Nobody hands out, or takes over an account with, rights that they do not have themselves. */
const exceeds = (actor: StaffActor, permissions: readonly string[]): boolean =>
  permissions.some((permission) => !actor.permissions.includes(permission));

/** Whether a change may take the administrator role away from somebody. */
const loses = (body: StaffChangeBody): boolean =>
  body.status === 'suspended' || (body.roleCodes !== undefined && !body.roleCodes.includes('administrator'));

function staffChange(body: StaffChangeBody, passwordHash: string | undefined): Partial<StaffRow> {
  return {
    ...(body.displayName === undefined ? {} : { displayName: body.displayName }),
    ...(body.status === undefined ? {} : { status: body.status }),
    ...(passwordHash === undefined ? {} : { passwordHash }),
    ...(body.resetTotp === true ? { totpSealed: null, totpConfirmed: 0, totpStep: null } : {}),
  };
}

export function newStaff(username: string, displayName: string, passwordHash: string, now: number): StaffRow {
  return {
    staffId: newId(now),
    username,
    displayName,
    status: 'active',
    passwordHash,
    totpSealed: null,
    totpConfirmed: 0,
    totpStep: null,
    lastLoginAt: null,
    createdAt: now,
  };
}

/** A short number is a member number, eleven digits are a phone, anything else the start of a nickname. */
function searchOf(context: UserContext, search: string | undefined): MemberSearch {
  if (search === undefined) return {};
  if (/^1[3-9]\d{9}$/.test(search)) {
    const hashes = phoneHashes(context.options.codeKeys, search);
    return { phoneHashes: hashes.map(({ phoneHash }) => phoneHash) };
  }
  if (/^\d{1,10}$/.test(search)) return { memberNo: Number(search) };
  return { nickname: search };
}
