import { orderDelivered, parcelShipped } from '@qianxing/fulfilment/contract';
import { newId } from '@qianxing/ids';
import { armFailpoint, testDatabases } from '@qianxing/testing';
import { DAY_MS, MINUTE_MS } from '@qianxing/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { orderCancelled, orderCompleted, orderContract, orderPaid, orderReceived, refundRequested, tradeCancelled } from './contract';
import { cancelTrade, payTrade, type TradeGuard } from './lifecycle';
import { ADDRESS, codeOf, MEMBER, OTHER_MEMBER, openShop, policy, type Shop, SKUS, successOf } from './order-for-tests';
import { StockConflict } from './stock/store';
import type { OrderTables } from './tables';

describe.each(testDatabases())('the life of an order on $name', (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
    await shop.stock(SKUS.valve, 10);
    await shop.stock(SKUS.far, 10);
  });
  afterEach(async () => {
    expect(await shop.findings()).toEqual([]);
    expect(await shop.deadLetters()).toBe(0);
    await shop.close();
  });

  const place = async (quantity = 2) => {
    const items = [{ skuId: SKUS.valve, quantity }];
    const quote = successOf(await shop.call(orderContract.quote, shop.buyer(), { body: { items, addressId: ADDRESS } }));
    const body = { items, addressId: ADDRESS, expectedPayableFen: quote.payableFen };
    const trade = successOf(await shop.call(orderContract.placeTrade, shop.buyer(), { body }));
    return { ...trade, orderId: trade.orders[0]!.orderId };
  };
  const ship = async (orderId: string, quantity: number, shipmentId = newId()) => {
    const [line] = await shop.lines(orderId);
    await shop.publish(parcelShipped, orderId, {
      shipmentId,
      orderId,
      carrierCode: 'sf',
      waybillNo: 'SF1',
      lines: [{ orderLineId: line!.orderLineId, quantity }],
      shippedAt: shop.clock.now(),
    });
  };
  const status = async (orderId: string) => (await shop.order(orderId)).status;
  const expire = () => shop.runJob('order.expireTrades');
  const seen = async (orderId: string) => successOf(await shop.call(orderContract.order, shop.buyer(), { params: { orderId } }));

  describe('payment', () => {
    it('given the money of a trade, then stock is sold and every order is paid, once', async () => {
      const items = [
        { skuId: SKUS.valve, quantity: 1 },
        { skuId: SKUS.far, quantity: 1 },
      ];
      const quote = successOf(await shop.call(orderContract.quote, shop.buyer(), { body: { items, addressId: ADDRESS } }));
      const body = { items, addressId: ADDRESS, expectedPayableFen: quote.payableFen };
      const trade = successOf(await shop.call(orderContract.placeTrade, shop.buyer(), { body }));
      const paymentId = await shop.pay(trade.tradeId, quote.payableFen);
      await shop.pay(trade.tradeId, quote.payableFen, paymentId);

      expect(await shop.trade(trade.tradeId)).toMatchObject({ status: 'paid', paymentId, paidAt: shop.clock.now() });
      expect((await shop.ordersOf(trade.tradeId)).map((order) => order.status)).toEqual(['paid', 'paid']);
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 9, reserved: 0, sold: 1 });
      const told = await shop.told(orderPaid);
      expect(told.map((event) => event.payableFen)).toEqual(quote.groups.map((group) => group.payableFen));
      expect(told[0]).toMatchObject({ paymentId, freightFen: 1_000, recipient: { name: '王小明', phone: '13800138000' } });
      expect(await shop.told(refundRequested)).toEqual([]);
    });

    it('given a wrong amount, then the trade stays unpaid and the money goes back under one key', async () => {
      const trade = await place();
      const paymentId = await shop.pay(trade.tradeId, trade.payableFen - 1);
      expect(await status(trade.orderId)).toBe('awaiting_payment');
      expect(await shop.stockOf(SKUS.valve)).toMatchObject({ reserved: 2, sold: 0 });
      const asked = await shop.told(refundRequested);
      expect(new Set(asked.map((event) => event.refundKey))).toEqual(new Set([`late:${paymentId}`]));
      expect(asked[0]).toMatchObject({ paymentId, amountFen: trade.payableFen - 1 });
      expect(await shop.told(orderPaid)).toEqual([]);
    });

    it('given a trade paid already, when another payment succeeds, then that one goes back', async () => {
      const trade = await place();
      await shop.pay(trade.tradeId, trade.payableFen);
      const second = await shop.pay(trade.tradeId, trade.payableFen);
      expect(new Set((await shop.told(refundRequested)).map((event) => event.refundKey))).toEqual(new Set([`late:${second}`]));
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 8, reserved: 0, sold: 2 });
      expect(await shop.told(orderPaid)).toHaveLength(1);
    });
  });

  describe('expiry and cancellation', () => {
    it('given an unpaid trade, when its window is over, then it is cancelled and the stock is free again', async () => {
      const trade = await place();
      shop.clock.advance(policy.paymentWindowMs - 1);
      expect(await expire()).toBe(0);
      shop.clock.advance(1);
      expect(await expire()).toBe(1);
      expect(await expire()).toBe(0);
      expect(await shop.order(trade.orderId)).toMatchObject({ status: 'cancelled', cancelReason: 'expired' });
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 10, reserved: 0, sold: 0 });
      expect(await shop.told(tradeCancelled)).toEqual([{ tradeId: trade.tradeId, reason: 'expired' }]);
      expect((await shop.told(orderCancelled)).map((event) => event.reason)).toEqual(['expired']);
    });

    it('given an expired trade, when its money arrives late, then it goes back and nothing is sold', async () => {
      const trade = await place();
      shop.clock.advance(policy.paymentWindowMs);
      await expire();
      const paymentId = await shop.pay(trade.tradeId, trade.payableFen);
      expect(new Set((await shop.told(refundRequested)).map((event) => event.refundKey))).toEqual(new Set([`late:${paymentId}`]));
      expect(await status(trade.orderId)).toBe('cancelled');
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 10, reserved: 0, sold: 0 });
    });

    it('given the buyer, when they cancel twice, then it happens once; after payment it is refused', async () => {
      const trade = await place();
      const cancel = (tradeId: string) => shop.call(orderContract.cancelTrade, shop.buyer(), { params: { tradeId }, body: {} });
      expect(successOf(await cancel(trade.tradeId)).status).toBe('cancelled');
      expect(successOf(await cancel(trade.tradeId)).status).toBe('cancelled');
      expect(await shop.told(tradeCancelled)).toHaveLength(1);
      const paid = await place();
      await shop.pay(paid.tradeId, paid.payableFen);
      expect(codeOf(await cancel(paid.tradeId))).toBe('order.notCancellable');
      expect(await status(paid.orderId)).toBe('paid');
    });

    it('given staff, when they cancel, then the reason is kept as a note', async () => {
      const trade = await place();
      const input = { params: { tradeId: trade.tradeId }, body: { reason: '买家来电' } };
      expect(successOf(await shop.call(orderContract.staffCancelOrder, shop.staff, input)).status).toBe('cancelled');
      successOf(await shop.call(orderContract.staffCancelOrder, shop.staff, input));
      const order = successOf(await shop.call(orderContract.staffOrder, shop.staff, { params: { orderId: trade.orderId } }));
      expect(order.staffNotes.map((note) => [note.note, note.staffName])).toEqual([['买家来电', '小李']]);
      expect(order.cancelReason).toBe('staff');
    });
  });

  describe('expiry against payment', () => {
    /** The competitor begins when the failpoint is reached and can only go on when the first transaction is over. */
    const race = async (failpoint: string, first: () => Promise<unknown>, second: () => Promise<unknown>) => {
      let competitor: Promise<unknown> | undefined;
      const disarm = armFailpoint(failpoint, () => {
        competitor ??= second();
        // It may fail before the first is over; it is looked at below.
        competitor.catch(() => undefined);
      });
      await first().finally(disarm);
      expect(competitor).toBeDefined();
      await competitor;
      await shop.bus.drain();
    };
    const lifecycle = () => ({ events: shop.bus, policy });
    const expireNow = (tradeId: string) => () =>
      shop.database.transaction((transaction) => cancelTrade(lifecycle(), transaction, tradeId, 'expired', shop.clock.now()));
    const payNow = (tradeId: string, amountFen: number) => () =>
      shop.database.transaction((transaction) =>
        payTrade(lifecycle(), transaction, { paymentId: newId(), tradeId, amountFen, paidAt: shop.clock.now() }),
      );

    it('given payment in the middle of its transaction, when expiry comes, then the order stays paid', async () => {
      const trade = await place();
      await race('order.afterSell', payNow(trade.tradeId, trade.payableFen), expireNow(trade.tradeId));
      expect(await status(trade.orderId)).toBe('paid');
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 8, reserved: 0, sold: 2 });
      expect(await shop.told(tradeCancelled)).toEqual([]);
      expect(await shop.told(refundRequested)).toEqual([]);
    });

    it('given expiry in the middle of its transaction, when payment comes, then the money goes back', async () => {
      const trade = await place();
      await race('order.afterRelease', expireNow(trade.tradeId), payNow(trade.tradeId, trade.payableFen));
      expect(await status(trade.orderId)).toBe('cancelled');
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 10, reserved: 0, sold: 0 });
      expect(await shop.told(refundRequested)).toHaveLength(1);
      expect(await shop.told(orderPaid)).toEqual([]);
    });

    it('given the same without lock and guard, then the second comes through to the stock, which refuses it', async () => {
      const trade = await place();
      const before = await shop.trade(trade.tradeId);
      const trades: TradeGuard = {
        lock: async () => before,
        end: async (transaction, tradeId, change) => {
          await transaction.withTables<OrderTables>().updateTable('order_trades').set(change).where('tradeId', '=', tradeId).execute();
          return true;
        },
      };
      const careless = () =>
        shop.database.transaction((transaction) =>
          cancelTrade({ ...lifecycle(), trades }, transaction, trade.tradeId, 'expired', shop.clock.now()),
        );
      await expect(race('order.afterSell', payNow(trade.tradeId, trade.payableFen), careless)).rejects.toThrow(StockConflict);
      expect(await status(trade.orderId)).toBe('paid');
    });

    it('given the sweep and the payment at once, however they fall, then exactly one of them happens', async () => {
      for (let round = 0; round < 8; round += 1) {
        const trade = await place(1);
        const before = (await shop.told(refundRequested)).length;
        const acts = [expireNow(trade.tradeId), payNow(trade.tradeId, trade.payableFen)];
        await Promise.all((round % 2 === 0 ? acts : acts.toReversed()).map((act) => act()));
        await shop.bus.drain();
        const refunds = (await shop.told(refundRequested)).length - before;
        expect([await status(trade.orderId), refunds]).toEqual(refunds === 1 ? ['cancelled', 1] : ['paid', 0]);
      }
    });
  });

  describe('shipping, receipt and completion', () => {
    const paid = async (quantity = 2) => {
      const trade = await place(quantity);
      await shop.pay(trade.tradeId, trade.payableFen);
      return trade;
    };

    it('given parcels one after another, then the order is partly shipped and then shipped; a parcel counts once', async () => {
      const trade = await paid(3);
      const first = newId();
      await ship(trade.orderId, 1, first);
      await ship(trade.orderId, 1, first);
      expect(await status(trade.orderId)).toBe('partly_shipped');
      expect((await shop.lines(trade.orderId))[0]).toMatchObject({ shippedQuantity: 1 });
      expect(codeOf(await shop.call(orderContract.receiveOrder, shop.buyer(), { params: { orderId: trade.orderId }, body: {} }))).toBe(
        'order.notReceivable',
      );
      await ship(trade.orderId, 2);
      const order = await shop.order(trade.orderId);
      expect(order).toMatchObject({ status: 'shipped', shippedAt: shop.clock.now() });
      expect(order.autoReceiveAt).toBe(shop.clock.now() + policy.autoReceiveAfterShippedMs);
    });

    it('given receipt by the buyer, then the return window begins and the second try answers the same', async () => {
      const trade = await paid();
      await ship(trade.orderId, 2);
      const receive = () => shop.call(orderContract.receiveOrder, shop.buyer(), { params: { orderId: trade.orderId }, body: {} });
      const order = successOf(await receive());
      expect(order).toMatchObject({ status: 'received', autoReceiveAt: null, actions: ['after_sale'] });
      expect(successOf(await receive())).toEqual(order);
      expect((await shop.told(orderReceived)).map((event) => event.automatic)).toEqual([false]);
    });

    it('given nobody confirms, then the order confirms itself ten days after shipping', async () => {
      const trade = await paid();
      await ship(trade.orderId, 2);
      shop.clock.advance(10 * DAY_MS - 1);
      expect(await shop.runJob('order.receiveAutomatically')).toBe(0);
      shop.clock.advance(1);
      expect(await shop.runJob('order.receiveAutomatically')).toBe(1);
      expect(await shop.runJob('order.receiveAutomatically')).toBe(0);
      expect((await shop.told(orderReceived)).map((event) => event.automatic)).toEqual([true]);
    });

    it('given delivery, then seven days after it, unless that is later than ten days after shipping', async () => {
      const early = await paid(1);
      const late = await paid(1);
      for (const trade of [early, late]) await ship(trade.orderId, 1);
      const shippedAt = shop.clock.now();
      const deliver = async (orderId: string) => {
        const payload = { orderId, deliveredAt: shop.clock.now() };
        await shop.publish(orderDelivered, orderId, payload);
      };
      shop.clock.advance(DAY_MS);
      await deliver(early.orderId);
      shop.clock.advance(5 * DAY_MS);
      await deliver(late.orderId);
      await deliver(early.orderId);
      expect((await shop.order(early.orderId)).autoReceiveAt).toBe(shippedAt + 8 * DAY_MS);
      expect((await shop.order(late.orderId)).autoReceiveAt).toBe(shippedAt + 10 * DAY_MS);
      expect((await shop.order(early.orderId)).deliveredAt).toBe(shippedAt + DAY_MS);
    });

    it('given receipt, then the order completes when the return window is over, once', async () => {
      const trade = await paid();
      await ship(trade.orderId, 2);
      successOf(await shop.call(orderContract.receiveOrder, shop.buyer(), { params: { orderId: trade.orderId }, body: {} }));
      shop.clock.advance(policy.returnWindowMs - 1);
      expect(await shop.runJob('order.complete')).toBe(0);
      expect(await shop.told(orderCompleted)).toEqual([]);
      shop.clock.advance(1);
      expect(await shop.runJob('order.complete')).toBe(1);
      expect(await shop.runJob('order.complete')).toBe(0);
      expect(await status(trade.orderId)).toBe('completed');
      expect((await shop.told(orderCompleted)).map((event) => event.completedAt)).toEqual([shop.clock.now()]);
      expect((await seen(trade.orderId)).actions).toEqual([]);
    });

    it('given an open after-sale, then neither receipt nor completion happens until it ends', async () => {
      const trade = await paid();
      await ship(trade.orderId, 2);
      const [line] = await shop.lines(trade.orderId);
      const body = { orderLineId: line!.orderLineId, quantity: 1, kind: 'return_and_refund', reason: 'quality' };
      const afterSale = successOf(await shop.call(orderContract.applyAfterSale, shop.buyer(), { body }));
      const receive = () => shop.call(orderContract.receiveOrder, shop.buyer(), { params: { orderId: trade.orderId }, body: {} });
      expect(codeOf(await receive())).toBe('order.afterSaleOpen');
      shop.clock.advance(11 * DAY_MS);
      expect(await shop.runJob('order.receiveAutomatically')).toBe(0);
      successOf(await shop.call(orderContract.cancelAfterSale, shop.buyer(), { params: { afterSaleId: afterSale.afterSaleId }, body: {} }));
      expect(await shop.runJob('order.receiveAutomatically')).toBe(1);
      const again = successOf(await shop.call(orderContract.applyAfterSale, shop.buyer(), { body }));
      shop.clock.advance(policy.returnWindowMs);
      expect(await shop.runJob('order.complete')).toBe(0);
      successOf(
        await shop.call(orderContract.rejectAfterSale, shop.staff, {
          params: { afterSaleId: again.afterSaleId },
          body: { reason: '超期' },
        }),
      );
      expect(await shop.runJob('order.complete')).toBe(1);
    });

    it('keeps a history of when each status began', async () => {
      const trade = await paid();
      shop.clock.advance(MINUTE_MS);
      await ship(trade.orderId, 2);
      const order = successOf(await shop.call(orderContract.staffOrder, shop.staff, { params: { orderId: trade.orderId } }));
      expect(order.history.map((entry) => entry.status).sort()).toEqual(['awaiting_payment', 'paid', 'shipped']);
      expect(order.history.at(-1)?.status).toBe('shipped');
    });
  });

  it('tells payment what a trade costs, and only its owner', async () => {
    const trade = await place();
    expect(await shop.service.api.tradeForPayment(trade.tradeId, OTHER_MEMBER)).toBeUndefined();
    expect(await shop.service.api.tradeForPayment(newId(), MEMBER)).toBeUndefined();
    expect(await shop.service.api.tradeForPayment(trade.tradeId, MEMBER)).toMatchObject({
      payableFen: trade.payableFen,
      status: 'awaiting_payment',
      description: '千星轮胎订单',
      expiresAt: shop.clock.now() + policy.paymentWindowMs,
    });
  });
});
