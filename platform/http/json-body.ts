import { type Failed, ok, platformProblems, type Result } from '@qianxing/errors';

/** Deepest nesting of objects and lists that a body may have. */
const MAX_JSON_DEPTH = 32;

/**
 * Text → value, stricter than `JSON.parse`: refuses repeated keys in one object (two readers would see two different values),
 * `__proto__` and `constructor.prototype` (prototype pollution), nesting beyond `MAX_JSON_DEPTH`, numbers that lose precision or
 * overflow, NUL characters and lone surrogates (databases disagree about them). Blank text is `undefined`.
 *
 * @see RFC 8259 §4 (names should be unique), §6 (interoperable integers), §8.2 (unpaired surrogates); RFC 7493 I-JSON
 */
export function parseJsonBody(text: string): Result<unknown> {
  const shape = scan(text);
  if (shape.empty) return ok(undefined);
  if (shape.depth > MAX_JSON_DEPTH) return platformProblems.fail('tooDeep');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return platformProblems.fail('notJson');
  }
  const count: Walk = { keys: 0, suspicious: text.includes('\\u') };
  if (!walk(value, count)) return findFault(value, '');
  return count.keys === shape.keys ? ok(value) : platformProblems.fail('duplicateKey');
}

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

/** Counts the keys written in the text (colons outside strings) and the depth, without building anything. */
function scan(text: string): { keys: number; depth: number; empty: boolean } {
  let keys = 0;
  let depth = 0;
  let deepest = 0;
  let empty = true;
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c > 32) empty = false;
    if (c === QUOTE) i = endOfString(text, i);
    else if (c === COLON) keys += 1;
    else if (c === 123 || c === 91) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (c === 125 || c === 93) depth -= 1;
  }
  return { keys, depth: deepest, empty };
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end > 0) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

interface Walk {
  keys: number;
  /** Only text with `\u` escapes can hold NUL or lone surrogates: everything else was valid UTF-8 without control characters. */
  readonly suspicious: boolean;
}

/** False if anything in the value is refused. Depth is bounded by the scan. */
function walk(value: unknown, count: Walk): boolean {
  if (typeof value === 'number') return isExact(value);
  if (typeof value === 'string') return !count.suspicious || isCleanText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (!walk(item, count)) return false;
    return true;
  }
  for (const key of Object.keys(value)) {
    count.keys += 1;
    const item = (value as Record<string, unknown>)[key];
    if (isForbiddenKey(key, item) || (count.suspicious && !isCleanText(key)) || !walk(item, count)) return false;
  }
  return true;
}

const isExact = (value: number) => Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value));

/** No NUL and no half of a surrogate pair. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding the control character is the point
const UNCLEAN = /\u0000|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const isCleanText = (text: string): boolean => !UNCLEAN.test(text);

function isForbiddenKey(key: string, item: unknown): boolean {
  if (key === '__proto__') return true;
  return key === 'constructor' && typeof item === 'object' && item !== null && Object.hasOwn(item, 'prototype');
}

/** Second, slower walk that names the place of what the first one refused. */
function findFault(value: unknown, path: string): Failed {
  return faultIn(value, path) ?? platformProblems.fail('notJson');
}

function faultIn(value: unknown, path: string): Failed | undefined {
  if (typeof value === 'number' && !isExact(value))
    return platformProblems.fail('invalid', {
      path,
      params: { reasonZh: '数字超出可精确表示的范围', reasonEn: 'a number is too large to be exact' },
    });
  if (typeof value === 'string' && !isCleanText(value))
    return platformProblems.fail('invalid', {
      path,
      params: { reasonZh: '文本含有不允许的字符', reasonEn: 'text has characters that are not allowed' },
    });
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const here = `${path}/${pointerPart(key)}`;
    if (!Array.isArray(value) && (isForbiddenKey(key, item) || !isCleanText(key)))
      return platformProblems.fail('duplicateKey', isCleanText(key) ? { path: here } : {});
    const fault = faultIn(item, here);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** One step of a JSON pointer (RFC 6901 §3). */
export const pointerPart = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
