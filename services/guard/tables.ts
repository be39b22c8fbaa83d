import type { EVALUATION_CAUSES } from './contract';
import type { Verdict } from './engine/evaluate';
import type { SubjectType } from './engine/subjects/subjects';
import type { Standing } from './standing';

/** Rows as the database holds them: instants in UTC milliseconds, booleans as 0 and 1, lists and findings as JSON. */
export interface EvaluationRow {
  evaluationId: string;
  scope: string;
  subjectType: SubjectType;
  subject: string;
  subjectHash: string;
  packId: string;
  packHash: string;
  verdict: Verdict;
  blocked: number;
  blocks: number;
  warns: number;
  infos: number;
  rulesAsked: number;
  /** JSON of `JudgedFinding[]`. */
  findings: string;
  cause: EvaluationCause;
  staffName: string | null;
  evaluatedAt: number;
}
export type EvaluationCause = (typeof EVALUATION_CAUSES)[number];

export interface SignOffRow {
  signOffId: string;
  scope: string;
  packId: string;
  ruleIds: string;
  opinionId: string;
  counselName: string;
  counselLicenceNo: string;
  channels: string;
  platformApprovalId: string | null;
  riskTextHash: string;
  status: 'proposed' | 'effective' | 'withdrawn';
  proposedBy: string;
  proposedByName: string;
  proposedAt: number;
  approvedBy: string | null;
  approvedByName: string | null;
  approvedAt: number | null;
  withdrawnByName: string | null;
  withdrawnReason: string | null;
  withdrawnAt: number | null;
  validUntil: number;
}

export interface AcknowledgementRow {
  scope: string;
  ruleId: string;
  staffId: string;
  staffName: string;
  acknowledgedAt: number;
}

/** What is in force, as it was last judged. */
export interface SubjectRow {
  scope: string;
  subjectType: SubjectType;
  subject: string;
  packId: string;
  packHash: string;
  verdict: Verdict;
  standing: Standing;
  graceUntil: number | null;
  /** When it has to be judged again although the pack is the same: a grace period or a signature ends. */
  reviewAt: number | null;
  inForceSince: number;
  retiredAt: number | null;
  evaluatedAt: number;
  /** Counts the judgements: one of two that judge at once wins. */
  revision: number;
}

export type GuardTables = {
  guard_evaluations: EvaluationRow;
  guard_sign_offs: SignOffRow;
  guard_acknowledgements: AcknowledgementRow;
  guard_subjects: SubjectRow;
};
