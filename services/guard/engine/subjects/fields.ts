import { type TSchema, Type } from '@sinclair/typebox';

export const Toggle = Type.Boolean();
export const Count = Type.Integer({ minimum: 0 });
/** Text of a person's making: long enough for any name or sentence. */
export const Words = Type.String({ maxLength: 2_000 });
/** A list has an end: what is longer is a fault, not slow work. */
export const List = <S extends TSchema>(items: S) => Type.Array(items, { maxItems: 200 });
/** Amount in fen. */
export const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Basis points; more than the whole can be written down, so that it can be found. */
export const Rate = Type.Integer({ minimum: 0, maximum: 1_000_000 });
/** Part of one, for example 0.3. */
export const Share = Type.Number({ minimum: 0, maximum: 1 });
export const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);
export const OneOf = <const V extends readonly string[]>(...values: V) =>
  Type.Unsafe<V[number]>(Type.Union(values.map((value) => Type.Literal(value))));
/** Something that is either stated (text), ticked (true) or not there (false, null). */
export const Stated = Type.Union([Type.Boolean(), Words, Type.Null()]);
export const CHANNELS = ['app', 'h5', 'wechat_mp', 'wechat_oa', 'wechat_channels'] as const;
export const Channel = OneOf(...CHANNELS);
