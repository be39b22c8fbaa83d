import type { Result } from '@qianxing/errors';
import { defineTopic } from '@qianxing/events';
import type { MemberActor, StaffActor } from '@qianxing/http';
import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, Id, Instant, Nullable, OneOf, PageOf, PageQuery, type Static, Text, Type } from '@qianxing/http/schemas';

const Phone = Type.String({ pattern: '^1[3-9]\\d{9}$', description: 'mobile number of mainland China' });
const MaskedPhone = Type.String({ description: 'for example 138****1234' });

export const AGREEMENT_KINDS = ['terms', 'privacy', 'promoter_agreement'] as const;
export type AgreementKind = (typeof AGREEMENT_KINDS)[number];

/** A text that members consent to, as it is in force. Another text has another version. */
export const Agreement = Closed({
  kind: OneOf(...AGREEMENT_KINDS),
  version: Text(20),
  titleZh: Type.String(),
  titleEn: Type.String(),
  textZh: Type.String(),
  textEn: Type.String(),
});
export type Agreement = Static<typeof Agreement>;

export const Member = Closed({
  memberId: Id,
  memberNo: Type.Integer({ minimum: 1, description: 'compact number used by networks and support' }),
  nickname: Type.String(),
  avatarUrl: Nullable(Type.String()),
  phoneMasked: Nullable(MaskedPhone),
  wechatBound: Type.Boolean(),
  language: OneOf('zh', 'en'),
  personalisedRecommendation: Type.Boolean(),
  consentsNeeded: Type.Array(OneOf(...AGREEMENT_KINDS), {
    description: 'agreements whose version in force the member has not accepted: ask before going on',
  }),
  createdAt: Instant,
});
export type Member = Static<typeof Member>;

export const Session = Closed({
  accessToken: Type.String(),
  accessTokenExpiresAt: Instant,
  refreshToken: Type.String(),
  refreshTokenExpiresAt: Instant,
});

const MemberSession = Closed({
  session: Session,
  member: Member,
  created: Type.Boolean({ description: 'true when this login registered the member' }),
});

/**
 * The visitor's consent given on the login page, with the versions that were shown; required for a first login (personal information law,
 * articles 13 and 14). Other versions than those in force are refused.
 */
const LoginConsent = Closed({ termsVersion: Text(20), privacyVersion: Text(20) });
/** Signed visit token from `POST /api/v1/referrals/visits`; binds a new member to the referrer. */
const ReferralToken = Type.Optional(Text(2000));

export const Address = Closed({
  addressId: Id,
  recipient: Text(40),
  phone: Phone,
  provinceCode: Type.String({ pattern: '^\\d{6}$' }),
  cityCode: Type.String({ pattern: '^\\d{6}$' }),
  countyCode: Type.String({ pattern: '^\\d{6}$' }),
  provinceName: Type.String(),
  cityName: Type.String(),
  countyName: Type.String(),
  detail: Text(120),
  isDefault: Type.Boolean(),
});
export type Address = Static<typeof Address>;

const AddressInput = Closed({
  recipient: Text(40),
  phone: Phone,
  countyCode: Type.String({ pattern: '^\\d{6}$', description: 'GB/T 2260 code; province and city follow from it' }),
  detail: Text(120),
  isDefault: Type.Optional(Type.Boolean()),
});

export const Consent = Closed({
  kind: OneOf('terms', 'privacy', 'marketing', 'promoter_agreement', 'personalisation'),
  version: Text(20),
  granted: Type.Boolean(),
  recordedAt: Instant,
});

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

export const userContract = defineContract({
  sendLoginCode: {
    method: 'POST',
    path: '/api/v1/login/codes',
    access: 'public',
    summary: 'Send a login code by text message',
    status: 202,
    perMinute: 10,
    body: Closed({ phone: Phone }),
    response: Closed({ resendAfterMs: Count, expiresInMs: Count }),
  },
  loginByPhone: {
    method: 'POST',
    path: '/api/v1/login/phone',
    access: 'public',
    summary: 'Sign in or register by phone and code',
    perMinute: 20,
    body: Closed({
      phone: Phone,
      code: Type.String({ pattern: '^\\d{6}$' }),
      consent: Type.Optional(LoginConsent),
      referralToken: ReferralToken,
    }),
    response: MemberSession,
  },
  loginByMiniProgram: {
    method: 'POST',
    path: '/api/v1/login/wechat-mini-program',
    access: 'public',
    summary: 'Sign in with a mini-program login code',
    perMinute: 20,
    body: Closed({
      code: Text(200),
      phoneCode: Type.Optional(Text(200)),
      consent: Type.Optional(LoginConsent),
      referralToken: ReferralToken,
    }),
    response: MemberSession,
  },
  wechatAuthorizeUrl: {
    method: 'GET',
    path: '/api/v1/login/wechat-h5/authorize-url',
    access: 'public',
    summary: 'Where an H5 page in WeChat sends the visitor',
    query: Closed({ returnTo: Text(500) }),
    response: Closed({ url: Type.String() }),
  },
  loginByWechatH5: {
    method: 'POST',
    path: '/api/v1/login/wechat-h5',
    access: 'public',
    summary: 'Sign in with an H5 OAuth code',
    perMinute: 20,
    body: Closed({ code: Text(200), state: Text(1000), consent: Type.Optional(LoginConsent), referralToken: ReferralToken }),
    response: MemberSession,
  },
  bindWechatH5: {
    method: 'POST',
    path: '/api/v1/me/wechat-h5',
    access: 'member',
    summary: 'Bind WeChat to the signed-in member with an H5 OAuth code; payouts go there',
    perMinute: 20,
    body: Closed({ code: Text(200), state: Text(1000) }),
    response: Member,
  },
  refreshSession: {
    method: 'POST',
    path: '/api/v1/sessions/refresh',
    access: 'public',
    summary: 'Exchange a refresh token; a reused token revokes the whole family',
    perMinute: 60,
    body: Closed({ refreshToken: Text(500) }),
    response: Session,
  },
  logout: { method: 'DELETE', path: '/api/v1/sessions/current', access: 'member', summary: 'Revoke the current session', status: 204 },
  me: { method: 'GET', path: '/api/v1/me', access: 'member', summary: 'The signed-in member', response: Member },
  updateMe: {
    method: 'PATCH',
    path: '/api/v1/me',
    access: 'member',
    summary: 'Change profile',
    body: Closed({
      nickname: Type.Optional(Text(30)),
      language: Type.Optional(OneOf('zh', 'en')),
      personalisedRecommendation: Type.Optional(Type.Boolean()),
    }),
    response: Member,
  },
  exportMe: {
    method: 'GET',
    path: '/api/v1/me/export',
    access: 'member',
    summary: 'All personal data held about the member',
    perMinute: 5,
    response: Type.Record(Type.String(), Type.Unknown()),
  },
  eraseMe: {
    method: 'POST',
    path: '/api/v1/me/erasure',
    access: 'member',
    summary: 'Erase the account and its personal data; trade records stay without person',
    body: Closed({ confirm: Type.Literal('ERASE') }),
    status: 202,
    response: Closed({ erasedAt: Instant }),
  },
  agreements: {
    method: 'GET',
    path: '/api/v1/agreements',
    access: 'public',
    summary: 'Texts to consent to, as they are in force',
    etag: true,
    response: Closed({ items: Type.Array(Agreement) }),
  },
  listConsents: {
    method: 'GET',
    path: '/api/v1/consents',
    access: 'member',
    summary: 'Consent record',
    response: Closed({ items: Type.Array(Consent) }),
  },
  recordConsent: {
    method: 'POST',
    path: '/api/v1/consents',
    access: 'member',
    summary: 'Grant or withdraw consent; only the version in force can be granted',
    body: Closed({ kind: Consent.properties.kind, version: Text(20), granted: Type.Boolean() }),
    status: 201,
    response: Consent,
  },
  listAddresses: {
    method: 'GET',
    path: '/api/v1/addresses',
    access: 'member',
    summary: 'Delivery addresses, default first',
    response: Closed({ items: Type.Array(Address) }),
  },
  createAddress: {
    method: 'POST',
    path: '/api/v1/addresses',
    access: 'member',
    summary: 'Add an address (at most 20)',
    body: AddressInput,
    status: 201,
    response: Address,
  },
  updateAddress: {
    method: 'PUT',
    path: '/api/v1/addresses/:addressId',
    access: 'member',
    summary: 'Replace an address',
    params: Closed({ addressId: Id }),
    body: AddressInput,
    response: Address,
  },
  deleteAddress: {
    method: 'DELETE',
    path: '/api/v1/addresses/:addressId',
    access: 'member',
    summary: 'Delete an address',
    params: Closed({ addressId: Id }),
    status: 204,
  },
  regions: {
    method: 'GET',
    path: '/api/v1/regions',
    access: 'public',
    summary: 'Provinces, cities and counties (GB/T 2260)',
    response: Closed({
      version: Type.String(),
      provinces: Type.Array(
        Closed({
          code: Type.String(),
          name: Type.String(),
          cities: Type.Array(
            Closed({
              code: Type.String(),
              name: Type.String(),
              counties: Type.Array(Closed({ code: Type.String(), name: Type.String() })),
            }),
          ),
        }),
      ),
    }),
  },

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

/** A member registered. `referralToken` is the visit token the client carried, not yet verified. */
export const memberRegistered = defineTopic<{ memberId: string; memberNo: number; referralToken: string | null }>()(
  'user.memberRegistered',
);
/** A known member signed in carrying a visit token (may bind if still unbound and rules allow). */
export const memberReturned = defineTopic<{ memberId: string; memberNo: number; referralToken: string }>()('user.memberReturned');
/** A member's personal data was erased; other services drop theirs. */
export const memberErased = defineTopic<{ memberId: string }>()('user.memberErased');

/** What other services may call. */
export interface UserApi {
  /** A delivery address of this member, or undefined if it is not theirs. */
  address(memberId: string, addressId: string): Promise<Address | undefined>;
  /** Names and numbers for display; unknown ids are left out. */
  members(memberIds: readonly string[]): Promise<Map<string, MemberProfile>>;
  memberIdByNo(memberNo: number): Promise<string | undefined>;
  /** WeChat OpenID of a member for an app id, if bound. */
  openId(memberId: string, appId: string): Promise<string | undefined>;
  /** Whether the member's newest word on this is consent to the version in force. */
  hasConsent(memberId: string, kind: Static<typeof Consent>['kind']): Promise<boolean>;
  /** Who an access token belongs to; fails when it is expired, forged or its session was revoked. */
  authenticate(token: string, now: number): Promise<Result<MemberActor | StaffActor>>;
  /** Appends a line to the audit of staff actions. */
  recordAudit(line: AuditEntry): Promise<void>;
  /** Creates the built-in roles, and staff that do not exist yet; for the first start and for demonstrations. */
  ensureStaff(staff: readonly StaffSeed[]): Promise<void>;
}

export interface AuditEntry {
  readonly staffId: string | null;
  readonly staffName: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly reason: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly ip: string;
  readonly requestId: string;
}

export interface StaffSeed {
  readonly username: string;
  readonly displayName: string;
  readonly password: string;
  readonly roleCodes: readonly string[];
  /** Base32 secret of an authenticator that is enrolled already; sandbox only. */
  readonly totpSecret?: string;
}

export interface MemberProfile {
  readonly memberId: string;
  readonly memberNo: number;
  readonly nickname: string;
  /** Nickname with its middle replaced, for showing to other members. */
  readonly nicknameMasked: string;
  readonly avatarUrl: string | null;
  readonly createdAt: number;
}
