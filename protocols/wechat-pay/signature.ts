import { type KeyObject, randomInt, sign, verify } from 'node:crypto';
import type { KeyRing } from './keys';

/**
 * Request signing and verification of answers and notifications.
 *
 * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012365336 (sign requests), 4013053420 (verify answers),
 * 4013053249 (public-key mode).
 */
const SCHEME = 'WECHATPAY2-SHA256-RSA2048';

/** Messages further from our clock than this are refused, in both directions. */
const TIMESTAMP_TOLERANCE_MS = 300_000;

const PROBE_PREFIX = 'WECHATPAY/SIGNTEST/';
const ALPHANUMERICS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 32 characters of `[0-9A-Za-z]` from the system's random source: 190 bits. */
export function randomNonce(): string {
  return Array.from({ length: 32 }, () => ALPHANUMERICS.charAt(randomInt(ALPHANUMERICS.length))).join('');
}

/** Every line ends in LF, the last one too. */
export function lines(...parts: readonly string[]): string {
  return parts.map((part) => `${part}\n`).join('');
}

export interface RequestToSign {
  readonly method: string;
  /** Path and query exactly as on the wire, without the host. */
  readonly pathAndQuery: string;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly nonce: string;
  /** Empty when there is none. */
  readonly body: string;
}

export function requestCanonical(request: RequestToSign): string {
  return lines(request.method, request.pathAndQuery, request.timestamp, request.nonce, request.body);
}

/** The body stays bytes: what was signed are bytes, not a decoded and encoded text. */
export function messageCanonical(timestamp: string, nonce: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(lines(timestamp, nonce)), body, Buffer.from('\n')]);
}

/** RSASSA-PKCS1-v1_5 with SHA-256, base64. */
export function signText(message: string, privateKey: KeyObject): string {
  return sign('RSA-SHA256', Buffer.from(message), privateKey).toString('base64');
}

export interface Signer {
  readonly mchId: string;
  readonly merchantSerialNo: string;
  readonly privateKey: KeyObject;
}

/** Value of the `Authorization` header. */
export function authorization(signer: Signer, request: RequestToSign): string {
  const signature = signText(requestCanonical(request), signer.privateKey);
  const fields = [
    `mchid="${signer.mchId}"`,
    `nonce_str="${request.nonce}"`,
    `timestamp="${request.timestamp}"`,
    `serial_no="${signer.merchantSerialNo}"`,
    `signature="${signature}"`,
  ];
  return `${SCHEME} ${fields.join(',')}`;
}

/** Header names in any case, as Node gives them. A header that came twice counts as missing. */
export type MessageHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export function headerOf(headers: MessageHeaders, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const found = Object.entries(headers).filter(([key, value]) => key.toLowerCase() === wanted && value !== undefined);
  const value = found[0]?.[1];
  return found.length === 1 && typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * - `headersMissing`: one of the four signature headers is missing or came twice
 * - `wrongScheme`: another signature type than SHA256-RSA2048
 * - `signatureProbe`: one of WeChat's `WECHATPAY/SIGNTEST/` messages that tests whether we verify; refuse, without alarm
 * - `timestampOutside`: more than five minutes from our clock, or not a number
 * - `serialUnknown`: the key ring has no such key
 * - `signatureWrong`
 */
export type VerificationFault =
  | 'headersMissing'
  | 'wrongScheme'
  | 'signatureProbe'
  | 'timestampOutside'
  | 'serialUnknown'
  | 'signatureWrong';

/** Base64 in its one canonical spelling; anything else would let a changed header pass with the same bytes. */
function canonicalBase64(value: string): Buffer | undefined {
  const bytes = Buffer.from(value, 'base64');
  return bytes.toString('base64') === value ? bytes : undefined;
}

function isFresh(timestamp: string, nowMs: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs - Number(timestamp) * 1000) < TIMESTAMP_TOLERANCE_MS;
}

/** `undefined` when the message is from WeChat Pay and fresh, else why it is not. */
export function verifyMessage(headers: MessageHeaders, body: Uint8Array, keyRing: KeyRing, nowMs: number): VerificationFault | undefined {
  const timestamp = headerOf(headers, 'Wechatpay-Timestamp');
  const nonce = headerOf(headers, 'Wechatpay-Nonce');
  const serial = headerOf(headers, 'Wechatpay-Serial');
  const signature = headerOf(headers, 'Wechatpay-Signature');
  if (timestamp === undefined || nonce === undefined || serial === undefined || signature === undefined) return 'headersMissing';
  const scheme = headerOf(headers, 'Wechatpay-Signature-Type');
  if (scheme !== undefined && scheme !== SCHEME) return 'wrongScheme';
  if (signature.startsWith(PROBE_PREFIX)) return 'signatureProbe';
  if (!isFresh(timestamp, nowMs)) return 'timestampOutside';
  const key = keyRing.find(serial);
  if (key === undefined) return 'serialUnknown';
  const bytes = canonicalBase64(signature);
  if (bytes === undefined || !verify('RSA-SHA256', messageCanonical(timestamp, nonce, body), key, bytes)) return 'signatureWrong';
  return undefined;
}
