import type { Evaluation, Finding } from './guard-types';
import { findingsOf } from './guard-types';

export interface Comparison {
  /** Found before, not any more. */
  readonly resolved: readonly Finding[];
  /** Found now, not before. */
  readonly arisen: readonly Finding[];
  readonly remaining: readonly Finding[];
}

/** What a change of the subject does to its findings. */
export function compareFindings(before: Evaluation, after: Evaluation): Comparison {
  const idsOf = (evaluation: Evaluation) => new Set(findingsOf(evaluation).map((finding) => finding.ruleId));
  const wasFound = idsOf(before);
  const isFound = idsOf(after);
  return {
    resolved: findingsOf(before).filter((finding) => !isFound.has(finding.ruleId)),
    arisen: findingsOf(after).filter((finding) => !wasFound.has(finding.ruleId)),
    remaining: findingsOf(after).filter((finding) => wasFound.has(finding.ruleId)),
  };
}
