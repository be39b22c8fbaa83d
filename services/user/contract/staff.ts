import { defineContract } from '@qianxing/http/contract';
import { Closed, Id, Instant, Nullable, OneOf, PageOf, PageQuery, Text, Type } from '@qianxing/http/schemas';
import { MaskedPhone, Session } from './shapes';

export const PERMISSIONS = [
  'dashboard.read',
  'catalog.read',
  'catalog.write',
  'order.read',
  'order.write',
  'afterSale.write',
  'payment.read',
  'payment.write',
  'fulfilment.read',
  'fulfilment.write',
  'promotion.read',
  'promotion.write',
  'withdrawal.review',
  'compliance.read',
  'compliance.sign',
  'member.read',
  'member.reveal',
  'staff.write',
  'audit.read',
  'operations.read',
  'operations.write',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const Staff = Closed({
  staffId: Id,
  username: Type.String(),
  displayName: Type.String(),
  status: OneOf('active', 'suspended'),
  roleCodes: Type.Array(Type.String()),
  totpEnrolled: Type.Boolean(),
  lastLoginAt: Nullable(Instant),
  createdAt: Instant,
});

export const Role = Closed({
  roleCode: Type.String(),
  nameZh: Type.String(),
  nameEn: Type.String(),
  permissions: Type.Array(OneOf(...PERMISSIONS)),
  builtIn: Type.Boolean(),
});

export const AuditLine = Closed({
  auditId: Id,
  staffId: Nullable(Id),
  staffName: Type.String(),
  action: Type.String({ description: 'for example order.note, withdrawal.approve, member.reveal' }),
  subjectKind: Type.String(),
  subjectId: Type.String(),
  reason: Nullable(Type.String()),
  facts: Type.Record(Type.String(), Type.Unknown()),
  ip: Type.String(),
  requestId: Type.String(),
  recordedAt: Instant,
});

const MemberRow = Closed({
  memberId: Id,
  memberNo: Type.Integer(),
  nickname: Type.String(),
  phoneMasked: Nullable(MaskedPhone),
  wechatBound: Type.Boolean(),
  status: OneOf('active', 'suspended', 'erased'),
  createdAt: Instant,
});

const LoginChallenge = Closed({
  challengeToken: Type.String(),
  next: OneOf('totp', 'enrol_totp'),
  totpUri: Type.Optional(Type.String({ description: 'otpauth URI shown as QR at first login' })),
});
const StaffSession = Closed({ session: Session, staff: Staff, permissions: Type.Array(OneOf(...PERMISSIONS)) });

/** What the back office asks about people: its own and the members. */
export const staffUserContract = defineContract({
  staffLogin: {
    method: 'POST',
    path: '/staff/v1/login',
    access: 'public',
    summary: 'First step of staff sign-in',
    perMinute: 10,
    body: Closed({ username: Text(60), password: Text(200) }),
    response: LoginChallenge,
  },
  staffLoginTotp: {
    method: 'POST',
    path: '/staff/v1/login/totp',
    access: 'public',
    summary: 'Second step: one-time code from the authenticator',
    perMinute: 10,
    body: Closed({ challengeToken: Text(2000), totpCode: Type.String({ pattern: '^\\d{6}$' }) }),
    response: StaffSession,
  },
  staffRefresh: {
    method: 'POST',
    path: '/staff/v1/sessions/refresh',
    access: 'public',
    summary: 'Exchange a staff refresh token',
    perMinute: 60,
    body: Closed({ refreshToken: Text(500) }),
    response: Session,
  },
  staffLogout: {
    method: 'DELETE',
    path: '/staff/v1/sessions/current',
    access: 'staff',
    summary: 'Revoke the current staff session',
    status: 204,
  },
  staffMe: {
    method: 'GET',
    path: '/staff/v1/me',
    access: 'staff',
    summary: 'The signed-in staff member',
    response: Closed({ staff: Staff, permissions: Type.Array(OneOf(...PERMISSIONS)) }),
  },
  listStaff: {
    method: 'GET',
    path: '/staff/v1/staff',
    access: 'staff:staff.write',
    summary: 'Staff',
    query: Closed({ ...PageQuery }),
    response: PageOf(Staff),
  },
  createStaff: {
    method: 'POST',
    path: '/staff/v1/staff',
    access: 'staff:staff.write',
    summary: 'Add staff with a first password',
    body: Closed({
      username: Type.String({ pattern: '^[a-z0-9._-]{3,40}$' }),
      displayName: Text(40),
      password: Type.String({ minLength: 12, maxLength: 200 }),
      roleCodes: Type.Array(Text(40), { maxItems: 10 }),
    }),
    status: 201,
    response: Staff,
  },
  updateStaff: {
    method: 'PATCH',
    path: '/staff/v1/staff/:staffId',
    access: 'staff:staff.write',
    summary: 'Change roles, suspend, reset password or authenticator',
    params: Closed({ staffId: Id }),
    body: Closed({
      displayName: Type.Optional(Text(40)),
      roleCodes: Type.Optional(Type.Array(Text(40), { maxItems: 10 })),
      status: Type.Optional(OneOf('active', 'suspended')),
      password: Type.Optional(Type.String({ minLength: 12, maxLength: 200 })),
      resetTotp: Type.Optional(Type.Boolean()),
    }),
    response: Staff,
  },
  listRoles: {
    method: 'GET',
    path: '/staff/v1/roles',
    access: 'staff:staff.write',
    summary: 'Roles and their permissions',
    response: Closed({ items: Type.Array(Role), permissions: Type.Array(OneOf(...PERMISSIONS)) }),
  },
  putRole: {
    method: 'PUT',
    path: '/staff/v1/roles/:roleCode',
    access: 'staff:staff.write',
    summary: 'Create or replace a role',
    params: Closed({ roleCode: Type.String({ pattern: '^[a-z][a-z0-9_]{1,39}$' }) }),
    body: Closed({ nameZh: Text(40), nameEn: Text(40), permissions: Type.Array(OneOf(...PERMISSIONS), { uniqueItems: true }) }),
    response: Role,
  },
  listAudit: {
    method: 'GET',
    path: '/staff/v1/audit',
    access: 'staff:audit.read',
    summary: 'Audit lines, newest first',
    query: Closed({
      ...PageQuery,
      action: Type.Optional(Text(60)),
      staffId: Type.Optional(Id),
      subjectId: Type.Optional(Text(60)),
      from: Type.Optional(Instant),
      to: Type.Optional(Instant),
    }),
    response: PageOf(AuditLine),
  },
  listMembers: {
    method: 'GET',
    path: '/staff/v1/members',
    access: 'staff:member.read',
    summary: 'Members; `search` is a member number, exact phone or start of the nickname',
    query: Closed({ ...PageQuery, search: Type.Optional(Text(40)) }),
    response: PageOf(MemberRow),
  },
  revealMember: {
    method: 'POST',
    path: '/staff/v1/members/:memberId/reveal',
    access: 'staff:member.reveal',
    summary: 'Show unmasked contact data; needs a reason and is audited',
    params: Closed({ memberId: Id }),
    body: Closed({ reason: Text(200, 4) }),
    response: Closed({ memberId: Id, phone: Nullable(Type.String()), nickname: Type.String() }),
  },
});
