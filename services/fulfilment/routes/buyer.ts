import { ok } from '@qianxing/errors';
import { implement, type Route } from '@qianxing/http';
import { carriers } from '@qianxing/kuaidi100';
import type { FulfilmentContext } from '../context';
import { fulfilmentContract } from '../contract';
import { fail } from '../problems';
import { findTask, shipmentsOf } from '../store';
import { shipmentViews } from '../views';

export function buyerRoutes(context: FulfilmentContext): Route[] {
  const { query } = context.platform.database;
  return [
    implement(fulfilmentContract.orderShipments, async ({ actor, params }) => {
      const task = await findTask(query, params.orderId);
      if (task?.memberId !== actor.memberId) return fail('orderNotFound');
      return ok({ items: await shipmentViews(query, await shipmentsOf(query, [params.orderId])) });
    }),
    implement(fulfilmentContract.carriers, async () =>
      ok({ items: carriers.map((carrier) => ({ carrierCode: carrier.code, nameZh: carrier.zh, nameEn: carrier.en })) }),
    ),
  ];
}
