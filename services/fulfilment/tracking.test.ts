import { testDatabases } from '@qianxing/testing';
import { HOUR_MS, MINUTE_MS } from '@qianxing/time';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fulfilmentContract, orderDelivered } from './contract';
import { codeOf, type FulfilmentRoom, journey, type NodeName, openFulfilment, successOf } from './fulfilment-for-tests';

for (const kind of testDatabases()) {
  describe(`tracking on ${kind.name}`, () => {
    let room: FulfilmentRoom;
    beforeEach(async () => {
      room = await openFulfilment(kind);
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      await room.close();
    });

    const parcel = async (input: Parameters<FulfilmentRoom['paid']>[0] = { quantities: [1] }) => {
      const order = await room.paid(input);
      const { shipmentId, waybillNo } = successOf(await room.ship(order.orderId, [[order.lines[0]!, 1]]));
      return { ...order, shipmentId, waybillNo };
    };
    const eventsOf = async (orderId: string) =>
      successOf(await room.call(fulfilmentContract.orderShipments, room.buyer(), { params: { orderId } })).items[0]?.events ?? [];

    it('takes signed pushes and refuses forged ones, unknown parcels and broken bodies', async () => {
      const { shipmentId, orderId } = await parcel();
      expect(await room.push(shipmentId, journey(['collected']))).toMatchObject({ status: 200 });
      expect(await room.push(shipmentId, journey(['signed']), 'guessed')).toMatchObject({ status: 403 });
      const other = await parcel();
      const { salt } = await room.shipment(other.shipmentId);
      expect(await room.push(shipmentId, journey(['signed']), salt)).toMatchObject({ status: 403 });
      expect(await room.push('0'.repeat(26), journey(['signed']))).toMatchObject({ status: 403 });
      const bare = await room.call(fulfilmentContract.trackingPush, { kind: 'anonymous' }, { query: { shipment: shipmentId } });
      expect(bare).toMatchObject({ ok: true, value: { status: 403 } });
      expect((await room.shipment(shipmentId)).status).toBe('picked_up');
      expect(await eventsOf(orderId)).toMatchObject([{ status: 'picked_up', text: '已揽收', place: '上海' }]);
      expect(await room.told(orderDelivered)).toEqual([]);
    });

    it('counts a node once, however often it is told', async () => {
      const { shipmentId, orderId } = await parcel();
      for (let turn = 0; turn < 3; turn += 1) await room.push(shipmentId, journey(['collected', 'moving']));
      expect((await eventsOf(orderId)).map((event) => event.status)).toEqual(['in_transit', 'picked_up']);
      expect((await room.shipment(shipmentId)).status).toBe('in_transit');
    });

    it('ends in the same state whatever the order, delay and repetition of the pushes', { timeout: 120_000 }, async () => {
      const names: NodeName[] = ['collected', 'moving', 'problem', 'delivering', 'signed', 'returned'];
      const pushes = fc.uniqueArray(fc.subarray(names, { minLength: 1 }), { minLength: 1, maxLength: 4, selector: (list) => list.join() });
      const endOf = async (list: readonly NodeName[][]) => {
        const { shipmentId, orderId } = await parcel();
        for (const nodes of list) await room.push(shipmentId, journey(nodes));
        const { status, deliveredAt } = await room.shipment(shipmentId);
        return { status, deliveredAt, events: await eventsOf(orderId) };
      };
      await fc.assert(
        fc.asyncProperty(pushes, fc.infiniteStream(fc.nat()), async (list, random) => {
          const order = list
            .flatMap((nodes) => [nodes, nodes])
            .map((nodes) => ({ nodes, key: random.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ nodes }) => nodes);
          expect(await endOf(order)).toEqual(await endOf(list));
        }),
        { numRuns: kind.name === 'SQLite' ? 25 : 6 },
      );
    });

    it('tells once that an order is delivered, when its last parcel is', async () => {
      const order = await room.paid({ quantities: [2] });
      const [line = ''] = order.lines;
      const first = successOf(await room.ship(order.orderId, [[line, 1]]));
      await room.push(first.shipmentId, journey(['signed']));
      expect(await room.told(orderDelivered)).toEqual([]);
      const second = successOf(await room.ship(order.orderId, [[line, 1]]));
      await room.push(first.shipmentId, journey(['signed']));
      expect(await room.told(orderDelivered)).toEqual([]);
      await Promise.all([
        room.push(second.shipmentId, journey(['collected', 'signed'])),
        room.push(second.shipmentId, journey(['collected', 'signed'])),
      ]);
      await room.push(second.shipmentId, journey(['signed']));
      expect(await room.told(orderDelivered)).toEqual([{ orderId: order.orderId, deliveredAt: Date.UTC(2026, 10, 1, 8) }]);
    });

    it('tells once also when both parcels are delivered at the same moment', async () => {
      const order = await room.paid({ quantities: [2] });
      const [line = ''] = order.lines;
      const first = successOf(await room.ship(order.orderId, [[line, 1]]));
      const second = successOf(await room.ship(order.orderId, [[line, 1]]));
      await Promise.all([first, second].map(({ shipmentId }) => room.push(shipmentId, journey(['signed']))));
      expect(await room.told(orderDelivered)).toHaveLength(1);
    });

    it('stores a corrected carrier and subscribes a parcel that was given up again, but not one that arrived', async () => {
      const { shipmentId } = await parcel();
      await room.run('fulfilment.workOnParcels');
      expect(room.outside.subscribed).toHaveLength(1);
      await room.push(shipmentId, { status: 'polling', message: '', comOld: 'yuantong', comNew: 'zhongtong' });
      await room.push(shipmentId, { status: 'abort', message: '3天查询无记录' });
      expect(await room.shipment(shipmentId)).toMatchObject({ carrierCode: 'zhongtong', subscription: 'waiting' });
      await room.run('fulfilment.workOnParcels');
      expect(room.outside.subscribed).toHaveLength(1);
      room.clock.advance(30 * MINUTE_MS);
      await room.run('fulfilment.workOnParcels');
      expect(room.outside.subscribed).toHaveLength(2);
      await room.push(shipmentId, journey(['signed']));
      await room.push(shipmentId, { status: 'abort', message: '' });
      expect((await room.shipment(shipmentId)).subscription).toBe('subscribed');
    });

    describe('the outside', () => {
      const rejected = (retryable: boolean) => ({ kind: 'rejected' as const, code: '700', message: '', retryable });
      const unknown = { kind: 'unknown' as const, reason: 'timeout' };

      it('asks again after an unknown outcome, with growing pauses', async () => {
        const { shipmentId } = await parcel();
        room.outside.subscriptions.push(unknown, rejected(true));
        for (const wanted of ['waiting', 'waiting', 'subscribed']) {
          await room.run('fulfilment.workOnParcels');
          expect((await room.shipment(shipmentId)).subscription).toBe(wanted);
          expect(await room.run('fulfilment.workOnParcels')).toBe(0);
          room.clock.advance(2 * MINUTE_MS);
        }
        await room.run('fulfilment.workOnParcels');
        expect(room.outside.subscribed).toHaveLength(3);
      });

      it('keeps a refusal', async () => {
        const { shipmentId } = await parcel();
        room.outside.subscriptions.push(rejected(false));
        await room.run('fulfilment.workOnParcels');
        expect((await room.shipment(shipmentId)).subscription).toBe('rejected');
        room.clock.advance(HOUR_MS);
        await room.run('fulfilment.workOnParcels');
        expect(room.outside.subscribed).toHaveLength(1);
      });

      it('does not overwrite what a push changed while it was asking', async () => {
        const { shipmentId } = await parcel();
        room.outside.duringSubscribe = async () => {
          room.outside.duringSubscribe = async () => undefined;
          await room.push(shipmentId, { status: 'abort', message: '' });
        };
        await room.run('fulfilment.workOnParcels');
        expect(await room.shipment(shipmentId)).toMatchObject({
          subscription: 'waiting',
          nextAttemptAt: room.clock.now() + 30 * MINUTE_MS,
        });
        room.clock.advance(30 * MINUTE_MS);
        await room.run('fulfilment.workOnParcels');
        expect(await room.shipment(shipmentId)).toMatchObject({ subscription: 'subscribed' });
      });

      it('asks about a silent parcel and takes the answer as news', async () => {
        const { shipmentId, waybillNo, orderId } = await parcel();
        await room.run('fulfilment.workOnParcels');
        expect(room.outside.asked).toEqual([]);
        room.clock.advance(61 * MINUTE_MS);
        room.outside.journeys.set(waybillNo, {
          carrierCode: 'yuantong',
          trackingNumber: waybillNo,
          state: 'signed',
          stateCode: '3',
          isSigned: true,
          events: [{ occurredAt: room.clock.now(), description: '签收', state: 'signed', nodeHash: 'n1' }],
        });
        await room.run('fulfilment.workOnParcels');
        expect(room.outside.asked).toEqual([waybillNo]);
        expect((await room.shipment(shipmentId)).status).toBe('delivered');
        expect(await room.told(orderDelivered)).toMatchObject([{ orderId }]);
        room.clock.advance(48 * HOUR_MS);
        await room.run('fulfilment.workOnParcels');
        expect(await room.run('fulfilment.workOnParcels')).toBe(0);
        expect(room.outside.asked).toHaveLength(1);
      });
    });

    describe('exceptions', () => {
      const watch = () => room.run('fulfilment.watchForExceptions');
      const list = async (open?: boolean) =>
        successOf(await room.call(fulfilmentContract.exceptions, room.staff, { query: open === undefined ? {} : { open } })).items;
      const kinds = async (open?: boolean) => (await list(open)).map((item) => item.kind).sort();

      it('opens each kind once and closes it when it moved on', async () => {
        const late = await room.paid({ quantities: [1] });
        const { shipmentId } = await parcel();
        await watch();
        expect(await kinds()).toEqual([]);
        room.clock.advance(49 * HOUR_MS);
        expect(await watch()).toBe(2);
        expect(await watch()).toBe(0);
        expect(await kinds(true)).toEqual(['no_tracking', 'not_shipped_in_time']);
        expect(await room.service.api.countsByStatus()).toMatchObject({ openExceptions: 2 });
        successOf(await room.ship(late.orderId, [[late.lines[0]!, 1]]));
        await room.push(shipmentId, journey(['collected']));
        await watch();
        expect(await kinds(true)).toEqual([]);
        expect((await list(false)).map((item) => item.resolution)).toEqual(['已自动恢复', '已自动恢复']);
      });

      it('opens the same again when it comes back after it had moved on', async () => {
        const { shipmentId } = await parcel();
        await room.push(shipmentId, journey(['collected']));
        room.clock.advance(73 * HOUR_MS);
        await watch();
        await room.push(shipmentId, journey(['moving']));
        await watch();
        room.clock.advance(73 * HOUR_MS);
        await watch();
        expect(await kinds(true)).toEqual(['stuck']);
        expect(await kinds(false)).toEqual(['stuck']);
      });

      it('keeps what staff resolved resolved while the cause lasts', async () => {
        const { shipmentId, orderNo, waybillNo } = await parcel();
        await room.push(shipmentId, journey(['problem']));
        await watch();
        const [open] = await list(true);
        expect(open).toMatchObject({ kind: 'problem', orderNo, waybillNo, detail: '快递公司报告异常' });
        const resolve = (exceptionId: string) =>
          room.call(fulfilmentContract.resolveException, room.staff, { params: { exceptionId }, body: { resolution: '已联系买家' } });
        expect(successOf(await resolve(open!.exceptionId))).toMatchObject({ resolution: '已联系买家' });
        await watch();
        expect(await list(true)).toEqual([]);
        expect(await list()).toHaveLength(1);
        await room.push(shipmentId, journey(['delivering']));
        await watch();
        expect((await list())[0]?.resolution).toBe('已联系买家');
        expect(codeOf(await resolve('0'.repeat(26)))).toBe('fulfilment.exceptionNotFound');
      });

      it('sees returned parcels and refusals of the outside', async () => {
        const first = await parcel();
        room.outside.subscriptions.push({ kind: 'rejected', code: '700', message: '' });
        room.outside.uploads.push({ kind: 'rejected', code: '1', retryable: false });
        await room.run('fulfilment.workOnParcels');
        await room.run('fulfilment.reportShipping');
        await room.push(first.shipmentId, journey(['returned']));
        await watch();
        expect(await kinds(true)).toEqual(['returned', 'shipping_info_failed', 'subscription_failed']);
        expect(await room.told(orderDelivered)).toEqual([]);
      });

      it('reaches everything although it works in portions', async () => {
        for (let index = 0; index < 55; index += 1) await room.paid({ quantities: [1] });
        room.clock.advance(49 * HOUR_MS);
        expect(await watch()).toBe(50);
        expect(await watch()).toBe(5);
        expect((await room.service.api.countsByStatus()).openExceptions).toBe(55);
      });
    });
  });
}
