import { ok } from '@qianxing/errors';
import { implement, type RawAnswer, type Route } from '@qianxing/http';
import { openPush, PUSH_ACCEPTED } from '@qianxing/kuaidi100';
import { MINUTE_MS } from '@qianxing/time';
import type { FulfilmentContext } from '../context';
import { fulfilmentContract } from '../contract';
import { wantReport } from '../shipping-info/store';
import { changeShipment, findShipment, findTask } from '../store';
import { takeNews } from '../tracking/news';
import { MOVING } from '../tracking/outside';

/** The provider takes a parcel back half an hour after it gave it up. */
const SUBSCRIBE_AGAIN_MS = 30 * MINUTE_MS;

const refused: RawAnswer = {
  status: 403,
  contentType: 'application/json',
  body: '{"result":false,"returnCode":"500","message":"refused"}',
};

/** Tracking pushes of Kuaidi100, signed with the salt of the parcel's own subscription. */
export function hookRoutes(context: FulfilmentContext): Route[] {
  const { database } = context.platform;
  return [
    implement(fulfilmentContract.trackingPush, async ({ query, rawBody, now }) => {
      const shipmentId = String((query as Record<string, unknown>).shipment ?? '');
      const shipment = await findShipment(database.query, shipmentId);
      if (!shipment) return ok(refused);
      const form = new URLSearchParams(rawBody.toString('utf8'));
      const push = openPush({ param: form.get('param') ?? undefined, sign: form.get('sign') ?? undefined, salt: shipment.salt });
      if (push.kind !== 'ok') {
        context.platform.log.warn({ shipmentId, outcome: push.kind }, 'a tracking push was refused');
        return ok(refused);
      }
      const { tracking, status, correctedCarrierCode } = push.value;
      await database.transaction(async (transaction) => {
        if (correctedCarrierCode !== undefined && correctedCarrierCode !== shipment.carrierCode) {
          const task = await findTask(transaction, shipment.orderId);
          if (task) await wantReport(transaction, task.paymentId, now);
          await changeShipment(transaction, shipmentId, { carrierCode: correctedCarrierCode });
        }
        if (tracking) await takeNews(context, transaction, shipmentId, tracking, now);
        const current = await findShipment(transaction, shipmentId);
        if (status === 'aborted' && current && MOVING.has(current.status))
          await changeShipment(transaction, shipmentId, { subscription: 'waiting', nextAttemptAt: now + SUBSCRIBE_AGAIN_MS });
      });
      return ok({ status: 200, contentType: 'application/json', body: PUSH_ACCEPTED });
    }),
  ];
}
