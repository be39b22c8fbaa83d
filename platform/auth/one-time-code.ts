import { createHmac } from 'node:crypto';
import { sameText } from './compare';
import type { KeyRing } from './key-ring';

/**
 * Codes sent by text message. Six digits can be tried out in no time, so what is stored is keyed, and what protects them is the number
 * of attempts and the time they live.
 */
export interface OneTimeCodeRecord {
  /** From `oneTimeCodeHash`. */
  readonly codeHash: string;
  /** UTC ms. */
  readonly expiresAt: number;
  /** Wrong attempts so far. */
  readonly attempts: number;
  /** When it was accepted, null while it is not. */
  readonly usedAt: number | null;
}

export type OneTimeCodeVerdict = 'accepted' | 'wrong' | 'expired' | 'used' | 'exhausted' | 'unknown';

export const MAX_CODE_ATTEMPTS = 5;

/** Keyed hash over purpose, subject (phone, account) and code: a code of one phone is worth nothing for another. */
export function oneTimeCodeHash(keys: KeyRing, purpose: string, subject: string, code: string): string {
  const { keyId, secret } = keys.current;
  return `${keyId}:${mac(secret, purpose, subject, code)}`;
}

const mac = (secret: Buffer, ...parts: string[]) => createHmac('sha256', secret).update(JSON.stringify(parts)).digest('hex');

/**
 * Judges an attempt; pure. On `wrong` count the attempt, on `accepted` mark the code used, both as guarded updates in the store:
 * the verdict alone protects nothing against two requests at once.
 */
export function judgeOneTimeCode(
  keys: KeyRing,
  record: OneTimeCodeRecord | undefined,
  attempt: { readonly purpose: string; readonly subject: string; readonly code: string; readonly now: number },
  maxAttempts: number = MAX_CODE_ATTEMPTS,
): OneTimeCodeVerdict {
  if (record === undefined) return 'unknown';
  if (record.usedAt !== null) return 'used';
  if (attempt.now >= record.expiresAt) return 'expired';
  if (record.attempts >= maxAttempts) return 'exhausted';
  const key = keys.find(record.codeHash.slice(0, record.codeHash.indexOf(':')));
  if (key === undefined) return 'expired';
  const wanted = `${key.keyId}:${mac(key.secret, attempt.purpose, attempt.subject, attempt.code)}`;
  return sameText(wanted, record.codeHash) ? 'accepted' : 'wrong';
}
