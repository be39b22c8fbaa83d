import { defineService, type Platform, type Service } from '@qianxing/service';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@qianxing/time';
import { fulfilmentChecks } from './checks';
import type { FulfilmentContext, FulfilmentOptions, ShippingGuard } from './context';
import type { FulfilmentApi } from './contract';
import { watchForExceptions } from './exceptions/watch';
import { fulfilment } from './migrations/0001-fulfilment';
import { shippingInfos } from './migrations/0002-shipping-infos';
import type { FulfilmentNeeds } from './needs';
import { fulfilmentProblems } from './problems';
import { fulfilmentReactions } from './reactions';
import { buyerRoutes } from './routes/buyer';
import { hookRoutes } from './routes/hooks';
import { staffRoutes } from './routes/staff';
import { reportShipping } from './shipping-info/report';
import { endTurn } from './shipping-info/store';
import { addShipped, counts, forgetRecipients } from './store';
import { workOnParcels } from './tracking/outside';

export type { FulfilmentOptions } from './context';
export type { FulfilmentNeeds, ShippingInfo, ShippingInfoOutcome } from './needs';

const PORTION = 50;

/** Shipments by line and quantity, tracking, shipping information, exceptions. See README.md. */
export function createFulfilmentService(
  platform: Platform,
  needs: FulfilmentNeeds,
  options: FulfilmentOptions,
  guard: Partial<ShippingGuard> = {},
): Service<FulfilmentApi> {
  const context: FulfilmentContext = { platform, needs, options, guard: { addShipped, endTurn, ...guard } };
  const { database, clock } = platform;
  return defineService<FulfilmentApi>({
    name: 'fulfilment',
    migrations: [fulfilment, shippingInfos],
    problems: fulfilmentProblems,
    routes: [...buyerRoutes(context), ...hookRoutes(context), ...staffRoutes(context)],
    reactions: fulfilmentReactions(context),
    jobs: [
      { name: 'fulfilment.workOnParcels', everyMs: SECOND_MS, run: () => workOnParcels(context, PORTION) },
      { name: 'fulfilment.reportShipping', everyMs: SECOND_MS, run: () => reportShipping(context, PORTION) },
      {
        name: 'fulfilment.watchForExceptions',
        everyMs: MINUTE_MS,
        run: () => database.transaction((transaction) => watchForExceptions(transaction, clock.now(), PORTION)),
      },
      {
        name: 'fulfilment.forgetRecipients',
        everyMs: HOUR_MS,
        run: () => database.transaction((transaction) => forgetRecipients(transaction)),
      },
    ],
    checks: fulfilmentChecks(database),
    api: { countsByStatus: () => counts(database.query) },
  });
}
