import type { Query } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { GuardContext } from './context';
import { type Evaluation, evaluate, type Finding } from './engine/evaluate';
import { applyOverrides, type SignOff } from './engine/sign-off';
import { contentHash } from './engine/signature';
import type { ReadSubject } from './engine/subjects/read';
import { acknowledgementsOf, effectiveSignOffs } from './store';
import type { EvaluationCause, EvaluationRow, SignOffRow } from './tables';

/** A finding, and what answers it. */
export interface JudgedFinding extends Finding {
  readonly answeredBy: 'sign_off' | 'acknowledgement' | null;
}

export interface Judgement {
  readonly evaluation: Evaluation;
  readonly findings: readonly JudgedFinding[];
  /** Findings that nobody answered. */
  readonly open: readonly Finding[];
  readonly blocked: boolean;
  /** When the first signature that was counted runs out. */
  readonly signedUntil: number | null;
}

/** Signatures and confirmations that belong to a scope. */
export interface Overrides {
  readonly signOffs: readonly SignOffRow[];
  readonly acknowledgements: readonly { readonly ruleId: string; readonly scope: string }[];
}

const noOverrides: Overrides = { signOffs: [], acknowledgements: [] };

export async function overridesOf(query: Query, scope: string | undefined, at: number): Promise<Overrides> {
  if (scope === undefined) return noOverrides;
  return { signOffs: await effectiveSignOffs(query, scope, at), acknowledgements: await acknowledgementsOf(query, scope) };
}

/** Judges a subject and counts the signatures and confirmations that hold for it. */
export function judge(
  { pack }: GuardContext,
  subject: ReadSubject,
  scope: string | undefined,
  overrides: Overrides,
  at: number,
): Judgement {
  const evaluation = evaluate(pack, subject, at);
  const signOffs = overrides.signOffs.map(signOffOf);
  const around = { scope: scope ?? '', channels: channelsOf(subject.value), subject: subject.value, at };
  const { acknowledgements } = overrides;
  const { open, overridden } = applyOverrides(evaluation.findings, pack, around, { signOffs, acknowledgements });
  const answered = new Set(overridden);
  const counted = signOffs.filter(({ ruleIds }) => overridden.some(({ ruleId }) => ruleIds.includes(ruleId)));
  return {
    evaluation,
    findings: evaluation.findings.map((finding) => ({ ...finding, answeredBy: answered.has(finding) ? answerTo(finding) : null })),
    open,
    blocked: open.some(({ severity }) => severity === 'block'),
    signedUntil: counted.length === 0 ? null : Math.min(...counted.map(({ validUntil }) => validUntil)),
  };
}

const answerTo = ({ override }: Finding) => (override === 'legal' ? 'sign_off' : 'acknowledgement');

/** Channels a subject runs on; subjects without channels have none that a signature could cover. */
export function channelsOf(subject: object): string[] {
  const channels = 'channels' in subject && Array.isArray(subject.channels) ? subject.channels : [];
  return channels.filter((channel) => typeof channel === 'string');
}

export function signOffOf(row: SignOffRow): SignOff {
  return {
    ruleIds: JSON.parse(row.ruleIds) as string[],
    opinionId: row.opinionId,
    counselName: row.counselName,
    counselLicenceNo: row.counselLicenceNo,
    scope: row.scope,
    channels: JSON.parse(row.channels) as string[],
    signedAt: row.proposedAt,
    validUntil: row.validUntil,
    firstApproverId: row.proposedBy,
    secondApproverId: row.approvedBy ?? '',
    riskTextHash: row.riskTextHash,
    ...(row.platformApprovalId === null ? {} : { platformApprovalId: row.platformApprovalId }),
  };
}

/** The row that keeps a judgement. */
export function evaluationRow(
  { packHash }: GuardContext,
  subject: ReadSubject,
  judgement: Judgement,
  about: { readonly scope: string; readonly cause: EvaluationCause; readonly staffName: string | null; readonly at: number },
): EvaluationRow {
  const { evaluation, findings, blocked } = judgement;
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  return {
    evaluationId: newId(about.at),
    scope: about.scope,
    subjectType: subject.type,
    subject: JSON.stringify(subject.value),
    subjectHash: contentHash(subject.value),
    packId: evaluation.packId,
    packHash,
    verdict: evaluation.verdict,
    blocked: blocked ? 1 : 0,
    blocks: count('block'),
    warns: count('warn'),
    infos: count('info'),
    rulesAsked: evaluation.rulesAsked,
    findings: JSON.stringify(findings),
    cause: about.cause,
    staffName: about.staffName,
    evaluatedAt: about.at,
  };
}
