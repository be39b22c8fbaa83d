import { constants, createDecipheriv, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';

const TAG_LENGTH = 16;

/**
 * AES-256-GCM as notifications and the certificate list use it: the last 16 bytes of the ciphertext are the tag.
 * `undefined` when the key, the nonce, the associated data or one bit of the ciphertext is not right.
 *
 * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012071382
 */
export function decryptAesGcm(apiV3Key: string, nonce: string, associatedData: string, ciphertextBase64: string): Buffer | undefined {
  const sealed = Buffer.from(ciphertextBase64, 'base64');
  if (sealed.length < TAG_LENGTH || nonce === '') return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce), { authTagLength: TAG_LENGTH });
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH)).setAAD(Buffer.from(associatedData));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_LENGTH)), decipher.final()]);
  } catch {
    return undefined;
  }
}

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' } as const;

/** Longest plaintext RSA-OAEP with SHA-1 takes under a 2048-bit key. */
export const SENSITIVE_FIELD_MAX_BYTES = 214;

/**
 * Encrypts a sensitive field (a real name) to WeChat Pay: RSA-OAEP with SHA-1, base64.
 *
 * Source: https://pay.weixin.qq.com/doc/v3/merchant/4013053257
 */
export function encryptSensitive(plaintext: string, publicKey: KeyObject): string {
  return publicEncrypt({ key: publicKey, ...OAEP }, Buffer.from(plaintext)).toString('base64');
}

/** Opens a sensitive field of an answer, which WeChat Pay encrypts to the merchant certificate. */
export function decryptSensitive(ciphertextBase64: string, privateKey: KeyObject): string | undefined {
  try {
    return privateDecrypt({ key: privateKey, ...OAEP }, Buffer.from(ciphertextBase64, 'base64')).toString('utf8');
  } catch {
    return undefined;
  }
}
