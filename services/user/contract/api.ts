import type { Result } from '@qianxing/errors';
import type { MemberActor, StaffActor } from '@qianxing/http';
import type { Static } from '@qianxing/http/schemas';
import type { Address, Consent } from './shapes';

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
