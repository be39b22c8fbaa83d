import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, encodeCursor, implement, type Route } from '@qianxing/http';
import type { OrderContext } from '../context';
import { type Order, orderContract } from '../contract';
import { cancelTrade, receiveOrder } from '../lifecycle';
import { placeTrade, priceItems } from '../ordering';
import { fail } from '../problems';
import { findOrder, findTrade, linesOfOrders, listOrders, ordersOfTrade } from '../store';
import type { OrderRow } from '../tables';
import { orderView, quoteView, tradeView } from '../views';

export function buyerRoutes(context: OrderContext): Route[] {
  const { database } = context.platform;

  const views = async (orders: readonly OrderRow[], now: number): Promise<Order[]> => {
    const lines = await linesOfOrders(
      database.query,
      orders.map((order) => order.orderId),
    );
    return orders.map((order) =>
      orderView(
        order,
        lines.filter((line) => line.orderId === order.orderId),
        now,
      ),
    );
  };
  const ownOrder = async (memberId: string, orderId: string, now: number): Promise<Result<Order>> => {
    const order = await findOrder(database.query, orderId);
    if (order?.memberId !== memberId) return fail('orderNotFound');
    const [view] = await views([order], now);
    return view ? ok(view) : fail('orderNotFound');
  };
  const ownTrade = async (memberId: string, tradeId: string) => {
    const trade = await findTrade(database.query, tradeId);
    return trade?.memberId === memberId ? ok(tradeView(trade, await ordersOfTrade(database.query, tradeId))) : fail('tradeNotFound');
  };

  return [
    implement(orderContract.quote, async ({ actor, body }) => {
      const address = body.addressId === undefined ? undefined : await context.needs.address(actor.memberId, body.addressId);
      if (body.addressId !== undefined && !address) return fail('addressNotFound', { path: '/addressId' });
      const priced = await priceItems(context, body.items, address?.provinceCode);
      return priced.ok ? ok(quoteView(priced.value)) : priced;
    }),
    implement(orderContract.placeTrade, async ({ actor, body, now, idempotencyKey, requestHash }) => {
      const placed = await placeTrade(context.ordering, {
        memberId: actor.memberId,
        requestKey: idempotencyKey,
        requestHash,
        items: body.items,
        addressId: body.addressId,
        expectedPayableFen: body.expectedPayableFen,
        remark: body.remark || null,
        now,
      });
      return placed.ok ? ok(tradeView(placed.value.trade, placed.value.orders)) : placed;
    }),
    implement(orderContract.trade, ({ actor, params }) => ownTrade(actor.memberId, params.tradeId)),
    implement(orderContract.cancelTrade, async ({ actor, params, now }) => {
      const trade = await findTrade(database.query, params.tradeId);
      if (trade?.memberId !== actor.memberId) return fail('tradeNotFound');
      const cancelled = await database.transaction((transaction) =>
        cancelTrade(context.lifecycle, transaction, params.tradeId, 'buyer', now),
      );
      if (cancelled) return ownTrade(actor.memberId, params.tradeId);
      const current = await findTrade(database.query, params.tradeId);
      return current?.status === 'cancelled' ? ownTrade(actor.memberId, params.tradeId) : fail('notCancellable');
    }),
    implement(orderContract.listOrders, async ({ actor, query, now }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await listOrders(
        database.query,
        { memberId: actor.memberId, status: query.status },
        { before: cursor.value?.[0], limit: limit + 1 },
      );
      const page = rows.slice(0, limit);
      return ok({ items: await views(page, now), nextCursor: nextCursor(rows.length > limit, page.at(-1)?.orderId) });
    }),
    implement(orderContract.order, ({ actor, params, now }) => ownOrder(actor.memberId, params.orderId, now)),
    implement(orderContract.receiveOrder, async ({ actor, params, now }) => {
      const order = await findOrder(database.query, params.orderId);
      if (order?.memberId !== actor.memberId) return fail('orderNotFound');
      const received = await database.transaction((transaction) =>
        receiveOrder(context.lifecycle, transaction, params.orderId, now, false),
      );
      if (received) return ownOrder(actor.memberId, params.orderId, now);
      const current = await findOrder(database.query, params.orderId);
      if (current?.status === 'received' || current?.status === 'completed') return ownOrder(actor.memberId, params.orderId, now);
      return fail(current?.status === 'shipped' ? 'afterSaleOpen' : 'notReceivable');
    }),
  ];
}

/** Cursor after the last row of a page, or null on the last page. */
export function nextCursor(more: boolean, lastId: string | undefined): string | null {
  return more && lastId !== undefined ? encodeCursor([lastId]) : null;
}
