import type { Database } from '@qianxing/database';
import type { Check, CheckFinding } from '@qianxing/service';
import { sql } from 'kysely';

interface Violation {
  readonly subject: string;
  readonly message: string;
}

/** A check is one query whose every row is a violation. */
function queryCheck(database: Database, name: string, statement: string): Check {
  return {
    name,
    run: async (): Promise<CheckFinding[]> => {
      const { rows } = await sql.raw<Violation>(statement).execute(database.query);
      return rows.map((row) => ({ check: name, subject: String(row.subject), message: String(row.message) }));
    },
  };
}

export function orderChecks(database: Database): Check[] {
  const text = database.dialect === 'mysql' ? 'CHAR' : 'TEXT';
  const number = (expression: string) => `CAST(${expression} AS ${text})`;
  const joined = (...parts: string[]) => (database.dialect === 'mysql' ? `CONCAT(${parts.join(', ')})` : parts.join(' || '));
  return [
    queryCheck(
      database,
      'order.reservedMatchesUnpaidLines',
      `SELECT s.skuId AS subject, ${joined("'reserved '", number('s.reserved'), "' but unpaid lines hold '", number('COALESCE(l.units, 0)'))} AS message
       FROM order_stock s LEFT JOIN (
         SELECT order_lines.skuId AS skuId, SUM(order_lines.quantity) AS units FROM order_lines
         JOIN order_orders ON order_orders.orderId = order_lines.orderId
         WHERE order_orders.status = 'awaiting_payment' GROUP BY order_lines.skuId
       ) l ON l.skuId = s.skuId
       WHERE s.reserved <> COALESCE(l.units, 0)`,
    ),
    queryCheck(
      database,
      'order.stockIsNotOversold',
      `SELECT skuId AS subject, ${joined("'reserved '", number('reserved'), "' of '", number('onHand'), "' on hand'")} AS message
       FROM order_stock WHERE reserved > onHand OR reserved < 0 OR sold < 0`,
    ),
    queryCheck(
      database,
      'order.soldMatchesPaidLines',
      `SELECT s.skuId AS subject, ${joined("'sold '", number('s.sold'), "' but paid lines hold '", number('COALESCE(l.units, 0)'))} AS message
       FROM order_stock s LEFT JOIN (
         SELECT order_lines.skuId AS skuId, SUM(order_lines.quantity - order_lines.restockedQuantity) AS units FROM order_lines
         JOIN order_orders ON order_orders.orderId = order_lines.orderId
         WHERE order_orders.paidAt IS NOT NULL GROUP BY order_lines.skuId
       ) l ON l.skuId = s.skuId
       WHERE s.sold <> COALESCE(l.units, 0)`,
    ),
    queryCheck(
      database,
      'order.onHandMatchesAdjustments',
      `SELECT s.skuId AS subject, ${joined("'on hand '", number('s.onHand'), "' and sold '", number('s.sold'), "' but adjustments add up to '", number('COALESCE(a.total, 0)'))} AS message
       FROM order_stock s LEFT JOIN (SELECT skuId, SUM(delta) AS total FROM order_stock_adjustments GROUP BY skuId) a ON a.skuId = s.skuId
       WHERE s.onHand + s.sold <> COALESCE(a.total, 0)`,
    ),
    queryCheck(
      database,
      'order.tradeIsSumOfOrders',
      `SELECT t.tradeId AS subject, 'the orders do not add up to the trade' AS message
       FROM order_trades t JOIN (
         SELECT tradeId, SUM(goodsFen) AS goods, SUM(discountFen) AS discount, SUM(freightFen) AS freight, SUM(payableFen) AS payable FROM order_orders GROUP BY tradeId
       ) o ON o.tradeId = t.tradeId
       WHERE t.goodsFen <> o.goods OR t.discountFen <> o.discount OR t.freightFen <> o.freight OR t.payableFen <> o.payable`,
    ),
    queryCheck(
      database,
      'order.orderIsSumOfLines',
      `SELECT o.orderId AS subject, 'the lines do not add up to the order' AS message
       FROM order_orders o LEFT JOIN (
         SELECT orderId, SUM(goodsFen) AS goods, SUM(discountFen) AS discount, SUM(refundedFen) AS refunded FROM order_lines GROUP BY orderId
       ) l ON l.orderId = o.orderId
       WHERE l.orderId IS NULL OR o.goodsFen <> l.goods OR o.discountFen <> l.discount OR o.refundedFen < l.refunded`,
    ),
    queryCheck(
      database,
      'order.refundedMatchesAfterSales',
      `SELECT o.orderId AS subject, ${joined("'refunded '", number('o.refundedFen'), "' but after-sales refunded '", number('COALESCE(a.refunded, 0)'))} AS message
       FROM order_orders o LEFT JOIN (
         SELECT orderId, SUM(goodsRefundFen + freightRefundFen) AS refunded FROM order_after_sales WHERE status = 'refunded' GROUP BY orderId
       ) a ON a.orderId = o.orderId
       WHERE o.refundedFen <> COALESCE(a.refunded, 0)`,
    ),
    queryCheck(
      database,
      'order.statusFollowsTrade',
      `SELECT o.orderId AS subject, ${joined("'order is '", 'o.status', "' but the trade is '", 't.status')} AS message
       FROM order_orders o JOIN order_trades t ON t.tradeId = o.tradeId
       WHERE (t.status = 'awaiting_payment') <> (o.status = 'awaiting_payment')
          OR (t.status = 'cancelled' AND o.status <> 'cancelled') OR (t.status = 'paid' AND o.paidAt IS NULL)`,
    ),
    queryCheck(
      database,
      'order.openAfterSalesMatchLines',
      `SELECT l.orderLineId AS subject, 'what after-sales hold differs from the line' AS message
       FROM order_lines l LEFT JOIN (
         SELECT orderLineId,
           SUM(CASE WHEN status IN ('applied', 'approved', 'returning', 'returned', 'refunding') THEN quantity ELSE 0 END) AS openUnits,
           SUM(CASE WHEN status IN ('applied', 'approved', 'returning', 'returned', 'refunding') THEN goodsRefundFen ELSE 0 END) AS openFen,
           SUM(CASE WHEN status = 'refunded' THEN quantity ELSE 0 END) AS refundedUnits,
           SUM(CASE WHEN status = 'refunded' THEN goodsRefundFen ELSE 0 END) AS refunded
         FROM order_after_sales GROUP BY orderLineId
       ) a ON a.orderLineId = l.orderLineId
       WHERE l.openQuantity <> COALESCE(a.openUnits, 0) OR l.openFen <> COALESCE(a.openFen, 0) OR l.refundedQuantity <> COALESCE(a.refundedUnits, 0) OR l.refundedFen <> COALESCE(a.refunded, 0)`,
    ),
  ];
}
