import { insertIfAbsent, type Transaction } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import { HOUR_MS } from '@qianxing/time';
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { ExceptionKind, FulfilmentTables } from '../tables';

const NOT_SHIPPED_AFTER_MS = 48 * HOUR_MS;
const NO_TRACKING_AFTER_MS = 24 * HOUR_MS;
const STUCK_AFTER_MS = 72 * HOUR_MS;

type OnTask = ExpressionBuilder<FulfilmentTables, 'fulfilment_tasks'>;
type OnShipment = ExpressionBuilder<FulfilmentTables, 'fulfilment_shipments'>;

interface ShipmentRule {
  readonly kind: Exclude<ExceptionKind, 'not_shipped_in_time'>;
  readonly detail: string;
  /** The exception stands as long as this holds. */
  readonly holds: (eb: OnShipment, now: number) => Expression<SqlBool>;
}

const isLate = (eb: OnTask, now: number): Expression<SqlBool> =>
  eb.and([eb('fulfilment_tasks.open', '=', 1), eb('fulfilment_tasks.paidAt', '<', now - NOT_SHIPPED_AFTER_MS)]);

const RULES: readonly ShipmentRule[] = [
  {
    kind: 'no_tracking',
    detail: '发货 24 小时仍无揽收记录',
    holds: (eb, now) =>
      eb.and([eb('fulfilment_shipments.status', '=', 'shipped'), eb('fulfilment_shipments.shippedAt', '<', now - NO_TRACKING_AFTER_MS)]),
  },
  {
    kind: 'stuck',
    detail: '72 小时没有新的物流记录',
    holds: (eb, now) =>
      eb.and([
        eb('fulfilment_shipments.status', 'in', ['picked_up', 'in_transit', 'out_for_delivery']),
        eb('fulfilment_shipments.lastNewsAt', '<', now - STUCK_AFTER_MS),
      ]),
  },
  { kind: 'problem', detail: '快递公司报告异常', holds: (eb) => eb('fulfilment_shipments.status', '=', 'problem') },
  { kind: 'returned', detail: '包裹已退回', holds: (eb) => eb('fulfilment_shipments.status', '=', 'returned') },
  { kind: 'subscription_failed', detail: '物流订阅被拒绝', holds: (eb) => eb('fulfilment_shipments.subscription', '=', 'rejected') },
  {
    kind: 'shipping_info_failed',
    detail: '发货信息上传被微信拒绝',
    holds: (eb) => eb('fulfilment_shipments.shippingInfo', '=', 'rejected'),
  },
];

/**
 * Opens what is newly wrong and ends what moved on. An exception has a key while its condition holds, whether or not staff resolved it, so
 * it is opened once; when the condition ends, the key is given up and the same may be opened again later. Answers how many it opened.
 */
export async function watchForExceptions(transaction: Transaction, now: number, limit: number): Promise<number> {
  let opened = await openLate(transaction, now, limit);
  for (const rule of RULES) opened += await openByRule(transaction, rule, now, limit);
  await endLate(transaction, now, limit);
  for (const rule of RULES) await endByRule(transaction, rule, now, limit);
  return opened;
}

const tablesOf = (transaction: Transaction) => transaction.withTables<FulfilmentTables>();

async function open(
  transaction: Transaction,
  suspect: { kind: ExceptionKind; orderId: string; shipmentId: string | null; detail: string },
  now: number,
): Promise<number> {
  const opened = await insertIfAbsent(transaction, 'fulfilment_exceptions', {
    exceptionId: newId(now),
    exceptionKey: `${suspect.kind}:${suspect.shipmentId ?? suspect.orderId}`,
    ...suspect,
    openedAt: now,
    resolvedAt: null,
    resolution: null,
  });
  return opened ? 1 : 0;
}

async function openLate(transaction: Transaction, now: number, limit: number): Promise<number> {
  const rows = await tablesOf(transaction)
    .selectFrom('fulfilment_tasks')
    .select('orderId')
    .where((eb) => isLate(eb, now))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('fulfilment_exceptions')
            .select('exceptionId')
            .whereRef('fulfilment_exceptions.orderId', '=', 'fulfilment_tasks.orderId')
            .where('kind', '=', 'not_shipped_in_time')
            .whereRef('exceptionKey', '<>', 'exceptionId'),
        ),
      ),
    )
    .orderBy('paidAt')
    .limit(limit)
    .execute();
  let opened = 0;
  for (const { orderId } of rows)
    opened += await open(transaction, { kind: 'not_shipped_in_time', orderId, shipmentId: null, detail: '付款 48 小时仍未发货' }, now);
  return opened;
}

async function openByRule(transaction: Transaction, rule: ShipmentRule, now: number, limit: number): Promise<number> {
  const rows = await tablesOf(transaction)
    .selectFrom('fulfilment_shipments')
    .select(['orderId', 'shipmentId'])
    .where((eb) => rule.holds(eb, now))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('fulfilment_exceptions')
            .select('exceptionId')
            .whereRef('fulfilment_exceptions.shipmentId', '=', 'fulfilment_shipments.shipmentId')
            .where('kind', '=', rule.kind)
            .whereRef('exceptionKey', '<>', 'exceptionId'),
        ),
      ),
    )
    .orderBy('shipmentId')
    .limit(limit)
    .execute();
  let opened = 0;
  for (const row of rows) opened += await open(transaction, { kind: rule.kind, detail: rule.detail, ...row }, now);
  return opened;
}

async function endLate(transaction: Transaction, now: number, limit: number): Promise<void> {
  const rows = await tablesOf(transaction)
    .selectFrom('fulfilment_exceptions')
    .select('exceptionId')
    .where('kind', '=', 'not_shipped_in_time')
    .whereRef('exceptionKey', '<>', 'exceptionId')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('fulfilment_tasks')
            .select('fulfilment_tasks.orderId')
            .whereRef('fulfilment_tasks.orderId', '=', 'fulfilment_exceptions.orderId')
            .where((eb) => isLate(eb as unknown as OnTask, now)),
        ),
      ),
    )
    .limit(limit)
    .execute();
  for (const { exceptionId } of rows) await end(transaction, exceptionId, now);
}

async function endByRule(transaction: Transaction, rule: ShipmentRule, now: number, limit: number): Promise<void> {
  const rows = await tablesOf(transaction)
    .selectFrom('fulfilment_exceptions')
    .select('exceptionId')
    .where('kind', '=', rule.kind)
    .whereRef('exceptionKey', '<>', 'exceptionId')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('fulfilment_shipments')
            .select('fulfilment_shipments.shipmentId')
            .whereRef('fulfilment_shipments.shipmentId', '=', 'fulfilment_exceptions.shipmentId')
            .where((eb) => rule.holds(eb as unknown as OnShipment, now)),
        ),
      ),
    )
    .limit(limit)
    .execute();
  for (const { exceptionId } of rows) await end(transaction, exceptionId, now);
}

/** What moved on by itself is closed with a note; what staff resolved keeps their words. */
async function end(transaction: Transaction, exceptionId: string, now: number): Promise<void> {
  const exceptions = tablesOf(transaction).updateTable('fulfilment_exceptions').where('exceptionId', '=', exceptionId);
  await exceptions.set({ exceptionKey: exceptionId }).execute();
  await exceptions.set({ resolvedAt: now, resolution: '已自动恢复' }).where('resolvedAt', 'is', null).execute();
}
