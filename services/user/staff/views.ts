import type { ResponseOf } from '@qianxing/http';
import { toIso } from '@qianxing/time';
import type { userContract } from '../contract';
import type { RoleRow, StaffRow } from '../tables';

export type StaffView = ResponseOf<typeof userContract.createStaff>;
export type RoleView = ResponseOf<typeof userContract.putRole>;

export function staffView(row: StaffRow, roleCodes: readonly string[]): StaffView {
  return {
    staffId: row.staffId,
    username: row.username,
    displayName: row.displayName,
    status: row.status,
    roleCodes: [...roleCodes],
    totpEnrolled: row.totpConfirmed === 1,
    lastLoginAt: row.lastLoginAt === null ? null : toIso(row.lastLoginAt),
    createdAt: toIso(row.createdAt),
  };
}

export function roleView(row: RoleRow): RoleView {
  return {
    roleCode: row.roleCode,
    nameZh: row.nameZh,
    nameEn: row.nameEn,
    permissions: JSON.parse(row.permissions) as RoleView['permissions'],
    builtIn: row.builtIn === 1,
  };
}
