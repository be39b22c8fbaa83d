import { describe, expect, it } from 'vitest';
import { cleanPlan } from '../testing/clean-subjects';
import { originalFindings, originalIdea, otherFixtures, planFixtures } from '../testing/fixtures';
import { AT, changed, judge, marked, pack, subjectOf } from '../testing/judging';
import { effectivePlan } from './effective-plan';
import { evaluate, verdictOf } from './evaluate';
import { patched } from './repair';
import { repairSubject } from './repair-subject';
import { readSubject } from './subjects/read';

const expectedList = (text: string) => text.split(' ').filter(Boolean).sort();

describe('the acceptance fixtures', () => {
  it.each(planFixtures)('given %s, when the plan is judged, then exactly these rules find something', (_name, plan, expected) => {
    expect(marked(judge('plan', plan).findings)).toEqual(expectedList(expected));
  });

  it.each(otherFixtures)('given %s, when it is judged, then exactly these rules find something', (_name, type, subject, expected) => {
    expect(marked(judge(type, subject).findings)).toEqual(expectedList(expected));
  });
});

describe('repair', () => {
  it('given the plan as first imagined, when the pack’s own patches are applied, then nothing is found any more', () => {
    const subject = subjectOf('plan', originalIdea);
    const { before, after, applied, repaired } = repairSubject(pack, subject, AT);
    expect(before.verdict).toBe('block');
    expect(after.findings).toEqual([]);
    expect(applied).toContain('PYR-06');
    expect(repaired).toMatchObject({ commission: { levels: [{ level: 1, rateBps: 500 }] }, entry: { purchaseCount: 0 } });
    expect(subject.value).toEqual(originalIdea);
  });

  it('given any one finding of the plan as first imagined, when its patch alone is applied, then that rule finds nothing any more', () => {
    const subject = subjectOf('plan', originalIdea);
    for (const { ruleId, patch } of judge('plan', originalIdea).findings) {
      const repaired = patched(subject, patch ?? []);
      const left = repaired === undefined ? undefined : evaluate(pack, repaired, AT).findings.map((finding) => finding.ruleId);
      expect([ruleId, left?.includes(ruleId)]).toEqual([ruleId, false]);
    }
  });

  it('given rules to repair, when the others are left out, then their findings stay', () => {
    const { applied, after } = repairSubject(pack, subjectOf('plan', originalIdea), AT, ['PYR-08']);
    expect(applied).toEqual(['PYR-08']);
    expect(after.findings.map(({ ruleId }) => ruleId)).toContain('PYR-06');
    expect(after.findings.map(({ ruleId }) => ruleId)).not.toContain('PYR-08');
  });

  it('given a plan without its commission part, when it is repaired, then nothing is made up that is not a lawful alternative', () => {
    const { after, repaired } = repairSubject(pack, subjectOf('plan', changed(cleanPlan, { '/commission': undefined })), AT);
    expect(after.verdict).toBe('block');
    expect(repaired).not.toHaveProperty('commission.levels');
  });
});

describe('what is missing', () => {
  it('blocks where the rule blocks, stays unknown where it does not, and never passes', () => {
    const { findings, verdict } = judge('plan', changed(cleanPlan, { '/tree/bindDays': undefined, '/entry/feeFen': undefined }));
    expect(verdict).toBe('block');
    expect(findings.find(({ ruleId }) => ruleId === 'PYR-05')).toMatchObject({ severity: 'block', undecided: '/entry/feeFen' });
    expect(findings.find(({ ruleId }) => ruleId === 'PYR-17')).toMatchObject({ severity: 'warn', undecided: '/tree/bindDays' });
  });

  it('given an empty plan, when it is judged, then no rule holds', () => {
    const { findings, rulesAsked } = judge('plan', {});
    expect(findings).toHaveLength(rulesAsked);
    expect(findings.every(({ undecided }) => undecided !== undefined)).toBe(true);
  });

  it('names fields that no rule knows', () => {
    const more = { membershipCard: { priceFen: 9_900 }, constructor: 1, wallet: { ...cleanPlan.wallet, toString: 2 } };
    expect(judge('plan', { ...cleanPlan, ...more }).unjudged).toEqual(['/wallet/toString', '/membershipCard', '/constructor']);
  });

  it.each([
    ['a text for an amount', { '/entry/feeFen': '99' }, '/entry/feeFen'],
    ['a negative amount', { '/entry/feeFen': -1 }, '/entry/feeFen'],
    ['half a fen', { '/entry/feeFen': 0.5 }, '/entry/feeFen'],
    ['an unknown basis', { '/commission/levels': [{ level: 1, basis: 'goodwill', rateBps: 1 }] }, '/commission/levels/0/basis'],
    ['no list', { '/rewards': {} }, '/rewards'],
    ['a list without end', { '/rewards': Array.from({ length: 201 }, () => ({})) }, '/rewards'],
    ['null for a switch', { '/wechatSharer': null }, '/wechatSharer'],
  ])('given %s, when the plan is read, then the fault is named', (_name, change, path) => {
    expect(readSubject('plan', changed(cleanPlan, change))).toEqual({ fault: expect.stringContaining(`${path}: `) });
  });
});

describe('rules in time', () => {
  it('given a day before a rule holds, when a subject is judged, then the rule is not asked', () => {
    const before = evaluate(pack, subjectOf('live', {}), Date.parse('2026-01-31T23:59:59+08:00'));
    const after = evaluate(pack, subjectOf('live', {}), Date.parse('2026-02-01T00:00:00+08:00'));
    expect(before.findings.map(({ ruleId }) => ruleId)).toEqual(['LIV-02', 'LIV-06']);
    expect(after.rulesAsked).toBe(7);
  });
});

describe('the effective plan', () => {
  const { commission, entry, keep, rewards, ...rest } = originalIdea;
  const lawful = { commission: cleanPlan.commission, entry: cleanPlan.entry, keep: cleanPlan.keep };

  it('given a plan split over two campaigns that touch one user, when they are judged together, then the verdict is that of the whole', () => {
    const base = { ...rest, ...lawful, commission: { ...commission, levels: commission.levels.slice(0, 1) }, rewards: rewards.slice(0, 1) };
    const campaign = { entry, keep, rewards: rewards.slice(1), commission: { levels: commission.levels.slice(1) } };
    expect(marked(judge('plan', base).findings)).not.toEqual(expectedList(originalFindings));
    expect(marked(judge('plan', effectivePlan([base, campaign])).findings)).toEqual(expectedList(originalFindings));
    expect(marked(judge('plan', effectivePlan([campaign, base])).findings)).toEqual(expectedList(originalFindings));
  });

  it('given one plan alone, when it is merged, then it is itself', () => {
    expect(effectivePlan([originalIdea])).toEqual(originalIdea);
  });

  it('given two clean plans, when one lacks a protection, then the merged plan lacks it', () => {
    const other = changed(cleanPlan, { '/entry/realName': false, '/commission/levels': [], '/rewards': [] });
    expect(marked(judge('plan', effectivePlan([cleanPlan, other])).findings)).toContain('MIN-02!');
  });
});

describe('an invitation reward', () => {
  it.each([0, 1])('of depth %i in cash is warned of', (depth) => {
    const rewards = [{ trigger: 'signup', depth, form: 'cash', valueFen: 100, capPerMonth: 1 }];
    expect(marked(judge('plan', changed(cleanPlan, { '/channels': ['app'], '/rewards': rewards })).findings)).toEqual(['PYR-16~']);
  });
});

describe('verdicts', () => {
  it('are the worst severity, and clean for nothing', () => {
    expect([verdictOf([]), verdictOf([{ severity: 'info' }, { severity: 'warn' }])]).toEqual(['clean', 'warn']);
  });
});
