import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, implement, type Route } from '@qianxing/http';
import { applyForAfterSale, cancelByBuyer, sendBack } from '../aftersales/lifecycle';
import { findAfterSale, listAfterSales } from '../aftersales/store';
import { afterSaleViews } from '../aftersales/view';
import type { OrderContext } from '../context';
import { type AfterSale, orderContract } from '../contract';
import { fail } from '../problems';
import { nextCursor } from './buyer';

export function afterSaleRoutes(context: OrderContext): Route[] {
  const { database } = context.platform;

  const own = async (memberId: string, afterSaleId: string): Promise<Result<AfterSale>> => {
    const row = await findAfterSale(database.query, afterSaleId);
    if (row?.memberId !== memberId) return fail('afterSaleNotFound');
    const [view] = await afterSaleViews(database.query, [row], 'buyer', context.returnAddress);
    return view ? ok(view) : fail('afterSaleNotFound');
  };

  return [
    implement(orderContract.applyAfterSale, async ({ actor, body, now, idempotencyKey }) => {
      const applied = await database.transaction((transaction) =>
        applyForAfterSale(context.lifecycle, transaction, {
          memberId: actor.memberId,
          requestKey: idempotencyKey,
          orderLineId: body.orderLineId,
          quantity: body.quantity,
          kind: body.kind,
          reason: body.reason,
          description: body.description ?? '',
          now,
        }),
      );
      return applied.ok ? own(actor.memberId, applied.value.afterSaleId) : applied;
    }),
    implement(orderContract.listAfterSales, async ({ actor, query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const filter = { memberId: actor.memberId, orderId: query.orderId };
      const rows = await listAfterSales(database.query, filter, { before: cursor.value?.[0], limit: limit + 1 });
      const page = rows.slice(0, limit);
      const items = await afterSaleViews(database.query, page, 'buyer', context.returnAddress);
      return ok({ items, nextCursor: nextCursor(rows.length > limit, page.at(-1)?.afterSaleId) });
    }),
    implement(orderContract.afterSale, ({ actor, params }) => own(actor.memberId, params.afterSaleId)),
    implement(orderContract.cancelAfterSale, async ({ actor, params, now }) => {
      const done = await database.transaction((transaction) =>
        cancelByBuyer(context.lifecycle, transaction, actor.memberId, params.afterSaleId, now),
      );
      return done.ok ? own(actor.memberId, params.afterSaleId) : done;
    }),
    implement(orderContract.sendBackAfterSale, async ({ actor, params, body, now }) => {
      const done = await database.transaction((transaction) => sendBack(transaction, actor.memberId, params.afterSaleId, body, now));
      return done.ok ? own(actor.memberId, params.afterSaleId) : done;
    }),
  ];
}
