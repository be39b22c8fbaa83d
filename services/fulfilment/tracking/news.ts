import { insertIfAbsent, type Transaction } from '@qianxing/database';
import type { Tracking } from '@qianxing/kuaidi100';
import type { FulfilmentContext } from '../context';
import { orderDelivered } from '../contract';
import { changeShipment, linesOfTasks, lockShipment, lockTask, setDelivered, shipmentsOf, trackingOf } from '../store';
import { deliveryInstant, eventStatus, statusAfter } from './rules';

/** Takes a parcel's journey as known now. Repeated, late and unordered news end in the same state. */
export async function takeNews(
  context: FulfilmentContext,
  transaction: Transaction,
  shipmentId: string,
  tracking: Tracking,
  now: number,
): Promise<void> {
  const seen = await lockShipment(transaction, shipmentId);
  if (!seen) return;
  let isNew = false;
  for (const event of tracking.events) {
    const row = {
      shipmentId,
      nodeHash: event.nodeHash.slice(0, 80),
      at: event.occurredAt,
      status: eventStatus(event),
      text: event.description.slice(0, 500),
      place: event.areaName?.slice(0, 120) ?? null,
    };
    if (await insertIfAbsent(transaction, 'fulfilment_tracking_events', row)) isNew = true;
  }
  const events = await trackingOf(transaction, [shipmentId]);
  const signed = tracking.state === 'returnSigned' ? ('returned' as const) : ('delivered' as const);
  const told = tracking.isSigned ? [{ at: tracking.events[0]?.occurredAt ?? now, status: signed }] : [];
  const status = statusAfter(seen.status, [...events, ...told]);
  const before = seen.deliveredAt === null ? [] : [{ at: seen.deliveredAt, status: 'delivered' as const }];
  const deliveredAt = deliveryInstant([...events, ...told, ...before]) ?? null;
  await changeShipment(transaction, shipmentId, { status, deliveredAt, ...(isNew ? { lastNewsAt: now } : {}) });
  if (status === 'delivered' && seen.status !== 'delivered') await noteDelivery(context, transaction, seen.orderId, now);
}

/** Tells once that everything of an order has been delivered; units that after-sales hold back are not waited for. */
export async function noteDelivery(context: FulfilmentContext, transaction: Transaction, orderId: string, now: number): Promise<void> {
  await lockTask(transaction, orderId);
  const lines = await linesOfTasks(transaction, [orderId]);
  const shipments = await shipmentsOf(transaction, [orderId]);
  const allShipped = lines.every((line) => line.shippedQuantity + line.heldQuantity >= line.quantity);
  if (!allShipped || shipments.length === 0 || shipments.some((shipment) => shipment.status !== 'delivered')) return;
  const deliveredAt = Math.max(...shipments.map((shipment) => shipment.deliveredAt ?? now));
  if (!(await setDelivered(transaction, orderId, deliveredAt))) return;
  await context.platform.events.emit(transaction, orderDelivered, {
    aggregateId: orderId,
    occurredAt: deliveredAt,
    payload: { orderId, deliveredAt },
  });
}
