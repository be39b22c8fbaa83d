import { dayOf, instantsOfDays, shiftDay } from '../../format/time';
import type { Channel, Evaluation, Finding, SignOff } from './guard-types';
import { findingsOf } from './guard-types';

/** A signature is good for 180 days; the end of the last whole day stays within them. */
const DAYS_AT_MOST = 179;

export type SignOffStatus = 'proposed' | 'effective' | 'expired' | 'withdrawn';

/** The state that is shown: one that has run out is neither proposed nor in effect. */
export function statusOf(signOff: Pick<SignOff, 'status' | 'expired'>): SignOffStatus {
  if (signOff.status === 'withdrawn') return 'withdrawn';
  return signOff.expired ? 'expired' : signOff.status;
}

/** What is missing until a finding that counsel may sign for is answered; `excluded`: no signature can answer it on these channels. */
export type Missing = 'nothing' | 'everything' | 'second_person' | 'coverage' | 'excluded';

/**
 * @param channels the channels of the plan
 * @returns the signature that comes nearest, if there is one, and what is missing
 */
export function signatureFor(
  finding: Pick<Finding, 'ruleId' | 'answeredBy'>,
  signOffs: readonly SignOff[],
  channels: readonly Channel[],
): { signOff: SignOff | null; missing: Missing } {
  const about = signOffs.filter((signOff) => signOff.ruleIds.includes(finding.ruleId));
  const effective = about.find((signOff) => statusOf(signOff) === 'effective') ?? null;
  if (finding.answeredBy !== null) return { signOff: effective, missing: 'nothing' };
  if (isExcludedByWechat([finding.ruleId], channels)) return { signOff: null, missing: 'excluded' };
  const proposed = about.find((signOff) => statusOf(signOff) === 'proposed');
  if (proposed !== undefined) return { signOff: proposed, missing: 'second_person' };
  return effective === null ? { signOff: null, missing: 'everything' } : { signOff: effective, missing: 'coverage' };
}

/** Findings that nobody answered and that somebody could answer, with what each lacks. */
export function openSignatures(evaluation: Evaluation, signOffs: readonly SignOff[], channels: readonly Channel[]) {
  return findingsOf(evaluation)
    .filter((finding) => finding.override === 'legal' && finding.answeredBy === null)
    .map((finding) => ({ finding, ...signatureFor(finding, signOffs, channels) }));
}

/** What the reader may do about a signature, and why not if nothing. The server decides; this only explains beforehand. */
export type Review = 'may_sign' | 'proposed_by_you' | 'no_permission' | 'decided';

export function reviewOf(signOff: SignOff, maySign: boolean, username: string | undefined): Review {
  if (statusOf(signOff) !== 'proposed') return 'decided';
  if (!maySign) return 'no_permission';
  return signOff.proposedBy === username ? 'proposed_by_you' : 'may_sign';
}

/** The last day that may be chosen, counted from now in the zone of the shop. */
export const lastDay = (now: string): string => shiftDay(dayOf(now), DAYS_AT_MOST);
export const mayEndOn = (day: string, now: string): boolean => day >= dayOf(now) && day <= lastDay(now);
/** A signature counts to the end of its last day. */
export const endOf = (day: string): string => instantsOfDays(undefined, day).to ?? '';

const isWechat = (channel: Channel) => channel.startsWith('wechat');
/** Rules that counsel may sign for outside WeChat only, and rules that also need the platform's own approval. */
const OUTSIDE_WECHAT: ReadonlySet<string> = new Set(['PYR-02']);
const WITH_PLATFORM_APPROVAL: ReadonlySet<string> = new Set(['WX-02']);

export const needsPlatformApproval = (ruleIds: readonly string[]): boolean => ruleIds.some((ruleId) => WITH_PLATFORM_APPROVAL.has(ruleId));
/** True if no signature can help, because the plan runs in WeChat. */
export const isExcludedByWechat = (ruleIds: readonly string[], channels: readonly Channel[]): boolean =>
  channels.some(isWechat) && ruleIds.some((ruleId) => OUTSIDE_WECHAT.has(ruleId));
