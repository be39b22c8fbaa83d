import { migrate } from '@qianxing/database';
import { testDatabases, virtualClock } from '@qianxing/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { FulfilmentTables } from '../tables';
import { fulfilment } from './0001-fulfilment';
import { shippingInfos } from './0002-shipping-infos';

describe.each(testDatabases())('what WeChat was told before reports were kept by payment, on $name', (kind) => {
  it('is taken over: open ones are due, settled ones are not, held units stay out of the way', async () => {
    const database = await kind.open();
    const clock = virtualClock();
    await migrate(database, [fulfilment], clock);
    await database.transaction(async (transaction) => {
      const tables = transaction.withTables<FulfilmentTables>();
      const task = (orderId: string, paymentId: string) =>
        sql`INSERT INTO fulfilment_tasks
        (orderId, orderNo, tradeId, memberId, paymentId, warehouseId, warehouseName, recipientName, recipientPhone, region, detail, open, paidAt)
        VALUES (${orderId}, '', '', '', ${paymentId}, '', '', '', '', '', '', 0, 1)`.execute(transaction);
      const shipment = (shipmentId: string, orderId: string, shippingInfo: 'waiting' | 'unknown' | 'uploaded' | 'not_needed', at: number) =>
        tables
          .insertInto('fulfilment_shipments')
          .values({
            ...{ shipmentId, orderId, carrierCode: 'yuantong', waybillNo: shipmentId, status: 'shipped', salt: '', shippingInfo },
            ...{ subscription: 'subscribed', attempts: 0, nextAttemptAt: null, lastNewsAt: at, shippedAt: at, deliveredAt: null },
          })
          .execute();
      for (const [orderId, paymentId] of [
        ['o1', 'half'],
        ['o2', 'done'],
        ['o3', 'elsewhere'],
        ['o4', 'unshipped'],
        ['o5', 'half'],
      ] as const)
        await task(orderId, paymentId);
      await shipment('s1', 'o1', 'uploaded', 10);
      await shipment('s2', 'o5', 'waiting', 20);
      await shipment('s3', 'o2', 'uploaded', 30);
      await shipment('s4', 'o3', 'not_needed', 40);
      await sql`INSERT INTO fulfilment_task_lines (orderLineId, orderId, position, title, label, quantity, shippedQuantity, heldQuantity)
        VALUES ('l1', 'o1', 0, '', '', 3, 1, 2)`.execute(transaction);
    });
    await migrate(database, [fulfilment, shippingInfos], clock);
    const tables = database.query.withTables<FulfilmentTables>();
    const rows = await tables
      .selectFrom('fulfilment_shipping_infos')
      .select(['paymentId', 'mode', 'state', 'uploadTime', 'nextAttemptAt'])
      .orderBy('paymentId')
      .execute();
    expect(rows).toEqual([
      { paymentId: 'done', mode: 'split', state: 'uploaded', uploadTime: 30, nextAttemptAt: null },
      { paymentId: 'elsewhere', mode: null, state: 'not_needed', uploadTime: 40, nextAttemptAt: null },
      { paymentId: 'half', mode: 'split', state: 'waiting', uploadTime: 20, nextAttemptAt: 20 },
    ]);
    const [line] = await tables.selectFrom('fulfilment_task_lines').selectAll().execute();
    expect(line).toMatchObject({ heldQuantity: 2, refundedQuantity: 2 });
    await database.close();
  });
});
