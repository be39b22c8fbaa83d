import { newId } from '@qianxing/ids';
import { testDatabases } from '@qianxing/testing';
import { HOUR_MS, MINUTE_MS } from '@qianxing/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FulfilmentRoom, fulfilmentOn, openFulfilment, successOf } from '../fulfilment-for-tests';
import type { FulfilmentTables } from '../tables';
import { type endTurn, findReport, takeTurn } from './store';

for (const kind of testDatabases()) {
  describe(`shipping information on ${kind.name}`, () => {
    let room: FulfilmentRoom;
    beforeEach(async () => {
      room = await openFulfilment(kind);
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      expect(await room.deadLetters()).toBe(0);
      await room.close();
    });

    const work = () => room.run('fulfilment.reportShipping');
    const told = () =>
      room.outside.uploaded.map(({ mode, complete, parcels }) => [mode, complete, parcels.map(({ waybillNo }) => waybillNo).join()]);
    const shipped = async (orderId: string, line: string | undefined, units: number, waybillNo: string) => {
      room.clock.advance(1);
      return successOf(await room.ship(orderId, [[line ?? '', units]], waybillNo)).shipmentId;
    };
    const infoOf = async (shipmentId: string) => (await room.shipment(shipmentId)).shippingInfo;

    it('given one parcel with everything, then it is told once, as one, with what WeChat shows', async () => {
      const order = await room.paid({ quantities: [2] });
      const shipmentId = await shipped(order.orderId, order.lines[0], 2, 'YT00001');
      for (let turn = 0; turn < 3; turn += 1) await work();
      expect(room.outside.uploaded).toMatchObject([
        {
          mode: 'unified',
          complete: true,
          uploadTime: room.clock.now(),
          parcels: [{ carrierCode: 'yuantong', waybillNo: 'YT00001', description: '轮胎*2', phone: '13800138000' }],
        },
      ]);
      expect(await infoOf(shipmentId)).toBe('uploaded');
    });

    it('given two parcels one after the other, then the second report names both, is newer and says that it is all', async () => {
      const order = await room.paid({ quantities: [2, 1] });
      const first = await shipped(order.orderId, order.lines[0], 2, 'YT00001');
      await work();
      const second = await shipped(order.orderId, order.lines[1], 1, 'YT00002');
      await work();
      await work();
      expect(told()).toEqual([
        ['split', false, 'YT00001'],
        ['split', true, 'YT00001,YT00002'],
      ]);
      const [before, after] = room.outside.uploaded.map(({ uploadTime }) => uploadTime);
      expect(after).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY);
      expect([await infoOf(first), await infoOf(second)]).toEqual(['uploaded', 'uploaded']);
    });

    it('given two parcels before the first report, then one report names both', async () => {
      const order = await room.paid({ quantities: [2] });
      await shipped(order.orderId, order.lines[0], 1, 'YT00001');
      await shipped(order.orderId, order.lines[0], 1, 'YT00002');
      await work();
      await work();
      expect(told()).toEqual([['split', true, 'YT00001,YT00002']]);
    });

    it('given one payment of two orders, then parcels of both are told, and all only with the last', async () => {
      const paymentId = newId();
      const [one, other] = [await room.paid({ quantities: [1], paymentId }), await room.paid({ quantities: [1], paymentId })];
      await shipped(one.orderId, one.lines[0], 1, 'YT00001');
      await work();
      await shipped(other.orderId, other.lines[0], 1, 'YT00002');
      await work();
      expect(told()).toEqual([
        ['split', false, 'YT00001'],
        ['split', true, 'YT00001,YT00002'],
      ]);
    });

    it('given the second order is heard of after the first was told as everything, then both parcels are told, in parts', async () => {
      const paymentId = newId();
      const one = await room.paid({ quantities: [1], paymentId });
      await shipped(one.orderId, one.lines[0], 1, 'YT00001');
      await work();
      const other = await room.paid({ quantities: [1], paymentId });
      await shipped(other.orderId, other.lines[0], 1, 'YT00002');
      await work();
      expect(told()).toEqual([
        ['unified', true, 'YT00001'],
        ['split', true, 'YT00001,YT00002'],
      ]);
    });

    it('given two orders in one parcel, then it is one parcel with both contents', async () => {
      const paymentId = newId();
      const [one, other] = [await room.paid({ quantities: [1], paymentId }), await room.paid({ quantities: [2], paymentId })];
      await shipped(one.orderId, one.lines[0], 1, 'YT00001');
      await shipped(other.orderId, other.lines[0], 2, 'YT00001');
      await work();
      expect(room.outside.uploaded).toMatchObject([{ mode: 'unified', complete: true, parcels: [{ description: '轮胎*1，轮胎*2' }] }]);
    });

    describe('a parcel that is shipped while a report is under way', () => {
      const race = async (inside: FulfilmentRoom) => {
        const order = await inside.paid({ quantities: [2] });
        const first = successOf(await inside.ship(order.orderId, [[order.lines[0] ?? '', 1]], 'YT00001')).shipmentId;
        let second = '';
        inside.outside.duringUpload = async () => {
          inside.outside.duringUpload = async () => undefined;
          inside.clock.advance(1);
          second = successOf(await inside.ship(order.orderId, [[order.lines[0] ?? '', 1]], 'YT00002')).shipmentId;
        };
        for (let turn = 0; turn < 3; turn += 1) await inside.run('fulfilment.reportShipping');
        const shown = await Promise.all([first, second].map(async (shipmentId) => (await inside.shipment(shipmentId)).shippingInfo));
        return { told: inside.outside.uploaded.map(({ parcels }) => parcels.map(({ waybillNo }) => waybillNo).join()), shown };
      };

      it('is in the next report, and no state is overwritten', async () => {
        expect(await race(room)).toEqual({ told: ['YT00001', 'YT00001,YT00002'], shown: ['uploaded', 'uploaded'] });
        expect(room.outside.uploaded.map(({ complete }) => complete)).toEqual([false, true]);
      });

      it('is never told when the end of a report does not look at what was added meanwhile', async () => {
        const careless: typeof endTurn = async (transaction, { paymentId }, end) => {
          await transaction
            .withTables<FulfilmentTables>()
            .updateTable('fulfilment_shipping_infos')
            .set(end)
            .where('paymentId', '=', paymentId)
            .execute();
          return true;
        };
        expect(await race(fulfilmentOn(room.database, { endTurn: careless }))).toEqual({
          told: ['YT00001'],
          shown: ['uploaded', 'waiting'],
        });
      });

      it('takes the turn from who has read without it', async () => {
        const paymentId = newId();
        const order = await room.paid({ quantities: [2], paymentId });
        await shipped(order.orderId, order.lines[0], 1, 'YT00001');
        const seen = await findReport(room.database.query, paymentId);
        if (seen === undefined) throw new Error('no report');
        const take = () =>
          room.database.transaction((transaction) => takeTurn(transaction, seen, { mode: 'split', uploadTime: room.clock.now() + 1 }));
        await shipped(order.orderId, order.lines[0], 1, 'YT00002');
        expect(await take()).toBe(false);
        await work();
        expect(await take()).toBe(false);
        expect(told()).toEqual([['split', true, 'YT00001,YT00002']]);
      });
    });

    it('given a carrier is corrected, then WeChat is told once', async () => {
      const order = await room.paid({ quantities: [1] });
      const shipmentId = await shipped(order.orderId, order.lines[0], 1, 'YT00001');
      await work();
      const correction = { status: 'polling', message: '', comOld: 'yuantong', comNew: 'zhongtong' };
      for (let times = 0; times < 2; times += 1) await room.push(shipmentId, correction);
      await work();
      await work();
      expect(room.outside.uploaded.map(({ parcels }) => parcels[0]?.carrierCode)).toEqual(['yuantong', 'zhongtong']);
    });

    it('given the rest is held by an after-sale, then it is all only once the rest is refunded', async () => {
      const paymentId = newId();
      const order = await room.paid({ quantities: [2], paymentId });
      const [line = ''] = order.lines;
      await shipped(order.orderId, line, 1, 'YT00001');
      await room.hold('after-1', order.orderId, line, 1);
      await work();
      await work();
      await room.refund('after-1', order.orderId, line, 1);
      await work();
      await room.refund('after-1', order.orderId, line, 1);
      await work();
      expect(told()).toEqual([
        ['split', false, 'YT00001'],
        ['split', true, 'YT00001'],
      ]);
      expect(await findReport(room.database.query, paymentId)).toMatchObject({ complete: 1, state: 'uploaded', nextAttemptAt: null });
    });

    it('given shipped goods are refunded later, then nothing is told again', async () => {
      const order = await room.paid({ quantities: [1] });
      const [line = ''] = order.lines;
      await shipped(order.orderId, line, 1, 'YT00001');
      await work();
      await room.hold('after-1', order.orderId, line, 1);
      await room.refund('after-1', order.orderId, line, 1);
      await work();
      expect(told()).toEqual([['unified', true, 'YT00001']]);
    });

    it('given no answer, then the same is told again, newer, with pauses between', async () => {
      const order = await room.paid({ quantities: [1] });
      const shipmentId = await shipped(order.orderId, order.lines[0], 1, 'YT00001');
      room.outside.uploads.push({ kind: 'unknown', reason: 'timeout' }, { kind: 'rejected', code: '10060001', retryable: true });
      for (const wanted of ['unknown', 'waiting', 'uploaded']) {
        await work();
        expect(await infoOf(shipmentId)).toBe(wanted);
        expect(await work()).toBe(0);
        room.clock.advance(2 * MINUTE_MS);
      }
      expect(told()).toEqual(Array.from({ length: 3 }, () => ['unified', true, 'YT00001']));
      const times = room.outside.uploaded.map(({ uploadTime }) => uploadTime);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    });

    it('given a refusal, then it stays until something new is shipped; the mode is not bound by it', async () => {
      const order = await room.paid({ quantities: [2] });
      room.outside.uploads.push({ kind: 'rejected', code: '10060014', retryable: false });
      const first = await shipped(order.orderId, order.lines[0], 1, 'YT00001');
      await work();
      room.clock.advance(HOUR_MS);
      expect(await work()).toBe(0);
      expect(await infoOf(first)).toBe('rejected');
      await shipped(order.orderId, order.lines[0], 1, 'YT00002');
      await work();
      expect(told().at(-1)).toEqual(['split', true, 'YT00001,YT00002']);
      expect(await infoOf(first)).toBe('uploaded');
    });

    it('given a payment outside the mini program, then nothing is needed', async () => {
      const order = await room.paid({ quantities: [1] });
      room.outside.uploads.push({ kind: 'notNeeded' });
      const shipmentId = await shipped(order.orderId, order.lines[0], 1, 'YT00001');
      await work();
      expect(await infoOf(shipmentId)).toBe('not_needed');
      room.clock.advance(HOUR_MS);
      expect(await work()).toBe(0);
    });

    it('given more parcels than WeChat takes, then the first fifteen are told', async () => {
      const order = await room.paid({ quantities: [17] });
      for (let index = 1; index <= 17; index += 1) await shipped(order.orderId, order.lines[0], 1, `YT00000${index}`);
      await work();
      expect(room.outside.uploaded[0]?.parcels).toHaveLength(15);
      expect(told()[0]?.[1]).toBe(true);
    });
  });
}
