import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalsNeeded, chooseParts, partialEnd, sourcesOf } from './rules';

describe('rules of withdrawals', () => {
  it('needs two persons from the limit on, one below', () => {
    const policy = { minimumFen: 1, maximumFen: 1_000_000, twoPersonsFromFen: 50_000, realNameFromFen: 200_000, perDay: 1 };
    expect([49_999, 50_000, 50_001].map((amountFen) => approvalsNeeded(policy, amountFen))).toEqual([1, 2, 2]);
  });

  it('lets an ended withdrawal go nowhere', () => {
    expect(sourcesOf('paid')).toEqual(['sending', 'awaiting_confirmation', 'unknown']);
    expect(sourcesOf('failed')).not.toContain('paid');
    expect(sourcesOf('cancelled')).toEqual(['reviewing']);
  });

  it('covers an amount from the oldest trades, never more than their commission or what their payment still has', () => {
    const payments = new Map([
      ['a', { paymentId: 'pa', shareableFen: 30 }],
      ['c', { paymentId: 'pc', shareableFen: 500 }],
    ]);
    const sources = [
      { tradeId: 'a', commissionFen: 100 },
      { tradeId: 'b', commissionFen: 100 },
      { tradeId: 'c', commissionFen: 70 },
    ];
    expect(chooseParts(90, sources, payments)).toEqual([
      { tradeId: 'a', paymentId: 'pa', amountFen: 30 },
      { tradeId: 'c', paymentId: 'pc', amountFen: 60 },
    ]);
    expect(chooseParts(100, sources, payments)).toHaveLength(2);
    expect(chooseParts(101, sources, payments)).toBeUndefined();
  });

  it('splits a payout that arrived in part so that nothing is lost and tax follows what was paid', () => {
    const frozen = fc
      .tuple(fc.integer({ min: 2, max: 1_000_000 }), fc.integer({ min: 0, max: 45 }))
      .map(([amountFen, percent]) => ({ amountFen, taxFen: Math.floor((amountFen * percent) / 100) }))
      .map(({ amountFen, taxFen }) => ({ amountFen, taxFen, netFen: amountFen - taxFen }));
    fc.assert(
      fc.property(frozen, fc.double({ min: 0, max: 1, noNaN: true }), (row, part) => {
        const receivedFen = Math.floor(row.netFen * part);
        const { taxFen, returnedFen } = partialEnd(row, receivedFen);
        expect(receivedFen + taxFen + returnedFen).toBe(row.amountFen);
        expect(taxFen).toBeLessThanOrEqual(row.taxFen);
        expect(returnedFen).toBeGreaterThanOrEqual(row.netFen - receivedFen);
        if (receivedFen === 0) expect(returnedFen).toBe(row.amountFen);
      }),
    );
    expect(partialEnd({ amountFen: 100, taxFen: 10, netFen: 90 }, 90)).toEqual({ taxFen: 10, returnedFen: 0 });
    expect(() => partialEnd({ amountFen: 100, taxFen: 10, netFen: 90 }, 91)).toThrow(RangeError);
  });
});
