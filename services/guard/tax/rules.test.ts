import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filingDays, mayBeVatExempt, prizeTax, shouldRegister, withholdCumulatively, withholdPerPayment } from './rules';
import { china2025 } from './tables';

const yuan = (amount: number) => Math.round(amount * 100);
const months = (...incomes: number[]) =>
  incomes.map((income, position) => ({ month: `2026-${String(position + 1).padStart(2, '0')}`, incomeFen: yuan(income) }));
const taxes = (paid: ReturnType<typeof months>) => withholdCumulatively(paid).map(({ taxFen }) => taxFen / 100);

describe('the cumulative method', () => {
  it.each([
    [
      [6_250, 6_250, 6_250],
      [0, 0, 0],
    ],
    [
      [10_000, 10_000, 10_000],
      [90, 90, 90],
    ],
    [
      [50_000, 50_000, 50_000],
      [1_050, 3_430, 3_500],
    ],
    [
      [3_000, 20_000, 0],
      [0, 252, 0],
    ],
  ])('given months of %j yuan, then %j yuan are withheld', (incomes, expected) => {
    expect(taxes(months(...incomes))).toEqual(expected);
  });

  it('starts again after a month without pay, written or left out, and with the year', () => {
    const january = { month: '2026-01', incomeFen: yuan(50_000) };
    const march = { month: '2026-03', incomeFen: yuan(50_000) };
    const alone = [1_050, 1_050];
    expect(taxes([january, march])).toEqual(alone);
    expect(taxes([january, { month: '2026-02', incomeFen: 0 }, march])).toEqual([1_050, 0, 1_050]);
    expect(taxes([{ month: '2025-12', incomeFen: yuan(50_000) }, january])).toEqual(alone);
  });

  it('takes what the person may deduct besides', () => {
    const [month] = withholdCumulatively([{ month: '2026-01', incomeFen: yuan(10_000), otherDeductionsFen: yuan(1_000) }]);
    expect(month).toMatchObject({ taxFen: yuan(60), netFen: yuan(9_940) });
  });

  it.each([
    [
      'months out of order',
      [
        { month: '2026-02', incomeFen: 1 },
        { month: '2026-01', incomeFen: 1 },
      ],
    ],
    [
      'a month twice',
      [
        { month: '2026-01', incomeFen: 1 },
        { month: '2026-01', incomeFen: 1 },
      ],
    ],
    ['half a fen', [{ month: '2026-01', incomeFen: 0.5 }]],
    ['no month', [{ month: '2026-13', incomeFen: 1 }]],
  ])('refuses %s', (_name, paid) => {
    expect(() => withholdCumulatively(paid)).toThrow(RangeError);
  });

  it('counts no month before the first pay', () => {
    expect(taxes(months(0, 10_000))).toEqual([0, 90]);
  });

  it('withholds in all what the month that owed most owed, computed slice by slice', () => {
    const incomes = fc.array(fc.integer({ min: 1, max: 30_000_000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(incomes, (fens) => {
        const paid = fens.map((incomeFen, position) => ({ month: `2026-${String(position + 1).padStart(2, '0')}`, incomeFen }));
        const dues = fens.map((_, position) => {
          const totalFen = fens.slice(0, position + 1).reduce((sum, fen) => sum + fen, 0);
          return bySlices(Math.max(0, totalFen * 0.8 - yuan(5_000) * (position + 1)));
        });
        const withheldFen = withholdCumulatively(paid).reduce((sum, { taxFen }) => sum + taxFen, 0);
        expect(Math.abs(withheldFen - Math.max(...dues))).toBeLessThanOrEqual(1);
      }),
    );
  });
});

/** The same progressive tax without quick deductions: each slice of the income at its own rate. */
function bySlices(taxableFen: number): number {
  const slices = [36_000, 144_000, 300_000, 420_000, 660_000, 960_000, Number.POSITIVE_INFINITY];
  const rates = [0.03, 0.1, 0.2, 0.25, 0.3, 0.35, 0.45];
  return slices.reduce((tax, upTo, position) => {
    const from = yuan(position === 0 ? 0 : slices[position - 1]!);
    const to = upTo === Number.POSITIVE_INFINITY ? taxableFen : yuan(upTo);
    return tax + Math.max(0, Math.min(taxableFen, to) - from) * rates[position]!;
  }, 0);
}

describe('one payment by somebody who is no platform', () => {
  it.each([
    [800, 0],
    [3_000, 440],
    [4_000, 640],
    [10_000, 1_600],
    [25_000, 4_000],
    [50_000, 10_000],
    [80_000, 18_600],
  ])('given %i yuan, then %i yuan are withheld', (income, tax) => {
    expect(withholdPerPayment(yuan(income)) / 100).toBe(tax);
  });
});

describe('prizes', () => {
  it('are taxed at 20 %, or grossed up where the operator bears it; coupons are not', () => {
    expect(prizeTax('goods', yuan(6_000), 'winner')).toBe(yuan(1_200));
    expect(prizeTax('goods', yuan(6_000), 'operator')).toBe(yuan(1_500));
    expect(prizeTax('cash', 1, 'winner')).toBe(0);
    expect(prizeTax('cash', 3, 'winner')).toBe(1);
    expect(prizeTax('service', yuan(200), 'winner')).toBe(yuan(40));
    expect(prizeTax('coupon', yuan(6_000), 'winner')).toBe(0);
  });
});

describe('filings', () => {
  it.each([
    ['2026-11', '2026-12-15', '2027-01-31'],
    ['2026-12', '2027-01-15', '2027-01-31'],
    ['2026-01', '2026-02-15', '2026-04-30'],
    ['2026-06', '2026-07-15', '2026-07-31'],
  ])('of %s are due on %s and %s', (month, withholdingReturn, platformReport) => {
    expect(filingDays(month)).toEqual({ withholdingReturn, platformReport });
  });

  it('guide to registration above five million yuan, and know the exemption of a hundred thousand a month', () => {
    expect([shouldRegister(yuan(5_000_000)), shouldRegister(yuan(5_000_000) + 1)]).toEqual([false, true]);
    expect([mayBeVatExempt(yuan(100_000)), mayBeVatExempt(yuan(100_000) + 1)]).toEqual([true, false]);
    expect(china2025.keepYears).toBe(10);
  });
});
