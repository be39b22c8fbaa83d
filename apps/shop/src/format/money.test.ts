import { describe, expect, it } from 'vitest';
import { formatCount, formatMoney, formatRate, formatYuan, parseYuan, yuanParts } from './money';

describe('amounts', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [100, '1.00'],
    [123_456, '1,234.56'],
    [100_000_000_00, '100,000,000.00'],
    [-45, '-0.45'],
    [-123_456, '-1,234.56'],
  ])('%i fen are shown as %s yuan', (amountFen, shown) => {
    expect(formatYuan(amountFen)).toBe(shown);
  });
  it('are shown with sign where something is earned', () => {
    expect(formatMoney(1645, true)).toBe('+¥16.45');
    expect(formatMoney(0, true)).toBe('¥0.00');
    expect(formatMoney(-1645, true)).toBe('-¥16.45');
  });
  it('are refused when they are no whole fen', () => {
    for (const wrong of [0.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1]) expect(() => yuanParts(wrong)).toThrow(RangeError);
  });
  it('come back unchanged when what is shown is typed', () => {
    for (let amountFen = 0; amountFen < 2_500; amountFen += 7) expect(parseYuan(formatYuan(amountFen).replace(/,/g, ''))).toBe(amountFen);
  });
  it.each(['', 'x', '1.234', '-1', '1e3', '１', '1,000', '.5', '9999999999'])('are not read from %j', (typed) => {
    expect(parseYuan(typed)).toBeNull();
  });
  it('are read from yuan with up to two decimals', () => {
    expect([parseYuan('12'), parseYuan('12.3'), parseYuan(' 12.34 ')]).toEqual([1200, 1230, 1234]);
  });
});

describe('rates and counts', () => {
  it('are shown short', () => {
    expect([formatRate(500), formatRate(125), formatRate(5)]).toEqual(['5%', '1.25%', '0.05%']);
    expect([formatCount(9999, 'zh'), formatCount(12_843, 'zh'), formatCount(12_843, 'en'), formatCount(999, 'en')]).toEqual([
      '9999',
      '1.2万',
      '12.8k',
      '999',
    ]);
  });
});
