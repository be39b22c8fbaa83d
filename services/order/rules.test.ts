import { type Fen, fen } from '@qianxing/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AFTER_SALE_STATUSES, ORDER_STATUSES } from './contract';
import { AFTER_SALE_TRANSITIONS, OPEN_AFTER_SALE, ORDER_TRANSITIONS } from './model';
import { policy, SKUS, sku } from './order-for-tests';
import {
  bestDiscount,
  freightOf,
  type Item,
  priceTrade,
  type RefundableLine,
  refundableQuantity,
  refundShare,
  shippingStatus,
  unclaimedUnits,
} from './rules';

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

describe('freight of a group', () => {
  it.each([
    ['within the first weight', 1_000, 1_000, undefined, 1_000],
    ['one gram over begins a next weight', 1_000, 1_001, undefined, 1_300],
    ['exactly one next weight', 1_000, 2_000, undefined, 1_300],
    ['three next weights', 1_000, 3_001, '31', 1_900],
    ['one fen below the free value', 49_999, 500, '31', 1_000],
    ['at the free value', 50_000, 90_000, '31', 0],
    ['remote province', 1_000, 500, '65', 3_000],
    ['remote province, free otherwise', 50_000, 500, '65', 2_000],
  ])('%s', (_name, goodsFen, grams, province, expected) => {
    expect(freightOf(fen(goodsFen), grams, policy.freight, province)).toBe(expected);
  });
});

describe('the discount of a trade', () => {
  const discounts = [
    { code: 'a', thresholdFen: 1_000, amountFen: 100, labelZh: '', labelEn: '' },
    { code: 'b', thresholdFen: 2_000, amountFen: 300, labelZh: '', labelEn: '' },
    { code: 'free', thresholdFen: 0, amountFen: 5_000, labelZh: '', labelEn: '' },
  ];
  it.each([
    [999, undefined],
    [1_000, 'a'],
    [1_999, 'a'],
    [2_000, 'b'],
    [4_999, 'b'],
    [5_000, 'free'],
  ])('of goods for %d fen is %s, never more than the goods cost', (goodsFen, expected) => {
    expect(bestDiscount(fen(goodsFen), discounts)?.code).toBe(expected);
  });
});

describe('pricing a trade', () => {
  const facts = new Map([
    [SKUS.tyre, sku(SKUS.tyre)],
    [SKUS.wheel, sku(SKUS.wheel, { priceFen: 10_001 })],
    [SKUS.far, sku(SKUS.far, { priceFen: 8_000, weightGrams: 2_500, warehouseId: 'far' })],
  ]);

  it('splits by warehouse, shares the discount by largest remainder and charges freight per group', () => {
    const priced = priceTrade(
      [
        { skuId: SKUS.tyre, quantity: 2 },
        { skuId: SKUS.far, quantity: 1 },
        { skuId: SKUS.wheel, quantity: 2 },
      ],
      facts,
      policy,
      '31',
    );
    // Goods 79,800 + 8,000 + 20,002 = 107,802; discount 5,000 falls as 3,701.2 / 371.1 / 927.7 and the odd fen goes to the last one.
    expect(priced.groups.map((group) => group.lines.map((line) => [line.sku.skuId, line.discountFen]))).toEqual([
      [
        [SKUS.tyre, 3_701],
        [SKUS.wheel, 928],
      ],
      [[SKUS.far, 371]],
    ]);
    expect(priced.groups.map((group) => group.freightFen)).toEqual([0, 1_600]);
    expect(priced).toMatchObject({ goodsFen: 107_802, discountFen: 5_000, freightFen: 1_600, payableFen: 104_402 });
    expect(priced.discounts).toEqual([{ code: 'S1000', labelZh: '满1000减50', labelEn: '50 off 1,000', amountFen: 5_000 }]);
  });

  it('has no discount and no surcharge before an address is chosen', () => {
    const priced = priceTrade([{ skuId: SKUS.far, quantity: 1 }], facts, policy, undefined);
    expect(priced).toMatchObject({ discountFen: 0, freightFen: 1_600, discounts: [] });
  });

  it('refuses a SKU without facts', () => {
    expect(() => priceTrade([{ skuId: SKUS.valve, quantity: 1 }], facts, policy, undefined)).toThrow(RangeError);
  });

  const shop = fc
    .array(
      fc.record({
        priceFen: fc.integer({ min: 0, max: 5_000_000 }),
        quantity: fc.integer({ min: 1, max: 999 }),
        warehouse: fc.constantFrom('a', 'b', 'c'),
        merchant: fc.constantFrom('m', 'n'),
        weightGrams: fc.integer({ min: 0, max: 50_000 }),
      }),
      { minLength: 1, maxLength: 50 },
    )
    .map((goods) => ({
      items: goods.map((good, index): Item => ({ skuId: `s${index}`, quantity: good.quantity })),
      facts: new Map(
        goods.map((good, index) => [
          `s${index}`,
          sku(`s${index}`, {
            priceFen: good.priceFen,
            weightGrams: good.weightGrams,
            warehouseId: good.warehouse,
            merchantId: good.merchant,
          }),
        ]),
      ),
    }));
  const discounts = fc.array(
    fc.record({
      code: fc.string(),
      thresholdFen: fc.integer({ min: 0, max: 10_000_000 }),
      amountFen: fc.integer({ min: 1, max: 1_000_000 }),
      labelZh: fc.constant(''),
      labelEn: fc.constant(''),
    }),
    { maxLength: 4 },
  );

  it('always adds up: shares to the discount, lines to groups, groups to the trade, and no line below zero', () => {
    fc.assert(
      fc.property(shop, discounts, fc.constantFrom(undefined, '31', '65'), ({ items, facts: skus }, spendDiscounts, province) => {
        const priced = priceTrade(items, skus, { spendDiscounts, freight: policy.freight }, province);
        const lines = priced.groups.flatMap((group) => group.lines);
        expect(lines.map((line) => line.sku.skuId).sort()).toEqual(items.map((item) => item.skuId).sort());
        expect(sum(lines.map((line) => line.discountFen))).toBe(priced.discountFen);
        for (const line of lines) {
          expect(line.goodsFen).toBe(line.sku.priceFen * line.quantity);
          expect(line.payableFen).toBe(line.goodsFen - line.discountFen);
          expect(line.discountFen).toBeGreaterThanOrEqual(0);
          expect(line.payableFen).toBeGreaterThanOrEqual(0);
        }
        for (const group of priced.groups) {
          expect(group.payableFen).toBe(sum(group.lines.map((line) => line.payableFen)) + group.freightFen);
          expect(new Set(group.lines.map((line) => `${line.sku.merchantId}/${line.sku.warehouseId}`)).size).toBe(1);
        }
        expect(priced.payableFen).toBe(sum(priced.groups.map((group) => group.payableFen)));
        expect(priced.payableFen).toBe(priced.goodsFen - priced.discountFen + priced.freightFen);
      }),
    );
  });
});

interface MutableLine extends RefundableLine {
  refundedQuantity: number;
  refundedFen: number;
  openQuantity: number;
  openFen: number;
}

describe('the refund of a part of a line', () => {
  it.each([
    [100, 3, [1, 1, 1], [33, 33, 34]],
    [100, 3, [2, 1], [66, 34]],
    [1, 3, [1, 1, 1], [0, 0, 1]],
    [0, 2, [1, 1], [0, 0]],
    [39_900, 1, [1], [39_900]],
  ])('of %d fen for %d units in steps %j is %j', (payableFen, quantity, steps, expected) => {
    const line: MutableLine = { quantity, payableFen, refundedQuantity: 0, refundedFen: 0, openQuantity: 0, openFen: 0 };
    const shares = steps.map((units) => {
      const share = refundShare(line, units);
      line.refundedQuantity += units;
      line.refundedFen += share;
      return share;
    });
    expect(shares).toEqual(expected);
  });

  it.each([0, -1, 3])('refuses %d of two units', (units) => {
    const line: RefundableLine = { quantity: 2, payableFen: 10, refundedQuantity: 0, refundedFen: 0, openQuantity: 0, openFen: 0 };
    expect(() => refundShare(line, units)).toThrow(RangeError);
  });

  it('adds up to what was paid after any sequence of applications, refusals and refunds', () => {
    const steps = fc.array(fc.record({ units: fc.integer({ min: 1, max: 30 }), end: fc.constantFrom('refund', 'refuse', 'wait') }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 10_000_000 }), steps, (quantity, payableFen, sequence) => {
        const line: MutableLine = { quantity, payableFen, refundedQuantity: 0, refundedFen: 0, openQuantity: 0, openFen: 0 };
        const waiting: { units: number; share: Fen }[] = [];
        const end = (claim: { units: number; share: Fen }, refund: boolean) => {
          line.openQuantity -= claim.units;
          line.openFen -= claim.share;
          if (!refund) return;
          line.refundedQuantity += claim.units;
          line.refundedFen += claim.share;
        };
        const apply = (units: number) => {
          const share = refundShare(line, units);
          expect(share).toBeGreaterThanOrEqual(0);
          line.openQuantity += units;
          line.openFen += share;
          expect(line.refundedFen + line.openFen).toBeLessThanOrEqual(payableFen);
          return { units, share };
        };
        for (const step of sequence) {
          if (refundableQuantity(line) === 0) {
            const claim = waiting.shift();
            if (claim) end(claim, step.end === 'refund');
            continue;
          }
          const claim = apply(Math.min(step.units, refundableQuantity(line)));
          if (step.end === 'wait') waiting.push(claim);
          else end(claim, step.end === 'refund');
        }
        for (const claim of waiting) end(claim, true);
        if (refundableQuantity(line) > 0) end(apply(refundableQuantity(line)), true);
        expect(line).toMatchObject({ refundedQuantity: quantity, refundedFen: payableFen, openQuantity: 0, openFen: 0 });
      }),
    );
  });
});

describe('units that no after-sale claims', () => {
  const line = { quantity: 5, payableFen: 0, refundedFen: 0, openFen: 0 };
  it.each([
    [{ shippedQuantity: 0, refundedQuantity: 0, openQuantity: 0 }, 0, { unshipped: 5, returnable: 0 }],
    [{ shippedQuantity: 3, refundedQuantity: 0, openQuantity: 0 }, 0, { unshipped: 2, returnable: 3 }],
    [{ shippedQuantity: 3, refundedQuantity: 1, openQuantity: 1 }, 2, { unshipped: 0, returnable: 3 }],
    [{ shippedQuantity: 3, refundedQuantity: 2, openQuantity: 0 }, 0, { unshipped: 2, returnable: 1 }],
    [{ shippedQuantity: 5, refundedQuantity: 5, openQuantity: 0 }, 0, { unshipped: 0, returnable: 0 }],
    // A parcel was faster than the hold of one unit.
    [{ shippedQuantity: 5, refundedQuantity: 0, openQuantity: 1 }, 1, { unshipped: 0, returnable: 5 }],
  ])('%j with %d claimed before shipping are %j', (change, claimedUnshipped, expected) => {
    expect(unclaimedUnits({ ...line, ...change }, claimedUnshipped)).toEqual(expected);
  });
});

describe('the shipping status of an order', () => {
  const line = (quantity: number, shippedQuantity: number, withdrawnQuantity = 0) => ({ quantity, shippedQuantity, withdrawnQuantity });
  it.each([
    ['paid', [line(2, 0), line(1, 0)]],
    ['partly_shipped', [line(2, 1)]],
    ['partly_shipped', [line(2, 2), line(1, 0)]],
    ['shipped', [line(2, 2), line(1, 1)]],
    ['shipped', [line(2, 2), line(1, 0, 1)]],
    ['shipped', [line(2, 1, 1)]],
    ['paid', [line(2, 0, 2), line(1, 0)]],
  ])('is %s', (expected, lines) => {
    expect(shippingStatus(lines)).toBe(expected);
  });
});

describe('the state machines', () => {
  it('name every status, lead somewhere only from open ones, and never back', () => {
    expect(Object.keys(ORDER_TRANSITIONS).sort()).toEqual([...ORDER_STATUSES].sort());
    expect(Object.keys(AFTER_SALE_TRANSITIONS).sort()).toEqual([...AFTER_SALE_STATUSES].sort());
    for (const machine of [ORDER_TRANSITIONS, AFTER_SALE_TRANSITIONS] as Readonly<Record<string, readonly string[]>>[]) {
      const reachable = (from: string, seen: readonly string[] = []): string[] =>
        (machine[from] ?? []).flatMap((to) => (seen.includes(to) ? [to] : [to, ...reachable(to, [...seen, to])]));
      for (const status of Object.keys(machine)) expect(reachable(status)).not.toContain(status);
    }
    for (const status of OPEN_AFTER_SALE) expect(AFTER_SALE_TRANSITIONS[status].length).toBeGreaterThan(0);
  });
});
