import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, implement, type ResponseOf, type Route } from '@qianxing/http';
import { approve, confirmReturn, reject } from '../aftersales/lifecycle';
import { findAfterSale, listAfterSales } from '../aftersales/store';
import { afterSaleViews } from '../aftersales/view';
import type { OrderContext } from '../context';
import { orderContract } from '../contract';
import { fail } from '../problems';
import type { AfterSaleRow } from '../tables';
import { nextCursor } from './buyer';

type StaffAfterSale = ResponseOf<typeof orderContract.staffAfterSale>;

/** The after-sales desk. */
export function staffAfterSaleRoutes(context: OrderContext): Route[] {
  const { database } = context.platform;

  const views = async (rows: readonly AfterSaleRow[]): Promise<StaffAfterSale[]> => {
    const members = await context.needs.members([...new Set(rows.map((row) => row.memberId))]);
    const plain = await afterSaleViews(database.query, rows, 'staff', context.returnAddress);
    return plain.map((view, index) => {
      const member = members.get(rows[index]?.memberId ?? '');
      return { ...view, memberNo: member?.memberNo ?? 0, memberName: member?.nickname ?? '' };
    });
  };
  const one = async (afterSaleId: string): Promise<Result<StaffAfterSale>> => {
    const row = await findAfterSale(database.query, afterSaleId);
    const [view] = row ? await views([row]) : [];
    return view ? ok(view) : fail('afterSaleNotFound');
  };
  const after = async (done: Result<undefined>, afterSaleId: string): Promise<Result<StaffAfterSale>> =>
    done.ok ? one(afterSaleId) : done;

  return [
    implement(orderContract.staffAfterSales, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await listAfterSales(
        database.query,
        { status: query.status, number: query.text },
        { before: cursor.value?.[0], limit: limit + 1 },
      );
      const page = rows.slice(0, limit);
      return ok({ items: await views(page), nextCursor: nextCursor(rows.length > limit, page.at(-1)?.afterSaleId) });
    }),
    implement(orderContract.staffAfterSale, ({ params }) => one(params.afterSaleId)),
    implement(orderContract.approveAfterSale, async ({ params, body, now }) => {
      const done = await database.transaction((transaction) =>
        approve(context.lifecycle, transaction, params.afterSaleId, body.note || null, now),
      );
      return after(done, params.afterSaleId);
    }),
    implement(orderContract.rejectAfterSale, async ({ params, body, now }) => {
      const done = await database.transaction((transaction) =>
        reject(context.lifecycle, transaction, params.afterSaleId, body.reason, now),
      );
      return after(done, params.afterSaleId);
    }),
    implement(orderContract.confirmReturn, async ({ params, body, now }) => {
      const done = await database.transaction((transaction) =>
        confirmReturn(context.lifecycle, transaction, params.afterSaleId, body.note || null, now),
      );
      return after(done, params.afterSaleId);
    }),
  ];
}
