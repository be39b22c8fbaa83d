import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, implement, type ResponseOf, type Route } from '@qianxing/http';
import { fromIso, toIso } from '@qianxing/time';
import type { OrderContext } from '../context';
import { orderContract } from '../contract';
import { beneficiariesOf } from '../facts';
import { cancelTrade } from '../lifecycle';
import { fail } from '../problems';
import { listStock } from '../stock/store';
import { addNote, findOrder, findTrade, historyOf, linesOfOrders, listOrders, notesOf, ordersOfTrade, tradeNumbers } from '../store';
import type { LineRow } from '../tables';
import { isoOrNull, maskedRecipient, orderView, summaryOf, tradeView } from '../views';
import { nextCursor } from './buyer';

type StaffOrder = ResponseOf<typeof orderContract.staffOrder>;

export function staffRoutes(context: OrderContext): Route[] {
  const { database } = context.platform;

  const staffOrder = async (orderId: string, now: number): Promise<Result<StaffOrder>> => {
    const order = await findOrder(database.query, orderId);
    if (!order) return fail('orderNotFound');
    const lines = await linesOfOrders(database.query, [orderId]);
    const numbers = await tradeNumbers(database.query, [order.tradeId]);
    const member = (await context.needs.members([order.memberId])).get(order.memberId);
    const notes = await notesOf(database.query, orderId);
    const history = await historyOf(database.query, orderId);
    return ok({
      ...orderView(order, lines, now, maskedRecipient),
      tradeNo: numbers.get(order.tradeId) ?? '',
      memberId: order.memberId,
      memberNo: member?.memberNo ?? 0,
      memberName: member?.nickname ?? '',
      staffNotes: notes.map((note) => ({ note: note.note, staffName: note.staffName, at: toIso(note.at) })),
      history: history.map((entry) => ({ status: entry.status, at: toIso(entry.at) })),
      beneficiaries: lines.flatMap(beneficiaryRows),
    });
  };

  return [
    implement(orderContract.staffOrders, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const memberId = query.memberNo === undefined ? undefined : ((await context.needs.memberIdByNo(query.memberNo)) ?? '');
      const rows = await listOrders(
        database.query,
        {
          memberId,
          merchantId: query.merchantId,
          status: query.status,
          text: query.text,
          placedFrom: query.placedFrom === undefined ? undefined : fromIso(query.placedFrom),
          placedTo: query.placedTo === undefined ? undefined : fromIso(query.placedTo),
        },
        { before: cursor.value?.[0], limit: limit + 1 },
      );
      const page = rows.slice(0, limit);
      const lines = await linesOfOrders(
        database.query,
        page.map((order) => order.orderId),
      );
      const members = await context.needs.members([...new Set(page.map((order) => order.memberId))]);
      const numbers = await tradeNumbers(database.query, [...new Set(page.map((order) => order.tradeId))]);
      const items = page.map((order) => {
        const own = lines.filter((line) => line.orderId === order.orderId);
        const member = members.get(order.memberId);
        return {
          orderId: order.orderId,
          orderNo: order.orderNo,
          tradeNo: numbers.get(order.tradeId) ?? '',
          memberNo: member?.memberNo ?? 0,
          memberName: member?.nickname ?? '',
          merchantName: order.merchantName,
          warehouseName: order.warehouseName,
          status: order.status,
          summary: summaryOf(own),
          quantity: own.reduce((sum, line) => sum + line.quantity, 0),
          payableFen: order.payableFen,
          refundedFen: order.refundedFen,
          placedAt: toIso(order.placedAt),
          paidAt: isoOrNull(order.paidAt),
        };
      });
      return ok({ items, nextCursor: nextCursor(rows.length > limit, page.at(-1)?.orderId) });
    }),
    implement(orderContract.staffOrder, ({ params, now }) => staffOrder(params.orderId, now)),
    implement(orderContract.staffNote, async ({ params, body, actor, now }) => {
      if (!(await findOrder(database.query, params.orderId))) return fail('orderNotFound');
      await database.transaction((transaction) =>
        addNote(transaction, { orderId: params.orderId, note: body.note, staffName: actor.username, at: now }),
      );
      return staffOrder(params.orderId, now);
    }),
    implement(orderContract.staffCancelOrder, async ({ params, body, actor, now }) => {
      const cancelled = await database.transaction(async (transaction) => {
        if (!(await cancelTrade(context.lifecycle, transaction, params.tradeId, 'staff', now))) return false;
        for (const order of await ordersOfTrade(transaction, params.tradeId))
          await addNote(transaction, { orderId: order.orderId, note: body.reason, staffName: actor.username, at: now });
        return true;
      });
      const trade = await findTrade(database.query, params.tradeId);
      if (!trade) return fail('tradeNotFound');
      return cancelled || trade.status === 'cancelled'
        ? ok(tradeView(trade, await ordersOfTrade(database.query, trade.tradeId)))
        : fail('notCancellable');
    }),
    implement(orderContract.staffStock, async ({ query }) => {
      const cursor = decodeCursor(query.cursor, ['string']);
      if (!cursor.ok) return cursor;
      const limit = query.limit ?? 20;
      const rows = await listStock(database.query, { after: cursor.value?.[0], limit: limit + 1, availableBelow: query.availableBelow });
      const page = rows.slice(0, limit);
      const skus = await context.needs.skuFacts(page.map((row) => row.skuId));
      const items = page.map((row) => {
        const sku = skus.get(row.skuId);
        return {
          skuId: row.skuId,
          title: sku?.title ?? '',
          label: sku?.label ?? '',
          warehouseName: sku?.warehouseName ?? '',
          onHand: row.onHand,
          reserved: row.reserved,
          sold: row.sold,
          available: row.onHand - row.reserved,
        };
      });
      return ok({ items, nextCursor: nextCursor(rows.length > limit, page.at(-1)?.skuId) });
    }),
  ];
}

function beneficiaryRows(line: LineRow): StaffOrder['beneficiaries'] {
  const chain = beneficiariesOf(line);
  if (!chain) return [];
  return chain.levels.map((entry) => ({
    orderLineId: line.orderLineId,
    level: entry.level,
    promoterNo: entry.promoterNo,
    rateBp: entry.rateBp,
  }));
}
