import type { TSchema } from '@sinclair/typebox';

type Json = Record<string, unknown>;
const ID = '01hzzzzzzzzzzzzzzzzzzzzzzz';

/** A value of about the shape of a schema, with every object's required fields; good enough for a validator to walk to every corner. */
export function sampleOf(schema: TSchema): unknown {
  const { anyOf, enum: choices, const: literal, type, items, properties, required, pattern, minimum, minLength } = schema as Json;
  if (literal !== undefined) return literal;
  if (Array.isArray(choices)) return choices[0];
  if (Array.isArray(anyOf)) return sampleOf(anyOf[0] as TSchema);
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries((properties ?? {}) as Record<string, TSchema>)
          .filter(([name]) => ((required ?? []) as string[]).includes(name))
          .map(([name, property]) => [name, sampleOf(property)]),
      );
    case 'array':
      return [sampleOf(items as TSchema)];
    case 'integer':
    case 'number':
      return typeof minimum === 'number' ? Math.max(minimum, 1) : 1;
    case 'boolean':
      return true;
    case 'string':
      return typeof pattern === 'string' && pattern.includes('{26}') ? ID : 'x'.repeat(Math.max(8, Number(minLength ?? 0)));
    default:
      return null;
  }
}

/** A path with an id that nobody owns in every place. */
export const pathOf = (path: string): string => path.replace(/:(\w+)/g, (_, name: string) => SPECIAL[name] ?? ID);

const SPECIAL: Readonly<Record<string, string>> = { name: 'nothing.png', slug: 'nothing', code: 'zzzzzzzz', roleCode: 'nothing' };

/** The sample with the same foreign fields in every object of it. */
export function withForeign(value: unknown, foreign: Json): unknown {
  if (Array.isArray(value)) return value.map((item) => withForeign(item, foreign));
  if (typeof value !== 'object' || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withForeign(item, foreign)])), ...foreign };
}

/** Pointers of every object in a value. */
export function objectsIn(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => objectsIn(item, `${at}/${index}`));
  if (typeof value !== 'object' || value === null) return [];
  return [at, ...Object.entries(value).flatMap(([key, item]) => objectsIn(item, `${at}/${key}`))];
}
