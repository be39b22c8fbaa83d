import { describe, expect, it } from 'vitest';
import { ageOf, formatDay, formatInstant, formatLeft } from './time';

describe('instants', () => {
  it('are shown in the zone of the shop, whatever zone they are written in', () => {
    expect(formatInstant('2026-11-22T02:31:00Z')).toBe('2026-11-22 10:31');
    expect(formatInstant('2026-11-22T10:31:00+08:00')).toBe('2026-11-22 10:31');
    expect(formatDay('2026-12-31T16:00:00Z')).toBe('2027-01-01');
    expect(formatDay('2026-12-31T15:59:59Z')).toBe('2026-12-31');
  });
});

describe('time left', () => {
  it.each([
    [0, '00:00'],
    [-5, '00:00'],
    [1, '00:01'],
    [60_000, '01:00'],
    [3_723_000, '1:02:03'],
  ])('%i ms is shown as %s', (leftMs, shown) => {
    expect(formatLeft(leftMs)).toBe(shown);
  });
});

describe('age', () => {
  it('is told in the largest whole unit', () => {
    const minute = 60_000;
    expect(ageOf(0, minute - 1)).toEqual({ unit: 'now', count: 0 });
    expect(ageOf(0, 59 * minute)).toEqual({ unit: 'minutes', count: 59 });
    expect(ageOf(0, 23 * 60 * minute)).toEqual({ unit: 'hours', count: 23 });
    expect(ageOf(0, 49 * 60 * minute)).toEqual({ unit: 'days', count: 2 });
    expect(ageOf(10, 0)).toEqual({ unit: 'now', count: 0 });
  });
});
