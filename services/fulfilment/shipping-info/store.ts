import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { DeliveryMode, FulfilmentTables, ShippingInfoRow, ShippingInfoState } from '../tables';

const tablesOf = (query: Query) => query.withTables<FulfilmentTables>();

/** Notes that WeChat has to be told of a payment's parcels again. Whatever is under way for it counts no more. */
export async function wantReport(transaction: Transaction, paymentId: string, now: number): Promise<void> {
  const fresh = {
    paymentId,
    mode: null,
    complete: 0,
    state: 'waiting',
    changes: 0,
    uploadTime: 0,
    attempts: 0,
    nextAttemptAt: now,
  } as const;
  await insertIfAbsent(transaction, 'fulfilment_shipping_infos', fresh);
  await tablesOf(transaction)
    .updateTable('fulfilment_shipping_infos')
    .set((eb) => ({ state: 'waiting', changes: eb('changes', '+', 1), attempts: 0, nextAttemptAt: now }))
    .where('paymentId', '=', paymentId)
    .execute();
}

export async function findReport(query: Query, paymentId: string): Promise<ShippingInfoRow | undefined> {
  return tablesOf(query).selectFrom('fulfilment_shipping_infos').selectAll().where('paymentId', '=', paymentId).executeTakeFirst();
}

export async function dueReports(query: Query, now: number, limit: number): Promise<ShippingInfoRow[]> {
  return tablesOf(query)
    .selectFrom('fulfilment_shipping_infos')
    .selectAll()
    .where('nextAttemptAt', '<=', now)
    .orderBy('nextAttemptAt')
    .limit(limit)
    .execute();
}

/**
 * Takes the turn to report what was read with `seen`: false when a parcel was added or somebody else reported since. WeChat refuses a report
 * whose `uploadTime` is not newer than the last, so of two turns the later one stands, whichever arrives first.
 */
export async function takeTurn(
  transaction: Transaction,
  seen: ShippingInfoRow,
  turn: { readonly mode: DeliveryMode; readonly uploadTime: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('fulfilment_shipping_infos')
    .set(turn)
    .where('paymentId', '=', seen.paymentId)
    .where('changes', '=', seen.changes)
    .where('uploadTime', '=', seen.uploadTime)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Ends a turn; false when something changed meanwhile: then it is due again already. */
export async function endTurn(
  transaction: Transaction,
  turn: { readonly paymentId: string; readonly changes: number; readonly uploadTime: number },
  end: Partial<Pick<ShippingInfoRow, 'mode' | 'complete' | 'state' | 'attempts' | 'nextAttemptAt'>>,
): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('fulfilment_shipping_infos')
    .set(end)
    .where('paymentId', '=', turn.paymentId)
    .where('changes', '=', turn.changes)
    .where('uploadTime', '=', turn.uploadTime)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Shows on parcels how the report that named them went. */
export async function markShipments(transaction: Transaction, shipmentIds: readonly string[], state: ShippingInfoState): Promise<void> {
  if (shipmentIds.length === 0) return;
  await tablesOf(transaction)
    .updateTable('fulfilment_shipments')
    .set({ shippingInfo: state })
    .where('shipmentId', 'in', shipmentIds)
    .execute();
}
