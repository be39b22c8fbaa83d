import { encryptSensitive, SENSITIVE_FIELD_MAX_BYTES } from './cipher';
import type { Context } from './configuration';

/** Fault of a text that is to be encrypted; its bytes, not its characters, are limited. */
export function sensitiveFault(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const size = Buffer.byteLength(value);
  return size >= 1 && size <= SENSITIVE_FIELD_MAX_BYTES ? undefined : `${name} must have 1 to ${SENSITIVE_FIELD_MAX_BYTES} bytes in UTF-8`;
}

/** Encrypts with the key that `Wechatpay-Serial` of the request names. */
export function encryptFor(context: Context): (plaintext: string) => string {
  return (plaintext) => encryptSensitive(plaintext, context.keyRing.current.publicKey);
}
