import { Kind, type Static, type TSchema, Type, TypeRegistry } from '@sinclair/typebox';

/** Closed object: unknown fields are refused with 422. Use for every body, query and answer. */
export const Closed: typeof Type.Object = (properties, options) => Type.Object(properties, { additionalProperties: false, ...options });

export const Id = Type.String({ pattern: '^[0-9a-hjkmnp-tv-z]{26}$', description: 'time-ordered id' });
export const FenAmount = Type.Integer({ minimum: -1_000_000_000_000, maximum: 1_000_000_000_000, description: 'amount in fen' });
export const PositiveFen = Type.Integer({ minimum: 1, maximum: 1_000_000_000_000, description: 'amount in fen' });
export const RateBp = Type.Integer({ minimum: 0, maximum: 10_000, description: 'rate in basis points' });
export const Instant = Type.String({ format: 'date-time', description: 'ISO 8601 with offset' });
export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'day in the zone of the shop' });
export const Quantity = Type.Integer({ minimum: 1, maximum: 999 });
export const Count = Type.Integer({ minimum: 0 });
/** Text of bounded length; blank text is refused where `min` > 0. */
export const Text = (max: number, min = 1) => Type.String({ minLength: min, maxLength: max });
export const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
const TEXT_ENUM = 'TextEnum';
// TypeBox's own `Value` needs to know the kind; Ajv reads `enum`.
TypeRegistry.Set(TEXT_ENUM, (schema: { enum: readonly unknown[] }, value) => schema.enum.includes(value));

/** One of several literal strings, as a JSON Schema `enum`. */
export const OneOf = <const V extends readonly string[]>(...values: V) =>
  Type.Unsafe<V[number]>({ [Kind]: TEXT_ENUM, type: 'string', enum: [...values] });

/** Query fields of every list. */
export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
};
/** Answer of every list: `nextCursor` is null on the last page. */
export const PageOf = <S extends TSchema>(item: S) => Closed({ items: Type.Array(item), nextCursor: Nullable(Type.String()) });
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}
export type StaticOf<S extends TSchema> = Static<S>;
export { type Static, type TSchema, Type };
