import { MINUTE_MS } from '@qianxing/time';
import type { FulfilmentContext } from '../context';
import { changeShipmentAsSeen, dueShipments, findTask } from '../store';
import type { ShipmentRow, TaskRow } from '../tables';
import { takeNews } from './news';

const RETRY_MS: readonly number[] = [10_000, 30_000, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS];
/** Without a push for this long the parcel is asked for; the provider allows one question per parcel and half an hour. */
const ASK_AFTER_MS = 60 * MINUTE_MS;
/** A parcel whose journey is not over. */
export const MOVING: ReadonlySet<ShipmentRow['status']> = new Set(['shipped', 'picked_up', 'in_transit', 'out_for_delivery', 'problem']);

/** Pause before asking outside again after so many attempts in vain. */
export const pauseAfter = (attempts: number): number => RETRY_MS[Math.min(attempts, RETRY_MS.length - 1)] ?? 30 * MINUTE_MS;

/** Subscribes parcels and asks about silent ones. Answers how many parcels it turned to. */
export async function workOnParcels(context: FulfilmentContext, limit: number): Promise<number> {
  const { database, clock } = context.platform;
  const due = await dueShipments(database.query, clock.now(), limit);
  for (const shipment of due) await workOnParcel(context, shipment);
  return due.length;
}

async function workOnParcel(context: FulfilmentContext, shipment: ShipmentRow): Promise<void> {
  const { database, clock } = context.platform;
  const task = await findTask(database.query, shipment.orderId);
  if (!task) return;
  const subscription = shipment.subscription === 'waiting' ? await subscribe(context, shipment, task) : shipment.subscription;
  const now = clock.now();
  const open = subscription === 'waiting';
  if (!open) await askIfSilent(context, shipment, task, now);
  const nextAttemptAt = open ? now + pauseAfter(shipment.attempts) : MOVING.has(shipment.status) ? now + ASK_AFTER_MS : null;
  await database.transaction((transaction) =>
    changeShipmentAsSeen(transaction, shipment, {
      subscription,
      attempts: open ? shipment.attempts + 1 : 0,
      nextAttemptAt,
    }),
  );
}

async function subscribe(context: FulfilmentContext, shipment: ShipmentRow, task: TaskRow): Promise<ShipmentRow['subscription']> {
  const outcome = await context.needs.kuaidi100.subscribe({
    carrierCode: shipment.carrierCode,
    trackingNumber: shipment.waybillNo,
    phone: task.recipientPhone,
    callbackUrl: `${context.options.callbackBaseUrl}/hooks/kuaidi100?shipment=${shipment.shipmentId}`,
    salt: shipment.salt,
  });
  if (outcome.kind === 'ok') return 'subscribed';
  if (outcome.kind === 'unknown' || outcome.retryable === true) return 'waiting';
  context.platform.log.warn({ shipmentId: shipment.shipmentId, code: outcome.code }, 'a parcel cannot be subscribed');
  return 'rejected';
}

async function askIfSilent(context: FulfilmentContext, shipment: ShipmentRow, task: TaskRow, now: number): Promise<void> {
  if (!MOVING.has(shipment.status) || now - shipment.lastNewsAt < ASK_AFTER_MS) return;
  const outcome = await context.needs.kuaidi100.track({
    carrierCode: shipment.carrierCode,
    trackingNumber: shipment.waybillNo,
    phone: task.recipientPhone,
  });
  if (outcome.kind !== 'ok') return;
  await context.platform.database.transaction((transaction) => takeNews(context, transaction, shipment.shipmentId, outcome.value, now));
}
