import { randomUUID } from 'node:crypto';

/**
 * JSON in which integers beyond 2^53 survive. WeChat sends 64-bit ids as bare numbers; `JSON.parse` would round them.
 * Such integers become `bigint`, all other values are what `JSON.parse` gives.
 */
export type JsonValue = string | number | bigint | boolean | null | readonly JsonValue[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

const SHORTEST_UNSAFE = '9007199254740992'.length;
/** Longer integers are nobody's id; reading them exactly would cost quadratic time. */
const LONGEST_EXACT = 40;

function isNumberPart(code: number): boolean {
  // digits, + - . E e
  return (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46 || code === 69 || code === 101;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 92) at += 1;
    else if (code === 34) return at + 1;
  }
  return text.length;
}

function endOfNumber(text: string, start: number): number {
  let at = start;
  while (at < text.length && isNumberPart(text.charCodeAt(at))) at += 1;
  return at;
}

function isUnsafeInteger(token: string): boolean {
  if (token.length < SHORTEST_UNSAFE || token.length > LONGEST_EXACT) return false;
  return /^-?[1-9]\d*$/.test(token) && !Number.isSafeInteger(Number(token));
}

/** Puts unsafe integers into strings that start with `MARK`; strings of the document are skipped whole. */
function markUnsafeIntegers(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 34) at = endOfString(text, at);
    else if (isNumberPart(code)) {
      const end = endOfNumber(text, at);
      const token = text.slice(at, end);
      if (isUnsafeInteger(token)) {
        parts.push(text.slice(copied, at), `"${MARK}${token}"`);
        copied = end;
      }
      at = end;
    } else at += 1;
  }
  if (copied === 0) return text;
  parts.push(text.slice(copied));
  return parts.join('');
}

/** Unguessable, so that no document can contain a string that looks like a marked integer. */
const MARK = `${randomUUID()}:`;

/** @throws SyntaxError when the text is not JSON. */
export function parseJson(text: string): JsonValue {
  const marked = markUnsafeIntegers(text);
  if (marked === text) return JSON.parse(text) as JsonValue;
  return JSON.parse(marked, (_name, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  ) as JsonValue;
}

/** Members that are `undefined` are left out: WeChat refuses `null` and undocumented members. `bigint` is written as a bare number. */
export function stringifyJson(value: JsonValue): string {
  switch (typeof value) {
    case 'bigint':
      return value.toString();
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map((item: JsonValue) => stringifyJson(item)).join(',')}]`;
      const members = Object.entries(value).flatMap(([name, member]) =>
        member === undefined ? [] : [`${JSON.stringify(name)}:${stringifyJson(member)}`],
      );
      return `{${members.join(',')}}`;
    }
    default:
      return JSON.stringify(value);
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object in UTF-8 JSON bytes, or `undefined` when they are not valid UTF-8, not JSON, or not an object. */
export function parseJsonObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
