import { virtualClock } from '@qianxing/testing';
import { DAY_MS, shopDayStart } from '@qianxing/time';
import { FormatRegistry } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { type Dashboard, insightContract } from './contract';
import { createInsightService, type InsightNeeds } from './index';
import { figuresOf, periodBefore, periodOf } from './rules';

FormatRegistry.Set('date-time', (text) => !Number.isNaN(Date.parse(text)));

/** 3 November 2026, 01:30 in the shop: still 2 November in UTC. */
const NOW = shopDayStart('2026-11-03') + 90 * 60_000;

describe('the period of a dashboard', () => {
  const asked = (from?: string, to?: string) => {
    const period = periodOf({ from, to }, NOW);
    return period.ok ? `${period.value.from}..${period.value.to}` : period.problem.code;
  };

  it.each([
    [undefined, undefined, '2026-10-28..2026-11-03'],
    ['2026-11-01', undefined, '2026-11-01..2026-11-03'],
    [undefined, '2026-10-10', '2026-10-04..2026-10-10'],
    ['2026-11-03', '2026-11-03', '2026-11-03..2026-11-03'],
    ['2026-02-28', '2026-03-01', '2026-02-28..2026-03-01'],
    ['2026-08-04', '2026-11-03', '2026-08-04..2026-11-03'],
    ['2026-08-03', '2026-11-03', 'insight.rangeTooLong'],
    ['2026-11-03', '2026-11-02', 'insight.rangeReversed'],
    ['2026-11-04', undefined, 'insight.rangeReversed'],
    ['2026-02-29', '2026-03-01', 'insight.dayUnknown'],
    ['2026-11-01', '2026-13-01', 'insight.dayUnknown'],
    ['2026-11-01', '2026-11-31', 'insight.dayUnknown'],
  ])('from %s to %s is %s', (from, to, expected) => {
    expect(asked(from, to)).toBe(expected);
  });

  it('starts and ends at midnight of the shop, and the period before touches it', () => {
    const period = periodOf({ from: '2026-11-01', to: '2026-11-03' }, NOW);
    if (!period.ok) throw new Error(period.problem.code);
    const before = periodBefore(period.value);
    expect(new Date(period.value.fromMs).toISOString()).toBe('2026-10-31T16:00:00.000Z');
    expect(period.value.toMs - period.value.fromMs).toBe(3 * DAY_MS);
    expect(before).toEqual({ from: '2026-10-29', to: '2026-10-31', fromMs: period.value.fromMs - 3 * DAY_MS, toMs: period.value.fromMs });
  });
});

describe('figures of a period', () => {
  it('sum the days, take buyers as given and round the average down', () => {
    const day = { day: '2026-11-01', placedOrders: 4, paidOrders: 3, paidFen: 1000, refundedFen: 100, buyers: 2 };
    expect(figuresOf([day, { ...day, day: '2026-11-02', refundedFen: 0 }], 2)).toEqual({
      paidFen: 2000,
      refundedFen: 100,
      netFen: 1900,
      placedOrders: 8,
      paidOrders: 6,
      buyers: 2,
      averageOrderFen: 333,
    });
  });

  it('have no average without orders', () => {
    expect(figuresOf([], 0).averageOrderFen).toBe(0);
  });
});

/** Parts that answer with known numbers and remember which periods they were asked for. */
function parts() {
  const asked: { name: string; fromMs: number; toMs: number }[] = [];
  const needs: InsightNeeds = {
    order: {
      salesByDay: async (fromMs, toMs) => {
        asked.push({ name: 'salesByDay', fromMs, toMs });
        return [{ day: '2026-11-03', placedOrders: 3, paidOrders: 2, paidFen: 5000, refundedFen: 700, buyers: 2 }];
      },
      buyersBetween: async (fromMs, toMs) => {
        asked.push({ name: 'buyersBetween', fromMs, toMs });
        return 1;
      },
      countsByStatus: async (fromMs, toMs) => {
        asked.push({ name: 'countsByStatus', fromMs, toMs });
        return { paid: 4, completed: 9, after_sales_waiting: 5 };
      },
      topProducts: async (fromMs, toMs, limit) => {
        asked.push({ name: `topProducts ${limit}`, fromMs, toMs });
        return [{ productId: 'p', title: '轮胎', quantity: 8, paidFen: 4000 }];
      },
    },
    payment: {
      countsByStatus: async () => ({ payments: { unknown: 1, pending: 7 }, refunds: { unknown: 2 }, transfers: { succeeded: 3 } }),
    },
    fulfilment: { countsByStatus: async () => ({ toShip: 6, openExceptions: 2 }) },
    promotion: {
      totals: async () => ({
        promoters: 12,
        pendingFen: 300,
        availableFen: 200,
        paidFen: 100,
        withdrawalsToReview: 8,
        applicationsToReview: 7,
      }),
    },
    deadLetters: async () => 11,
  };
  return { asked, needs };
}

async function ask(needs: InsightNeeds, query: { from?: string; to?: string }) {
  const service = createInsightService({ clock: virtualClock(NOW) }, needs);
  const route = service.routes.find((candidate) => candidate.contract === insightContract.dashboard);
  const handle = route?.handle as (call: unknown) => Promise<{ ok: true; value: Dashboard } | { ok: false; problem: { code: string } }>;
  return handle({ query, now: NOW });
}

describe('the dashboard', () => {
  it('given the last three days, when asked, then it puts everybody’s figures together as its contract says', async () => {
    const { asked, needs } = parts();
    const answer = await ask(needs, { from: '2026-11-01', to: '2026-11-03' });
    if (!answer.ok) throw new Error(answer.problem.code);
    expect(Value.Check(insightContract.dashboard.response, answer.value)).toBe(true);
    expect(answer.value.current).toMatchObject({ paidFen: 5000, netFen: 4300, paidOrders: 2, buyers: 1, averageOrderFen: 2500 });
    expect(answer.value.ordersByStatus).toEqual({ paid: 4, completed: 9 });
    expect(answer.value.work).toEqual({
      toShip: 6,
      afterSales: 5,
      withdrawals: 8,
      applications: 7,
      shippingExceptions: 2,
      unknownPayments: 3,
      deadLetters: 11,
    });
    expect(answer.value.promotion).toEqual({ promoters: 12, pendingFen: 300, availableFen: 200, paidFen: 100 });
    expect(answer.value.asOf).toBe('2026-11-03T01:30:00.000+08:00');

    const [fromMs, toMs] = [shopDayStart('2026-11-01'), shopDayStart('2026-11-04')];
    const before = { fromMs: shopDayStart('2026-10-29'), toMs: fromMs };
    expect(asked).toHaveLength(6);
    expect(asked).toEqual(
      expect.arrayContaining([
        { name: 'salesByDay', fromMs, toMs },
        { name: 'salesByDay', ...before },
        { name: 'buyersBetween', fromMs, toMs },
        { name: 'buyersBetween', ...before },
        { name: 'topProducts 10', fromMs, toMs },
        { name: 'countsByStatus', fromMs, toMs },
      ]),
    );
  });

  it('given a range that is refused, when asked, then nobody is bothered', async () => {
    const { asked, needs } = parts();
    expect(await ask(needs, { from: '2026-01-01', to: '2026-11-03' })).toMatchObject({
      ok: false,
      problem: { code: 'insight.rangeTooLong' },
    });
    expect(asked).toEqual([]);
  });
});
