import type { Generated } from 'kysely';

/** Rows as the database holds them: instants in UTC milliseconds, booleans as 0 and 1. */
export interface MemberRow {
  memberNo: number;
  memberId: string;
  status: 'active' | 'suspended' | 'erased';
  nickname: string;
  avatarUrl: string | null;
  /** The phone itself; it is looked up by its hashes in `user_phone_hashes`. */
  phoneSealed: string | null;
  language: 'zh' | 'en';
  personalised: number;
  createdAt: number;
  erasedAt: number | null;
}

export interface StaffRow {
  staffId: string;
  username: string;
  displayName: string;
  status: 'active' | 'suspended';
  passwordHash: string;
  totpSealed: string | null;
  totpConfirmed: number;
  totpStep: number | null;
  lastLoginAt: number | null;
  createdAt: number;
}

export interface AddressRow {
  addressId: string;
  memberId: string;
  recipient: string;
  phone: string;
  countyCode: string;
  detail: string;
  isDefault: number;
  createdAt: number;
}

export interface LoginCodeRow {
  codeId: string;
  phoneHash: string;
  codeHash: string;
  ipHash: string;
  attempts: number;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
}

/** Failed sign-ins by user name, whether or not anybody has that name. */
export interface SignInAttemptRow {
  nameHash: string;
  failures: number;
  lockedUntil: number | null;
  lastAt: number;
}

export interface SessionRow {
  sessionId: string;
  kind: 'member' | 'staff';
  subjectId: string;
  createdAt: number;
  revokedAt: number | null;
  revokedFor: string | null;
}

export type ConsentKind = 'terms' | 'privacy' | 'marketing' | 'promoter_agreement' | 'personalisation';

export interface ConsentRow {
  consentId: string;
  memberId: string;
  kind: ConsentKind;
  version: string;
  granted: number;
  recordedAt: number;
}

export interface AuditRow {
  auditId: string;
  staffId: string | null;
  staffName: string;
  action: string;
  subjectKind: string;
  subjectId: string;
  reason: string | null;
  facts: string;
  ip: string;
  requestId: string;
  recordedAt: number;
}

export interface RoleRow {
  roleCode: string;
  nameZh: string;
  nameEn: string;
  permissions: string;
  builtIn: number;
}

export type UserTables = {
  user_members: Omit<MemberRow, 'memberNo'> & { memberNo: Generated<number> };
  user_wechat_identities: { appId: string; openId: string; unionId: string | null; memberId: string; boundAt: number };
  user_phone_hashes: { phoneHash: string; memberId: string; keyId: string };
  user_phone_keys: { keyId: string; firstSeenAt: number };
  user_login_codes: LoginCodeRow;
  user_code_phones: { phoneHash: string; lastSentAt: number };
  user_sessions: SessionRow;
  user_refresh_tokens: { tokenHash: string; sessionId: string; expiresAt: number; usedAt: number | null };
  user_addresses: AddressRow;
  user_consents: ConsentRow;
  user_staff: StaffRow;
  user_sign_in_attempts: SignInAttemptRow;
  user_roles: RoleRow;
  user_staff_roles: { staffId: string; roleCode: string };
  user_audit: AuditRow;
};
