import { randomBytes } from 'node:crypto';
import type { Transaction } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import { newId } from '@qianxing/ids';
import { carriers } from '@qianxing/kuaidi100';
import { failpoint } from '@qianxing/testing';
import type { FulfilmentContext } from './context';
import { parcelShipped } from './contract';
import { fail } from './problems';
import { addShipped, insertShipment, linesOfTasks, lockTask, refreshOpen, shipmentsByWaybill } from './store';
import type { ShipmentRow } from './tables';

export interface Parcel {
  readonly orderId: string;
  readonly carrierCode: string;
  readonly waybillNo: string;
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[];
}

/**
 * Ships a parcel under the task's lock: every line is counted by a guarded update, so two people shipping the same units end in one
 * parcel. The same order and waybill again is the same parcel.
 */
export async function ship(
  context: FulfilmentContext,
  transaction: Transaction,
  parcel: Parcel,
  now: number,
): Promise<Result<ShipmentRow>> {
  if (!carriers.some((carrier) => carrier.code === parcel.carrierCode))
    return fail('carrierUnknown', { params: { carrier: parcel.carrierCode }, path: '/carrierCode' });
  const task = await lockTask(transaction, parcel.orderId);
  if (!task) return fail('orderNotFound');
  const same = await shipmentsByWaybill(transaction, parcel.carrierCode, parcel.waybillNo);
  const known = same.find((shipment) => shipment.orderId === parcel.orderId);
  if (known) return ok(known);
  const lines = await linesOfTasks(transaction, [parcel.orderId]);
  for (const [index, wanted] of parcel.lines.entries()) {
    const line = lines.find((candidate) => candidate.orderLineId === wanted.orderLineId);
    if (!line) return fail('lineUnknown', { path: `/lines/${index}/orderLineId` });
    if (!(await addShipped(transaction, wanted.orderLineId, wanted.quantity))) {
      const left = line.quantity - line.shippedQuantity - line.heldQuantity;
      return fail('quantityTooLarge', { params: { title: line.title, left }, path: `/lines/${index}/quantity` });
    }
  }
  const row = newShipment(parcel, now);
  await insertShipment(transaction, row, parcel.lines);
  await refreshOpen(transaction, parcel.orderId);
  await failpoint('fulfilment.beforeShipCommit');
  await context.platform.events.emit(transaction, parcelShipped, {
    aggregateId: parcel.orderId,
    occurredAt: now,
    payload: {
      shipmentId: row.shipmentId,
      orderId: parcel.orderId,
      carrierCode: parcel.carrierCode,
      waybillNo: parcel.waybillNo,
      lines: [...parcel.lines],
      shippedAt: now,
    },
  });
  return ok(row);
}

function newShipment(parcel: Parcel, now: number): ShipmentRow {
  return {
    shipmentId: newId(now),
    orderId: parcel.orderId,
    carrierCode: parcel.carrierCode,
    waybillNo: parcel.waybillNo,
    status: 'shipped',
    salt: randomBytes(12).toString('hex'),
    shippingInfo: 'waiting',
    subscription: 'waiting',
    attempts: 0,
    nextAttemptAt: now,
    lastNewsAt: now,
    shippedAt: now,
    deliveredAt: null,
  };
}
