import { defineTopic } from '@qianxing/events';
import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, Id, Instant, OneOf, Text, Type } from '@qianxing/http/schemas';
import { Address, Agreement, Consent, Member, Phone, Session } from './contract/shapes';
import { staffUserContract } from './contract/staff';

export type * from './contract/api';
export * from './contract/shapes';
export { AuditLine, PERMISSIONS, type Permission, Role, Staff } from './contract/staff';

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

const AddressInput = Closed({
  recipient: Text(40),
  phone: Phone,
  countyCode: Type.String({ pattern: '^\\d{6}$', description: 'GB/T 2260 code; province and city follow from it' }),
  detail: Text(120),
  isDefault: Type.Optional(Type.Boolean()),
});

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

  ...staffUserContract,
});

/** A member registered. `referralToken` is the visit token the client carried, not yet verified. */
export const memberRegistered = defineTopic<{ memberId: string; memberNo: number; referralToken: string | null }>()(
  'user.memberRegistered',
);
/** A known member signed in carrying a visit token (may bind if still unbound and rules allow). */
export const memberReturned = defineTopic<{ memberId: string; memberNo: number; referralToken: string }>()('user.memberReturned');
/** A member's personal data was erased; other services drop theirs. */
export const memberErased = defineTopic<{ memberId: string }>()('user.memberErased');
