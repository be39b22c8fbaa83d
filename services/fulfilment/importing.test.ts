import { testDatabases } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fulfilmentContract, parcelShipped } from './contract';
import { parseCsv } from './csv';
import { codeOf, type FulfilmentRoom, openFulfilment, successOf } from './fulfilment-for-tests';

describe('CSV', () => {
  const columns = { a: ['a', '甲'], b: ['b'] };
  it('reads quotes, doubled quotes, separators inside quotes, CRLF, a byte order mark and blank lines', () => {
    const { rows } = parseCsv('\uFEFFa,b\r\n"1,5","say ""yes"""\r\n\r\n 2 ,"two\nlines"\n', columns, ['a', 'b']);
    expect(rows).toEqual([
      { row: 2, cells: { a: '1,5', b: 'say "yes"' } },
      { row: 4, cells: { a: '2', b: 'two\nlines' } },
    ]);
  });
  it('takes columns in any order and language, ignores others, and names those missing', () => {
    expect(parseCsv('x,甲,B\n0,1,2', columns, ['a', 'b']).rows).toMatchObject([{ cells: { a: '1', b: '2' } }]);
    expect(parseCsv('x\n1', columns, ['a', 'b'])).toEqual({ rows: [], missing: ['a', 'b'] });
    expect(parseCsv('', columns, ['a'])).toEqual({ rows: [], missing: ['a'] });
  });
});

for (const kind of testDatabases()) {
  describe(`import of shipments on ${kind.name}`, () => {
    let room: FulfilmentRoom;
    beforeEach(async () => {
      room = await openFulfilment(kind);
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      await room.close();
    });

    const send = (csv: string, dryRun = false) => room.call(fulfilmentContract.importShipments, room.staff, { body: { csv, dryRun } });
    const parcels = async () =>
      (await room.told(parcelShipped)).map((parcel) => [parcel.waybillNo, parcel.lines.map((line) => line.quantity)]);
    const errorsOf = async (csv: string, dryRun = false) =>
      successOf(await send(csv, dryRun)).errors.map(({ row, field, code }) => [row, field, code.replace('fulfilment.', '')]);

    it('ships whole orders and single specifications, with Chinese headers and carrier names', async () => {
      const whole = await room.paid();
      const part = await room.paid();
      const csv = `\uFEFF订单号,快递公司,运单号,规格,数量\r\n${whole.orderNo},圆通速递,YT000001,,\r\n${part.orderNo},shunfeng,SF000001,205/55R16,1\r\n`;
      expect(successOf(await send(csv))).toEqual({ rows: 2, accepted: 2, shipped: 2, errors: [] });
      expect(await parcels()).toEqual([
        ['YT000001', [2, 1]],
        ['SF000001', [1]],
      ]);
    });

    it('makes one parcel of rows with one waybill number', async () => {
      const { orderNo } = await room.paid();
      const csv = `orderNo,carrierCode,waybillNo,skuLabel,quantity\n${orderNo},yuantong,YT000001,205/55R16,2\n${orderNo},yuantong,YT000001,标准,1`;
      expect(successOf(await send(csv))).toMatchObject({ accepted: 2, shipped: 2 });
      expect(await parcels()).toEqual([['YT000001', [2, 1]]]);
    });

    it('changes nothing when the same file comes again', async () => {
      const first = await room.paid();
      const second = await room.paid();
      const csv = `orderNo,carrierCode,waybillNo,skuLabel,quantity\n${first.orderNo},yuantong,YT000001,,\n${second.orderNo},yuantong,YT000002,205/55R16,1`;
      await send(csv);
      expect(successOf(await send(csv))).toMatchObject({ accepted: 2, errors: [] });
      expect(await parcels()).toHaveLength(2);
    });

    it('says which row fails and why, and ships the others', async () => {
      const good = await room.paid({ quantities: [1] });
      const bad = await room.paid({ quantities: [1] });
      const csv = [
        'orderNo,carrierCode,waybillNo,skuLabel,quantity',
        `${bad.orderNo},pigeon,YT000001,,`,
        `${bad.orderNo},yuantong,!,,`,
        '9999,yuantong,YT000002,,',
        `${bad.orderNo},yuantong,YT000003,205/55R16,many`,
        `${bad.orderNo},yuantong,YT000004,205/55R16,2`,
        `${bad.orderNo},yuantong,YT000005,no such,1`,
        `${good.orderNo},yuantong,YT000006,,`,
        `${good.orderNo},yuantong,YT000007,,`,
      ].join('\n');
      expect(await errorsOf(csv)).toEqual([
        [2, 'carrierCode', 'carrierUnknown'],
        [3, 'waybillNo', 'waybillInvalid'],
        [4, 'orderNo', 'orderNotFound'],
        [5, 'quantity', 'quantityInvalid'],
        [6, 'quantity', 'quantityTooLarge'],
        [7, 'skuLabel', 'nothingToShip'],
        [9, 'orderNo', 'nothingToShip'],
      ]);
      expect(await parcels()).toEqual([['YT000006', [1]]]);
    });

    it('ships no part of a parcel one of whose rows fails', async () => {
      const { orderNo } = await room.paid();
      const csv = `orderNo,carrierCode,waybillNo,skuLabel,quantity\n${orderNo},yuantong,YT000001,标准,1\n${orderNo},yuantong,YT000001,205/55R16,3`;
      expect(await errorsOf(csv)).toEqual([
        [2, null, 'parcelIncomplete'],
        [3, 'quantity', 'quantityTooLarge'],
      ]);
      expect(await parcels()).toEqual([]);
    });

    it('promises in a dry run exactly what the real run does, and has no effect', async () => {
      const first = await room.paid({ quantities: [2] });
      const second = await room.paid({ quantities: [1] });
      const csv = [
        'orderNo,carrierCode,waybillNo,skuLabel,quantity',
        `${first.orderNo},yuantong,YT000001,205/55R16,1`,
        `${first.orderNo},yuantong,YT000002,205/55R16,1`,
        `${first.orderNo},yuantong,YT000003,205/55R16,1`,
        `${second.orderNo},yuantong,YT000004,,`,
        `${second.orderNo},yuantong,YT000005,,`,
      ].join('\n');
      const dry = successOf(await send(csv, true));
      expect(dry).toMatchObject({ rows: 5, accepted: 3, shipped: 0 });
      expect(await parcels()).toEqual([]);
      expect(await room.tables.selectFrom('fulfilment_shipments').selectAll().execute()).toEqual([]);
      const real = successOf(await send(csv));
      expect(real).toEqual({ ...dry, shipped: 3 });
    });

    it('refuses files it cannot read', async () => {
      expect(codeOf(await send('orderNo,waybillNo\n1,2'))).toBe('fulfilment.csvHeader');
      expect(codeOf(await send('orderNo,carrierCode,waybillNo\n\n'))).toBe('fulfilment.csvEmpty');
      const long = `orderNo,carrierCode,waybillNo\n${'1,yuantong,YT000001\n'.repeat(2_001)}`;
      expect(codeOf(await send(long))).toBe('fulfilment.csvTooLong');
    });
  });
}
