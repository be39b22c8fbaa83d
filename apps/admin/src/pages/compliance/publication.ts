import type { Channel, Evaluation, Finding } from './guard-types';
import { findingsOf } from './guard-types';
import { isExcludedByWechat } from './sign-off-state';

/** Findings that stand in the way of publication: they block and nobody signed for them. */
export const blockingFindings = (evaluation: Evaluation): Finding[] =>
  findingsOf(evaluation).filter((finding) => finding.severity === 'block' && finding.answeredBy === null);

/** What can be done about what blocks: change the plan, or have counsel sign. */
export function waysOut(evaluation: Evaluation, channels: readonly Channel[]): { change: string[]; sign: string[] } {
  const blocking = blockingFindings(evaluation);
  const maySign = ({ override, ruleId }: Finding) => override === 'legal' && !isExcludedByWechat([ruleId], channels);
  const idsOf = (findings: readonly Finding[]) => findings.map((finding) => finding.ruleId);
  return {
    change: idsOf(blocking.filter((finding) => !maySign(finding))),
    sign: idsOf(blocking.filter(maySign)),
  };
}

/**
 * `in_use` and `on_trial`: the version is the one new orders use, without or with something that blocks · `ready`: can be published ·
 * `trial`: may run marked, as the environment is the sandbox · `refused`: the server will not publish it.
 */
export type Publication = 'in_use' | 'on_trial' | 'ready' | 'trial' | 'refused';

export function publicationOf(isActive: boolean, blockingCount: number, blockedPlans: 'refused' | 'marked'): Publication {
  if (isActive) return blockingCount === 0 ? 'in_use' : 'on_trial';
  if (blockingCount === 0) return 'ready';
  return blockedPlans === 'marked' ? 'trial' : 'refused';
}
