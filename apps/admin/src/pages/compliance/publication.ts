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

/** What happens to blocked plans here: production refuses them, the sandbox runs them marked. */
export type BlockedPlans = 'refused' | 'marked';

/**
 * Of the version that new orders use: `in_use`, `on_trial` in the sandbox, `in_grace` or `stopped` in production · of any other: `ready`
 * can be published, `trial` may run marked as this is the sandbox, `refused` by the server.
 */
export type Publication = 'in_use' | 'on_trial' | 'in_grace' | 'stopped' | 'ready' | 'trial' | 'refused';

export function publicationOf(
  isActive: boolean,
  standing: 'clear' | 'grace' | 'stopped',
  blockingCount: number,
  blockedPlans: BlockedPlans,
): Publication {
  if (isActive && blockingCount === 0) return 'in_use';
  if (isActive && blockedPlans === 'marked') return 'on_trial';
  if (isActive) return standing === 'stopped' ? 'stopped' : 'in_grace';
  if (blockingCount === 0) return 'ready';
  return blockedPlans === 'marked' ? 'trial' : 'refused';
}
