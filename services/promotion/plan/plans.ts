import { createLruCache, readThrough } from '@qianxing/cache';
import type { Database } from '@qianxing/database';
import type { Platform } from '@qianxing/service';
import { SECOND_MS } from '@qianxing/time';
import type { PlanVersionRow } from '../tables';
import { faultOfPlan, type PlanDocument, parsePlan } from './model';
import { activate, activePlanVersion, insertPlanVersion } from './store';

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

/**
 * On an empty database the seeds are written, the first of them published.
 *
 * @throws Error when a seed is not a valid plan: bad configuration should stop the start
 */
export function createPlans({ database, clock }: Pick<Platform, 'database' | 'clock'>, seeds: readonly PlanDocument[]): Plans {
  if (seeds.length === 0) throw new Error('at least one plan is needed');
  for (const seed of seeds) {
    const fault = faultOfPlan(seed);
    if (fault !== undefined) throw new Error(`seed plan ${seed.code}: ${fault}`);
  }
  const read = readThrough(createLruCache({ maxEntries: 1, clock }));
  const activeNow = async (): Promise<ActivePlan> => {
    const row = (await activePlanVersion(database.query)) ?? (await plant(database, seeds, clock.now()));
    return { row, document: parsePlan(row.document) };
  };
  return { activeNow, active: () => read('active', SECOND_MS, activeNow) };
}

async function plant(database: Database, seeds: readonly PlanDocument[], now: number): Promise<PlanVersionRow> {
  return database.transaction(async (transaction) => {
    for (const seed of seeds) await insertPlanVersion(transaction, seed, now);
    const active = await activePlanVersion(transaction);
    if (active !== undefined) return active;
    const first = seeds[0];
    const planted = await transaction
      .withTables<{ promotion_plan_versions: PlanVersionRow }>()
      .selectFrom('promotion_plan_versions')
      .selectAll()
      .where('code', '=', first?.code ?? '')
      .where('version', '=', first?.version ?? 0)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (planted.active === null) await activate(transaction, planted.planVersionId, now);
    const published = await activePlanVersion(transaction);
    if (published === undefined) throw new Error('no plan could be published');
    return published;
  });
}
