import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanPlan, cleanSubjects } from '../testing/clean-subjects';
import { originalIdea } from '../testing/fixtures';
import { AT, changed, judge, pack, subjectOf } from '../testing/judging';
import { subjectTypes, violations } from '../testing/violations';
import { effectivePlan } from './effective-plan';
import { patched } from './repair';
import { repairSubject } from './repair-subject';
import type { PlanSubject } from './subjects/plan';

const severities = (plan: object) => judge('plan', plan).findings;
const amount = fc.integer({ min: 0, max: 10_000_000 });
const rate = fc.integer({ min: 0, max: 20_000 });

/** Plans that pay one level, cost nothing to enter or to stay in and count no heads; everything else is free. */
const harmlessPlans: fc.Arbitrary<PlanSubject> = fc
  .record({
    rateBps: rate,
    channels: fc.uniqueArray(fc.constantFrom('app', 'h5', 'wechat_mp', 'wechat_oa', 'wechat_channels'), { minLength: 1 }),
    kind: fc.constantFrom('self', 'platform'),
    recordDepth: fc.nat(10),
    visible: fc.nat(10),
    bindDays: fc.option(fc.nat(1_000), { nil: null }),
    canRecruit: fc.boolean(),
    inviteCodeRequired: fc.boolean(),
    selfPurchase: fc.boolean(),
    settleAfter: fc.constantFrom('paid', 'shipped', 'received', 'return_window_closed'),
    minAge: fc.nat(80),
    form: fc.constantFrom('coupon', 'points', 'cash', 'goods'),
    valueFen: amount,
    capPerMonth: fc.nat(100),
    buyerBps: fc.nat(9_999),
    minMarginBps: fc.option(rate, { nil: null }),
    naming: fc.array(fc.string()),
    ownSalesFen: amount,
  })
  .map((free) =>
    changed(cleanPlan, {
      '/commission/levels': [{ level: 1, basis: 'own_direct_sale', rateBps: free.rateBps }],
      '/channels': free.channels,
      '/operator/kind': free.kind,
      '/tree/recordDepth': free.recordDepth,
      '/tree/promoterVisibleDepth': free.visible,
      '/tree/bindDays': free.bindDays,
      '/tree/canRecruit': free.canRecruit,
      '/tree/inviteCodeRequired': free.inviteCodeRequired,
      '/commission/selfPurchase': free.selfPurchase,
      '/commission/settleAfter': free.settleAfter,
      '/entry/minAge': free.minAge,
      '/rewards': [{ trigger: 'invitee_first_order', depth: 1, form: free.form, valueFen: free.valueFen, capPerMonth: free.capPerMonth }],
      '/rebate/buyerBps': free.buyerBps,
      '/minMarginBps': free.minMarginBps,
      '/naming': free.naming,
      '/ranks': [
        {
          need: { ownSalesFen: free.ownSalesFen, recruits: 0, teamSize: 0, teamSalesFen: 0, purchaseFen: 0, feeFen: 0 },
          gain: { rateBps: 100, teamOverrideBps: 0, poolBps: 0 },
        },
      ],
    }),
  );

const reward = (trigger: string, more: object = {}) => [{ trigger, depth: 1, form: 'coupon', valueFen: 1, capPerMonth: 1, ...more }];
const level = (value: number, basis: string, rateBps = 1) => ({ level: value, basis, rateBps });

/** One piece of an element each: entry fee, head-count, pay on the team. */
const elements: readonly fc.Arbitrary<Readonly<Record<string, unknown>>>[] = [
  fc.integer({ min: 1, max: 1_000_000 }).map((fen) => ({ '/entry/feeFen': fen })),
  fc.integer({ min: 1, max: 1_000_000 }).map((fen) => ({ '/entry/depositFen': fen })),
  fc.integer({ min: 1, max: 100 }).map((count) => ({ '/entry/purchaseCount': count })),
  fc.integer({ min: 1, max: 1_000_000 }).map((fen) => ({ '/entry/purchaseFen': fen })),
  fc.string().map((sku) => ({ '/entry/bundleSku': sku })),
  fc.constant({ '/entry/training': 'paid' }),
  fc.integer({ min: 1, max: 100 }).map((count) => ({ '/keep/repurchaseCount': count })),
  fc.integer({ min: 1, max: 1_000_000 }).map((fen) => ({ '/keep/repurchaseFen': fen })),
  fc.constant({ '/payout/needsPurchase': true }),
  fc.integer({ min: 1, max: 100 }).map((count) => ({ '/tree/recruitQuota': count })),
  fc.constantFrom('promoter_recruited', 'headcount_contest', 'team_sales_contest').map((trigger) => ({ '/rewards': reward(trigger) })),
  fc.integer({ min: 2, max: 10 }).map((depth) => ({ '/rewards': reward('signup', { depth }) })),
  fc.constantFrom('headcount', 'joining_fee', 'team_total').map((basis) => ({ '/commission/levels': [level(1, basis)] })),
  fc.constant({ '/commission/levels': [level(1, 'downline_sale')] }),
  fc.integer({ min: 2, max: 12 }).map((depth) => ({ '/commission/levels': [level(1, 'own_direct_sale'), level(depth, 'downline_sale')] })),
  fc.constantFrom('recruits', 'teamSize', 'teamSalesFen', 'purchaseFen', 'feeFen').map((need) => ({
    '/ranks': [
      {
        need: { recruits: 0, teamSize: 0, teamSalesFen: 0, purchaseFen: 0, feeFen: 0, [need]: 1 },
        gain: { teamOverrideBps: 0, poolBps: 0 },
      },
    ],
  })),
];

describe('any plan', () => {
  it('of one level, free to enter and without heads never meets a rule against pyramids that nobody may override', () => {
    fc.assert(
      fc.property(harmlessPlans, (plan) => {
        const never = severities(plan).filter(({ ruleId, override }) => ruleId.startsWith('PYR-') && override === 'never');
        expect(never).toEqual([]);
      }),
    );
  });

  it.each(elements.map((element, position) => [position, element] as const))(
    'that is clean and gets element %i yields at least a warning',
    (_position, element) => {
      fc.assert(
        fc.property(element, (change) => {
          expect(['warn', 'block']).toContain(judge('plan', changed(cleanPlan, change)).verdict);
        }),
      );
    },
  );

  it('with two elements of different kinds cannot be published by anybody', () => {
    const [entry, heads] = [elements[0]!, elements[9]!];
    fc.assert(
      fc.property(entry, heads, (one, other) => {
        const found = severities(changed(cleanPlan, { ...one, ...other })).map(({ ruleId }) => ruleId);
        expect(found).toContain('PYR-25');
      }),
    );
  });

  it('keeps its verdict however its levels and rewards are dealt out to campaigns', () => {
    const { commission, rewards, ...rest } = originalIdea;
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (sides) => {
        const half = (side: boolean) => ({
          commission: { ...commission, levels: commission.levels.filter((_, position) => sides[position] === side) },
          rewards: rewards.filter((_, position) => sides[position + 3] === side),
        });
        const found = (plan: object) => severities(plan).map(({ ruleId }) => ruleId);
        expect(found(effectivePlan([{ ...rest, ...half(true) }, half(false)]))).toEqual(found(originalIdea));
      }),
    );
  });

  it('is repaired without a block, and a repaired plan stays as it is', () => {
    fc.assert(
      fc.property(
        harmlessPlans,
        fc.array(fc.integer({ min: 0, max: elements.length - 1 }).chain((position) => elements[position]!)),
        (plan, changes) => {
          const worse = changes.reduce<PlanSubject>((whole, change) => changed(whole, change), plan);
          const subject = subjectOf('plan', worse);
          const { repaired, after, patch } = repairSubject(pack, subject, AT);
          expect(patched(subject, patch)?.value).toEqual(repaired);
          expect(after.findings.filter(({ severity }) => severity === 'block')).toEqual([]);
          expect(repairSubject(pack, subjectOf('plan', repaired), AT).patch).toEqual([]);
        },
      ),
    );
  });
});

describe('any kind of subject', () => {
  it.each(subjectTypes)(
    'given a %s with some violations at once, when it is repaired, then no rule that has a repair finds anything',
    (type) => {
      const repairable = pack.rules.filter(({ rule, repair }) => rule.type === type && repair.length > 0).map(({ rule }) => rule.id);
      if (repairable.length === 0) return;
      fc.assert(
        fc.property(fc.uniqueArray(fc.constantFrom(...repairable)), (chosen) => {
          const change = Object.assign({}, ...chosen.map((ruleId) => violations[ruleId]));
          const { repaired, after } = repairSubject(pack, subjectOf(type, changed(cleanSubjects[type], change)), AT);
          expect(after.findings.map(({ ruleId }) => ruleId).filter((ruleId) => repairable.includes(ruleId))).toEqual([]);
          expect(judge(type, repaired).findings).toEqual(after.findings);
        }),
      );
    },
  );

  it.each(subjectTypes)('given a %s without some of its fields, then every finding names one that is missing', (type) => {
    const clean = cleanSubjects[type] as Record<string, unknown>;
    fc.assert(
      fc.property(fc.subarray(Object.keys(clean)), (kept) => {
        const part = Object.fromEntries(kept.map((key) => [key, clean[key]]));
        const { findings, rulesAsked } = judge(type, part);
        expect(findings.every(({ undecided }) => undecided?.startsWith('/') === true)).toBe(true);
        expect(findings.length).toBeLessThanOrEqual(rulesAsked);
      }),
    );
  });

  it.each(subjectTypes)('given a %s without any field, then only rules about what need not be there hold', (type) => {
    const found = judge(type, {}).findings.map(({ ruleId }) => ruleId);
    const holding = pack.rules.filter(({ rule }) => rule.type === type && !found.includes(rule.id)).map(({ rule }) => rule.id);
    expect(holding).toEqual({ sku: ['PRM-08'], content: ['ADV-16'] }[type as string] ?? []);
  });
});
