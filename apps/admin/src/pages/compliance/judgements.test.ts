import { describe, expect, it } from 'vitest';
import { warningOf } from '../../session/plan-in-use-store';
import { compareFindings } from './comparison';
import { EXAMPLES } from './examples';
import { evaluation, finding, signOff } from './fixtures-for-tests';
import { type Rule, SUBJECT_TYPES } from './guard-types';
import { publicationOf, waysOut } from './publication';
import { matchingRules } from './rule-search';
import {
  endOf,
  isExcludedByWechat,
  lastDay,
  mayEndOn,
  needsPlatformApproval,
  openSignatures,
  reviewOf,
  signatureFor,
  statusOf,
} from './sign-off-state';
import { useWorkingCopy } from './working-copy';

const ids = (findings: readonly { ruleId: string }[]) => findings.map(({ ruleId }) => ruleId);

describe('what a change does to the findings', () => {
  it('tells what went, what came and what stayed', () => {
    const before = evaluation([finding({ ruleId: 'PYR-02' }), finding({ ruleId: 'PYR-16', severity: 'warn' })]);
    const after = evaluation([finding({ ruleId: 'PYR-16', severity: 'warn' }), finding({ ruleId: 'PRM-12', severity: 'info' })]);
    const { resolved, arisen, remaining } = compareFindings(before, after);
    expect([ids(resolved), ids(arisen), ids(remaining)]).toEqual([['PYR-02'], ['PRM-12'], ['PYR-16']]);
  });
});

describe('working copy', () => {
  const step = (applied: string[], repaired: unknown) => ({
    applied,
    repaired,
    patch: [],
    diff: '',
    before: evaluation([]),
    after: evaluation([]),
  });

  it('remembers what was applied and takes every step back, never the stored subject', () => {
    const copy = useWorkingCopy();
    expect(copy.current.value).toBeNull();
    copy.start({ n: 0 }, evaluation([]));
    copy.adopt(step(['A', 'B'], { n: 1 }));
    copy.adopt(step(['B', 'C'], { n: 2 }));
    expect([copy.current.value?.subject, copy.applied.value, copy.isChanged.value]).toEqual([{ n: 2 }, ['A', 'B', 'C'], true]);
    copy.undo();
    expect([copy.current.value?.subject, copy.applied.value]).toEqual([{ n: 1 }, ['A', 'B']]);
    copy.reset();
    copy.undo();
    expect([copy.current.value?.subject, copy.isChanged.value]).toEqual([{ n: 0 }, false]);
  });
});

describe('publication', () => {
  const blocked = evaluation([
    finding({ ruleId: 'PYR-02', override: 'legal' }),
    finding({ ruleId: 'WX-01' }),
    finding({ ruleId: 'PYR-13', override: 'legal', answeredBy: 'sign_off' }),
    finding({ ruleId: 'PYR-16', severity: 'warn', override: 'ack' }),
  ]);

  it('says what has to change and what counsel may sign for, warnings and signed findings left out', () => {
    expect(waysOut(blocked, ['app'])).toEqual({ change: ['WX-01'], sign: ['PYR-02'] });
    expect(waysOut(evaluation([]), ['app'])).toEqual({ change: [], sign: [] });
  });

  it('sends nobody to counsel where no signature counts', () => {
    expect(waysOut(blocked, ['app', 'wechat_mp'])).toEqual({ change: ['PYR-02', 'WX-01'], sign: [] });
  });

  it('is refused in production, marked in the sandbox, free where nothing blocks', () => {
    expect(publicationOf(false, 'clear', 2, 'refused')).toBe('refused');
    expect(publicationOf(false, 'clear', 2, 'marked')).toBe('trial');
    expect([publicationOf(false, 'clear', 0, 'refused'), publicationOf(false, 'clear', 0, 'marked')]).toEqual(['ready', 'ready']);
  });

  it('of the version in use is a trial in the sandbox only; in production it runs out or has stopped', () => {
    expect([publicationOf(true, 'clear', 0, 'refused'), publicationOf(true, 'stopped', 1, 'marked')]).toEqual(['in_use', 'on_trial']);
    expect([publicationOf(true, 'grace', 1, 'refused'), publicationOf(true, 'stopped', 1, 'refused')]).toEqual(['in_grace', 'stopped']);
  });
});

describe('banner', () => {
  const plans = (blockedPlans: 'refused' | 'marked', fields: object) =>
    ({
      activePlanVersionId: 'one',
      blockedPlans,
      items: [
        { planVersionId: 'one', blocked: false, standing: 'clear', graceUntil: null, ...fields },
        { planVersionId: 'two', blocked: true, standing: 'stopped', graceUntil: null },
      ],
    }) as unknown as Parameters<typeof warningOf>[0];

  it('speaks of the plan in use only', () => {
    expect(warningOf(plans('marked', {}))).toBeNull();
    expect(warningOf({ ...plans('marked', {}), activePlanVersionId: 'three' })).toBeNull();
  });

  it('tells a trial in the sandbox from a stop in production and from a grace period', () => {
    const stopped = { blocked: true, standing: 'stopped' };
    expect(warningOf(plans('marked', stopped))).toEqual({ kind: 'trial', planVersionId: 'one', until: null });
    expect(warningOf(plans('refused', stopped))?.kind).toBe('stopped');
    expect(warningOf(plans('refused', { blocked: true, standing: 'grace', graceUntil: 'T' }))).toMatchObject({ kind: 'grace', until: 'T' });
  });
});

describe('signatures', () => {
  const found = finding({ ruleId: 'PYR-02', override: 'legal' });

  it('show as expired or withdrawn before anything else', () => {
    expect(statusOf({ status: 'proposed', expired: false })).toBe('proposed');
    expect(statusOf({ status: 'effective', expired: false })).toBe('effective');
    expect(statusOf({ status: 'effective', expired: true })).toBe('expired');
    expect(statusOf({ status: 'withdrawn', expired: true })).toBe('withdrawn');
  });

  it('say what is missing', () => {
    const missing = (...signOffs: ReturnType<typeof signOff>[]) => signatureFor(found, signOffs, ['app']).missing;
    expect(missing()).toBe('everything');
    expect(missing(signOff({ ruleIds: ['PYR-13'] }))).toBe('everything');
    expect(missing(signOff())).toBe('second_person');
    expect(missing(signOff({ expired: true }), signOff({ status: 'withdrawn' }))).toBe('everything');
    expect(missing(signOff({ status: 'effective' }))).toBe('coverage');
    expect(signatureFor({ ...found, answeredBy: 'sign_off' }, [signOff({ status: 'effective' })], ['app']).missing).toBe('nothing');
    expect(signatureFor(found, [signOff()], ['wechat_mp']).missing).toBe('excluded');
  });

  it('wait only for what counsel may sign for', () => {
    const judged = evaluation([
      found,
      finding({ ruleId: 'WX-01' }),
      finding({ ruleId: 'PYR-13', override: 'legal', answeredBy: 'sign_off' }),
    ]);
    expect(openSignatures(judged, [], ['app']).map((open) => open.finding.ruleId)).toEqual(['PYR-02']);
  });

  it('need a second, different person', () => {
    expect(reviewOf(signOff(), true, 'finance')).toBe('may_sign');
    expect(reviewOf(signOff(), true, 'counsel')).toBe('proposed_by_you');
    expect(reviewOf(signOff(), false, 'finance')).toBe('no_permission');
    expect(reviewOf(signOff({ expired: true }), true, 'finance')).toBe('decided');
    expect(reviewOf(signOff({ status: 'effective' }), true, 'finance')).toBe('decided');
  });

  it('end within 180 days, at the end of a day of the shop', () => {
    const now = '2026-11-22T23:59:00+08:00';
    expect(lastDay(now)).toBe('2027-05-20');
    expect(endOf('2027-05-20')).toBe('2027-05-21T00:00:00+08:00');
    expect(Date.parse(endOf(lastDay(now))) - Date.parse(now)).toBeLessThanOrEqual(180 * 86_400_000);
    expect(['2026-11-21', '2026-11-22', '2027-05-20', '2027-05-21', ''].map((day) => mayEndOn(day, now))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });

  it('know the rules of WeChat', () => {
    expect(isExcludedByWechat(['PYR-02'], ['app', 'wechat_mp'])).toBe(true);
    expect(isExcludedByWechat(['PYR-02'], ['app', 'h5'])).toBe(false);
    expect(isExcludedByWechat(['PYR-13'], ['wechat_mp'])).toBe(false);
    expect([needsPlatformApproval(['WX-02', 'PYR-13']), needsPlatformApproval(['PYR-13'])]).toEqual([true, false]);
  });
});

describe('rules', () => {
  const rule = (fields: Partial<Rule>) =>
    ({ ruleId: 'PYR-02', zh: '三级', en: 'three levels', fixZh: '', fixEn: '', severity: 'block', ...fields }) as Rule;
  const rules = [rule({}), rule({ ruleId: 'ADV-01', zh: '绝对化用语', en: 'absolute terms', severity: 'warn' })];

  it('are found by id, by words of either language and by their fields', () => {
    expect(ids(matchingRules(rules, {}))).toEqual(['PYR-02', 'ADV-01']);
    expect(ids(matchingRules(rules, { text: ' adv ' }))).toEqual(['ADV-01']);
    expect(ids(matchingRules(rules, { text: '三级' }))).toEqual(['PYR-02']);
    expect(ids(matchingRules(rules, { severity: 'warn' }))).toEqual(['ADV-01']);
    expect(matchingRules(rules, { text: '三级', severity: 'warn' })).toEqual([]);
  });
});

describe('examples', () => {
  it('are there for every kind of subject, each under its own name', () => {
    expect([...new Set(EXAMPLES.map((example) => example.subjectType))].sort()).toEqual([...SUBJECT_TYPES].sort());
    expect(new Set(EXAMPLES.map((example) => example.name)).size).toBe(EXAMPLES.length);
  });
});
