import type { Database } from '@qianxing/database';
import type { Check } from '@qianxing/service';
import { sql } from 'kysely';

function queryCheck(database: Database, name: string, message: string, statement: string): Check {
  return {
    name,
    run: async () => {
      const { rows } = await sql.raw<{ subject: string }>(statement).execute(database.query);
      return rows.map((row) => ({ check: name, subject: String(row.subject), message }));
    },
  };
}

export function fulfilmentChecks(database: Database): Check[] {
  return [
    queryCheck(
      database,
      'fulfilment.shippedMatchesParcels',
      'shipped units are not the sum of the parcels',
      `SELECT l.orderLineId AS subject FROM fulfilment_task_lines l LEFT JOIN (SELECT orderLineId, SUM(quantity) AS units FROM fulfilment_shipment_lines GROUP BY orderLineId) s
         ON s.orderLineId = l.orderLineId WHERE l.shippedQuantity <> COALESCE(s.units, 0)`,
    ),
    queryCheck(
      database,
      'fulfilment.heldMatchesHolds',
      'held units are not the sum of the holds',
      `SELECT l.orderLineId AS subject FROM fulfilment_task_lines l LEFT JOIN (SELECT orderLineId, SUM(quantity) AS units FROM fulfilment_holds WHERE released = 0 GROUP BY orderLineId) h
         ON h.orderLineId = l.orderLineId WHERE l.heldQuantity <> COALESCE(h.units, 0)`,
    ),
    queryCheck(
      database,
      'fulfilment.parcelsAreReported',
      'a parcel was shipped and nothing says what WeChat knows of it',
      `SELECT s.shipmentId AS subject FROM fulfilment_shipments s JOIN fulfilment_tasks t ON t.orderId = s.orderId
         WHERE NOT EXISTS (SELECT 1 FROM fulfilment_shipping_infos i WHERE i.paymentId = t.paymentId)`,
    ),
    queryCheck(
      database,
      'fulfilment.openMatchesLines',
      'a task is open without anything to ship, or closed with something',
      `SELECT t.orderId AS subject FROM fulfilment_tasks t JOIN (
         SELECT orderId, SUM(quantity - shippedQuantity - heldQuantity) AS units FROM fulfilment_task_lines GROUP BY orderId
       ) l ON l.orderId = t.orderId WHERE (t.open = 1) <> (l.units > 0)`,
    ),
  ];
}
