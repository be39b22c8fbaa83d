import { DAY_MS } from '@qianxing/time';
import { describe, expect, it } from 'vitest';
import { cleanPlan } from '../testing/clean-subjects';
import { originalIdea } from '../testing/fixtures';
import { AT, changed, judge, pack } from '../testing/judging';
import { applyOverrides, refusalOf, riskTextHash, type SignOff } from './sign-off';

const scope = 'plan:three-levels@1';
const context = { scope, channels: ['app', 'h5'], at: AT };
const signOff: SignOff = {
  ruleIds: ['PYR-02'],
  opinionId: 'opinion-2026-17',
  counselName: '沈律师',
  counselLicenceNo: '13702202010000000',
  scope,
  channels: ['app', 'h5'],
  signedAt: AT - DAY_MS,
  validUntil: AT + 90 * DAY_MS,
  firstApproverId: 'staff-1',
  secondApproverId: 'staff-2',
  riskTextHash: riskTextHash(pack, ['PYR-02']),
};
const threeLevels = changed(cleanPlan, {
  '/channels': ['app', 'h5'],
  '/commission/levels': [1, 2, 3].map((level) => ({ level, basis: level === 1 ? 'own_direct_sale' : 'downline_sale', rateBps: 100 })),
});
const none = { signOffs: [], acknowledgements: [] };

describe('a signature of counsel', () => {
  it('counts when two people signed for these rules, this plan, these channels and this day', () => {
    expect(refusalOf(signOff, pack, context)).toBeUndefined();
    const { findings } = judge('plan', threeLevels);
    expect(applyOverrides(findings, pack, context, none).open).toHaveLength(1);
    const { open, overridden } = applyOverrides(findings, pack, context, { ...none, signOffs: [signOff] });
    expect([open, overridden.map(({ ruleId }) => ruleId)]).toEqual([[], ['PYR-02']]);
  });

  it.each<[string, Partial<SignOff>, Partial<typeof context>, string]>([
    ['the same person twice', { secondApproverId: 'staff-1' }, {}, 'samePersonTwice'],
    ['one person only', { secondApproverId: '' }, {}, 'samePersonTwice'],
    ['a WeChat channel', { channels: ['app', 'wechat_mp'] }, { channels: ['app'] }, 'wechatExcluded'],
    ['a plan in WeChat', { channels: ['app', 'wechat_mp'] }, { channels: ['wechat_mp'] }, 'wechatExcluded'],
    ['a channel that was not signed for', {}, { channels: ['app', 'h5', 'wechat_oa'] }, 'wrongChannel'],
    ['a day that is past', { validUntil: AT - 1 }, {}, 'expired'],
    ['the moment it ends', { validUntil: AT }, {}, 'expired'],
    ['a term of 181 days', { validUntil: AT + 180 * DAY_MS }, {}, 'tooLong'],
    ['a day before it was signed', {}, { at: AT - 2 * DAY_MS }, 'notInForceYet'],
    ['another plan', {}, { scope: 'plan:three-levels@2' }, 'wrongScope'],
    ['a rule that nobody may sign for', { ruleIds: ['PYR-02', 'PYR-06'] }, {}, 'ruleNotSignable'],
    ['a rule that is only confirmed', { ruleIds: ['PAY-09'] }, {}, 'ruleNotSignable'],
    ['a rule that does not exist', { ruleIds: ['PYR-99'] }, {}, 'ruleUnknown'],
    ['no rule', { ruleIds: [] }, {}, 'ruleUnknown'],
    ['no counsel', { counselName: ' ' }, {}, 'incomplete'],
    ['risks that are worded anew', { riskTextHash: 'other' }, {}, 'riskTextChanged'],
    [
      'two levels in WeChat without the platform’s approval',
      { ruleIds: ['WX-02'], channels: ['wechat_mp'], riskTextHash: riskTextHash(pack, ['WX-02']) },
      { channels: ['wechat_mp'] },
      'platformApprovalMissing',
    ],
  ])('given %s, then it does not count and says why', (_name, change, around, refusal) => {
    const signed = { ...signOff, ...change };
    const there = { ...context, ...around };
    expect(refusalOf(signed, pack, there)).toBe(refusal);
    const { findings } = judge('plan', changed(threeLevels, { '/channels': there.channels }));
    const { overridden } = applyOverrides(findings, pack, there, { ...none, signOffs: [signed] });
    expect(overridden).toEqual([]);
  });

  describe('for a second level', () => {
    const mitigated = changed(cleanPlan, {
      '/channels': ['app', 'h5'],
      '/tree/bindDays': 30,
      '/commission/levels': [
        { level: 1, basis: 'own_direct_sale', rateBps: 400 },
        { level: 2, basis: 'downline_sale', rateBps: 100 },
      ],
    });
    const signed = { ...signOff, ruleIds: ['PYR-03'], riskTextHash: riskTextHash(pack, ['PYR-03']) };
    const refusal = (change: Readonly<Record<string, unknown>>) =>
      refusalOf(signed, pack, { ...context, subject: changed(mitigated, change) });

    it('counts with the mitigations', () => {
      expect(refusal({})).toBeUndefined();
      const { overridden } = applyOverrides(
        judge('plan', mitigated).findings,
        pack,
        { ...context, subject: mitigated },
        { ...none, signOffs: [signed] },
      );
      expect(overridden.map(({ ruleId }) => ruleId)).toEqual(['PYR-03']);
    });

    it.each<[string, Readonly<Record<string, unknown>>]>([
      ['more than a quarter', { '/commission/levels/1/rateBps': 101 }],
      ['more than 20 % in all', { '/commission/levels/0/rateBps': 1_901 }],
      ['bindings of 31 days', { '/tree/bindDays': 31 }],
      ['bindings for ever', { '/tree/bindDays': null }],
      ['a purchase to enter', { '/entry/purchaseCount': 1 }],
      ['a reward for recruiting', { '/rewards/0/trigger': 'promoter_recruited' }],
      ['a part missing', { '/keep': undefined }],
    ])('given %s, then it does not', (_name, change) => {
      expect(refusal(change)).toBe('mitigationsMissing');
    });
  });

  it('never answers a rule that cannot be overridden, or one that could not be decided', () => {
    const all = judge('plan', originalIdea).findings;
    const signOffs = all.map(({ ruleId }) => ({ ...signOff, ruleIds: [ruleId], riskTextHash: riskTextHash(pack, [ruleId]) }));
    const acknowledgements = all.map(({ ruleId }) => ({ ruleId, scope }));
    const { open } = applyOverrides(all, pack, context, { signOffs, acknowledgements });
    expect(open.map(({ ruleId }) => ruleId)).toEqual(all.filter(({ override }) => override === 'never').map(({ ruleId }) => ruleId));
    const undecided = judge('plan', changed(cleanPlan, { '/tree/bindDays': undefined })).findings;
    expect(applyOverrides(undecided, pack, context, { signOffs, acknowledgements }).overridden).toEqual([]);
  });

  it('a confirmation holds for its own plan only', () => {
    const { findings } = judge('plan', changed(cleanPlan, { '/tree/bindDays': null }));
    const confirmed = (where: string) =>
      applyOverrides(findings, pack, context, { ...none, acknowledgements: [{ ruleId: 'PYR-17', scope: where }] }).overridden;
    expect([confirmed(scope).length, confirmed('plan:other@1').length]).toEqual([1, 0]);
  });
});
