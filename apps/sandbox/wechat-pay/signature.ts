import { constants, createCipheriv, createPrivateKey, createPublicKey, type KeyObject, privateDecrypt, sign, verify } from 'node:crypto';

/**
 * WeChat Pay v3 signatures and ciphers, written from the protocol alone and independent of the client under test.
 * Source: protocol reference §2–§4.
 */

/** Five lines, each ended by LF: method, path with query as on the wire, unix seconds, nonce, body bytes. */
export function requestMessage(method: string, pathWithQuery: string, timestamp: string, nonce: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${method}\n${pathWithQuery}\n${timestamp}\n${nonce}\n`), body, Buffer.from('\n')]);
}

/** Three lines, each ended by LF: timestamp, nonce, body bytes. Used by answers and notifications. */
export function answerMessage(timestamp: string, nonce: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')]);
}

/** Four lines, each ended by LF; what the client-side payment call signs. */
export const paySignMessage = (appid: string, timestamp: string, nonce: string, packageText: string): Buffer =>
  Buffer.from(`${appid}\n${timestamp}\n${nonce}\n${packageText}\n`);

const keys = new Map<string, KeyObject>();
function keyOf(pem: string, make: (pem: string) => KeyObject): KeyObject {
  const known = keys.get(pem);
  if (known !== undefined) return known;
  const key = make(pem);
  keys.set(pem, key);
  return key;
}

/** RSASSA-PKCS1-v1_5 with SHA-256, base64. */
export const signRsa = (privateKeyPem: string, message: Buffer): string =>
  sign('sha256', message, keyOf(privateKeyPem, createPrivateKey)).toString('base64');

/** False for anything that is not a valid signature, also for text that is no base64. */
export function verifyRsa(publicKeyPem: string, message: Buffer, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64');
  if (bytes.length !== 256 || bytes.toString('base64') !== signature) return false;
  return verify('sha256', message, keyOf(publicKeyPem, createPublicKey), bytes);
}

/** AES-256-GCM; base64 of ciphertext followed by the 16 bytes of the tag. */
export function encryptGcm(key: string, nonce: string, associatedData: string, plaintext: string): string {
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associatedData));
  return Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** RSA-OAEP with SHA-1; undefined when the text was not encrypted to this key. */
export function decryptOaep(privateKeyPem: string, ciphertext: string): string | undefined {
  try {
    const key = keyOf(privateKeyPem, createPrivateKey);
    const options = { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
    return privateDecrypt(options, Buffer.from(ciphertext, 'base64')).toString('utf8');
  } catch {
    return undefined;
  }
}

export interface Authorization {
  readonly mchid: string;
  readonly nonce: string;
  readonly timestamp: string;
  readonly serial: string;
  readonly signature: string;
}

const SCHEME = 'WECHATPAY2-SHA256-RSA2048 ';

/** Reads the Authorization header; fields may come in any order. */
export function parseAuthorization(header: string | undefined): Authorization | undefined {
  if (header === undefined || !header.startsWith(SCHEME)) return undefined;
  const fields = new Map<string, string>();
  for (const part of header.slice(SCHEME.length).split(',')) {
    const match = /^\s*([a-z_]+)="([^"]*)"\s*$/.exec(part);
    if (match?.[1] === undefined || match[2] === undefined || fields.has(match[1])) return undefined;
    fields.set(match[1], match[2]);
  }
  const mchid = fields.get('mchid');
  const nonce = fields.get('nonce_str');
  const timestamp = fields.get('timestamp');
  const serial = fields.get('serial_no');
  const signature = fields.get('signature');
  if (fields.size !== 5 || !mchid || !nonce || !timestamp || !serial || !signature) return undefined;
  return { mchid, nonce, timestamp, serial, signature };
}
