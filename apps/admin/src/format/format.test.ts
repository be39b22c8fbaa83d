// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { changeOf, conversionBp } from './change';
import { fenAsDecimal, formatBp, formatFen, formatFenShort } from './money';
import { statesOf, TONES, toneOf } from './status';
import { dayOf, daysBetween, formatDuration, formatInstant, instantsOfDays, isDay, shiftDay } from './time';

describe('money', () => {
  it('shows fen as yuan with two decimals and groups of thousands', () => {
    expect(formatFen(0)).toBe('¥0.00');
    expect(formatFen(5)).toBe('¥0.05');
    expect(formatFen(123_456)).toBe('¥1,234.56');
    expect(formatFen(-123_456)).toBe('−¥1,234.56');
  });

  it('keeps every fen of the largest amount', () => {
    expect(formatFen(1_000_000_000_000)).toBe('¥10,000,000,000.00');
    expect(fenAsDecimal(999_999_999_999)).toBe('9999999999.99');
  });

  it('writes decimals for files with an ordinary minus', () => {
    expect(fenAsDecimal(-7)).toBe('-0.07');
  });

  it('shows basis points without needless zeros', () => {
    expect([500, 525, 50, 1, 0, 10_000].map(formatBp)).toEqual(['5%', '5.25%', '0.5%', '0.01%', '0%', '100%']);
  });

  it('shortens axis figures in the habit of each language', () => {
    expect(formatFenShort(18_000_000, 'zh')).toBe('18 万');
    expect(formatFenShort(18_000_000, 'en')).toBe('180k');
    expect(formatFenShort(0, 'zh')).toBe('0');
  });
});

describe('time', () => {
  it('shows instants in the zone of the shop, whatever offset they came with', () => {
    expect(formatInstant('2026-11-21T18:30:00Z')).toBe('2026-11-22 02:30');
    expect(formatInstant('2026-11-22T02:30:00+08:00')).toBe('2026-11-22 02:30');
    expect(dayOf('2026-11-21T16:00:00Z')).toBe('2026-11-22');
    expect(dayOf('2026-11-21T15:59:59Z')).toBe('2026-11-21');
  });

  it('turns days into a half-open period that holds the whole last day', () => {
    expect(instantsOfDays('2026-11-01', '2026-11-30')).toEqual({ from: '2026-11-01T00:00:00+08:00', to: '2026-12-01T00:00:00+08:00' });
    expect(instantsOfDays(undefined, '2026-12-31')).toEqual({ to: '2027-01-01T00:00:00+08:00' });
    expect(instantsOfDays(undefined, undefined)).toEqual({});
  });

  it('moves and counts days over month ends and leap days', () => {
    expect(shiftDay('2028-02-28', 1)).toBe('2028-02-29');
    expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28');
    expect(daysBetween('2026-11-22', '2026-11-22')).toBe(1);
    expect(daysBetween('2026-02-01', '2026-03-01')).toBe(29);
  });

  it('knows days that do not exist', () => {
    expect(['2026-11-22', '2026-13-01', '22.11.2026', ''].map(isDay)).toEqual([true, false, false, false]);
  });

  it('shows durations in the largest fitting unit', () => {
    expect([350, 12_000, 240_000, 10_800_000, 172_800_000].map(formatDuration)).toEqual(['350 ms', '12 s', '4 min', '3 h', '2 d']);
  });
});

describe('change against the period before', () => {
  it('gives direction and size', () => {
    expect(changeOf(1124, 1000)).toEqual({ direction: 'up', permille: 124, text: '12.4%' });
    expect(changeOf(900, 1000)).toEqual({ direction: 'down', permille: -100, text: '10.0%' });
    expect(changeOf(1000, 1000).direction).toBe('same');
  });

  it('claims no percentage where there was nothing', () => {
    expect(changeOf(5, 0)).toEqual({ direction: 'new', permille: null, text: '—' });
    expect(changeOf(0, 0).direction).toBe('same');
  });

  it('counts a conversion of nothing as nothing', () => {
    expect(conversionBp(3, 4)).toBe(7500);
    expect(conversionBp(0, 0)).toBe(0);
  });
});

describe('states', () => {
  it('shows a state it does not know quietly instead of failing', () => {
    expect(toneOf('order', 'paid')).toBe(TONES.order.paid);
    expect(toneOf('order', 'invented_later')).toBe('quiet');
    expect(statesOf('product')).toEqual(['listed', 'delisted']);
  });
});
