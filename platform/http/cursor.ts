import { ok, platformProblems, type Result } from '@qianxing/errors';

type CursorPart = 'string' | 'integer';
type CursorValues<S extends readonly CursorPart[]> = { -readonly [I in keyof S]: S[I] extends 'integer' ? number : string };

/** Sort key of the last row of a page → opaque text for `nextCursor`. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * Text from the `cursor` query field → the sort key it was made of, or null for the first page.
 * Anything that does not have the expected shape fails with `request.cursorInvalid`.
 *
 * @example const after = decodeCursor(call.query.cursor, ['integer', 'string']);
 */
export function decodeCursor<const S extends readonly CursorPart[]>(cursor: string | undefined, shape: S): Result<CursorValues<S> | null> {
  if (cursor === undefined) return ok(null);
  const values = /^[\w-]{1,400}$/.test(cursor) ? parse(Buffer.from(cursor, 'base64url').toString('utf8')) : undefined;
  if (!Array.isArray(values) || values.length !== shape.length || !shape.every((part, i) => fits(part, values[i])))
    return platformProblems.fail('cursorInvalid', { path: '/cursor' });
  return ok(values as CursorValues<S>);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fits(part: CursorPart, value: unknown): boolean {
  return part === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string' && value.length <= 200;
}
