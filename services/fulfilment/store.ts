import { type Query, type Transaction, textBegins } from '@qianxing/database';
import { sql } from 'kysely';
import type { FulfilmentTables, ShipmentRow, ShipmentStatus, TaskLineRow, TaskRow, TrackingRow } from './tables';

const tablesOf = (query: Query) => query.withTables<FulfilmentTables>();

export async function findTask(query: Query, orderId: string): Promise<TaskRow | undefined> {
  return tablesOf(query).selectFrom('fulfilment_tasks').selectAll().where('orderId', '=', orderId).executeTakeFirst();
}

export async function tasksByNo(query: Query, orderNos: readonly string[]): Promise<Map<string, TaskRow>> {
  if (orderNos.length === 0) return new Map();
  const rows = await tablesOf(query).selectFrom('fulfilment_tasks').selectAll().where('orderNo', 'in', orderNos).execute();
  return new Map(rows.map((row) => [row.orderNo, row]));
}

export async function tasksById(query: Query, orderIds: readonly string[]): Promise<Map<string, TaskRow>> {
  if (orderIds.length === 0) return new Map();
  const rows = await tablesOf(query).selectFrom('fulfilment_tasks').selectAll().where('orderId', 'in', orderIds).execute();
  return new Map(rows.map((row) => [row.orderId, row]));
}

/** Orders that one payment paid for. */
export async function tasksOfPayment(query: Query, paymentId: string): Promise<TaskRow[]> {
  return tablesOf(query).selectFrom('fulfilment_tasks').selectAll().where('paymentId', '=', paymentId).orderBy('orderId').execute();
}

/** Lines of every order that one payment paid for. */
export async function linesOfPayment(query: Query, paymentId: string): Promise<TaskLineRow[]> {
  const tasks = await tasksOfPayment(query, paymentId);
  return linesOfTasks(
    query,
    tasks.map((task) => task.orderId),
  );
}

/** Locks the task of an order: whatever ships or holds back its lines has this lock first. */
export async function lockTask(transaction: Transaction, orderId: string): Promise<TaskRow | undefined> {
  return tablesOf(transaction).selectFrom('fulfilment_tasks').selectAll().where('orderId', '=', orderId).forUpdate().executeTakeFirst();
}

export async function linesOfTasks(query: Query, orderIds: readonly string[]): Promise<TaskLineRow[]> {
  if (orderIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('fulfilment_task_lines')
    .selectAll()
    .where('orderId', 'in', orderIds)
    .orderBy('orderId')
    .orderBy('position')
    .execute();
}

/** Tasks with something to ship, oldest payment first. */
export async function openTasks(
  query: Query,
  text: string | undefined,
  page: { after: readonly [number, string] | null; limit: number },
): Promise<TaskRow[]> {
  let rows = tablesOf(query)
    .selectFrom('fulfilment_tasks')
    .selectAll()
    .where('open', '=', 1)
    .orderBy('paidAt')
    .orderBy('orderId')
    .limit(page.limit);
  if (text !== undefined) rows = rows.where(textBegins('orderNo', text));
  const { after } = page;
  if (after)
    rows = rows.where((eb) => eb.or([eb('paidAt', '>', after[0]), eb.and([eb('paidAt', '=', after[0]), eb('orderId', '>', after[1])])]));
  return rows.execute();
}

/** Counts units as shipped; false when that many are not left. */
export async function addShipped(transaction: Transaction, orderLineId: string, quantity: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('fulfilment_task_lines')
    .set((eb) => ({ shippedQuantity: eb('shippedQuantity', '+', quantity) }))
    .where('orderLineId', '=', orderLineId)
    .where(sql<boolean>`shippedQuantity + heldQuantity + ${quantity} <= quantity`)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Recipients of erased members go once nothing is to be shipped any more and no parcel is under way. Answers how many tasks were cleared. */
export async function forgetRecipients(transaction: Transaction): Promise<number> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('fulfilment_tasks')
    .set({ recipientName: '', recipientPhone: '', detail: '', forget: 0 })
    .where('forget', '=', 1)
    .where('open', '=', 0)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('fulfilment_shipments')
            .select('shipmentId')
            .whereRef('fulfilment_shipments.orderId', '=', 'fulfilment_tasks.orderId')
            .where((eb) => eb.or([eb('status', 'not in', ['delivered', 'returned']), eb('shippingInfo', 'in', ['waiting', 'unknown'])])),
        ),
      ),
    )
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Holds units back from shipping, as many as are still here (what is on its way cannot be held). */
export async function addHeld(transaction: Transaction, orderLineId: string, quantity: number): Promise<number> {
  const tables = tablesOf(transaction);
  const line = await tables.selectFrom('fulfilment_task_lines').selectAll().where('orderLineId', '=', orderLineId).executeTakeFirst();
  const held = Math.max(0, Math.min(quantity, (line?.quantity ?? 0) - (line?.shippedQuantity ?? 0) - (line?.heldQuantity ?? 0)));
  if (held > 0) {
    await tables
      .updateTable('fulfilment_task_lines')
      .set((eb) => ({ heldQuantity: eb('heldQuantity', '+', held) }))
      .where('orderLineId', '=', orderLineId)
      .execute();
  }
  return held;
}

export async function releaseHeld(transaction: Transaction, orderLineId: string, quantity: number): Promise<void> {
  await tablesOf(transaction)
    .updateTable('fulfilment_task_lines')
    .set((eb) => ({ heldQuantity: eb('heldQuantity', '-', quantity) }))
    .where('orderLineId', '=', orderLineId)
    .where('heldQuantity', '>=', quantity)
    .execute();
}

/** Notes how many units of a line are refunded in all: news may come twice and late. False if nothing is new. */
export async function setRefunded(transaction: Transaction, orderLineId: string, refundedQuantity: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('fulfilment_task_lines')
    .set({ refundedQuantity })
    .where('orderLineId', '=', orderLineId)
    .where('refundedQuantity', '<', refundedQuantity)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Recomputes whether anything of an order may still be shipped. */
export async function refreshOpen(transaction: Transaction, orderId: string): Promise<boolean> {
  const lines = await linesOfTasks(transaction, [orderId]);
  const open = lines.some((line) => line.shippedQuantity + line.heldQuantity < line.quantity);
  await tablesOf(transaction)
    .updateTable('fulfilment_tasks')
    .set({ open: open ? 1 : 0 })
    .where('orderId', '=', orderId)
    .execute();
  return open;
}

export async function insertShipment(
  transaction: Transaction,
  row: ShipmentRow,
  lines: readonly { orderLineId: string; quantity: number }[],
): Promise<void> {
  const tables = tablesOf(transaction);
  await tables.insertInto('fulfilment_shipments').values(row).execute();
  for (const line of lines)
    await tables
      .insertInto('fulfilment_shipment_lines')
      .values({ shipmentId: row.shipmentId, ...line })
      .execute();
}

export async function findShipment(query: Query, shipmentId: string): Promise<ShipmentRow | undefined> {
  return tablesOf(query).selectFrom('fulfilment_shipments').selectAll().where('shipmentId', '=', shipmentId).executeTakeFirst();
}

export async function shipmentsById(query: Query, shipmentIds: readonly string[]): Promise<Map<string, ShipmentRow>> {
  if (shipmentIds.length === 0) return new Map();
  const rows = await tablesOf(query).selectFrom('fulfilment_shipments').selectAll().where('shipmentId', 'in', shipmentIds).execute();
  return new Map(rows.map((row) => [row.shipmentId, row]));
}

export async function lockShipment(transaction: Transaction, shipmentId: string): Promise<ShipmentRow | undefined> {
  return tablesOf(transaction)
    .selectFrom('fulfilment_shipments')
    .selectAll()
    .where('shipmentId', '=', shipmentId)
    .forUpdate()
    .executeTakeFirst();
}

export async function shipmentsByWaybill(query: Query, carrierCode: string, waybillNo: string): Promise<ShipmentRow[]> {
  return tablesOf(query)
    .selectFrom('fulfilment_shipments')
    .selectAll()
    .where('carrierCode', '=', carrierCode)
    .where('waybillNo', '=', waybillNo)
    .execute();
}

export async function shipmentsOf(query: Query, orderIds: readonly string[]): Promise<ShipmentRow[]> {
  if (orderIds.length === 0) return [];
  return tablesOf(query).selectFrom('fulfilment_shipments').selectAll().where('orderId', 'in', orderIds).orderBy('shipmentId').execute();
}

export interface ShipmentFilter {
  readonly status?: ShipmentStatus | undefined;
  readonly orderId?: string | undefined;
  readonly waybillNo?: string | undefined;
}

export async function listShipments(
  query: Query,
  filter: ShipmentFilter,
  page: { before: string | undefined; limit: number },
): Promise<ShipmentRow[]> {
  let rows = tablesOf(query).selectFrom('fulfilment_shipments').selectAll().orderBy('shipmentId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('shipmentId', '<', page.before);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  if (filter.orderId !== undefined) rows = rows.where('orderId', '=', filter.orderId);
  if (filter.waybillNo !== undefined) rows = rows.where('waybillNo', '=', filter.waybillNo);
  return rows.execute();
}

type ShipmentChange = Partial<
  Pick<ShipmentRow, 'status' | 'carrierCode' | 'subscription' | 'attempts' | 'nextAttemptAt' | 'lastNewsAt' | 'deliveredAt'>
>;

export async function changeShipment(transaction: Transaction, shipmentId: string, change: ShipmentChange): Promise<void> {
  await tablesOf(transaction).updateTable('fulfilment_shipments').set(change).where('shipmentId', '=', shipmentId).execute();
}

/** Changes a shipment unless somebody else turned to it since it was read: then what is due is done again. */
export async function changeShipmentAsSeen(transaction: Transaction, seen: ShipmentRow, change: ShipmentChange): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('fulfilment_shipments')
    .set(change)
    .where('shipmentId', '=', seen.shipmentId)
    .where('nextAttemptAt', '=', seen.nextAttemptAt)
    .where('subscription', '=', seen.subscription)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Shipments with something to tell the outside that is due. */
export async function dueShipments(query: Query, now: number, limit: number): Promise<ShipmentRow[]> {
  return tablesOf(query)
    .selectFrom('fulfilment_shipments')
    .selectAll()
    .where('nextAttemptAt', '<=', now)
    .orderBy('nextAttemptAt')
    .limit(limit)
    .execute();
}

export interface ShipmentLine {
  readonly shipmentId: string;
  readonly orderLineId: string;
  readonly quantity: number;
  readonly title: string;
  readonly label: string;
}

export async function linesOfShipments(query: Query, shipmentIds: readonly string[]): Promise<ShipmentLine[]> {
  if (shipmentIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('fulfilment_shipment_lines')
    .innerJoin('fulfilment_task_lines', 'fulfilment_task_lines.orderLineId', 'fulfilment_shipment_lines.orderLineId')
    .select([
      'fulfilment_shipment_lines.shipmentId as shipmentId',
      'fulfilment_shipment_lines.orderLineId as orderLineId',
      'fulfilment_shipment_lines.quantity as quantity',
      'fulfilment_task_lines.title as title',
      'fulfilment_task_lines.label as label',
    ])
    .where('fulfilment_shipment_lines.shipmentId', 'in', shipmentIds)
    .orderBy('fulfilment_task_lines.position')
    .execute();
}

export async function trackingOf(query: Query, shipmentIds: readonly string[]): Promise<TrackingRow[]> {
  if (shipmentIds.length === 0) return [];
  return tablesOf(query)
    .selectFrom('fulfilment_tracking_events')
    .selectAll()
    .where('shipmentId', 'in', shipmentIds)
    .orderBy('at', 'desc')
    .orderBy('nodeHash')
    .execute();
}

export async function setDelivered(transaction: Transaction, orderId: string, deliveredAt: number): Promise<boolean> {
  const { numUpdatedRows } = await tablesOf(transaction)
    .updateTable('fulfilment_tasks')
    .set({ deliveredAt })
    .where('orderId', '=', orderId)
    .where('deliveredAt', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function counts(query: Query): Promise<{ toShip: number; openExceptions: number }> {
  const tasks = await tablesOf(query)
    .selectFrom('fulfilment_tasks')
    .select(sql<number>`count(*)`.as('tasks'))
    .where('open', '=', 1)
    .executeTakeFirst();
  const exceptions = await tablesOf(query)
    .selectFrom('fulfilment_exceptions')
    .select(sql<number>`count(*)`.as('exceptions'))
    .where('resolvedAt', 'is', null)
    .executeTakeFirst();
  return { toShip: tasks?.tasks ?? 0, openExceptions: exceptions?.exceptions ?? 0 };
}
