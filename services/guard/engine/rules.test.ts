import { describe, expect, it } from 'vitest';
import { cleanSubjects } from '../testing/clean-subjects';
import { changed, judge, pack, subjectOf } from '../testing/judging';
import { subjectTypes, violations } from '../testing/violations';
import { evaluate } from './evaluate';
import { patched, patchOf } from './repair';

const ids = pack.rules.map(({ rule }) => rule.id);
const ruleOf = (ruleId: string) => pack.rules.find(({ rule }) => rule.id === ruleId)!;

describe('the rules of the pack', () => {
  it('are 121, each with a subject that violates it', () => {
    expect(ids).toHaveLength(121);
    expect(Object.keys(violations).sort()).toEqual([...ids].sort());
  });

  it.each(subjectTypes)('given a clean %s, when it is judged, then every rule decides and none finds anything', (type) => {
    const { verdict, findings, rulesAsked } = judge(type, cleanSubjects[type]);
    expect(findings).toEqual([]);
    expect(verdict).toBe('clean');
    expect(rulesAsked).toBe(pack.rules.filter(({ rule }) => rule.type === type).length);
  });

  it.each(Object.entries(violations))('given the least violation of %s, when it is judged, then the rule finds it', (ruleId, change) => {
    const { rule } = ruleOf(ruleId);
    const found = judge(rule.type, changed(cleanSubjects[rule.type], change)).findings.find((finding) => finding.ruleId === ruleId);
    expect(found).toMatchObject({ pack: 'cn-2026.11', severity: rule.severity, override: rule.override, articles: rule.articles });
    expect(found?.undecided).toBeUndefined();
  });

  const repairable = ids.filter((ruleId) => ruleOf(ruleId).repair.length > 0);
  it.each(repairable)('given a violation of %s, when its patch is applied, then the rule finds nothing any more', (ruleId) => {
    const compiled = ruleOf(ruleId);
    const subject = subjectOf(compiled.rule.type, changed(cleanSubjects[compiled.rule.type], violations[ruleId]!));
    const patch = patchOf(compiled, subject);
    expect(patch).toBeDefined();
    const repaired = patched(subject, patch!);
    expect(repaired).toBeDefined();
    expect(evaluate(pack, repaired!, Date.parse('2026-11-22T00:00:00Z')).findings.map((finding) => finding.ruleId)).not.toContain(ruleId);
    expect(patchOf(compiled, repaired!)).toBeUndefined();
  });
});
