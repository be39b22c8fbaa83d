import { createGroupCommit } from '@qianxing/database';
import { defineService, type Platform, type Service } from '@qianxing/service';
import { orderChecks } from './checks';
import type { OrderContext } from './context';
import type { OrderApi } from './contract';
import { buyersBetween, countsByStatus, paidOrderCount, salesByDay, topProducts } from './figures';
import { orderJobs } from './jobs';
import { orders } from './migrations/0001-orders';
import type { OrderPolicy } from './model';
import type { OrderNeeds } from './needs';
import { type PlacedTrade, type Placement, placeBatch } from './placement';
import { orderProblems } from './problems';
import { orderReactions } from './reactions';
import { afterSaleRoutes } from './routes/after-sales';
import { buyerRoutes } from './routes/buyer';
import { cartRoutes } from './routes/cart';
import { staffRoutes } from './routes/staff';
import { staffAfterSaleRoutes } from './routes/staff-after-sales';
import { type StockGuard, setAvailable, stockRows } from './stock/store';
import { findTrade, ordersOfTrade } from './store';
import { summaryOfTrade } from './views';

export type { OrderPolicy } from './model';
export type { OrderNeeds } from './needs';

export interface OrderOptions {
  readonly policy: OrderPolicy;
  readonly returnAddress: string;
}

/** Cart, quote, trade, orders, stock and after-sales. See README.md. `stock` is for race tests only. */
export function createOrderService(platform: Platform, needs: OrderNeeds, options: OrderOptions, stock?: StockGuard): Service<OrderApi> {
  const { policy } = options;
  const lifecycle = { events: platform.events, policy };
  const placements = createGroupCommit<Placement, PlacedTrade>({
    database: platform.database,
    name: 'order.place',
    maxBatch: 256,
    maxWaitMs: 2,
    maxQueue: 20_000,
    clock: platform.clock,
    apply: (transaction, batch) => placeBatch(transaction, platform.events, batch, stock),
  });
  const ordering = { platform, needs, policy, submit: (placement: Placement) => placements.submit(placement) };
  const context: OrderContext = { platform, needs, policy, lifecycle, ordering, returnAddress: options.returnAddress };
  return defineService<OrderApi>({
    name: 'order',
    migrations: [orders],
    problems: orderProblems,
    routes: [
      ...cartRoutes(context),
      ...buyerRoutes(context),
      ...afterSaleRoutes(context),
      ...staffRoutes(context),
      ...staffAfterSaleRoutes(context),
    ],
    reactions: orderReactions(context),
    jobs: orderJobs(context),
    checks: orderChecks(platform.database),
    api: orderApi(context),
    close: () => placements.close(),
  });
}

function orderApi({ platform }: OrderContext): OrderApi {
  const { database, clock } = platform;
  return {
    tradeForPayment: async (tradeId, memberId) => {
      const trade = await findTrade(database.query, tradeId);
      if (trade?.memberId !== memberId) return undefined;
      const description = summaryOfTrade(await ordersOfTrade(database.query, tradeId));
      const { tradeNo, payableFen, status, expiresAt } = trade;
      return { tradeId, tradeNo, memberId, payableFen, status, expiresAt, description };
    },
    paidOrderCount: (memberId) => paidOrderCount(database.query, memberId),
    setAvailable: (skuId, warehouseId, available, source, toldUnits) =>
      database.transaction((transaction) =>
        setAvailable(transaction, { skuId, warehouseId, available, source, toldUnits, now: clock.now() }),
      ),
    available: async (skuIds) => {
      const rows = await stockRows(database.query, skuIds);
      return new Map(
        [...rows].map(([skuId, row]) => [
          skuId,
          { onHand: row.onHand, reserved: row.reserved, sold: row.sold, available: row.onHand - row.reserved },
        ]),
      );
    },
    salesByDay: (fromMs, toMs) => salesByDay(database.query, fromMs, toMs),
    buyersBetween: (fromMs, toMs) => buyersBetween(database.query, fromMs, toMs),
    countsByStatus: (fromMs, toMs) => countsByStatus(database.query, fromMs, toMs),
    topProducts: (fromMs, toMs, limit) => topProducts(database.query, fromMs, toMs, limit),
  };
}
