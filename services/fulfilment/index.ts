import { defineService, type Platform, type Service } from '@qianxing/service';
import { MINUTE_MS, SECOND_MS } from '@qianxing/time';
import { fulfilmentChecks } from './checks';
import type { FulfilmentContext, FulfilmentOptions } from './context';
import type { FulfilmentApi } from './contract';
import { watchForExceptions } from './exceptions/store';
import { fulfilment } from './migrations/0001-fulfilment';
import type { FulfilmentNeeds } from './needs';
import { fulfilmentProblems } from './problems';
import { fulfilmentReactions } from './reactions';
import { buyerRoutes } from './routes/buyer';
import { hookRoutes } from './routes/hooks';
import { staffRoutes } from './routes/staff';
import { counts } from './store';
import { workOnParcels } from './tracking/outside';

export type { FulfilmentOptions } from './context';
export type { FulfilmentNeeds, ShippingInfo, ShippingInfoOutcome } from './needs';

const PORTION = 50;

/** Shipments by line and quantity, tracking, shipping information, exceptions. See README.md. */
export function createFulfilmentService(platform: Platform, needs: FulfilmentNeeds, options: FulfilmentOptions): Service<FulfilmentApi> {
  const context: FulfilmentContext = { platform, needs, options };
  const { database, clock } = platform;
  return defineService<FulfilmentApi>({
    name: 'fulfilment',
    migrations: [fulfilment],
    problems: fulfilmentProblems,
    routes: [...buyerRoutes(context), ...hookRoutes(context), ...staffRoutes(context)],
    reactions: fulfilmentReactions(),
    jobs: [
      { name: 'fulfilment.workOnParcels', everyMs: SECOND_MS, run: () => workOnParcels(context, PORTION) },
      {
        name: 'fulfilment.watchForExceptions',
        everyMs: MINUTE_MS,
        run: () => database.transaction((transaction) => watchForExceptions(transaction, clock.now(), PORTION)),
      },
    ],
    checks: fulfilmentChecks(database),
    api: { countsByStatus: () => counts(database.query) },
  });
}
