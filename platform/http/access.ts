import { ok, platformProblems, type Result } from '@qianxing/errors';
import type { Access } from './contract';
import type { Actor, AnonymousActor, MemberActor, StaffActor } from './handler';

/**
 * Bearer token → who it belongs to. A failure (expired, revoked, forged) is answered as it is, normally 401.
 * `now` is UTC milliseconds.
 */
export type Authenticator = (token: string, now: number) => Promise<Result<MemberActor | StaffActor>>;

export const ANONYMOUS: AnonymousActor = { kind: 'anonymous' };
const ANYBODY: Result<Actor> = ok(ANONYMOUS);
const UNAUTHENTICATED = platformProblems.fail('unauthenticated');

/** Whether a route looks at the `Authorization` header at all. */
export const looksAtToken = (access: Access): boolean => access !== 'public' && access !== 'hook';

const MAX_TOKEN_LENGTH = 4_096;

/** Token of an `Authorization: Bearer …` header; null if there is none, undefined if it is of another kind. @see RFC 6750 §2.1 */
export function bearerToken(header: string | undefined): string | null | undefined {
  if (header === undefined) return null;
  if (header.length > MAX_TOKEN_LENGTH || (!header.startsWith('Bearer ') && !/^bearer /i.test(header))) return undefined;
  return header.slice('Bearer '.length);
}

/** Who calls, as far as the route wants to know: `visitor` and `member` routes see members, `staff` routes see staff. */
export async function identify(
  access: Access,
  header: string | undefined,
  authenticate: Authenticator,
  now: number,
): Promise<Result<Actor>> {
  const token = bearerToken(header);
  if (token === undefined) return UNAUTHENTICATED;
  if (token === null) return access === 'visitor' ? ANYBODY : UNAUTHENTICATED;
  const found = await authenticate(token, now);
  return found.ok ? admit(access, found.value) : found;
}

function admit(access: Access, actor: MemberActor | StaffActor): Result<Actor> {
  switch (access) {
    case 'public':
    case 'hook':
      return ANYBODY;
    case 'visitor':
      return actor.kind === 'member' ? ok(actor) : ANYBODY;
    case 'member':
      return actor.kind === 'member' ? ok(actor) : forbidden('member');
    case 'staff':
      return actor.kind === 'staff' ? ok(actor) : forbidden('staff');
    default: {
      const permission = access.slice('staff:'.length);
      if (actor.kind !== 'staff') return forbidden('staff');
      return actor.permissions.includes(permission) || actor.permissions.includes('*') ? ok(actor) : forbidden(permission);
    }
  }
}

const forbidden = (permission: string) => platformProblems.fail('forbidden', { params: { permission } });

/** Text that tells actors apart in rate limits and idempotency scopes; strangers are told apart by address. */
export function callerKey(actor: Actor, ip: string): string {
  switch (actor.kind) {
    case 'member':
      return `m:${actor.memberId}`;
    case 'staff':
      return `s:${actor.staffId}`;
    case 'anonymous':
      return `a:${ip}`;
    default:
      return actor satisfies never;
  }
}
