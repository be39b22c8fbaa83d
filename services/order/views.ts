import { toIso } from '@qianxing/time';
import type { Order, Quote, Trade } from './contract';
import { AFTER_SALE_ALLOWED } from './model';
import { type PricedTrade, refundableQuantity } from './rules';
import type { LineRow, OrderRow, TradeRow } from './tables';

export const isoOrNull = (instantMs: number | null): string | null => (instantMs === null ? null : toIso(instantMs));

export function quoteView(priced: PricedTrade): Quote {
  return {
    groups: priced.groups.map((group) => ({
      merchantId: group.merchantId,
      merchantName: group.merchantName,
      warehouseId: group.warehouseId,
      warehouseName: group.warehouseName,
      lines: group.lines.map((line) => ({
        skuId: line.sku.skuId,
        title: line.sku.title,
        label: line.sku.label,
        pictureUrl: line.sku.pictureUrl,
        unitPriceFen: line.sku.priceFen,
        quantity: line.quantity,
        goodsFen: line.goodsFen,
        discountFen: line.discountFen,
        payableFen: line.payableFen,
      })),
      goodsFen: group.goodsFen,
      discountFen: group.discountFen,
      freightFen: group.freightFen,
      payableFen: group.payableFen,
    })),
    goodsFen: priced.goodsFen,
    discountFen: priced.discountFen,
    freightFen: priced.freightFen,
    payableFen: priced.payableFen,
    discounts: priced.discounts.map((discount) => ({ ...discount })),
  };
}

export function tradeView(trade: TradeRow, orders: readonly OrderRow[]): Trade {
  return {
    tradeId: trade.tradeId,
    tradeNo: trade.tradeNo,
    status: trade.status,
    payableFen: trade.payableFen,
    orders: orders.map((order) => ({
      orderId: order.orderId,
      orderNo: order.orderNo,
      merchantName: order.merchantName,
      payableFen: order.payableFen,
    })),
    placedAt: toIso(trade.placedAt),
    expiresAt: toIso(trade.expiresAt),
  };
}

type Recipient = Order['recipient'];
const plainRecipient = (order: OrderRow): Recipient => ({
  name: order.recipientName,
  phone: order.recipientPhone,
  region: order.recipientRegion,
  detail: order.recipientDetail,
});

/** Recipient as staff see it without need: no full name, phone or house. */
export const maskedRecipient = (order: OrderRow): Recipient => ({
  name: `${order.recipientName.slice(0, 1)}**`,
  phone: order.recipientPhone.replace(/^(\d{3})\d+(\d{4})$/, '$1****$2'),
  region: order.recipientRegion,
  detail: '****',
});

export function orderView(order: OrderRow, lines: readonly LineRow[], now: number, recipientOf = plainRecipient): Order {
  return {
    orderId: order.orderId,
    orderNo: order.orderNo,
    tradeId: order.tradeId,
    status: order.status,
    merchantId: order.merchantId,
    merchantName: order.merchantName,
    warehouseName: order.warehouseName,
    lines: lines.map((line) => ({
      orderLineId: line.orderLineId,
      skuId: line.skuId,
      productId: line.productId,
      title: line.title,
      label: line.label,
      pictureUrl: line.pictureUrl,
      unitPriceFen: line.unitPriceFen,
      quantity: line.quantity,
      goodsFen: line.goodsFen,
      discountFen: line.discountFen,
      payableFen: line.payableFen,
      shippedQuantity: line.shippedQuantity,
      refundedQuantity: line.refundedQuantity,
      refundedFen: line.refundedFen,
      afterSaleQuantity: afterSaleAllowed(order, now) ? refundableQuantity(line) : 0,
    })),
    goodsFen: order.goodsFen,
    discountFen: order.discountFen,
    freightFen: order.freightFen,
    payableFen: order.payableFen,
    refundedFen: order.refundedFen,
    recipient: recipientOf(order),
    remark: order.remark,
    placedAt: toIso(order.placedAt),
    expiresAt: order.status === 'awaiting_payment' ? toIso(order.expiresAt) : null,
    paidAt: isoOrNull(order.paidAt),
    shippedAt: isoOrNull(order.shippedAt),
    deliveredAt: isoOrNull(order.deliveredAt),
    receivedAt: isoOrNull(order.receivedAt),
    completedAt: isoOrNull(order.completedAt),
    cancelledAt: isoOrNull(order.cancelledAt),
    cancelReason: order.cancelReason,
    autoReceiveAt: isoOrNull(order.autoReceiveAt),
    returnWindowEndsAt: isoOrNull(order.returnWindowEndsAt),
    actions: actionsOf(order, lines, now),
  };
}

function afterSaleAllowed(order: OrderRow, now: number): boolean {
  return AFTER_SALE_ALLOWED.includes(order.status) && (order.returnWindowEndsAt === null || order.returnWindowEndsAt > now);
}

function actionsOf(order: OrderRow, lines: readonly LineRow[], now: number): Order['actions'] {
  if (order.status === 'awaiting_payment') return order.expiresAt > now ? ['pay', 'cancel'] : ['cancel'];
  const actions: Order['actions'] = [];
  if (order.status === 'shipped' && lines.every((line) => line.openQuantity === 0)) actions.push('receive');
  if (afterSaleAllowed(order, now) && lines.some((line) => refundableQuantity(line) > 0)) actions.push('after_sale');
  return actions;
}

/** First line and how many more, for tables. */
export function summaryOf(lines: readonly LineRow[]): string {
  const first = lines[0];
  if (!first) return '';
  return lines.length === 1 ? `${first.title} ${first.label}` : `${first.title} ${first.label} +${lines.length - 1}`;
}

/** What the cashier shows: merchants, at most 127 bytes are kept by the payment side. */
export function summaryOfTrade(orders: readonly OrderRow[]): string {
  const first = orders[0]?.merchantName ?? '';
  return orders.length > 1 ? `${first}等${orders.length}笔订单` : `${first}订单`;
}
