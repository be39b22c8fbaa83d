import type { Result } from '@qianxing/errors';
import type { Access, BodyOf, ParamsOf, QueryOf, ResponseOf, RouteContract } from './contract';

export interface MemberActor {
  readonly kind: 'member';
  readonly memberId: string;
  readonly sessionId: string;
}

export interface StaffActor {
  readonly kind: 'staff';
  readonly staffId: string;
  readonly username: string;
  readonly permissions: readonly string[];
  readonly sessionId: string;
}

export interface AnonymousActor {
  readonly kind: 'anonymous';
}

export type Actor = MemberActor | StaffActor | AnonymousActor;

type ActorOf<A extends Access> = A extends 'member'
  ? MemberActor
  : A extends 'visitor'
    ? MemberActor | AnonymousActor
    : A extends 'staff' | `staff:${string}`
      ? StaffActor
      : AnonymousActor;

export type Language = 'zh' | 'en';

export interface Call<C extends RouteContract> {
  readonly params: ParamsOf<C>;
  readonly query: QueryOf<C>;
  readonly body: BodyOf<C>;
  readonly actor: ActorOf<C['access']>;
  /** UTC milliseconds, one reading per request. */
  readonly now: number;
  readonly language: Language;
  readonly requestId: string;
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Present on routes declared `idempotent`. */
  readonly idempotencyKey: string;
  /** SHA-256 (hexadecimal) over address and body on routes declared `idempotent`, else empty; what must be equal for «the same request». */
  readonly requestHash: string;
  /** The exact bytes received; only on `hook` routes and routes with `consumes`. */
  readonly rawBody: Buffer;
}

/** Answer of a `hook` or `produces` route. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

type AnswerOf<C extends RouteContract> = C extends { access: 'hook' } | { produces: string } ? RawAnswer : ResponseOf<C>;

export type Handler<C extends RouteContract> = (call: Call<C>) => Promise<Result<AnswerOf<C>>>;

/** A contract with its handler, as the server mounts it. */
export interface Route {
  readonly contract: RouteContract;
  readonly handle: (call: never) => Promise<Result<unknown>>;
}

/** Binds a handler to a contract; types of parameters, body, actor and answer come from the contract. */
export function implement<C extends RouteContract>(contract: C, handle: Handler<C>): Route {
  return { contract, handle };
}
