import { createHmac } from 'node:crypto';

/** The secret on the demonstration staff's authenticators, base32. Public on purpose: it is worth nothing outside a sandbox. */
export const DEMO_TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

const STEP_MS = 30_000;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)));
}

/** Six digits of the current half minute. @see RFC 6238 with SHA-1, RFC 4226 §5.3 for the truncation */
export function totp(secret: string, nowMs: number): { readonly code: string; readonly secondsLeft: number } {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / STEP_MS)));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const code = String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  return { code, secondsLeft: Math.ceil((STEP_MS - (nowMs % STEP_MS)) / 1_000) };
}
