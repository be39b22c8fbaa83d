import { describe, expect, it } from 'vitest';
import { faultOfPlan, judgeQualification, parsePlan } from './model';
import { demoPlan, directSalePlan } from './seed';

const level = (value: number, rateBp: number) => ({ level: value, rateBp });

describe('plans', () => {
  it('takes the plans that ship', () => {
    expect([demoPlan, directSalePlan].map(faultOfPlan)).toEqual([undefined, undefined]);
    expect(parsePlan(JSON.stringify(demoPlan))).toEqual(demoPlan);
  });

  it.each([
    ['a fourth level', { levels: [level(1, 1), level(2, 1), level(3, 1), level(4, 1)] }],
    ['a third level written twice', { levels: [level(1, 1), level(2, 1), level(3, 1), level(3, 1)] }],
    ['a gap', { levels: [level(1, 1), level(3, 1)] }],
    ['no level', { levels: [] }],
    ['more than the base', { levels: [level(1, 6_000), level(2, 4_001)] }],
    ['a negative rate', { levels: [level(1, -1)] }],
    ['commission on own purchases', { selfPurchase: true }],
    ['an unknown field', { feeFen: 100 }],
  ])('refuses %s', (_name, change) => {
    expect(faultOfPlan({ ...demoPlan, ...change })).toBeTypeOf('string');
    expect(() => parsePlan(JSON.stringify({ ...demoPlan, ...change }))).toThrow(TypeError);
  });

  it('qualifies from the needed order on, not before, and through any one condition', () => {
    const conditions = [{ kind: 'paid_orders', count: 3 }, { kind: 'approval' }] as const;
    const met = (paidOrders: number, approved = false) => judgeQualification(conditions, { paidOrders, approved }).met;
    expect([met(0), met(2), met(3), met(4), met(0, true)]).toEqual([false, false, true, true, true]);
    expect(judgeQualification([], { paidOrders: 0, approved: false }).met).toBe(true);
  });
});
