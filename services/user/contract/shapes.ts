import { Closed, Id, Instant, Nullable, OneOf, type Static, Text, Type } from '@qianxing/http/schemas';

export const Phone = Type.String({ pattern: '^1[3-9]\\d{9}$', description: 'mobile number of mainland China' });
export const MaskedPhone = Type.String({ description: 'for example 138****1234' });

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

export const Consent = Closed({
  kind: OneOf('terms', 'privacy', 'marketing', 'promoter_agreement', 'personalisation'),
  version: Text(20),
  granted: Type.Boolean(),
  recordedAt: Instant,
});
