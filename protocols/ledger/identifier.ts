import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const HALF = 2 ** 40;

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value, digit = 0; digit < length; digit += 1) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

const random40 = (): number => randomBytes(5).readUIntBE(0, 5);

/**
 * Makes ULIDs: 48 bits of UTC ms and 80 random bits, Crockford base 32, 26 characters. Ids of one maker ascend, within one
 * millisecond too (the random part counts up), also when the clock steps back.
 * Source: github.com/ulid/spec, «Monotonicity».
 */
export function ulidMaker(): (nowMs: number) => string {
  let lastMs = -1;
  let high = 0;
  let low = 0;
  let prefix = '';
  return (nowMs) => {
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // The upper quarter stays free so that counting up never overflows.
      high = random40() % (HALF / 4);
      low = random40();
      prefix = base32(lastMs, 10) + base32(high, 8);
    } else {
      low += 1;
      if (low === HALF) {
        low = 0;
        high += 1;
        prefix = base32(lastMs, 10) + base32(high, 8);
      }
    }
    return prefix + base32(low, 8);
  };
}
