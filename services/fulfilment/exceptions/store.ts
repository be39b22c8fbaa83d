import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import { HOUR_MS } from '@qianxing/time';
import type { ExceptionKind, ExceptionRow, FulfilmentTables } from '../tables';

const tablesOf = (query: Query) => query.withTables<FulfilmentTables>();

const NOT_SHIPPED_AFTER_MS = 48 * HOUR_MS;
const NO_TRACKING_AFTER_MS = 24 * HOUR_MS;
const STUCK_AFTER_MS = 72 * HOUR_MS;

interface Suspect {
  readonly kind: ExceptionKind;
  readonly orderId: string;
  readonly shipmentId: string | null;
  readonly detail: string;
}

/** Opens what is newly wrong and closes what moved on. One exception per kind and parcel (or order). Answers how many it opened. */
export async function watchForExceptions(transaction: Transaction, now: number, limit: number): Promise<number> {
  let opened = 0;
  for (const suspect of await suspects(transaction, now, limit)) {
    const row: ExceptionRow = {
      exceptionId: newId(now),
      exceptionKey: `${suspect.kind}:${suspect.shipmentId ?? suspect.orderId}`,
      ...suspect,
      openedAt: now,
      resolvedAt: null,
      resolution: null,
    };
    if (await insertIfAbsent(transaction, 'fulfilment_exceptions', { ...row })) opened += 1;
  }
  await closeSettled(transaction, now);
  return opened;
}

async function suspects(query: Query, now: number, limit: number): Promise<Suspect[]> {
  const tables = tablesOf(query);
  const late = await tables
    .selectFrom('fulfilment_tasks')
    .select(['orderId'])
    .where('open', '=', 1)
    .where('paidAt', '<', now - NOT_SHIPPED_AFTER_MS)
    .limit(limit)
    .execute();
  const silent = await tables
    .selectFrom('fulfilment_shipments')
    .select(['orderId', 'shipmentId'])
    .where('status', '=', 'shipped')
    .where('shippedAt', '<', now - NO_TRACKING_AFTER_MS)
    .limit(limit)
    .execute();
  const stuck = await tables
    .selectFrom('fulfilment_shipments')
    .select(['orderId', 'shipmentId'])
    .where('status', 'in', ['picked_up', 'in_transit', 'out_for_delivery'])
    .where('lastNewsAt', '<', now - STUCK_AFTER_MS)
    .limit(limit)
    .execute();
  const told = await tables
    .selectFrom('fulfilment_shipments')
    .select(['orderId', 'shipmentId', 'status', 'subscription', 'shippingInfo'])
    .where((eb) =>
      eb.or([eb('status', 'in', ['problem', 'returned']), eb('subscription', '=', 'rejected'), eb('shippingInfo', '=', 'rejected')]),
    )
    .orderBy('shipmentId', 'desc')
    .limit(limit)
    .execute();
  return [
    ...late.map(
      (row): Suspect => ({ kind: 'not_shipped_in_time', orderId: row.orderId, shipmentId: null, detail: '付款 48 小时仍未发货' }),
    ),
    ...silent.map(
      (row): Suspect => ({ kind: 'no_tracking', orderId: row.orderId, shipmentId: row.shipmentId, detail: '发货 24 小时仍无揽收记录' }),
    ),
    ...stuck.map(
      (row): Suspect => ({ kind: 'stuck', orderId: row.orderId, shipmentId: row.shipmentId, detail: '72 小时没有新的物流记录' }),
    ),
    ...told.flatMap((row): Suspect[] => [
      ...(row.status === 'problem'
        ? [{ kind: 'problem' as const, orderId: row.orderId, shipmentId: row.shipmentId, detail: '快递公司报告异常' }]
        : []),
      ...(row.status === 'returned'
        ? [{ kind: 'returned' as const, orderId: row.orderId, shipmentId: row.shipmentId, detail: '包裹已退回' }]
        : []),
      ...(row.subscription === 'rejected'
        ? [{ kind: 'subscription_failed' as const, orderId: row.orderId, shipmentId: row.shipmentId, detail: '物流订阅被拒绝' }]
        : []),
      ...(row.shippingInfo === 'rejected'
        ? [{ kind: 'shipping_info_failed' as const, orderId: row.orderId, shipmentId: row.shipmentId, detail: '发货信息上传被微信拒绝' }]
        : []),
    ]),
  ];
}

/** What moved on by itself is closed with a note; what staff resolved stays as they left it. */
async function closeSettled(transaction: Transaction, now: number): Promise<void> {
  const tables = tablesOf(transaction);
  const open = await tables.selectFrom('fulfilment_exceptions').selectAll().where('resolvedAt', 'is', null).limit(500).execute();
  for (const exception of open) {
    if (!(await hasMovedOn(transaction, exception, now))) continue;
    await tables
      .updateTable('fulfilment_exceptions')
      .set({ resolvedAt: now, resolution: '已自动恢复' })
      .where('exceptionId', '=', exception.exceptionId)
      .where('resolvedAt', 'is', null)
      .execute();
  }
}

async function hasMovedOn(query: Query, exception: ExceptionRow, now: number): Promise<boolean> {
  const tables = tablesOf(query);
  if (exception.kind === 'not_shipped_in_time') {
    const task = await tables.selectFrom('fulfilment_tasks').select('open').where('orderId', '=', exception.orderId).executeTakeFirst();
    return task?.open === 0;
  }
  if (exception.shipmentId === null) return false;
  const shipment = await tables
    .selectFrom('fulfilment_shipments')
    .selectAll()
    .where('shipmentId', '=', exception.shipmentId)
    .executeTakeFirst();
  if (!shipment) return false;
  if (exception.kind === 'no_tracking') return shipment.status !== 'shipped';
  if (exception.kind === 'stuck') return shipment.status === 'delivered' || shipment.lastNewsAt >= now - STUCK_AFTER_MS;
  if (exception.kind === 'problem')
    return shipment.status === 'delivered' || shipment.status === 'in_transit' || shipment.status === 'out_for_delivery';
  return false;
}

export async function listExceptions(
  query: Query,
  open: boolean | undefined,
  page: { before: string | undefined; limit: number },
): Promise<ExceptionRow[]> {
  let rows = tablesOf(query).selectFrom('fulfilment_exceptions').selectAll().orderBy('exceptionId', 'desc').limit(page.limit);
  if (page.before !== undefined) rows = rows.where('exceptionId', '<', page.before);
  if (open !== undefined) rows = rows.where('resolvedAt', open ? 'is' : 'is not', null);
  return rows.execute();
}

export async function resolveException(
  transaction: Transaction,
  exceptionId: string,
  resolution: string,
  now: number,
): Promise<ExceptionRow | undefined> {
  const tables = tablesOf(transaction);
  await tables
    .updateTable('fulfilment_exceptions')
    .set({ resolution, resolvedAt: now })
    .where('exceptionId', '=', exceptionId)
    .where('resolvedAt', 'is', null)
    .execute();
  return tables.selectFrom('fulfilment_exceptions').selectAll().where('exceptionId', '=', exceptionId).executeTakeFirst();
}
