import { randomBytes } from 'node:crypto';
import type { Transaction } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import { newId } from '@qianxing/ids';
import { carriers } from '@qianxing/kuaidi100';
import { failpoint } from '@qianxing/testing';
import type { FulfilmentContext } from './context';
import { parcelShipped } from './contract';
import { fail } from './problems';
import { wantReport } from './shipping-info/store';
import { findTask, insertShipment, linesOfShipments, linesOfTasks, lockTask, refreshOpen, shipmentsByWaybill } from './store';
import type { ShipmentRow, TaskRow } from './tables';

export interface Parcel {
  readonly orderId: string;
  readonly carrierCode: string;
  readonly waybillNo: string;
  readonly lines: readonly { readonly orderLineId: string; readonly quantity: number }[];
}

/**
 * Ships a parcel under the task's lock: every line is counted by a guarded update, so two people shipping the same units end in one
 * parcel. The same waybill with the same content again is the same parcel; a waybill may join parcels of one member's orders.
 */
export async function ship(
  context: FulfilmentContext,
  transaction: Transaction,
  wantedParcel: Parcel,
  now: number,
): Promise<Result<ShipmentRow>> {
  const parcel = { ...wantedParcel, lines: merged(wantedParcel.lines) };
  if (!carriers.some((carrier) => carrier.code === parcel.carrierCode))
    return fail('carrierUnknown', { params: { carrier: parcel.carrierCode }, path: '/carrierCode' });
  const task = await lockTask(transaction, parcel.orderId);
  if (!task) return fail('orderNotFound');
  const known = await parcelOfWaybill(transaction, task, parcel);
  if (known) return known;
  const lines = await linesOfTasks(transaction, [parcel.orderId]);
  for (const [index, wanted] of parcel.lines.entries()) {
    const line = lines.find((candidate) => candidate.orderLineId === wanted.orderLineId);
    if (!line) return fail('lineUnknown', { path: `/lines/${index}/orderLineId` });
    if (!(await context.guard.addShipped(transaction, wanted.orderLineId, wanted.quantity))) {
      const left = line.quantity - line.shippedQuantity - line.heldQuantity;
      return fail('quantityTooLarge', { params: { title: line.title, left }, path: `/lines/${index}/quantity` });
    }
  }
  const row = newShipment(parcel, now);
  await insertShipment(transaction, row, parcel.lines);
  await refreshOpen(transaction, parcel.orderId);
  await wantReport(transaction, task.paymentId, now);
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

/** The parcel if it was shipped before; a refusal if its waybill number stands for another one. */
async function parcelOfWaybill(transaction: Transaction, task: TaskRow, parcel: Parcel): Promise<Result<ShipmentRow> | undefined> {
  for (const other of await shipmentsByWaybill(transaction, parcel.carrierCode, parcel.waybillNo)) {
    if (other.orderId === parcel.orderId) {
      const shipped = await linesOfShipments(transaction, [other.shipmentId]);
      return contentOf(shipped) === contentOf(parcel.lines) ? ok(other) : fail('parcelDiffers', { path: '/waybillNo' });
    }
    if ((await findTask(transaction, other.orderId))?.memberId !== task.memberId) return fail('waybillUsed', { path: '/waybillNo' });
  }
  return undefined;
}

const contentOf = (lines: readonly { readonly orderLineId: string; readonly quantity: number }[]): string =>
  lines
    .map((line) => `${line.orderLineId} ${line.quantity}`)
    .sort()
    .join();

/** One entry per line, whatever was asked for twice. */
function merged(lines: Parcel['lines']): Parcel['lines'] {
  const units = new Map<string, number>();
  for (const line of lines) units.set(line.orderLineId, (units.get(line.orderLineId) ?? 0) + line.quantity);
  return [...units].map(([orderLineId, quantity]) => ({ orderLineId, quantity }));
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
