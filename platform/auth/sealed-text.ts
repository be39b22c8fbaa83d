import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyRing } from './key-ring';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts a secret that must be stored (TOTP secrets, identity numbers): `keyId.nonce+ciphertext+tag`, AES-256-GCM under the first 32
 * bytes of the key. `context` (for example `totp:{staffId}`) is bound in, so a value cannot be moved to another row.
 *
 * @see NIST SP 800-38D
 */
export function sealText(keys: KeyRing, context: string, text: string): string {
  const { keyId, secret } = keys.current;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret.subarray(0, 32), nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${keyId}.${sealed.toString('base64url')}`;
}

/** The text again, or undefined if it was changed, moved, or sealed with a key that is not in the ring. */
export function openText(keys: KeyRing, context: string, sealed: string): string | undefined {
  const dot = sealed.indexOf('.');
  const key = dot < 0 ? undefined : keys.find(sealed.slice(0, dot));
  const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url');
  if (key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key.secret.subarray(0, 32), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
