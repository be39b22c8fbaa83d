import { parcelShipped } from '@qianxing/fulfilment/contract';
import { newId } from '@qianxing/ids';
import { testDatabases } from '@qianxing/testing';
import { DAY_MS, shopDay, shopDayStart, toIso } from '@qianxing/time';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { orderContract } from './contract';
import { ADDRESS, codeOf, MEMBER, OTHER_MEMBER, openShop, type Shop, SKUS, successOf } from './order-for-tests';

describe.each(testDatabases())('reading orders on $name', (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
    await shop.stock(SKUS.valve, 100);
    await shop.stock(SKUS.far, 100);
  });
  afterEach(() => shop.close());

  const place = async (memberId = MEMBER, quantity = 1, skuId: string = SKUS.valve) => {
    const items = [{ skuId, quantity }];
    const quote = successOf(await shop.call(orderContract.quote, shop.buyer(memberId), { body: { items, addressId: ADDRESS } }));
    const body = { items, addressId: ADDRESS, expectedPayableFen: quote.payableFen };
    const trade = successOf(await shop.call(orderContract.placeTrade, shop.buyer(memberId), { body }));
    shop.clock.advance(1);
    return { ...trade, orderId: trade.orders[0]!.orderId };
  };

  /** Follows the cursors of a list to its end. */
  const pages = async <T>(page: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor: string | null }>): Promise<T[][]> => {
    const read: T[][] = [];
    let cursor: string | undefined;
    do {
      const { items, nextCursor } = await page(cursor);
      read.push(items);
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined && read.length < 20);
    return read;
  };
  const at = (cursor: string | undefined, rest: Record<string, unknown> = {}) => ({
    query: { limit: 2, ...(cursor ? { cursor } : {}), ...rest },
  });

  it('lists my orders newest first, page by page, and nobody else’s', async () => {
    const mine = [await place(), await place(), await place(), await place()].map((trade) => trade.orderId);
    await place(OTHER_MEMBER);
    const read = await pages(async (cursor) => successOf(await shop.call(orderContract.listOrders, shop.buyer(), at(cursor))));
    expect(read.map((page) => page.map((order) => order.orderId))).toEqual([
      [mine[3], mine[2]],
      [mine[1], mine[0]],
    ]);
    const cancelled = await shop.call(orderContract.listOrders, shop.buyer(), { query: { status: 'cancelled' } });
    expect(successOf(cancelled)).toEqual({ items: [], nextCursor: null });
  });

  it('refuses a cursor of another shape', async () => {
    for (const cursor of ['x', Buffer.from('[1]').toString('base64url')]) {
      for (const contract of [orderContract.listOrders, orderContract.listAfterSales])
        expect(codeOf(await shop.call(contract, shop.buyer(), { query: { cursor } }))).toBe('request.cursorInvalid');
      for (const contract of [orderContract.staffOrders, orderContract.staffAfterSales, orderContract.staffStock])
        expect(codeOf(await shop.call(contract, shop.staff, { query: { cursor } }))).toBe('request.cursorInvalid');
    }
  });

  it('hides the orders and trades of others', async () => {
    const trade = await place();
    const stranger = shop.buyer(OTHER_MEMBER);
    expect(codeOf(await shop.call(orderContract.order, stranger, { params: { orderId: trade.orderId } }))).toBe('order.orderNotFound');
    expect(codeOf(await shop.call(orderContract.receiveOrder, stranger, { params: { orderId: trade.orderId }, body: {} }))).toBe(
      'order.orderNotFound',
    );
    for (const [contract, body] of [
      [orderContract.trade, undefined],
      [orderContract.cancelTrade, {}],
    ] as const)
      expect(codeOf(await shop.call(contract, stranger, { params: { tradeId: trade.tradeId }, body }))).toBe('order.tradeNotFound');
    expect((await shop.trade(trade.tradeId)).status).toBe('awaiting_payment');
  });

  it('lists for staff with filters, names of members and masked recipients', async () => {
    const first = await place();
    const second = await place(OTHER_MEMBER, 2);
    await shop.pay(second.tradeId, second.payableFen);
    const ids = async (query: Record<string, unknown>) =>
      successOf(await shop.call(orderContract.staffOrders, shop.staff, { query })).items.map((order) => order.orderId);
    expect(await ids({})).toEqual([second.orderId, first.orderId]);
    expect(await ids({ status: 'paid' })).toEqual([second.orderId]);
    expect(await ids({ memberNo: 1 })).toEqual([first.orderId]);
    expect(await ids({ memberNo: 99 })).toEqual([]);
    expect(await ids({ merchantId: newId() })).toEqual([]);
    expect(await ids({ text: second.orders[0]!.orderNo })).toEqual([second.orderId]);
    expect(await ids({ placedFrom: second.placedAt })).toEqual([second.orderId]);
    expect(await ids({ placedTo: second.placedAt })).toEqual([first.orderId]);
    expect(await ids({ placedFrom: toIso(shop.clock.now() + DAY_MS) })).toEqual([]);
    const [row] = successOf(await shop.call(orderContract.staffOrders, shop.staff, {})).items;
    expect(row).toMatchObject({ memberNo: 2, memberName: '会员2', summary: '气门嘴 205/55R16', quantity: 2, tradeNo: second.tradeNo });
    const order = successOf(await shop.call(orderContract.staffOrder, shop.staff, { params: { orderId: first.orderId } }));
    expect(order.recipient).toEqual({ name: '王**', phone: '138****8000', region: '上海市 上海市 浦东新区', detail: '****' });
    expect(order.beneficiaries).toMatchObject([{ level: 1, promoterNo: 77, rateBp: 500 }]);
    expect(codeOf(await shop.call(orderContract.staffOrder, shop.staff, { params: { orderId: newId() } }))).toBe('order.orderNotFound');
  });

  it('keeps notes of staff', async () => {
    const trade = await place();
    const params = { orderId: trade.orderId };
    successOf(await shop.call(orderContract.staffNote, shop.staff, { params, body: { note: '易碎' } }));
    shop.clock.advance(1);
    const order = successOf(await shop.call(orderContract.staffNote, shop.staff, { params, body: { note: '加固' } }));
    expect(order.staffNotes.map((note) => note.note)).toEqual(['易碎', '加固']);
    expect(codeOf(await shop.call(orderContract.staffNote, shop.staff, { params: { orderId: newId() }, body: { note: 'x' } }))).toBe(
      'order.orderNotFound',
    );
  });

  it('lists after-sales of mine and at the desk', async () => {
    const trade = await place(MEMBER, 3);
    await shop.pay(trade.tradeId, trade.payableFen);
    const [line] = await shop.lines(trade.orderId);
    const numbers: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      shop.clock.advance(1);
      const body = { orderLineId: line!.orderLineId, quantity: 1, kind: 'refund_only', reason: 'other' };
      numbers.unshift(successOf(await shop.call(orderContract.applyAfterSale, shop.buyer(), { body })).afterSaleNo);
    }
    const mine = await pages(async (cursor) => successOf(await shop.call(orderContract.listAfterSales, shop.buyer(), at(cursor))));
    expect(mine.map((page) => page.map((row) => row.afterSaleNo))).toEqual([numbers.slice(0, 2), numbers.slice(2)]);
    const desk = await pages(async (cursor) =>
      successOf(await shop.call(orderContract.staffAfterSales, shop.staff, at(cursor, { status: 'applied' }))),
    );
    expect(desk.flat().map((row) => [row.afterSaleNo, row.memberNo, row.actions])).toEqual(
      numbers.map((number) => [number, 1, ['approve', 'reject']]),
    );
    const found = await shop.call(orderContract.staffAfterSales, shop.staff, { query: { text: numbers[1] } });
    expect(successOf(found).items.map((row) => row.afterSaleNo)).toEqual([numbers[1]]);
    for (const [text, count] of [
      [desk.flat()[0]!.orderNo, 3],
      ['%', 0],
      ['9', 0],
    ] as const)
      expect(successOf(await shop.call(orderContract.staffAfterSales, shop.staff, { query: { text } })).items).toHaveLength(count);
    expect(successOf(await shop.call(orderContract.listAfterSales, shop.buyer(OTHER_MEMBER), {})).items).toEqual([]);
    expect(successOf(await shop.call(orderContract.listAfterSales, shop.buyer(), { query: { orderId: newId() } })).items).toEqual([]);
  });

  it('lists stock and finds what runs out', async () => {
    await place(MEMBER, 3);
    await shop.stock(SKUS.far, 2);
    const rows = successOf(await shop.call(orderContract.staffStock, shop.staff, {})).items;
    expect(rows.find((row) => row.skuId === SKUS.valve)).toMatchObject({ title: '气门嘴', onHand: 100, reserved: 3, available: 97 });
    const few = successOf(await shop.call(orderContract.staffStock, shop.staff, { query: { availableBelow: 3 } })).items;
    expect(few.map((row) => row.skuId)).toEqual([SKUS.far]);
    const read = await pages(async (cursor) =>
      successOf(await shop.call(orderContract.staffStock, shop.staff, { query: { limit: 1, ...(cursor ? { cursor } : {}) } })),
    );
    expect(read.map((page) => page.length)).toEqual([1, 1]);
  });

  it('makes what the outside shop says orderable whatever is reserved, and records the difference once', async () => {
    await place(MEMBER, 4);
    await shop.stock(SKUS.valve, 10);
    await shop.stock(SKUS.valve, 10);
    expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 14, reserved: 4, sold: 0 });
    const deltas = await shop.tables.selectFrom('order_stock_adjustments').select('delta').where('skuId', '=', SKUS.valve).execute();
    expect(deltas.map((row) => row.delta).sort((a, b) => a - b)).toEqual([-86, 100]);
    expect(await shop.service.api.available([SKUS.valve, newId()])).toEqual(
      new Map([[SKUS.valve, { onHand: 14, reserved: 4, sold: 0, available: 10 }]]),
    );
    expect(await shop.findings()).toEqual([]);
  });

  describe('figures', () => {
    it('count placed and paid orders, buyers and amounts on the shop’s days', async () => {
      const start = shopDayStart(shopDay(shop.clock.now()));
      shop.clock.set(start + DAY_MS - 2);
      const late = await place();
      await shop.pay(late.tradeId, late.payableFen);
      await place();
      shop.clock.set(start + DAY_MS);
      const next = await place(MEMBER, 5);
      await shop.pay(next.tradeId, next.payableFen);
      const far = await place(OTHER_MEMBER, 1, SKUS.far);
      await shop.pay(far.tradeId, far.payableFen);
      const days = await shop.service.api.salesByDay(start, start + 3 * DAY_MS);
      expect(days.map(({ day: _day, ...figures }) => figures)).toEqual([
        { placedOrders: 2, paidOrders: 1, paidFen: 1_999, refundedFen: 0, buyers: 1 },
        { placedOrders: 2, paidOrders: 2, paidFen: next.payableFen + far.payableFen, refundedFen: 0, buyers: 2 },
        { placedOrders: 0, paidOrders: 0, paidFen: 0, refundedFen: 0, buyers: 0 },
      ]);
      expect(days[1]?.day).toBe(shopDay(start + DAY_MS));
      expect(await shop.service.api.buyersBetween(start, start + 3 * DAY_MS)).toBe(2);
      expect(await shop.service.api.topProducts(start, start + 3 * DAY_MS, 1)).toEqual([
        { productId: SKUS.far, title: '千斤顶', quantity: 1, paidFen: 8_000 },
      ]);
      expect(await shop.service.api.countsByStatus(0, 0)).toEqual({ awaiting_payment: 1, paid: 3, after_sales_waiting: 0 });
      expect(await shop.service.api.paidOrderCount(MEMBER)).toBe(2);
    });

    it('count after-sales that wait for staff', async () => {
      const trade = await place();
      await shop.pay(trade.tradeId, trade.payableFen);
      const [line] = await shop.lines(trade.orderId);
      await shop.publish(parcelShipped, trade.orderId, {
        shipmentId: newId(),
        orderId: trade.orderId,
        carrierCode: 'sf',
        waybillNo: 'SF1',
        lines: [{ orderLineId: line!.orderLineId, quantity: 1 }],
        shippedAt: shop.clock.now(),
      });
      const body = { orderLineId: line!.orderLineId, quantity: 1, kind: 'refund_only', reason: 'other' };
      successOf(await shop.call(orderContract.applyAfterSale, shop.buyer(), { body }));
      expect(await shop.service.api.countsByStatus(0, 0)).toEqual({ shipped: 1, after_sales_waiting: 1 });
    });

    it('given orders that are over, when they are counted, then only those of the period, and those under way however old', async () => {
      const start = shop.clock.now();
      await place();
      const early = await place();
      const cancel = (tradeId: string) => shop.call(orderContract.cancelTrade, shop.buyer(), { params: { tradeId }, body: {} });
      successOf(await cancel(early.tradeId));
      shop.clock.set(start + DAY_MS);
      const late = await place();
      successOf(await cancel(late.tradeId));
      const { countsByStatus } = shop.service.api;
      expect(await countsByStatus(start + DAY_MS, start + 2 * DAY_MS)).toEqual({
        awaiting_payment: 1,
        cancelled: 1,
        after_sales_waiting: 0,
      });
      expect(await countsByStatus(start, start + 2 * DAY_MS)).toMatchObject({ cancelled: 2 });
      expect(await countsByStatus(start, start + DAY_MS)).toMatchObject({ cancelled: 1 });
    });

    if (kind.name === 'SQLite')
      it('count by ranges of an index, never through all orders', async () => {
        const plan = async (where: string) => {
          const statement = `EXPLAIN QUERY PLAN SELECT status, COUNT(*) FROM order_orders WHERE ${where} GROUP BY status`;
          const { rows } = await sql<{ detail: string }>`${sql.raw(statement)}`.execute(shop.database.query.withTables());
          return rows.map((row) => row.detail).join('\n');
        };
        expect(await plan("status IN ('completed', 'cancelled') AND orderId >= '0' AND orderId < '1'")).toMatch(
          /SEARCH order_orders USING COVERING INDEX order_orders_status \(status=\? AND orderId>\? AND orderId<\?\)/,
        );
        expect(await plan("status IN ('paid', 'shipped')")).toMatch(/SEARCH order_orders USING COVERING INDEX/);
      });
  });
});
