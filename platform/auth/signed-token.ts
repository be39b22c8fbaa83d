import { createHmac, timingSafeEqual } from 'node:crypto';
import { ok, type Result } from '@qianxing/errors';
import type { KeyRing, SecretKey } from './key-ring';
import { authProblems } from './problems';

/** Content of a signed token: short facts, readable by anyone who holds the token. */
export type TokenContent = Readonly<Record<string, string | number | boolean | null>>;

const MAC_BYTES = 16;
const MAX_TOKEN_LENGTH = 2_048;

/**
 * A token for links: `keyId.expiry.content.mac`, HMAC-SHA-256 cut to 128 bits (RFC 2104 §5) over the purpose and all that stands before it.
 * `purpose` is not in the token: a token made for one purpose does not verify for another.
 *
 * @param expiresAt UTC ms
 */
export function signToken(keys: KeyRing, purpose: string, content: TokenContent, expiresAt: number): string {
  const head = `${keys.current.keyId}.${expiresAt.toString(36)}.${Buffer.from(JSON.stringify(content)).toString('base64url')}`;
  return `${head}.${macOf(keys.current, purpose, head).toString('base64url')}`;
}

/** Content of a token that is ours, for this purpose and not expired; otherwise `auth.linkInvalid` or `auth.linkExpired`. */
export function verifyToken(keys: KeyRing, purpose: string, token: string, now: number): Result<TokenContent> {
  const parts = /^([\w-]{1,32})\.([0-9a-z]{1,11})\.([\w-]+)\.([\w-]{22})$/.exec(token.slice(0, MAX_TOKEN_LENGTH));
  const [, keyId = '', expiry = '', content = '', mac = ''] = parts ?? [];
  const key = keys.find(keyId);
  if (parts === null || key === undefined) return INVALID;
  const given = Buffer.from(mac, 'base64url');
  if (given.length !== MAC_BYTES || !timingSafeEqual(given, macOf(key, purpose, `${keyId}.${expiry}.${content}`))) return INVALID;
  if (now >= Number.parseInt(expiry, 36)) return authProblems.fail('linkExpired');
  return ok(JSON.parse(Buffer.from(content, 'base64url').toString('utf8')) as TokenContent);
}

const INVALID = authProblems.fail('linkInvalid');

function macOf(key: SecretKey, purpose: string, head: string): Buffer {
  return createHmac('sha256', key.secret).update(`${purpose}\n${head}`).digest().subarray(0, MAC_BYTES);
}
