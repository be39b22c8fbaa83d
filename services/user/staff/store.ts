import type { Query, Transaction } from '@qianxing/database';
import { sql } from 'kysely';
import { PERMISSIONS, type Permission } from '../contract';
import type { RoleRow, StaffRow, UserTables } from '../tables';

const tablesOf = (query: Query) => query.withTables<UserTables>();

export async function findStaff(query: Query, staffId: string): Promise<StaffRow | undefined> {
  return tablesOf(query).selectFrom('user_staff').selectAll().where('staffId', '=', staffId).executeTakeFirst();
}

export async function staffByName(query: Query, username: string): Promise<StaffRow | undefined> {
  return tablesOf(query).selectFrom('user_staff').selectAll().where('username', '=', username).executeTakeFirst();
}

export async function insertStaff(transaction: Transaction, row: StaffRow, roleCodes: readonly string[]): Promise<void> {
  await tablesOf(transaction).insertInto('user_staff').values(row).execute();
  await setRoles(transaction, row.staffId, roleCodes);
}

export async function updateStaff(transaction: Transaction, staffId: string, change: Partial<Omit<StaffRow, 'staffId'>>): Promise<void> {
  await tablesOf(transaction).updateTable('user_staff').set(change).where('staffId', '=', staffId).execute();
}

/** Counts a failed attempt; locks for a growing time from the fifth on. */
export async function countFailure(transaction: Transaction, staffId: string, lockedUntil: number | null): Promise<void> {
  await tablesOf(transaction)
    .updateTable('user_staff')
    .set((eb) => ({ failures: eb('failures', '+', 1), lockedUntil }))
    .where('staffId', '=', staffId)
    .execute();
}

/** Accepts the time step of a one-time code; false when it was used before. */
export async function useTotpStep(transaction: Transaction, staffId: string, step: number, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('user_staff')
    .set({ totpStep: step, totpConfirmed: 1, failures: 0, lockedUntil: null, lastLoginAt: now })
    .where('staffId', '=', staffId)
    .where((eb) => eb.or([eb('totpStep', 'is', null), eb('totpStep', '<', step)]))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function listStaff(query: Query, page: { after: string | undefined; limit: number }): Promise<StaffRow[]> {
  let rows = tablesOf(query).selectFrom('user_staff').selectAll().orderBy('staffId').limit(page.limit);
  if (page.after !== undefined) rows = rows.where('staffId', '>', page.after);
  return rows.execute();
}

export async function setRoles(transaction: Transaction, staffId: string, roleCodes: readonly string[]): Promise<void> {
  const tables = tablesOf(transaction);
  await tables.deleteFrom('user_staff_roles').where('staffId', '=', staffId).execute();
  for (const roleCode of [...new Set(roleCodes)].sort())
    await tables.insertInto('user_staff_roles').values({ staffId, roleCode }).execute();
}

export async function rolesOf(query: Query, staffIds: readonly string[]): Promise<Map<string, string[]>> {
  if (staffIds.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('user_staff_roles')
    .selectAll()
    .where('staffId', 'in', staffIds)
    .orderBy('roleCode')
    .execute();
  const roles = new Map<string, string[]>();
  for (const row of rows) roles.set(row.staffId, [...(roles.get(row.staffId) ?? []), row.roleCode]);
  return roles;
}

export async function listRoles(query: Query): Promise<RoleRow[]> {
  return tablesOf(query).selectFrom('user_roles').selectAll().orderBy('roleCode').execute();
}

export async function putRole(transaction: Transaction, row: RoleRow): Promise<void> {
  const tables = tablesOf(transaction);
  await tables.deleteFrom('user_roles').where('roleCode', '=', row.roleCode).execute();
  await tables.insertInto('user_roles').values(row).execute();
}

export async function permissionsOf(query: Query, staffId: string): Promise<Permission[]> {
  const rows = await tablesOf(query)
    .selectFrom('user_staff_roles')
    .innerJoin('user_roles', 'user_roles.roleCode', 'user_staff_roles.roleCode')
    .select('user_roles.permissions as permissions')
    .where('user_staff_roles.staffId', '=', staffId)
    .execute();
  const held = new Set(rows.flatMap((row) => JSON.parse(row.permissions) as string[]));
  return PERMISSIONS.filter((permission) => held.has(permission));
}

/** Active staff who hold the administrator role, other than `exceptStaffId`. */
export async function otherAdministrators(query: Query, exceptStaffId: string): Promise<number> {
  const row = await tablesOf(query)
    .selectFrom('user_staff_roles')
    .innerJoin('user_staff', 'user_staff.staffId', 'user_staff_roles.staffId')
    .select(sql<number>`count(*)`.as('administrators'))
    .where('user_staff_roles.roleCode', '=', 'administrator')
    .where('user_staff.status', '=', 'active')
    .where('user_staff.staffId', '<>', exceptStaffId)
    .executeTakeFirst();
  return row?.administrators ?? 0;
}
