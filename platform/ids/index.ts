import { randomBytes, randomInt } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id: 26 characters of Crockford base32 (ULID layout, lower case), 48 bits of milliseconds and 80 random bits.
 * Sorts by creation time, cannot be guessed by outsiders.
 */
export function newId(nowMs: number = Date.now()): string {
  let time = '';
  let rest = nowMs;
  for (let i = 0; i < 10; i += 1) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (const byte of randomBytes(16)) random += ALPHABET.charAt(byte & 31);
  return time + random;
}

export const ID_PATTERN = '^[0-9a-hjkmnp-tv-z]{26}$';

/**
 * A number that people read and type: `YYMMDDHHmmss` in the shop's zone (UTC+8) and eight random digits, 20 digits in all.
 * Uniqueness is guarded by the table's unique key, not by luck alone.
 */
export function newNumber(nowMs: number = Date.now()): string {
  const stamp = new Date(nowMs + 8 * 3_600_000).toISOString().replace(/\D/g, '').slice(2, 14);
  return stamp + String(randomInt(100_000_000)).padStart(8, '0');
}

/** Random text over an alphabet without look-alikes, for codes that people see in links. */
export function newCode(length: number): string {
  let code = '';
  for (const byte of randomBytes(length)) code += ALPHABET.charAt(byte & 31);
  return code;
}

/** Random decimal digits, for codes sent by text message. */
export function newDigits(length: number): string {
  return String(randomInt(10 ** length)).padStart(length, '0');
}
