import { isUniqueViolation, type Transaction } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import type { standingChanged } from '@qianxing/guard/contract';
import type { PromotionContext } from '../context';
import { planPublished } from '../contract';
import { fail } from '../problems';
import { guardedPlan, planOfScope, scopeOf } from './guarded-plan';
import { parsePlan } from './model';
import { activate, activePlanVersion, findPlanVersion, setStanding, storeFirstJudgement } from './store';

/**
 * Publishes a plan version after the compliance engine has judged it. A blocked plan is refused, or runs marked where the configuration allows
 * it (sandbox). Stored versions never change, so what was judged is what is published.
 */
export async function publish(
  { platform, needs, options }: PromotionContext,
  planVersionId: string,
  staffName: string,
  now: number,
): Promise<Result<undefined>> {
  const { database, events } = platform;
  const row = await findPlanVersion(database.query, planVersionId);
  if (row === undefined) return fail('planNotFound');
  const scope = scopeOf(row);
  const plan = guardedPlan(parsePlan(row.document), options.planSurroundings);
  const judged = await needs.judgePlan({ scope, plan, staffName });
  if (judged.blocked && options.blockedPlans === 'refused')
    return fail('planBlocked', { params: { packId: judged.packId, rules: judged.openRuleIds.join(', ') } });
  try {
    return await database.transaction(async (transaction) => {
      if (!(await activate(transaction, planVersionId, judged, now))) return fail('planNotFound');
      await events.emit(transaction, planPublished, { aggregateId: 'plan', occurredAt: now, payload: { planVersionId, scope, plan } });
      return ok();
    });
  } catch (error) {
    if (isUniqueViolation(error)) return fail('planBusy');
    throw error;
  }
}

/** A plan that was in force before plans were judged is judged now; from then on it is watched like the others. Answers how many were judged. */
export async function judgeUnjudged({ platform, needs, options }: PromotionContext): Promise<number> {
  const { database, events, clock } = platform;
  const row = await activePlanVersion(database.query);
  if (row === undefined || row.judgedPackId !== null) return 0;
  const scope = scopeOf(row);
  const plan = guardedPlan(parsePlan(row.document), options.planSurroundings);
  const { blocked, packId } = await needs.judgePlan({ scope, plan, staffName: null });
  return database.transaction(async (transaction) => {
    if (!(await storeFirstJudgement(transaction, row.planVersionId, { blocked, packId }))) return 0;
    const payload = { planVersionId: row.planVersionId, scope, plan };
    await events.emit(transaction, planPublished, { aggregateId: 'plan', occurredAt: clock.now(), payload });
    return 1;
  });
}

/** A version that a new rule pack stops, or that counsel signed for, stands accordingly. */
export async function followStanding(transaction: Transaction, change: NonNullable<(typeof standingChanged)['payload']>): Promise<void> {
  const version = planOfScope(change.scope);
  if (version === undefined) return;
  const { standing, graceUntil, packId } = change;
  await setStanding(transaction, version, { standing, graceUntil, blocked: standing === 'clear' ? 0 : 1, judgedPackId: packId });
}
