import { type Fen, isFen } from '@qianxing/money';
import { isJsonObject, type JsonObject, type JsonValue } from './json';
import { parseWechatTime } from './wechat-time';

/** Thrown by the readers below and caught in `decode` only: a signed answer is not of the documented shape. */
class ShapeError extends Error {}

/** Runs a decoder; `undefined` when the object is not of the shape the decoder demands, with the reason told to `why`. */
export function decode<T>(source: JsonObject, decoder: (source: JsonObject) => T, why: (reason: string) => void = () => {}): T | undefined {
  try {
    return decoder(source);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    why(error.message);
    return undefined;
  }
}

/** Ids may come as strings or bare numbers, also beyond 2^53; both become the same text. */
export function text(source: JsonObject, name: string): string {
  const value = source[name];
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
  throw new ShapeError(`${name} is not a text`);
}

const absent = (value: JsonValue | undefined): boolean => value === undefined || value === null;

/** A member that may be missing, `null` or empty; the three mean the same to WeChat. */
export function optionalText(source: JsonObject, name: string): string | undefined {
  return absent(source[name]) || source[name] === '' ? undefined : text(source, name);
}

export function amount(source: JsonObject, name: string): Fen {
  const value = source[name];
  if (isFen(value) && value >= 0) return value;
  throw new ShapeError(`${name} is not an amount in fen`);
}

export function optionalAmount(source: JsonObject, name: string): Fen | undefined {
  return absent(source[name]) ? undefined : amount(source, name);
}

/** UTC milliseconds of an RFC 3339 member. */
export function instant(source: JsonObject, name: string): number {
  const at = parseWechatTime(text(source, name));
  if (at === undefined) throw new ShapeError(`${name} is not an RFC 3339 instant`);
  return at;
}

export function optionalInstant(source: JsonObject, name: string): number | undefined {
  return optionalText(source, name) === undefined ? undefined : instant(source, name);
}

export function oneOf<const T extends string>(source: JsonObject, name: string, values: readonly T[]): T {
  const value = source[name];
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new ShapeError(`${name} has the undocumented value ${String(value)}`);
  return found;
}

export function optionalOneOf<const T extends string>(source: JsonObject, name: string, values: readonly T[]): T | undefined {
  return optionalText(source, name) === undefined ? undefined : oneOf(source, name, values);
}

export function child(source: JsonObject, name: string): JsonObject {
  const value = source[name];
  if (!isJsonObject(value)) throw new ShapeError(`${name} is not an object`);
  return value;
}

export function optionalChild(source: JsonObject, name: string): JsonObject | undefined {
  return absent(source[name]) ? undefined : child(source, name);
}

/** A list of objects; a missing list is an empty one. */
export function children(source: JsonObject, name: string): readonly JsonObject[] {
  const value = source[name];
  if (absent(value)) return [];
  if (!Array.isArray(value) || !value.every(isJsonObject)) throw new ShapeError(`${name} is not a list of objects`);
  return value;
}

/** Refuses an answer about another object: the signature of an answer does not name the request it belongs to. */
export function same(source: JsonObject, name: string, expected: string): string {
  const value = text(source, name);
  if (value !== expected) throw new ShapeError(`${name} is not the one asked for`);
  return value;
}

/** Drops members whose value is `undefined`, so that optional members are absent rather than undefined. */
export function defined<T extends object>(value: T): { [K in keyof T]: T[K] } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
