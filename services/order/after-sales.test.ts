import { parcelShipped } from '@qianxing/fulfilment/contract';
import { newId } from '@qianxing/ids';
import { testDatabases } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AfterSale, afterSaleHold, lineRefunded, orderContract, refundRequested } from './contract';
import { ADDRESS, codeOf, MEMBER, OTHER_MEMBER, openShop, policy, type Shop, SKUS, successOf } from './order-for-tests';

type Kind = AfterSale['kind'];

describe.each(testDatabases())('after-sales on $name', (kind) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop(kind);
    await shop.stock(SKUS.valve, 20);
    await shop.stock(SKUS.wheel, 20);
  });
  afterEach(async () => {
    expect(await shop.findings()).toEqual([]);
    expect(await shop.deadLetters()).toBe(0);
    await shop.close();
  });

  /** A paid order with these quantities of valves and wheels. */
  const buy = async (...quantities: [number, number?]) => {
    const skus = [SKUS.valve, SKUS.wheel];
    const items = quantities.map((quantity, index) => ({ skuId: skus[index]!, quantity: quantity ?? 0 }));
    const quote = successOf(await shop.call(orderContract.quote, shop.buyer(), { body: { items, addressId: ADDRESS } }));
    const body = { items, addressId: ADDRESS, expectedPayableFen: quote.payableFen };
    const trade = successOf(await shop.call(orderContract.placeTrade, shop.buyer(), { body }));
    const paymentId = await shop.pay(trade.tradeId, trade.payableFen);
    const orderId = trade.orders[0]!.orderId;
    return { orderId, paymentId, tradeId: trade.tradeId, payableFen: trade.payableFen, lines: await shop.lines(orderId) };
  };
  const ship = (orderId: string, orderLineId: string, quantity: number) =>
    shop.publish(parcelShipped, orderId, {
      shipmentId: newId(),
      orderId,
      carrierCode: 'sf',
      waybillNo: 'SF1',
      lines: [{ orderLineId, quantity }],
      shippedAt: shop.clock.now(),
    });
  const apply = (orderLineId: string, quantity: number, of: Kind = 'refund_only', key = newId()) =>
    shop.call(orderContract.applyAfterSale, shop.buyer(), { key, body: { orderLineId, quantity, kind: of, reason: 'quality' } });
  const applied = async (...input: Parameters<typeof apply>) => successOf(await apply(...input));
  const desk = (contract: typeof orderContract.approveAfterSale | typeof orderContract.confirmReturn, afterSaleId: string) =>
    shop.call(contract, shop.staff, { params: { afterSaleId }, body: {} });
  const approve = (afterSaleId: string) => desk(orderContract.approveAfterSale, afterSaleId);
  const confirm = (afterSaleId: string) => desk(orderContract.confirmReturn, afterSaleId);
  const reject = (afterSaleId: string) =>
    shop.call(orderContract.rejectAfterSale, shop.staff, { params: { afterSaleId }, body: { reason: '凭证不足' } });
  const cancel = (afterSaleId: string) => shop.call(orderContract.cancelAfterSale, shop.buyer(), { params: { afterSaleId }, body: {} });
  const sendBack = (afterSaleId: string) =>
    shop.call(orderContract.sendBackAfterSale, shop.buyer(), {
      params: { afterSaleId },
      body: { carrierCode: 'yto', waybillNo: 'YT123456' },
    });
  const line = async (orderId: string, index = 0) => (await shop.lines(orderId))[index]!;
  /** Approves, and lets the money asked for arrive at the buyer. */
  const refund = async (afterSaleId: string) => {
    const approved = successOf(await approve(afterSaleId));
    await shop.refunded(afterSaleId, approved.refundFen);
  };

  describe('of goods that were not shipped', () => {
    it('given a part is refunded, then its share goes back, the units are held and return to stock', async () => {
      const bought = await buy(3);
      const afterSale = await applied(bought.lines[0]!.orderLineId, 1);
      expect(afterSale).toMatchObject({ status: 'applied', refundFen: 999, actions: ['cancel'] });
      expect(await line(bought.orderId)).toMatchObject({ openQuantity: 1, openFen: 999 });
      expect(await shop.told(refundRequested)).toEqual([]);
      const approved = successOf(await approve(afterSale.afterSaleId));
      expect(approved.status).toBe('refunding');
      expect(await shop.told(refundRequested)).toMatchObject([
        { refundKey: `afterSale:${afterSale.afterSaleId}`, paymentId: bought.paymentId, amountFen: 999 },
      ]);
      expect(await shop.stockOf(SKUS.valve)).toMatchObject({ onHand: 17, sold: 3 });

      await shop.refunded(afterSale.afterSaleId, 999);
      await shop.refunded(afterSale.afterSaleId, 999);

      expect(await line(bought.orderId)).toMatchObject({ openQuantity: 0, openFen: 0, refundedQuantity: 1, refundedFen: 999 });
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 18, reserved: 0, sold: 2 });
      expect(await shop.order(bought.orderId)).toMatchObject({ status: 'paid', refundedFen: 999 });
      expect(await shop.told(afterSaleHold)).toMatchObject([{ quantity: 1, released: false }]);
      expect(await shop.told(lineRefunded)).toMatchObject([
        { quantity: 1, refundedFen: 999, lineRefundedFen: 999, linePaidFen: 2_997, lineQuantity: 3, lineRefundedQuantity: 1 },
      ]);
    });

    it('given everything goes back before shipping, then freight too, the order is cancelled and the stock is back', async () => {
      const bought = await buy(2, 1);
      const [valves, wheels] = [await applied(bought.lines[0]!.orderLineId, 2), await applied(bought.lines[1]!.orderLineId, 1)];
      expect([valves.refundFen, wheels.refundFen]).toEqual([1_998, 10_001 + 1_300]);
      await refund(wheels.afterSaleId);
      expect((await shop.order(bought.orderId)).status).toBe('paid');
      await refund(valves.afterSaleId);
      // The wheels were approved while the valves might still have been shipped, so the freight went back with the valves.
      expect((await shop.told(refundRequested)).map((event) => event.amountFen)).toEqual([10_001, 1_998 + 1_300]);
      expect(await shop.order(bought.orderId)).toMatchObject({
        status: 'cancelled',
        cancelReason: 'refunded',
        refundedFen: bought.payableFen,
      });
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 20, reserved: 0, sold: 0 });
      expect(await shop.stockOf(SKUS.wheel)).toEqual({ onHand: 20, reserved: 0, sold: 0 });
      expect(await shop.service.api.paidOrderCount(MEMBER)).toBe(0);
    });

    it('given the other half was refused after all, then no freight has left', async () => {
      const bought = await buy(2, 1);
      const [valves, wheels] = [await applied(bought.lines[0]!.orderLineId, 2), await applied(bought.lines[1]!.orderLineId, 1)];
      await refund(wheels.afterSaleId);
      successOf(await reject(valves.afterSaleId));
      expect(await shop.order(bought.orderId)).toMatchObject({ status: 'paid', refundedFen: 10_001 });
      await ship(bought.orderId, bought.lines[0]!.orderLineId, 2);
      expect((await shop.order(bought.orderId)).status).toBe('shipped');
    });

    it('given the last open units are refunded, then what was shipped makes the order shipped', async () => {
      const bought = await buy(3);
      await ship(bought.orderId, bought.lines[0]!.orderLineId, 2);
      expect((await shop.order(bought.orderId)).status).toBe('partly_shipped');
      const afterSale = await applied(bought.lines[0]!.orderLineId, 1);
      expect(afterSale.refundFen).toBe(999);
      await refund(afterSale.afterSaleId);
      expect((await shop.order(bought.orderId)).status).toBe('shipped');
    });

    it('given a parcel was faster than the hold, then the refund stands but nothing returns to stock', async () => {
      const bought = await buy(1);
      const afterSale = await applied(bought.lines[0]!.orderLineId, 1);
      await ship(bought.orderId, bought.lines[0]!.orderLineId, 1);
      await refund(afterSale.afterSaleId);
      expect(await shop.stockOf(SKUS.valve)).toMatchObject({ onHand: 19, sold: 1 });
      expect(await shop.order(bought.orderId)).toMatchObject({ status: 'cancelled', refundedFen: 999 });
    });

    it('given a refund of nothing, then it ends without asking payment', async () => {
      shop.catalogue.set(SKUS.valve, { ...shop.catalogue.get(SKUS.valve)!, priceFen: 0 });
      const bought = await buy(2);
      const afterSale = await applied(bought.lines[0]!.orderLineId, 1);
      expect(successOf(await approve(afterSale.afterSaleId))).toMatchObject({ status: 'refunded', refundFen: 0 });
      expect(await shop.told(refundRequested)).toEqual([]);
      expect(await shop.told(lineRefunded)).toHaveLength(1);
    });
  });

  describe('of goods that were shipped', () => {
    it('given a return, then the money waits for the goods, and both come back', async () => {
      const bought = await buy(2);
      await ship(bought.orderId, bought.lines[0]!.orderLineId, 2);
      const { afterSaleId } = await applied(bought.lines[0]!.orderLineId, 1, 'return_and_refund');
      expect(await shop.told(afterSaleHold)).toEqual([]);
      expect(codeOf(await sendBack(afterSaleId))).toBe('order.afterSaleState');
      expect(successOf(await approve(afterSaleId)).status).toBe('approved');
      const waiting = successOf(await shop.call(orderContract.afterSale, shop.buyer(), { params: { afterSaleId } }));
      expect(waiting).toMatchObject({ returnAddress: '上海市退货仓', actions: ['send_back', 'cancel'] });
      expect(successOf(await sendBack(afterSaleId))).toMatchObject({ status: 'returning', returnWaybillNo: 'YT123456', actions: [] });
      expect(codeOf(await cancel(afterSaleId))).toBe('order.afterSaleState');
      expect(await shop.told(refundRequested)).toEqual([]);
      expect(successOf(await confirm(afterSaleId)).status).toBe('refunding');
      expect(codeOf(await confirm(afterSaleId))).toBe('order.afterSaleState');
      await shop.refunded(afterSaleId, 999);
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 19, reserved: 0, sold: 1 });
      expect((await shop.order(bought.orderId)).status).toBe('shipped');
      const done = successOf(await shop.call(orderContract.afterSale, shop.buyer(), { params: { afterSaleId } }));
      expect(done.history.map((entry) => entry.status).sort()).toEqual(
        ['applied', 'approved', 'returning', 'returned', 'refunding', 'refunded'].sort(),
      );
    });

    it('given everything is returned, then freight stays and the order is cancelled', async () => {
      const bought = await buy(1);
      await ship(bought.orderId, bought.lines[0]!.orderLineId, 1);
      const { afterSaleId, refundFen } = await applied(bought.lines[0]!.orderLineId, 1, 'return_and_refund');
      expect(refundFen).toBe(999);
      successOf(await approve(afterSaleId));
      successOf(await confirm(afterSaleId));
      await shop.refunded(afterSaleId, 999);
      expect(await shop.order(bought.orderId)).toMatchObject({ status: 'cancelled', refundedFen: 999, payableFen: 1_999 });
    });

    it('given refund only of shipped goods, then nothing returns to stock', async () => {
      const bought = await buy(1);
      await ship(bought.orderId, bought.lines[0]!.orderLineId, 1);
      const { afterSaleId } = await applied(bought.lines[0]!.orderLineId, 1);
      await refund(afterSaleId);
      expect(await shop.stockOf(SKUS.valve)).toMatchObject({ onHand: 19, sold: 1 });
    });

    it('given one of two shipped units came back, then the unit still to ship is still to ship', async () => {
      const bought = await buy(2);
      const { orderLineId } = bought.lines[0]!;
      await ship(bought.orderId, orderLineId, 1);
      const returned = await applied(orderLineId, 1, 'return_and_refund');
      successOf(await approve(returned.afterSaleId));
      successOf(await confirm(returned.afterSaleId));
      await shop.refunded(returned.afterSaleId, 999);
      expect((await shop.order(bought.orderId)).status).toBe('partly_shipped');
      // The unit that is left has not been shipped: it is held and returns to stock.
      const withdrawn = await applied(orderLineId, 1);
      expect(await shop.told(afterSaleHold)).toMatchObject([{ afterSaleId: withdrawn.afterSaleId, quantity: 1 }]);
      await refund(withdrawn.afterSaleId);
      expect(await shop.stockOf(SKUS.valve)).toEqual({ onHand: 20, reserved: 0, sold: 0 });
      expect((await shop.order(bought.orderId)).status).toBe('cancelled');
    });

    it('given more is returned than was shipped, then it is refused with what is possible', async () => {
      const bought = await buy(3);
      const { orderLineId } = bought.lines[0]!;
      expect(codeOf(await apply(orderLineId, 1, 'return_and_refund'))).toBe('order.returnNotShipped');
      await ship(bought.orderId, orderLineId, 2);
      expect(await apply(orderLineId, 3, 'return_and_refund')).toMatchObject({
        ok: false,
        problem: { code: 'order.returnQuantity', params: { left: 2 } },
      });
      await applied(orderLineId, 1, 'return_and_refund');
      expect(codeOf(await apply(orderLineId, 2, 'return_and_refund'))).toBe('order.returnQuantity');
      await applied(orderLineId, 1, 'return_and_refund');
      await applied(orderLineId, 1);
      expect(codeOf(await apply(orderLineId, 1))).toBe('order.afterSaleQuantity');
    });
  });

  describe('ending without money', () => {
    it.each(['reject', 'cancel'] as const)('given %s, then what was set aside is free again and the hold is released', async (how) => {
      const bought = await buy(2);
      const { afterSaleId } = await applied(bought.lines[0]!.orderLineId, 2);
      expect(codeOf(await apply(bought.lines[0]!.orderLineId, 1))).toBe('order.afterSaleQuantity');
      const end = how === 'reject' ? reject : cancel;
      expect(successOf(await end(afterSaleId)).status).toBe(how === 'reject' ? 'rejected' : 'closed');
      for (const act of [approve, reject, cancel, confirm]) expect(codeOf(await act(afterSaleId))).toBe('order.afterSaleState');
      expect(await line(bought.orderId)).toMatchObject({ openQuantity: 0, openFen: 0, refundedQuantity: 0 });
      expect((await shop.told(afterSaleHold)).map((event) => event.released)).toEqual([false, true]);
      expect(await shop.told(refundRequested)).toEqual([]);
      expect(await shop.told(lineRefunded)).toEqual([]);
      expect((await applied(bought.lines[0]!.orderLineId, 2)).refundFen).toBe(bought.payableFen);
    });

    it('given approval, then a refund-only can no longer be withdrawn', async () => {
      const bought = await buy(1);
      const { afterSaleId } = await applied(bought.lines[0]!.orderLineId, 1);
      successOf(await approve(afterSaleId));
      expect(codeOf(await cancel(afterSaleId))).toBe('order.afterSaleState');
      expect(codeOf(await reject(afterSaleId))).toBe('order.afterSaleState');
      expect(codeOf(await approve(afterSaleId))).toBe('order.afterSaleState');
      expect(await shop.told(refundRequested)).toHaveLength(1);
    });
  });

  it('given the same key, then the same after-sale answers, also when both come at once', async () => {
    const bought = await buy(2);
    const key = newId();
    const both = await Promise.all([1, 1].map((quantity) => apply(bought.lines[0]!.orderLineId, quantity, 'refund_only', key)));
    const ids = both.map((answer) => successOf(answer).afterSaleId);
    expect(new Set(ids).size).toBe(1);
    expect(successOf(await apply(bought.lines[0]!.orderLineId, 1, 'refund_only', key)).afterSaleId).toBe(ids[0]);
    expect(await line(bought.orderId)).toMatchObject({ openQuantity: 1 });
  });

  it('given two applications for the last unit at once, then one gets it', async () => {
    const bought = await buy(1);
    const both = await Promise.all([1, 1].map((quantity) => apply(bought.lines[0]!.orderLineId, quantity)));
    expect(both.map((answer) => (answer.ok ? 'applied' : answer.problem.code)).sort()).toEqual(['applied', 'order.afterSaleQuantity']);
  });

  it('given an unpaid order, a closed window or somebody else’s line, then nobody may apply', async () => {
    const items = [{ skuId: SKUS.valve, quantity: 1 }];
    const body = { items, addressId: ADDRESS, expectedPayableFen: 1_999 };
    const unpaid = successOf(await shop.call(orderContract.placeTrade, shop.buyer(), { body }));
    expect(codeOf(await apply((await line(unpaid.orders[0]!.orderId)).orderLineId, 1))).toBe('order.afterSaleClosed');

    const bought = await buy(1);
    const { orderLineId } = bought.lines[0]!;
    const application = { orderLineId, quantity: 1, kind: 'refund_only', reason: 'other' };
    expect(codeOf(await shop.call(orderContract.applyAfterSale, shop.buyer(OTHER_MEMBER), { body: application }))).toBe(
      'order.orderNotFound',
    );
    expect(codeOf(await apply(newId(), 1))).toBe('order.orderNotFound');
    await ship(bought.orderId, orderLineId, 1);
    successOf(await shop.call(orderContract.receiveOrder, shop.buyer(), { params: { orderId: bought.orderId }, body: {} }));
    shop.clock.advance(policy.returnWindowMs);
    expect(codeOf(await apply(orderLineId, 1))).toBe('order.afterSaleClosed');
  });

  it('given somebody else’s after-sale, then it does not exist for them', async () => {
    const bought = await buy(1);
    const { afterSaleId } = await applied(bought.lines[0]!.orderLineId, 1);
    const stranger = shop.buyer(OTHER_MEMBER);
    const params = { afterSaleId };
    const parcel = { carrierCode: 'yto', waybillNo: 'YT123456' };
    for (const answer of [
      await shop.call(orderContract.afterSale, stranger, { params }),
      await shop.call(orderContract.cancelAfterSale, stranger, { params, body: {} }),
      await shop.call(orderContract.sendBackAfterSale, stranger, { params, body: parcel }),
      await shop.call(orderContract.afterSale, shop.buyer(), { params: { afterSaleId: newId() } }),
      await shop.call(orderContract.approveAfterSale, shop.staff, { params: { afterSaleId: newId() }, body: {} }),
    ])
      expect(codeOf(answer)).toBe('order.afterSaleNotFound');
    const own = successOf(await shop.call(orderContract.afterSale, shop.buyer(), { params }));
    expect(own.status).toBe('applied');
  });
});
