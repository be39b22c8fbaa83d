import { newId } from '@qianxing/ids';
import { armFailpoint, testDatabases } from '@qianxing/testing';
import { memberErased } from '@qianxing/user/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fulfilmentContract, orderDelivered, parcelShipped } from './contract';
import { codeOf, type FulfilmentRoom, fulfilmentOn, journey, MEMBER, openFulfilment, successOf } from './fulfilment-for-tests';

for (const kind of testDatabases()) {
  describe(`shipping on ${kind.name}`, () => {
    let room: FulfilmentRoom;
    beforeEach(async () => {
      room = await openFulfilment(kind);
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      expect(await room.deadLetters()).toBe(0);
      await room.close();
    });

    const toShip = async (query: object = {}) => successOf(await room.call(fulfilmentContract.toShip, room.staff, { query }));
    const lineOf = (orderLineId: string) =>
      room.tables.selectFrom('fulfilment_task_lines').selectAll().where('orderLineId', '=', orderLineId).executeTakeFirstOrThrow();

    it('lists what waits, oldest payment first, with the warehouse and a masked recipient', async () => {
      const first = await room.paid();
      room.clock.advance(1_000);
      const second = await room.paid();
      const page = await toShip({ limit: 1 });
      expect(page.items).toMatchObject([
        { orderId: first.orderId, warehouseName: '上海仓', recipientMasked: '王** 138****8000', region: '上海市 浦东新区' },
      ]);
      expect(page.items[0]?.lines.map(({ quantity, toShipQuantity }) => [quantity, toShipQuantity])).toEqual([
        [2, 2],
        [1, 1],
      ]);
      expect((await toShip({ limit: 1, cursor: page.nextCursor })).items).toMatchObject([{ orderId: second.orderId }]);
      expect((await toShip({ text: second.orderNo })).items).toMatchObject([{ orderId: second.orderId }]);
      expect(JSON.stringify(page)).not.toContain('13800138000');
    });

    it('ships by line and quantity, in as many parcels as it takes, and tells of each once', async () => {
      const { orderId, lines } = await room.paid();
      const [tyre = '', valve = ''] = lines;
      const first = successOf(await room.ship(orderId, [[tyre, 1]]));
      expect(first).toMatchObject({ status: 'shipped', carrierNameZh: '圆通速递', shippingInfo: 'waiting', subscription: 'waiting' });
      expect((await toShip()).items[0]?.lines.map((line) => line.toShipQuantity)).toEqual([1, 1]);
      successOf(
        await room.ship(orderId, [
          [tyre, 1],
          [valve, 1],
        ]),
      );
      expect((await toShip()).items).toEqual([]);
      expect(await room.service.api.countsByStatus()).toEqual({ toShip: 0, openExceptions: 0 });
      expect((await room.told(parcelShipped)).map((parcel) => parcel.lines)).toEqual([
        [{ orderLineId: tyre, quantity: 1 }],
        [
          { orderLineId: tyre, quantity: 1 },
          { orderLineId: valve, quantity: 1 },
        ],
      ]);
    });

    it('refuses what does not fit, without effect', async () => {
      const { orderId, lines } = await room.paid();
      const [tyre = '', valve = ''] = lines;
      expect(codeOf(await room.ship(newId(), [[tyre, 1]]))).toBe('fulfilment.orderNotFound');
      expect(codeOf(await room.ship(orderId, [[newId(), 1]]))).toBe('fulfilment.lineUnknown');
      const tooMany = await room.ship(orderId, [
        [valve, 1],
        [tyre, 3],
      ]);
      expect(tooMany).toMatchObject({ problem: { code: 'fulfilment.quantityTooLarge', params: { left: 2 }, path: '/lines/1/quantity' } });
      expect(
        codeOf(
          await room.ship(orderId, [
            [tyre, 1],
            [tyre, 2],
          ]),
        ),
      ).toBe('fulfilment.quantityTooLarge');
      const carrier = { orderId, carrierCode: 'nobody', waybillNo: 'X123456', lines: [{ orderLineId: tyre, quantity: 1 }] };
      expect(codeOf(await room.call(fulfilmentContract.ship, room.staff, { body: carrier }))).toBe('fulfilment.carrierUnknown');
      expect((await lineOf(valve)).shippedQuantity).toBe(0);
      expect(await room.told(parcelShipped)).toEqual([]);
    });

    it('takes the same parcel again for the same, and another content under its number for a mistake', async () => {
      const { orderId, lines } = await room.paid();
      const [tyre = '', valve = ''] = lines;
      const first = successOf(await room.ship(orderId, [[tyre, 2]], 'YT123456'));
      const again = await room.ship(
        orderId,
        [
          [tyre, 1],
          [tyre, 1],
        ],
        'YT123456',
      );
      expect(successOf(again).shipmentId).toBe(first.shipmentId);
      expect(codeOf(await room.ship(orderId, [[valve, 1]], 'YT123456'))).toBe('fulfilment.parcelDiffers');
      expect(await room.told(parcelShipped)).toHaveLength(1);
    });

    it("joins one member's orders in a parcel and refuses the number for somebody else", async () => {
      const first = await room.paid({ quantities: [1] });
      const second = await room.paid({ quantities: [1] });
      const other = await room.paid({ quantities: [1], memberId: newId() });
      successOf(await room.ship(first.orderId, [[first.lines[0]!, 1]], 'YT123456'));
      successOf(await room.ship(second.orderId, [[second.lines[0]!, 1]], 'YT123456'));
      expect(codeOf(await room.ship(other.orderId, [[other.lines[0]!, 1]], 'YT123456'))).toBe('fulfilment.waybillUsed');
      expect((await toShip()).items).toMatchObject([{ orderId: other.orderId }]);
    });

    it('gives units that two people ship at the same moment to one of them', async () => {
      const { orderId, lines } = await room.paid({ quantities: [3] });
      const answers = await Promise.all([room.ship(orderId, [[lines[0]!, 2]]), room.ship(orderId, [[lines[0]!, 2]])]);
      expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
      expect(codeOf(answers.find((answer) => !answer.ok)!)).toBe('fulfilment.quantityTooLarge');
      expect((await lineOf(lines[0]!)).shippedQuantity).toBe(2);
      expect(await room.told(parcelShipped)).toHaveLength(1);
    });

    it('notices when the guard of the quantity is taken away', async () => {
      const { orderId, lines } = await room.paid({ quantities: [3] });
      const unguarded = fulfilmentOn(room.database, {
        addShipped: async (transaction, orderLineId, quantity) => {
          await transaction
            .withTables<{ fulfilment_task_lines: { orderLineId: string; shippedQuantity: number } }>()
            .updateTable('fulfilment_task_lines')
            .set((eb) => ({ shippedQuantity: eb('shippedQuantity', '+', quantity) }))
            .where('orderLineId', '=', orderLineId)
            .execute();
          return true;
        },
      });
      const answers = await Promise.allSettled([unguarded.ship(orderId, [[lines[0]!, 2]]), unguarded.ship(orderId, [[lines[0]!, 2]])]);
      // What is left is the CHECK of the table: an error instead of an answer.
      expect(answers.filter((answer) => answer.status === 'rejected')).toHaveLength(1);
    });

    it('ships nothing when the process ends before the commit', async () => {
      const { orderId, lines } = await room.paid({ quantities: [1] });
      const disarm = armFailpoint('fulfilment.beforeShipCommit', () => {
        throw new Error('killed');
      });
      await expect(room.ship(orderId, [[lines[0]!, 1]])).rejects.toThrow('killed');
      disarm();
      expect((await lineOf(lines[0]!)).shippedQuantity).toBe(0);
      expect(await room.told(parcelShipped)).toEqual([]);
      expect((await toShip()).items).toHaveLength(1);
    });

    describe('after-sales', () => {
      it('hold units back, give them back when refused, and keep them when refunded', async () => {
        const { orderId, lines } = await room.paid({ quantities: [3] });
        const [tyre = ''] = lines;
        await room.hold('after-1', orderId, tyre, 2);
        expect(codeOf(await room.ship(orderId, [[tyre, 2]]))).toBe('fulfilment.quantityTooLarge');
        successOf(await room.ship(orderId, [[tyre, 1]]));
        expect((await toShip()).items).toEqual([]);
        await room.hold('after-1', orderId, tyre, 2, true);
        expect((await toShip()).items[0]?.lines).toMatchObject([{ shippedQuantity: 1, heldQuantity: 0, toShipQuantity: 2 }]);
        // The same hold told late does not hold again.
        await room.hold('after-1', orderId, tyre, 2);
        expect((await lineOf(tyre)).heldQuantity).toBe(0);
      });

      it('hold what is still here when part was shipped meanwhile', async () => {
        const { orderId, lines } = await room.paid({ quantities: [3] });
        const [tyre = ''] = lines;
        successOf(await room.ship(orderId, [[tyre, 2]]));
        await room.hold('after-1', orderId, tyre, 3);
        expect(await lineOf(tyre)).toMatchObject({ shippedQuantity: 2, heldQuantity: 1 });
        await room.hold('after-1', orderId, tyre, 3, true);
        expect(await lineOf(tyre)).toMatchObject({ shippedQuantity: 2, heldQuantity: 0 });
      });

      it('count when they arrive before the order', async () => {
        const [kept, given, orderId] = [newId(), newId(), newId()];
        await room.hold('after-1', orderId, kept, 1);
        await room.hold('after-2', orderId, given, 1);
        await room.hold('after-2', orderId, given, 1, true);
        await room.paid({ orderId, lines: [kept, given] });
        expect(await lineOf(kept)).toMatchObject({ quantity: 2, heldQuantity: 1 });
        expect(await lineOf(given)).toMatchObject({ quantity: 1, heldQuantity: 0 });
        expect(codeOf(await room.ship(orderId, [[kept, 2]]))).toBe('fulfilment.quantityTooLarge');
      });

      it('complete the delivery when they take the only thing that was still waited for', async () => {
        const { orderId, lines } = await room.paid();
        const [tyre = '', valve = ''] = lines;
        const { shipmentId } = successOf(await room.ship(orderId, [[tyre, 2]]));
        await room.push(shipmentId, journey(['collected', 'signed'], 'shutdown'));
        expect(await room.told(orderDelivered)).toEqual([]);
        await room.hold('after-1', orderId, valve, 1);
        expect(await room.told(orderDelivered)).toMatchObject([{ orderId }]);
      });

      it('deliver nothing when everything is held and no parcel left', async () => {
        const { orderId, lines } = await room.paid({ quantities: [1] });
        await room.hold('after-1', orderId, lines[0]!, 1);
        expect(await room.told(orderDelivered)).toEqual([]);
      });

      it('end in the same quantities whichever of hold and shipping comes first', async () => {
        const { orderId, lines } = await room.paid({ quantities: [2] });
        const [tyre = ''] = lines;
        const [shipped] = await Promise.all([room.ship(orderId, [[tyre, 2]]), room.hold('after-1', orderId, tyre, 1)]);
        const line = await lineOf(tyre);
        expect([line.shippedQuantity, line.heldQuantity]).toEqual(shipped.ok ? [2, 0] : [0, 1]);
      });
    });

    describe('recipients', () => {
      it("shows my parcels to me only, and nobody's address", async () => {
        const { orderId, lines } = await room.paid();
        successOf(await room.ship(orderId, [[lines[0]!, 1]]));
        const mine = await room.call(fulfilmentContract.orderShipments, room.buyer(), { params: { orderId } });
        expect(successOf(mine).items).toMatchObject([{ orderId, lines: [{ quantity: 1 }] }]);
        expect(JSON.stringify(mine)).not.toContain('13800138000');
        expect(codeOf(await room.call(fulfilmentContract.orderShipments, room.buyer(newId()), { params: { orderId } }))).toBe(
          'fulfilment.orderNotFound',
        );
        const staff = await room.call(fulfilmentContract.staffShipments, room.staff, { query: { orderId } });
        expect(JSON.stringify(staff)).not.toContain('13800138000');
      });

      it('are forgotten with their member once no parcel needs them', async () => {
        const recipients = async () =>
          (await room.tables.selectFrom('fulfilment_tasks').select(['orderId', 'recipientPhone']).orderBy('paidAt').execute()).map(
            (row) => row.recipientPhone !== '',
          );
        const done = await room.paid({ quantities: [1] });
        room.clock.advance(1);
        const underWay = await room.paid({ quantities: [1] });
        room.clock.advance(1);
        const waiting = await room.paid({ quantities: [1] });
        room.clock.advance(1);
        await room.paid({ quantities: [1], memberId: newId() });
        const first = successOf(await room.ship(done.orderId, [[done.lines[0]!, 1]]));
        const second = successOf(await room.ship(underWay.orderId, [[underWay.lines[0]!, 1]]));
        await room.run('fulfilment.workOnParcels');
        await room.run('fulfilment.reportShipping');
        await room.push(first.shipmentId, journey(['signed'], 'shutdown'));
        await room.publish(memberErased, MEMBER, { memberId: MEMBER });
        expect(await recipients()).toEqual([false, true, true, true]);
        await room.push(second.shipmentId, journey(['signed'], 'shutdown'));
        const third = successOf(await room.ship(waiting.orderId, [[waiting.lines[0]!, 1]]));
        await room.run('fulfilment.workOnParcels');
        await room.run('fulfilment.reportShipping');
        expect(await room.run('fulfilment.forgetRecipients')).toBe(1);
        expect(await recipients()).toEqual([false, false, true, true]);
        await room.push(third.shipmentId, journey(['signed'], 'shutdown'));
        expect(await room.run('fulfilment.forgetRecipients')).toBe(1);
        expect(await recipients()).toEqual([false, false, false, true]);
      });
    });
  });
}
