import { describe, expect, it } from 'vitest';
import { aspectsOf, readSize, rimsOf, sizeLabel, widthsOf } from './tyre-finder';

const sizes = [
  { widthMm: 205, aspectPercent: 55, rimInch: 16 },
  { widthMm: 195, aspectPercent: 65, rimInch: 15 },
  { widthMm: 205, aspectPercent: 50, rimInch: 17 },
  { widthMm: 205, aspectPercent: 55, rimInch: 17 },
];

describe('the tyre finder', () => {
  it('narrows from width to aspect to rim, in ascending order and without repeats', () => {
    expect(widthsOf(sizes)).toEqual([195, 205]);
    expect(aspectsOf(sizes, 205)).toEqual([50, 55]);
    expect(rimsOf(sizes, 205, 55)).toEqual([16, 17]);
    expect(rimsOf(sizes, 195, 55)).toEqual([]);
    expect(aspectsOf(sizes, null)).toEqual([]);
  });
  it('writes a size as far as it is chosen', () => {
    expect([sizeLabel(null, null, null), sizeLabel(205, null, null), sizeLabel(205, 55, null), sizeLabel(205, 55, 16)]).toEqual([
      '',
      '205',
      '205/55',
      '205/55R16',
    ]);
  });
  it('reads what it writes, and other common ways', () => {
    for (const size of sizes) expect(readSize(sizeLabel(size.widthMm, size.aspectPercent, size.rimInch))).toEqual(size);
    expect(readSize('195/75R16C 107/105R')).toEqual({ widthMm: 195, aspectPercent: 75, rimInch: 16 });
    expect(readSize('255/40 ZR19')).toEqual({ widthMm: 255, aspectPercent: 40, rimInch: 19 });
  });
  it.each(['', '31x10.5', '205-55-16', '5.00-12'])('reads no size from %j', (label) => {
    expect(readSize(label)).toBeNull();
  });
});
