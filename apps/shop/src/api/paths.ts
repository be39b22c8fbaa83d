import type { paths } from './schema.gen';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type OperationOf<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;

/** Paths of customers and promoters that know a method. */
export type PathWith<M extends Method> = {
  [P in keyof paths]: P extends `/api/v1/${string}` ? ([OperationOf<P, M>] extends [never] ? never : P) : never;
}[keyof paths];
export type GetPath = PathWith<'get'>;

type ParametersOf<P extends keyof paths, M extends Method, Kind extends 'path' | 'query'> =
  OperationOf<P, M> extends { parameters: Record<Kind, infer V> }
    ? V
    : OperationOf<P, M> extends { parameters: Partial<Record<Kind, infer V>> }
      ? Exclude<V, undefined>
      : never;
type HasPath<P extends string> = P extends `${string}{${string}` ? true : false;

/** Third argument of a call: required where the path has parameters. `key` is the `Idempotency-Key`. */
export type Options<P extends keyof paths, M extends Method> =
  HasPath<P & string> extends true
    ? [options: { params: ParametersOf<P, M, 'path'>; query?: ParametersOf<P, M, 'query'>; key?: string }]
    : [options?: { query?: ParametersOf<P, M, 'query'>; key?: string }];

export type BodyOf<P extends keyof paths, M extends Method> =
  OperationOf<P, M> extends { requestBody: { content: { 'application/json': infer B } } }
    ? B
    : OperationOf<P, M> extends { requestBody?: { content: { 'application/json': infer B } } }
      ? B
      : undefined;

type Content<R> = R extends { content: { 'application/json': infer B } } ? B : undefined;
type Success<R> = R extends { 200: infer A }
  ? A
  : R extends { 201: infer A }
    ? A
    : R extends { 202: infer A }
      ? A
      : R extends { 204: infer A }
        ? A
        : never;
/** JSON of the successful answer; undefined where it has none. */
export type ResponseOf<P extends keyof paths, M extends Method> =
  OperationOf<P, M> extends { responses: infer R } ? Content<Success<R>> : never;
