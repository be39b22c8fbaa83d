import type { Json, JsonObject } from './types';

/** Strings are matched first so that digits inside them are left alone. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Parses JSON without losing digits: an integer that a double cannot hold becomes its digits as text. WeChat writes 64-bit ids as bare
 * numbers, and `JSON.parse` would change them in silence.
 *
 * @returns undefined when the text is not JSON
 */
export function parseJson(text: string): Json | undefined {
  const quoted = text.replace(TOKENS, (token) => (isUnsafeInteger(token) ? `"${token}"` : token));
  try {
    return JSON.parse(quoted) as Json;
  } catch {
    return undefined;
  }
}

function isUnsafeInteger(token: string): boolean {
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));
}

export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** Text, or a number as WeChat sometimes writes ids. */
export function asText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** An integer, or its digits as text (every value of an XML message). */
export function asInteger(value: Json | undefined): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

/** A list; one entry alone may come without its list. */
export function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}
