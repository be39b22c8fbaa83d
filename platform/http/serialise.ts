import type { TSchema } from '@sinclair/typebox';
import fastJson from 'fast-json-stringify';

/**
 * Compiles a schema into a function that writes a value as JSON. Fields outside the schema are left out, so an answer can never
 * carry more than its contract says.
 */
export function compileSerialiser(schema: TSchema): (value: unknown) => string {
  return fastJson(withNullable(schema) as Parameters<typeof fastJson>[0]);
}

/**
 * `anyOf [S, null]` → `S` with `nullable`: the writer then tests for null instead of running a validator for each branch.
 * Copies the schema, which also drops TypeBox's symbols.
 */
function withNullable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNullable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) copy[key] = key === 'enum' || key === 'const' ? value : withNullable(value);
  const branches = copy.anyOf;
  if (!Array.isArray(branches) || branches.length !== 2) return copy;
  const isNull = (branch: { type?: unknown }) => branch.type === 'null';
  const [other] = branches.filter((branch) => !isNull(branch));
  if (!branches.some(isNull) || other === undefined || typeof other.type !== 'string') return copy;
  const { anyOf: _, ...rest } = copy;
  return { ...rest, ...other, nullable: true };
}
