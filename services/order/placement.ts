import { insertMany, type Query, type Transaction } from '@qianxing/database';
import { ok, platformProblems, type Result } from '@qianxing/errors';
import type { EventWriter } from '@qianxing/events';
import { newId, newNumber } from '@qianxing/ids';
import { failpoint } from '@qianxing/testing';
import { type BeneficiaryChain, orderPlaced } from './contract';
import { orderFacts } from './facts';
import type { DeliveryAddress } from './needs';
import { fail } from './problems';
import type { PricedGroup, PricedTrade } from './rules';
import { lockAvailable, reserve, type StockGuard } from './stock/store';
import type { LineRow, OrderRow, OrderTables, TradeRow } from './tables';

/** A validated and priced wish to buy; everything that needs no lock has been decided before it joins a batch. */
export interface Placement {
  readonly memberId: string;
  readonly requestKey: string;
  readonly requestHash: string;
  readonly priced: PricedTrade;
  readonly address: DeliveryAddress;
  readonly remark: string | null;
  readonly beneficiaries: BeneficiaryChain | null;
  readonly now: number;
  readonly expiresAt: number;
}

export interface PlacedTrade {
  readonly trade: TradeRow;
  readonly orders: readonly OrderRow[];
}

interface NewTrade extends PlacedTrade {
  readonly lines: readonly LineRow[];
}

/**
 * Places a batch in one transaction: locks every stock row once in key order, serves requests first come first served, reserves with one
 * guarded update per SKU. A request that finds too little stock, or was placed before with the same key, fails or replays alone.
 */
export async function placeBatch(
  transaction: Transaction,
  events: EventWriter,
  batch: readonly Placement[],
  stock: StockGuard = { lockAvailable, reserve },
): Promise<Result<PlacedTrade>[]> {
  const earlier = await earlierTrades(transaction, batch);
  const available = await stock.lockAvailable(transaction, batch.flatMap(skuIdsOf));
  const placed = new Map<string, NewTrade>();
  const results = batch.map((placement): Result<PlacedTrade> => {
    const key = requestKeyOf(placement);
    const known = earlier.get(key) ?? placed.get(key);
    if (known) return replay(known, placement.requestHash);
    const lacking = takeFrom(available, placement);
    if (lacking) return lacking;
    const trade = newTrade(placement);
    placed.set(key, trade);
    return ok({ trade: trade.trade, orders: trade.orders });
  });
  await write(transaction, events, stock, [...placed.values()]);
  return results;
}

/** The trade placed before with this key, or a conflict when the body was another one. */
export function replay(known: PlacedTrade, requestHash: string): Result<PlacedTrade> {
  if (known.trade.requestHash !== requestHash) return platformProblems.fail('idempotencyKeyReused');
  return ok({ trade: known.trade, orders: known.orders });
}

const requestKeyOf = (placement: { memberId: string; requestKey: string }): string => `${placement.memberId}/${placement.requestKey}`;
const linesOf = (placement: Placement) => placement.priced.groups.flatMap((group) => group.lines);
const skuIdsOf = (placement: Placement): string[] => linesOf(placement).map((line) => line.sku.skuId);

/** Takes the lines from the working copy of what is available, all or nothing. */
function takeFrom(available: Map<string, number>, placement: Placement): Result<never> | undefined {
  const lines = linesOf(placement);
  for (const [index, line] of lines.entries()) {
    const left = available.get(line.sku.skuId) ?? 0;
    if (left < line.quantity) {
      return fail('outOfStock', {
        params: { title: `${line.sku.title} ${line.sku.label}`.trim(), available: left },
        path: `/items/${index}/quantity`,
        details: { skuId: line.sku.skuId, available: left },
      });
    }
  }
  for (const line of lines) available.set(line.sku.skuId, (available.get(line.sku.skuId) ?? 0) - line.quantity);
  return undefined;
}

async function earlierTrades(transaction: Transaction, batch: readonly Placement[]): Promise<Map<string, PlacedTrade>> {
  const tables = transaction.withTables<OrderTables>();
  const trades = await tables
    .selectFrom('order_trades')
    .selectAll()
    .where('memberId', 'in', [...new Set(batch.map((placement) => placement.memberId))])
    .where('requestKey', 'in', [...new Set(batch.map((placement) => placement.requestKey))])
    .execute();
  const known = new Map<string, PlacedTrade>();
  for (const trade of trades) {
    const orders = await tables.selectFrom('order_orders').selectAll().where('tradeId', '=', trade.tradeId).orderBy('orderId').execute();
    known.set(requestKeyOf(trade), { trade, orders });
  }
  return known;
}

/** The trade this member placed with this key, if any. */
export async function tradeByRequestKey(query: Query, memberId: string, requestKey: string): Promise<PlacedTrade | undefined> {
  const tables = query.withTables<OrderTables>();
  const trade = await tables
    .selectFrom('order_trades')
    .selectAll()
    .where('memberId', '=', memberId)
    .where('requestKey', '=', requestKey)
    .executeTakeFirst();
  if (!trade) return undefined;
  return {
    trade,
    orders: await tables.selectFrom('order_orders').selectAll().where('tradeId', '=', trade.tradeId).orderBy('orderId').execute(),
  };
}

async function write(transaction: Transaction, events: EventWriter, stock: StockGuard, trades: readonly NewTrade[]): Promise<void> {
  if (trades.length === 0) return;
  const now = Math.max(...trades.map((placed) => placed.trade.placedAt));
  await stock.reserve(
    transaction,
    trades.flatMap((placed) => placed.lines),
    now,
  );
  await failpoint('order.afterReserve');
  const orders = trades.flatMap((placed) => placed.orders);
  await insertMany(
    transaction,
    'order_trades',
    trades.map((placed) => ({ ...placed.trade })),
  );
  await insertMany(
    transaction,
    'order_orders',
    orders.map((order) => ({ ...order })),
  );
  await insertMany(
    transaction,
    'order_lines',
    trades.flatMap((placed) => placed.lines).map((line) => ({ ...line })),
  );
  await insertMany(
    transaction,
    'order_history',
    orders.map((order) => ({ orderId: order.orderId, status: order.status, at: order.placedAt })),
  );
  for (const { orders: ordersOfTrade, lines } of trades) {
    for (const order of ordersOfTrade) {
      const payload = orderFacts(
        order,
        lines.filter((line) => line.orderId === order.orderId),
      );
      await events.emit(transaction, orderPlaced, { aggregateId: order.orderId, occurredAt: order.placedAt, payload });
    }
  }
  await failpoint('order.beforePlaceCommit');
}

function newTrade(placement: Placement): NewTrade {
  const { priced, now } = placement;
  const tradeId = newId(now);
  const trade: TradeRow = {
    tradeId,
    tradeNo: newNumber(now),
    memberId: placement.memberId,
    requestKey: placement.requestKey,
    requestHash: placement.requestHash,
    status: 'awaiting_payment',
    goodsFen: priced.goodsFen,
    discountFen: priced.discountFen,
    freightFen: priced.freightFen,
    payableFen: priced.payableFen,
    paymentId: null,
    cancelReason: null,
    placedAt: now,
    expiresAt: placement.expiresAt,
    paidAt: null,
    cancelledAt: null,
  };
  // Ascending, so that a trade read back lists its orders as they were quoted.
  const orderIds = priced.groups.map(() => newId(now)).sort();
  const split = priced.groups.map((group, index) => newOrder(placement, tradeId, orderIds[index] ?? newId(now), group));
  return { trade, orders: split.map((part) => part.order), lines: split.flatMap((part) => part.lines) };
}

function newOrder(placement: Placement, tradeId: string, orderId: string, group: PricedGroup): { order: OrderRow; lines: LineRow[] } {
  const { address, now } = placement;
  const order: OrderRow = {
    orderId,
    orderNo: newNumber(now),
    tradeId,
    memberId: placement.memberId,
    merchantId: group.merchantId,
    merchantName: group.merchantName,
    warehouseId: group.warehouseId,
    warehouseName: group.warehouseName,
    status: 'awaiting_payment',
    goodsFen: group.goodsFen,
    discountFen: group.discountFen,
    freightFen: group.freightFen,
    payableFen: group.payableFen,
    refundedFen: 0,
    recipientName: address.recipient,
    recipientPhone: address.phone,
    recipientRegion: [address.provinceName, address.cityName, address.countyName].join(' '),
    recipientDetail: address.detail,
    remark: placement.remark,
    placedAt: now,
    expiresAt: placement.expiresAt,
    paidAt: null,
    shippedAt: null,
    deliveredAt: null,
    receivedAt: null,
    completedAt: null,
    cancelledAt: null,
    cancelReason: null,
    autoReceiveAt: null,
    returnWindowEndsAt: null,
  };
  const beneficiaries = placement.beneficiaries ? JSON.stringify(placement.beneficiaries) : null;
  const lines = group.lines.map(
    (line, position): LineRow => ({
      orderLineId: newId(now),
      orderId,
      position,
      skuId: line.sku.skuId,
      productId: line.sku.productId,
      title: line.sku.title,
      label: line.sku.label,
      pictureUrl: line.sku.pictureUrl,
      unitPriceFen: line.sku.priceFen,
      quantity: line.quantity,
      goodsFen: line.goodsFen,
      discountFen: line.discountFen,
      payableFen: line.payableFen,
      shippedQuantity: 0,
      refundedQuantity: 0,
      refundedFen: 0,
      openQuantity: 0,
      openFen: 0,
      restockedQuantity: 0,
      beneficiaries,
    }),
  );
  return { order, lines };
}
