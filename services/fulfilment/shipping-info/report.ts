import type { Transaction } from '@qianxing/database';
import type { FulfilmentContext } from '../context';
import type { ShippingInfoOutcome } from '../needs';
import { linesOfPayment, linesOfShipments, shipmentsOf, tasksOfPayment } from '../store';
import type { ShipmentRow, ShippingInfoRow, ShippingInfoState, TaskRow } from '../tables';
import { pauseAfter } from '../tracking/outside';
import { allDelivered, modeOf, type ReportedParcel, reportedParcels } from './rules';
import { dueReports, findReport, markShipments, takeTurn, wantReport } from './store';

/** Tells WeChat of the parcels of payments for which something changed. Answers how many payments it turned to. */
export async function reportShipping(context: FulfilmentContext, limit: number): Promise<number> {
  const { database, clock } = context.platform;
  const due = await dueReports(database.query, clock.now(), limit);
  for (const row of due) await report(context, row);
  return due.length;
}

/** A refund may have made a payment's shipping complete: WeChat settles only what it knows to be complete. */
export async function reportIfCompleted(transaction: Transaction, paymentId: string, now: number): Promise<void> {
  const row = await findReport(transaction, paymentId);
  if (row === undefined || row.complete === 1) return;
  if (allDelivered(await linesOfPayment(transaction, paymentId))) await wantReport(transaction, paymentId, now);
}

async function report(context: FulfilmentContext, row: ShippingInfoRow): Promise<void> {
  const { database, clock } = context.platform;
  const { paymentId, changes } = row;
  const tasks = await tasksOfPayment(database.query, paymentId);
  const shipments = await shipmentsOf(
    database.query,
    tasks.map(({ orderId }) => orderId),
  );
  const parcels = await parcelsOf(context, tasks, shipments);
  const complete = allDelivered(await linesOfPayment(database.query, paymentId));
  const mode = modeOf(row.mode, parcels.length, complete);
  const uploadTime = Math.max(clock.now(), row.uploadTime + 1);
  if (!(await database.transaction((transaction) => takeTurn(transaction, row, { mode, uploadTime })))) return;
  const outcome = await context.needs.uploadShippingInfo({ paymentId, mode, complete, uploadTime, parcels });
  const state = stateAfter(outcome);
  const again = state === 'waiting' || state === 'unknown';
  const end = {
    state,
    // Nothing arrived that would bind later reports to this mode.
    ...(outcome.kind === 'rejected' ? { mode: row.mode } : {}),
    ...(outcome.kind === 'ok' ? { complete: complete ? 1 : 0 } : {}),
    attempts: again ? row.attempts + 1 : 0,
    nextAttemptAt: again ? clock.now() + pauseAfter(row.attempts) : null,
  };
  if (outcome.kind === 'rejected') context.platform.log.warn({ paymentId, code: outcome.code }, 'shipping information was refused');
  await database.transaction(async (transaction) => {
    if (await context.guard.endTurn(transaction, { paymentId, changes, uploadTime }, end))
      await markShipments(transaction, concerned(shipments, state), state);
  });
}

async function parcelsOf(
  context: FulfilmentContext,
  tasks: readonly TaskRow[],
  shipments: readonly ShipmentRow[],
): Promise<ReportedParcel[]> {
  const lines = await linesOfShipments(
    context.platform.database.query,
    shipments.map(({ shipmentId }) => shipmentId),
  );
  const phones = new Map(tasks.map(({ orderId, recipientPhone }) => [orderId, recipientPhone]));
  return reportedParcels(
    shipments.map(({ shipmentId, orderId, carrierCode, waybillNo }) => ({
      carrierCode,
      waybillNo,
      phone: phones.get(orderId) ?? '',
      lines: lines.filter((line) => line.shipmentId === shipmentId),
    })),
  );
}

function stateAfter(outcome: ShippingInfoOutcome): ShippingInfoState {
  switch (outcome.kind) {
    case 'ok':
      return 'uploaded';
    case 'notNeeded':
      return 'not_needed';
    case 'rejected':
      return outcome.retryable ? 'waiting' : 'rejected';
    case 'unknown':
      return 'unknown';
    default:
      return outcome satisfies never;
  }
}

/** A report that went well speaks for all its parcels; one that did not, for those WeChat does not know yet, or else for the last. */
function concerned(shipments: readonly ShipmentRow[], state: ShippingInfoState): string[] {
  const ids = shipments.map(({ shipmentId }) => shipmentId);
  if (state === 'uploaded' || state === 'not_needed') return ids;
  const untold = shipments.filter(({ shippingInfo }) => shippingInfo !== 'uploaded').map(({ shipmentId }) => shipmentId);
  return untold.length > 0 ? untold : ids.slice(-1);
}
