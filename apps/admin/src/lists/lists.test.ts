import { describe, expect, it } from 'vitest';
import { type Column, shownColumns } from './columns';
import { rowsAsCells, rowsAsCsv } from './export';
import { asServerQuery, type Filter, filterKeys, readFilters, sameFilters, withView } from './filters';
import { readColumnChoice, readViews, storeColumnChoice, storeViews } from './preferences';
import { rowWindow } from './window';

interface Row {
  no: string;
  amountFen: number;
  at: string | null;
  pieces: number;
}
const columns: Column<Row>[] = [
  { key: 'no', title: '单号', value: (row) => row.no, kind: 'code', fixed: true },
  { key: 'amount', title: '金额', value: (row) => row.amountFen, kind: 'fen' },
  { key: 'at', title: '时间', value: (row) => row.at, kind: 'instant', optional: true },
  { key: 'pieces', title: '件数', value: (row) => row.pieces, kind: 'count' },
];

describe('columns', () => {
  it('shows all but the optional ones until somebody chooses', () => {
    expect(shownColumns(columns, null).map((column) => column.key)).toEqual(['no', 'amount', 'pieces']);
  });

  it('keeps fixed columns and the order of the page whatever was chosen', () => {
    expect(shownColumns(columns, ['pieces', 'at', 'gone']).map((column) => column.key)).toEqual(['no', 'at', 'pieces']);
  });
});

describe('export', () => {
  const row: Row = { no: '0012', amountFen: -123_405, at: '2026-11-21T18:30:00Z', pieces: 3 };

  it('writes what a spreadsheet reads: mark, heading, yuan, local time', () => {
    expect(rowsAsCsv(columns, [row])).toBe('\uFEFF单号,金额,时间,件数\r\n0012,-1234.05,2026-11-22 02:30,3\r\n');
  });

  it('quotes commas, quotes and line breaks', () => {
    expect(rowsAsCsv(columns.slice(0, 1), [{ ...row, no: 'a,"b"\nc' }])).toContain('"a,""b""\nc"');
  });

  it('disarms text that a spreadsheet would run, but leaves negative amounts alone', () => {
    const csv = rowsAsCsv(columns.slice(0, 2), [
      { ...row, no: '=HYPERLINK("x")' },
      { ...row, no: '@a' },
      { ...row, no: '+1' },
      { ...row, no: '-1' },
    ]);
    expect(csv).toContain(`"'=HYPERLINK(""x"")",-1234.05`);
    expect(csv.match(/^'[@+-]/gm)).toHaveLength(3);
    expect(csv).not.toContain("'-1234.05");
  });

  it('gives spreadsheets numbers for amounts and counts and text for long numbers', () => {
    expect(rowsAsCells(columns, [{ ...row, at: null }])).toEqual([
      [{ value: '0012', type: String }, { value: -1234.05, type: Number, format: '#,##0.00' }, null, { value: 3, type: Number }],
    ]);
  });
});

describe('filters', () => {
  const filters: Filter[] = [
    { kind: 'tabs', key: 'status', label: '', choices: [] },
    { kind: 'search', key: 'text', label: '' },
    { kind: 'number', key: 'memberNo', label: '' },
    { kind: 'days', key: 'placed', fromKey: 'placedFrom', toKey: 'placedTo', label: '' },
  ];

  it('takes from the address only what it knows and what can be true', () => {
    expect(
      readFilters(filters, {
        status: 'paid',
        text: '  ',
        memberNo: '12x',
        placedFrom: '2026-11-01',
        placedTo: 'never',
        open: 'x',
        limit: ['1'],
      }),
    ).toEqual({
      status: 'paid',
      placedFrom: '2026-11-01',
    });
  });

  it('sends days as half-open instants and trims text', () => {
    expect(asServerQuery(filters, { text: ' 205 ', memberNo: '7', placedFrom: '2026-11-01', placedTo: '2026-11-02' })).toEqual({
      text: '205',
      memberNo: '7',
      placedFrom: '2026-11-01T00:00:00+08:00',
      placedTo: '2026-11-03T00:00:00+08:00',
    });
  });

  it('names both keys of a range', () => {
    expect(filterKeys(filters)).toEqual(['status', 'text', 'memberNo', 'placedFrom', 'placedTo']);
  });

  it('replaces a saved view of the same name and forgets the oldest over twenty', () => {
    const many = Array.from({ length: 20 }, (_, index) => ({ name: String(index), values: {} }));
    const replaced = withView(many, { name: '3', values: { status: 'paid' } });
    expect(replaced).toHaveLength(20);
    expect(replaced.at(-1)).toEqual({ name: '3', values: { status: 'paid' } });
    expect(withView(many, { name: 'new', values: {} }).map((view) => view.name)).not.toContain('0');
  });

  it('compares filters by content', () => {
    expect(sameFilters({ a: '1' }, { a: '1', b: '' })).toBe(true);
    expect(sameFilters({ a: '1' }, { a: '2' })).toBe(false);
    expect(sameFilters({}, { a: '1' })).toBe(false);
  });
});

describe('preferences', () => {
  it('keeps columns and views per list and survives what it cannot read', () => {
    storeColumnChoice('orders', ['no']);
    storeViews('orders', [{ name: 'mine', values: { status: 'paid' } }]);
    expect(readColumnChoice('orders')).toEqual(['no']);
    expect(readViews('orders')).toEqual([{ name: 'mine', values: { status: 'paid' } }]);
    expect(readColumnChoice('products')).toBeNull();
    localStorage.setItem('qianxing.admin.columns.orders', '{broken');
    localStorage.setItem('qianxing.admin.views.orders', '[{"name":1}]');
    expect(readColumnChoice('orders')).toBeNull();
    expect(readViews('orders')).toEqual([]);
  });

  it('forgets the choice when the standard is restored', () => {
    storeColumnChoice('orders', ['no']);
    storeColumnChoice('orders', null);
    expect(readColumnChoice('orders')).toBeNull();
  });
});

describe('window of rows', () => {
  it('draws short lists whole', () => {
    expect(rowWindow(60, 44, 1000, 600)).toEqual({ first: 0, end: 60, abovePx: 0, belowPx: 0 });
  });

  it('draws a bounded number of rows anywhere in a long list and keeps its height', () => {
    for (let top = 0; top <= 10_000 * 44; top += 7919) {
      const shown = rowWindow(10_000, 44, top, 600);
      expect(shown.end - shown.first).toBeLessThanOrEqual(14 + 24);
      expect(shown.abovePx + shown.belowPx + (shown.end - shown.first) * 44).toBe(10_000 * 44);
      const lastVisible = Math.min(10_000 - 1, Math.floor((top + 599) / 44));
      expect(shown.end).toBeGreaterThan(Math.min(lastVisible, 9999 - 0));
      expect(shown.first).toBeLessThanOrEqual(Math.min(Math.floor(top / 44), 9999));
    }
  });
});
