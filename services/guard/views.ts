import { toIso } from '@qianxing/time';
import type { Evaluation, SignOffView } from './contract';
import type { CompiledRule, Pack } from './engine/pack';
import { SEVERITIES } from './engine/pack-document';
import type { PatchOperation } from './engine/repair';
import { summaryOf } from './engine/wording';
import type { JudgedFinding } from './judging';
import type { EvaluationRow, SignOffRow, SubjectRow } from './tables';

type FindingView = Evaluation['groups'][number]['findings'][number];

export function summaryView(row: EvaluationRow, stored: boolean) {
  const findings = JSON.parse(row.findings) as JudgedFinding[];
  const { zh, en } = summaryOf({ packId: row.packId, findings });
  return {
    evaluationId: stored ? row.evaluationId : null,
    scope: stored ? row.scope : null,
    subjectType: row.subjectType,
    subjectHash: row.subjectHash,
    packId: row.packId,
    verdict: row.verdict,
    blocked: row.blocked === 1,
    summaryZh: zh,
    summaryEn: en,
    counts: { block: row.blocks, warn: row.warns, info: row.infos },
    cause: row.cause,
    staffName: row.staffName,
    evaluatedAt: toIso(row.evaluatedAt),
  };
}

/** A judgement as the screen shows it: findings by severity, the worst first. */
export function evaluationView(pack: Pack, row: EvaluationRow, unjudged: readonly string[], stored: boolean): Evaluation {
  const findings = (JSON.parse(row.findings) as JudgedFinding[]).map((finding) => findingView(pack, finding));
  return {
    ...summaryView(row, stored),
    rulesAsked: row.rulesAsked,
    groups: SEVERITIES.map((severity) => ({ severity, findings: findings.filter((finding) => finding.severity === severity) })).filter(
      (group) => group.findings.length > 0,
    ),
    unjudged: [...unjudged],
  };
}

function findingView(pack: Pack, finding: JudgedFinding): FindingView {
  const { ruleId, severity, override, zh, en, fixZh, fixEn, answeredBy } = finding;
  return {
    ruleId,
    section: pack.rules.find(({ rule }) => rule.id === ruleId)?.section ?? '',
    ...{ severity, override, zh, en, fixZh, fixEn, answeredBy },
    articles: [...finding.articles],
    undecided: finding.undecided ?? null,
    patch: finding.patch === undefined ? null : patchView(finding.patch),
  };
}

export const patchView = (patch: readonly PatchOperation[]) => patch.map((operation) => ({ ...operation }));

export function ruleView({ rule, section, repair }: CompiledRule) {
  const { id, type, severity, override, basis, confidence, from, to, zh, en, fixZh, fixEn } = rule;
  return {
    ruleId: id,
    section,
    subjectType: type,
    ...{ severity, override, basis, confidence, from, zh, en, fixZh, fixEn },
    to: to ?? null,
    repairable: repair.length > 0,
  };
}

export function signOffView(row: SignOffRow, now: number): SignOffView {
  const { signOffId, scope, packId, opinionId, counselName, counselLicenceNo, platformApprovalId, riskTextHash, status } = row;
  return {
    ...{ signOffId, scope, packId, opinionId, counselName, counselLicenceNo, platformApprovalId, riskTextHash, status },
    ruleIds: JSON.parse(row.ruleIds) as string[],
    channels: JSON.parse(row.channels) as SignOffView['channels'],
    proposedBy: row.proposedByName,
    proposedAt: toIso(row.proposedAt),
    approvedBy: row.approvedByName,
    approvedAt: row.approvedAt === null ? null : toIso(row.approvedAt),
    validUntil: toIso(row.validUntil),
    expired: now >= row.validUntil,
  };
}

export function standingView({ scope, subjectType, packId, verdict, standing, graceUntil, inForceSince, evaluatedAt }: SubjectRow) {
  return {
    ...{ scope, subjectType, packId, verdict, standing },
    graceUntil: graceUntil === null ? null : toIso(graceUntil),
    inForceSince: toIso(inForceSince),
    evaluatedAt: toIso(evaluatedAt),
  };
}
