/**
 * Byte strings in environments that have neither TextDecoder nor atob (mini programs among them). Everything here is strict: what would
 * not be written the same way again is refused with `undefined`, so that one value has one spelling.
 */

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_VALUES = new Map([...BASE64].map((character, value) => [character.charCodeAt(0), value]));

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let position = 0; position < left.length; position += 1) difference |= (left[position] ?? 0) ^ (right[position] ?? 0);
  return difference === 0;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Standard base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let offset = 0; offset < bytes.length; offset += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(offset, offset + 3);
    const group = (a << 16) | (b << 8) | c;
    const left = bytes.length - offset;
    text += BASE64.charAt(group >> 18) + BASE64.charAt((group >> 12) & 63);
    text += left > 1 ? BASE64.charAt((group >> 6) & 63) : '=';
    text += left > 2 ? BASE64.charAt(group & 63) : '=';
  }
  return text;
}

/** Reads standard base64; undefined when a character, the padding or an unused bit is out of place. */
export function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let held = 0;
  let written = 0;
  for (let position = 0; position < text.length - padding; position += 1) {
    const value = BASE64_VALUES.get(text.charCodeAt(position));
    if (value === undefined) return undefined;
    held = (held << 6) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[written] = held >> bits;
    written += 1;
    held &= (1 << bits) - 1;
  }
  return held === 0 ? bytes : undefined;
}

/** Whether a text has no half of a surrogate pair, and so has a UTF-8. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** @throws RangeError for a text with half of a surrogate pair, which has no UTF-8. */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point <= 0xdfff) throw new RangeError('a text with half of a surrogate pair has no UTF-8');
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x1_0000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  return Uint8Array.from(bytes);
}

/** Reads UTF-8; undefined for anything that `utf8` would not have written (RFC 3629: no overlong forms, no surrogates). */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  const parts: string[] = [];
  let position = 0;
  while (position < bytes.length) {
    const first = bytes[position] ?? 0;
    const length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length === 0 || position + length > bytes.length) return undefined;
    let point = length === 1 ? first : first & (0xff >> (length + 1));
    for (const next of bytes.subarray(position + 1, position + length)) {
      if (next >> 6 !== 2) return undefined;
      point = (point << 6) | (next & 63);
    }
    if (!isScalar(point, length)) return undefined;
    parts.push(String.fromCodePoint(point));
    position += length;
  }
  return parts.join('');
}

function isScalar(point: number, length: number): boolean {
  if (length === 3) return point >= 0x800 && (point < 0xd800 || point > 0xdfff);
  if (length === 4) return point >= 0x1_0000 && point <= 0x10_ffff;
  return true;
}

/** Unsigned integer, most significant byte first. */
export function bigEndian(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let position = length - 1, rest = value; position >= 0; position -= 1, rest >>= 8n) bytes[position] = Number(rest & 0xffn);
  return bytes;
}

export function fromBigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

const MAX_UINT64 = (1n << 64n) - 1n;

/** Reads a decimal number below 2⁶⁴ without sign, leading zero or blank. */
export function fromDecimal(text: string): bigint | undefined {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value <= MAX_UINT64 ? value : undefined;
}

export const isUint64 = (value: bigint): boolean => value >= 0n && value <= MAX_UINT64;
