import type { Evaluation, Finding, SignOff } from './guard-types';

/** A finding as the server sends it. */
export function finding(fields: Partial<Finding> & Pick<Finding, 'ruleId'>): Finding {
  return {
    section: 'pyramid',
    severity: 'block',
    override: 'never',
    articles: ['禁止传销条例7(3)'],
    zh: `${fields.ruleId} 的说明`,
    en: `what ${fields.ruleId} says`,
    fixZh: '只付一级',
    fixEn: 'Pay one level only',
    undecided: null,
    patch: null,
    answeredBy: null,
    ...fields,
  };
}

export function evaluation(findings: readonly Finding[], fields: Partial<Evaluation> = {}): Evaluation {
  const of = (severity: Finding['severity']) => findings.filter((found) => found.severity === severity);
  const groups = (['block', 'warn', 'info'] as const).map((severity) => ({ severity, findings: of(severity) }));
  return {
    evaluationId: null,
    scope: null,
    subjectType: 'plan',
    subjectHash: '0'.repeat(64),
    packId: 'cn-2026.11',
    verdict: findings.length === 0 ? 'clean' : 'block',
    blocked: findings.some((found) => found.severity === 'block' && found.answeredBy === null),
    summaryZh: findings.length === 0 ? '按规则包 cn-2026.11 未发现已知违规项' : `按规则包 cn-2026.11 发现 ${findings.length} 项`,
    summaryEn: `${findings.length} findings under rule pack cn-2026.11`,
    counts: { block: of('block').length, warn: of('warn').length, info: of('info').length },
    cause: 'draft',
    staffName: 'admin',
    evaluatedAt: '2026-11-22T10:00:00+08:00',
    rulesAsked: 121,
    groups: groups.filter((group) => group.findings.length > 0),
    unjudged: [],
    ...fields,
  };
}

export function signOff(fields: Partial<SignOff> = {}): SignOff {
  return {
    signOffId: '01jd0000000000000000000001',
    scope: 'plan:three-level-demo@1',
    packId: 'cn-2026.11',
    ruleIds: ['PYR-02'],
    opinionId: 'OP-1',
    counselName: '周律师',
    counselLicenceNo: '13702200011112222',
    channels: ['app'],
    platformApprovalId: null,
    riskTextHash: 'a'.repeat(64),
    status: 'proposed',
    proposedBy: 'counsel',
    proposedAt: '2026-11-22T10:00:00+08:00',
    approvedBy: null,
    approvedAt: null,
    validUntil: '2027-01-01T00:00:00+08:00',
    expired: false,
    ...fields,
  };
}
