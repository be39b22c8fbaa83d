import type { Result } from '@qianxing/errors';
import type { Actor, Route, RouteContract } from '@qianxing/http';

/** What is written down about a staff member's action. */
export interface StaffAction {
  readonly staffId: string;
  readonly staffName: string;
  /** `METHOD path` of the contract, for example `POST /staff/v1/withdrawals/:withdrawalId/approve`. */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly reason: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly ip: string;
  readonly requestId: string;
}

interface StaffCall {
  readonly actor: Actor;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly ip: string;
  readonly requestId: string;
}

/** Bodies that must not be copied into the audit: secrets, and files of any size. */
const UNRECORDED = new Set(['password', 'totpCode', 'csv']);

/**
 * Every change by staff and every look at a single object leaves an audit line with its outcome, whatever service the route belongs to:
 * no route can forget it.
 */
export function withAudit(route: Route, record: (action: StaffAction) => Promise<void>): Route {
  const { contract } = route;
  if (!isAudited(contract)) return route;
  const handle = route.handle as (call: StaffCall) => Promise<Result<unknown>>;
  return {
    contract,
    handle: async (call: StaffCall) => {
      const result = await handle(call);
      if (call.actor.kind === 'staff') await record(actionOf(contract, call, call.actor, result));
      return result;
    },
  };
}

function isAudited(contract: RouteContract): boolean {
  if (contract.access !== 'staff' && !contract.access.startsWith('staff:')) return false;
  return contract.method !== 'GET' || contract.path.includes(':');
}

function actionOf(
  contract: RouteContract,
  call: StaffCall,
  actor: Extract<Actor, { kind: 'staff' }>,
  result: Result<unknown>,
): StaffAction {
  const params = Object.entries(call.params ?? {});
  const [subjectKind, subjectId] = params.at(-1) ?? [contract.path.split('/')[3] ?? '', ''];
  const body = recordable(call.body);
  const reason = typeof body.reason === 'string' ? body.reason : null;
  const outcome = result.ok ? 'done' : result.problem.code;
  return {
    staffId: actor.staffId,
    staffName: actor.username,
    action: `${contract.method} ${contract.path}`,
    subjectKind: subjectKind.replace(/Id$/, ''),
    subjectId: String(subjectId),
    reason,
    facts: { outcome, ...(Object.keys(body).length > 0 ? { body } : {}) },
    ip: call.ip,
    requestId: call.requestId,
  };
}

function recordable(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, UNRECORDED.has(key) ? '…' : value]));
}
