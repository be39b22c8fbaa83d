import { createHash, randomBytes } from 'node:crypto';

/**
 * Refresh tokens are random and used once. Each use issues the next one of the same family (one sign-in on one device). A token that
 * comes back after it was used means that two parties hold the family: the whole family is revoked and both must sign in again.
 *
 * @see RFC 9700 §4.14.2 (rotation with reuse detection)
 */
export interface NewRefreshToken {
  /** 256 random bits, base64url; given to the client once and never stored. */
  readonly token: string;
  /** What is stored. */
  readonly tokenHash: string;
}

export function newRefreshToken(): NewRefreshToken {
  const token = randomBytes(32).toString('base64url');
  return { token, tokenHash: refreshTokenHash(token) };
}

/** SHA-256, hexadecimal. A plain hash is enough for 256 random bits; slow hashes are for what people choose. */
export function refreshTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** What is kept for a token; instants are UTC ms. */
export interface RefreshRecord {
  readonly expiresAt: number;
  /** When it was exchanged for the next one, null while it is fresh. */
  readonly usedAt: number | null;
  /** When its family was revoked (sign-out, reuse, staff), null while it stands. */
  readonly revokedAt: number | null;
}

export type RefreshVerdict =
  /** Mark it used (guarded by `usedAt IS NULL`) and issue the next. */
  | 'rotate'
  /** Used a moment ago: the answer was lost or two tabs asked at once. Issue another one of the family. */
  | 'repeat'
  /** Used before: revoke the family. */
  | 'reused'
  | 'expired'
  | 'revoked'
  | 'unknown';

/** How long after its use a token may come again without being taken for stolen. */
export const REFRESH_GRACE_MS = 10_000;

export function judgeRefresh(record: RefreshRecord | undefined, now: number, graceMs: number = REFRESH_GRACE_MS): RefreshVerdict {
  if (record === undefined) return 'unknown';
  if (record.revokedAt !== null) return 'revoked';
  if (record.usedAt !== null) return now - record.usedAt <= graceMs && now < record.expiresAt ? 'repeat' : 'reused';
  return now < record.expiresAt ? 'rotate' : 'expired';
}
