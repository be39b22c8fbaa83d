import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
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
  if (Object.keys(change).length === 0) return;
  await tablesOf(transaction).updateTable('user_staff').set(change).where('staffId', '=', staffId).execute();
}

/** Stores the authenticator secret of somebody who has none; true for exactly one caller. */
export async function startEnrolment(transaction: Transaction, staffId: string, totpSealed: string): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('user_staff')
    .set({ totpSealed })
    .where('staffId', '=', staffId)
    .where('totpSealed', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Authenticator secrets as they are sealed; there are as many as people in the back office. */
export async function sealedTotps(query: Query): Promise<StaffRow[]> {
  return tablesOf(query).selectFrom('user_staff').selectAll().where('totpSealed', 'is not', null).execute();
}

/** The same secret under another seal; false when it was changed meanwhile. */
export async function replaceSeal(transaction: Transaction, staffId: string, before: string, totpSealed: string): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('user_staff')
    .set({ totpSealed })
    .where('staffId', '=', staffId)
    .where('totpSealed', '=', before)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Accepts the time step of a one-time code; false when it was used before. */
export async function useTotpStep(transaction: Transaction, staffId: string, step: number, now: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('user_staff')
    .set({ totpStep: step, totpConfirmed: 1, lastLoginAt: now })
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
  const { roleCode, ...change } = row;
  const replace = () => tablesOf(transaction).updateTable('user_roles').set(change).where('roleCode', '=', roleCode).executeTakeFirst();
  if ((await replace()).numUpdatedRows === 1n || (await insertIfAbsent(transaction, 'user_roles', { ...row }))) return;
  await replace();
}

export async function holdersOf(query: Query, roleCode: string): Promise<string[]> {
  const rows = await tablesOf(query)
    .selectFrom('user_staff_roles')
    .select('staffId')
    .where('roleCode', '=', roleCode)
    .orderBy('staffId')
    .execute();
  return rows.map((row) => row.staffId);
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

/**
 * Locks who holds the administrator role and counts the active ones other than `exceptStaffId`: two administrators who suspend each
 * other at the same moment come one after the other.
 */
export async function otherAdministrators(transaction: Transaction, exceptStaffId: string): Promise<number> {
  const tables = tablesOf(transaction);
  await tables
    .selectFrom('user_staff_roles')
    .select('staffId')
    .where('roleCode', '=', 'administrator')
    .orderBy('staffId')
    .forUpdate()
    .execute();
  const row = await tables
    .selectFrom('user_staff_roles')
    .innerJoin('user_staff', 'user_staff.staffId', 'user_staff_roles.staffId')
    .select(sql<number>`count(*)`.as('administrators'))
    .where('user_staff_roles.roleCode', '=', 'administrator')
    .where('user_staff.status', '=', 'active')
    .where('user_staff.staffId', '<>', exceptStaffId)
    .executeTakeFirst();
  return row?.administrators ?? 0;
}
