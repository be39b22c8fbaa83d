import type { Static, TObject, TSchema } from '@sinclair/typebox';

/**
 * Who may call a route:
 * `public` anybody · `visitor` anybody, a member's identity is passed on if present · `member` a signed-in member ·
 * `staff:<permission>` staff holding that permission · `staff` any signed-in staff · `hook` an outside system
 * (the handler verifies its signature over the raw body).
 */
export type Access = 'public' | 'visitor' | 'member' | 'staff' | `staff:${string}` | 'hook';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A route as data: what it takes, what it answers, who may call it. Declared in `contract.ts`, implemented in `routes/`. */
export interface RouteContract {
  readonly method: Method;
  /** Path with `:name` parameters, for example `/api/v1/orders/:orderId`. */
  readonly path: string;
  readonly access: Access;
  /** One line for the API document. */
  readonly summary: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  /** Schema of the successful JSON answer; absent for 204, files and hooks. */
  readonly response?: TSchema;
  /** Status of the successful answer, 200 unless told. */
  readonly status?: 200 | 201 | 202 | 204;
  /**
   * Requires `Idempotency-Key`; same key and body get the same answer, same key and another body 409. A refused request (4xx) is not
   * stored: nothing was changed, so it may be tried again with the same key.
   * `true`: the server keeps the answer in the idempotency store around the handler.
   * `'handler'`: the handler keeps it in its own transaction (unique key over actor and `call.idempotencyKey`); for hot paths.
   */
  readonly idempotent?: boolean | 'handler';
  /** Content type of a successful answer that is not JSON (`handler` answers `RawAnswer`). */
  readonly produces?: string;
  /** Content types of a body that is taken as bytes (`call.rawBody`), for example `['text/csv']` or `['image/png', 'image/jpeg']`. */
  readonly consumes?: readonly string[];
  /** GET only: send a weak `ETag` over the answer and 304 to a caller that has it. */
  readonly etag?: boolean;
  /** `Cache-Control` of a successful answer; `no-store` unless told. */
  readonly cacheControl?: string;
  /** At most this many calls per minute and caller (member, else address). */
  readonly perMinute?: number;
  /** Largest accepted body in bytes, 256 KiB unless told. */
  readonly bodyLimit?: number;
}

type StaticOf<S> = S extends TSchema ? Static<S> : undefined;
export type ParamsOf<C extends RouteContract> = StaticOf<C['params']>;
export type QueryOf<C extends RouteContract> = StaticOf<C['query']>;
export type BodyOf<C extends RouteContract> = StaticOf<C['body']>;
export type ResponseOf<C extends RouteContract> = StaticOf<C['response']>;

/** Keeps literal types of a group of routes. */
export function defineContract<const C extends Record<string, RouteContract>>(routes: C): C {
  return routes;
}
