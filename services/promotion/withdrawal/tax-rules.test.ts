import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TaxedMonth, taxOn } from './tax-rules';

/** Pays `yuan` in the months given, one after the other, and answers the tax of each payment in yuan. */
function taxesOf(payments: readonly (readonly [month: string, yuan: number])[]): number[] {
  const history: TaxedMonth[] = [];
  return payments.map(([month, yuan]) => {
    const taxFen = taxOn(yuan * 100, month, history);
    history.push({ month, incomeFen: yuan * 100, taxFen });
    return taxFen / 100;
  });
}

describe('tax withheld cumulatively', () => {
  it.each([
    [6_250, [0, 0, 0]],
    [10_000, [90, 90, 90]],
    [50_000, [1_050, 3_430, 3_500]],
  ])('given %d yuan in each of three months, then the taxes are %j', (yuan, expected) => {
    expect(
      taxesOf([
        ['2026-03', yuan],
        ['2026-04', yuan],
        ['2026-05', yuan],
      ]),
    ).toEqual(expected);
  });

  it('given 3,000 and then 20,000 yuan, then only the second is taxed, on both together', () => {
    expect(
      taxesOf([
        ['2026-01', 3_000],
        ['2026-02', 20_000],
      ]),
    ).toEqual([0, 252]);
  });

  it('given a month without payment, then the run starts again', () => {
    const taxes = taxesOf([
      ['2026-01', 50_000],
      ['2026-03', 50_000],
    ]);
    expect(taxes).toEqual([1_050, 1_050]);
  });

  it('given the turn of the year, then the run starts again', () => {
    const taxes = taxesOf([
      ['2026-12', 50_000],
      ['2027-01', 50_000],
    ]);
    expect(taxes).toEqual([1_050, 1_050]);
  });

  it('given several payments in one month, then together they are taxed as one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20_000_00 }), { minLength: 1, maxLength: 6 }), (amounts) => {
        const history: TaxedMonth[] = [];
        let keptFen = 0;
        for (const incomeFen of amounts) {
          const taxFen = taxOn(incomeFen, '2026-06', history);
          expect(taxFen).toBeGreaterThanOrEqual(0);
          expect(taxFen).toBeLessThan(incomeFen);
          keptFen += taxFen;
          history.push({ month: '2026-06', incomeFen, taxFen });
        }
        const togetherFen = amounts.reduce((sum, amount) => sum + amount, 0);
        expect(keptFen).toBe(taxOn(togetherFen, '2026-06', []));
      }),
    );
  });
});
