import { createLruCache, readThrough } from '@qianxing/cache';
import type { Platform } from '@qianxing/service';
import { SECOND_MS } from '@qianxing/time';
import type { PromotionOptions } from '../context';
import { planPublished } from '../contract';
import type { PromotionNeeds } from '../needs';
import type { PlanVersionRow } from '../tables';
import { guardedPlan, scopeOf } from './guarded-plan';
import { faultOfPlan, type PlanDocument, parsePlan } from './model';
import { activate, activePlanVersion, insertPlanVersion, type Judged, lockPlanVersion } from './store';

export interface ActivePlan {
  readonly row: PlanVersionRow;
  readonly document: PlanDocument;
}

/** The plan that new orders use. */
export interface Plans {
  /** Kept for a second: every new order asks. Orders keep the version they were placed under, so a second's delay is no fault. */
  active(): Promise<ActivePlan>;
  /** Past the cache, for the screen that has just changed it. */
  activeNow(): Promise<ActivePlan>;
}

/** What planting needs of the service's options. */
type PlantOptions = Pick<PromotionOptions, 'planSurroundings' | 'blockedPlans'> & { readonly seeds: readonly PlanDocument[] };

/**
 * On an empty database the seeds are written, and the first of them that the compliance engine lets is published; where blocked plans may run
 * marked, that is the first.
 *
 * @throws Error when a seed is not a valid plan: bad configuration should stop the start
 */
export function createPlans(
  platform: Pick<Platform, 'database' | 'clock' | 'events'>,
  needs: PromotionNeeds,
  options: PlantOptions,
): Plans {
  const { seeds } = options;
  if (seeds.length === 0) throw new Error('at least one plan is needed');
  for (const seed of seeds) {
    const fault = faultOfPlan(seed);
    if (fault !== undefined) throw new Error(`seed plan ${seed.code}: ${fault}`);
  }
  const { database, clock } = platform;
  const read = readThrough(createLruCache({ maxEntries: 1, clock }));
  const activeNow = async (): Promise<ActivePlan> => {
    const row = (await activePlanVersion(database.query)) ?? (await plant(platform, needs, options));
    return { row, document: parsePlan(row.document) };
  };
  return { activeNow, active: () => read('active', SECOND_MS, activeNow) };
}

async function plant(
  { database, events, clock }: Pick<Platform, 'database' | 'clock' | 'events'>,
  needs: PromotionNeeds,
  options: PlantOptions,
): Promise<PlanVersionRow> {
  const { seed, judged } = await chooseSeed(needs, options);
  const now = clock.now();
  return database.transaction(async (transaction) => {
    for (const each of options.seeds) await insertPlanVersion(transaction, each, now);
    const active = await activePlanVersion(transaction);
    if (active !== undefined) return active;
    const { planVersionId } = await lockPlanVersion(transaction, seed);
    await activate(transaction, planVersionId, judged, now);
    const payload = { planVersionId, scope: scopeOf(seed), plan: guardedPlan(seed, options.planSurroundings) };
    await events.emit(transaction, planPublished, { aggregateId: 'plan', occurredAt: now, payload });
    const published = await activePlanVersion(transaction);
    if (published === undefined) throw new Error('no plan could be published');
    return published;
  });
}

async function chooseSeed(
  needs: PromotionNeeds,
  { seeds, planSurroundings, blockedPlans }: PlantOptions,
): Promise<{ seed: PlanDocument; judged: Judged }> {
  for (const seed of seeds) {
    const judged = await needs.judgePlan({ scope: scopeOf(seed), plan: guardedPlan(seed, planSurroundings), staffName: null });
    if (!judged.blocked || blockedPlans === 'marked') return { seed, judged };
  }
  throw new Error('the compliance engine blocks every plan that was to be published first');
}
