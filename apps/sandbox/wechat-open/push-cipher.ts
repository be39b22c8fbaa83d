import { createCipheriv, createHash } from 'node:crypto';

/** §12.6: SHA-1 over the parts sorted as text and joined. */
export const pushSignature = (...parts: readonly string[]): string =>
  createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');

/**
 * Safe mode: AES-256-CBC, key from the EncodingAESKey, IV its first 16 bytes, PKCS#7 to blocks of 32.
 * Plaintext: 16 random bytes, big-endian length, message, appid.
 */
export function encryptPush(encodingAesKey: string, random: string, message: string, appid: string): string {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64');
  const text = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  const plain = Buffer.concat([Buffer.from(random), length, text, Buffer.from(appid)]);
  const pad = 32 - (plain.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString('base64');
}

/** JS-SDK page signature; the fragment is no part of the address. */
export const jsSdkSignature = (ticket: string, nonce: string, timestamp: string, url: string): string =>
  createHash('sha1')
    .update(`jsapi_ticket=${ticket}&noncestr=${nonce}&timestamp=${timestamp}&url=${url.split('#', 1)[0]}`)
    .digest('hex');
