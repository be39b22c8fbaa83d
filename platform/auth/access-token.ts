import { ok, type Result } from '@qianxing/errors';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { KeyRing } from './key-ring';
import { authProblems } from './problems';

/** Who a token speaks for. Members carry no more than their ids; staff carry what they may do. */
export interface AccessClaims {
  readonly kind: 'member' | 'staff';
  /** Member or staff id. */
  readonly subject: string;
  readonly sessionId: string;
  readonly username?: string;
  readonly permissions?: readonly string[];
}

export interface VerifiedAccess extends AccessClaims {
  /** UTC ms. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: number;
}

export interface AccessTokens {
  issue(claims: AccessClaims, now: number): Promise<IssuedToken>;
  /** Fails with `auth.tokenExpired` (refresh) or `auth.tokenInvalid` (sign in). Revoked sessions are the caller's matter. */
  verify(token: string, now: number): Promise<Result<VerifiedAccess>>;
}

export interface AccessTokenOptions {
  readonly keys: KeyRing;
  /** Who issues and who accepts: the deployment's own name, so that tokens of a test system are worth nothing elsewhere. */
  readonly issuer: string;
  /** 15 minutes unless told. */
  readonly lifetimeMs?: number;
}

const LIFETIME_MS = 15 * 60_000;
const ALGORITHM = 'HS256';
/** Verified tokens remembered in this process: a client sends the same one with every request of a quarter of an hour. */
const REMEMBERED = 20_000;
/** Clocks of our own processes may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Short-lived signed tokens. @see RFC 7519, RFC 8725 (one fixed algorithm, key chosen by `kid` from our own ring only) */
export function createAccessTokens({ keys, issuer, lifetimeMs = LIFETIME_MS }: AccessTokenOptions): AccessTokens {
  const remembered = new Map<string, VerifiedAccess>();
  return {
    async issue(claims, now) {
      const { kind, subject, sessionId, username, permissions } = claims;
      const issuedAt = Math.floor(now / 1000);
      const expiresAt = issuedAt + Math.floor(lifetimeMs / 1000);
      const token = await new SignJWT({ kind, sid: sessionId, name: username, perm: permissions })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'at+jwt', kid: keys.current.keyId })
        .setSubject(subject)
        .setIssuer(issuer)
        .setAudience(issuer)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(keys.current.secret);
      return { token, expiresAt: expiresAt * 1000 };
    },
    async verify(token, now) {
      const known = remembered.get(token);
      if (known !== undefined)
        return known.expiresAt + CLOCK_TOLERANCE_SECONDS * 1000 > now ? ok(known) : authProblems.fail('tokenExpired');
      const verified = await verifyToken(token, now, keys, issuer);
      if (verified.ok) remember(remembered, token, verified.value);
      return verified;
    },
  };
}

function remember(remembered: Map<string, VerifiedAccess>, token: string, access: VerifiedAccess): void {
  if (remembered.size >= REMEMBERED) {
    const [oldest] = remembered.keys();
    if (oldest !== undefined) remembered.delete(oldest);
  }
  remembered.set(token, access);
}

const INVALID = authProblems.fail('tokenInvalid');

async function verifyToken(token: string, now: number, keys: KeyRing, issuer: string): Promise<Result<VerifiedAccess>> {
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = kid === undefined ? undefined : keys.find(kid);
        if (key === undefined) throw new errors.JWSInvalid('unknown key');
        return key.secret;
      },
      {
        algorithms: [ALGORITHM],
        typ: 'at+jwt',
        issuer,
        audience: issuer,
        currentDate: new Date(now),
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'sid', 'exp', 'iat'],
      },
    );
    return readClaims(payload);
  } catch (error) {
    if (error instanceof errors.JWTExpired) return authProblems.fail('tokenExpired');
    if (error instanceof errors.JOSEError) return INVALID;
    throw error;
  }
}

function readClaims(payload: Readonly<Record<string, unknown>>): Result<VerifiedAccess> {
  const { kind, sub, sid, name, perm, iat, exp } = payload;
  if ((kind !== 'member' && kind !== 'staff') || typeof sub !== 'string' || typeof sid !== 'string') return INVALID;
  if (typeof iat !== 'number' || typeof exp !== 'number') return INVALID;
  if (perm !== undefined && !(Array.isArray(perm) && perm.every((item) => typeof item === 'string'))) return INVALID;
  return ok({
    kind,
    subject: sub,
    sessionId: sid,
    issuedAt: iat * 1000,
    expiresAt: exp * 1000,
    ...(typeof name === 'string' ? { username: name } : {}),
    ...(perm === undefined ? {} : { permissions: perm as string[] }),
  });
}
