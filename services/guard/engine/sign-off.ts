import { DAY_MS } from '@qianxing/time';
import { Value } from '@sinclair/typebox/value';
import type { Finding } from './evaluate';
import type { Pack } from './pack';
import type { Rule } from './pack-document';
import { contentHash } from './signature';
import { PlanSubject } from './subjects/plan';

/** Longest life of a signature: 180 days. */
export const SIGN_OFF_MS_AT_MOST = 180 * DAY_MS;

/** Counsel's opinion on named rules, signed by two people. Instants are UTC milliseconds. */
export interface SignOff {
  readonly ruleIds: readonly string[];
  readonly opinionId: string;
  readonly counselName: string;
  readonly counselLicenceNo: string;
  /** What it is about, for example `plan:direct-sale`. */
  readonly scope: string;
  /** Channels it covers. */
  readonly channels: readonly string[];
  readonly signedAt: number;
  readonly validUntil: number;
  readonly firstApproverId: string;
  readonly secondApproverId: string;
  /** Hash of the texts that the signers were shown, see `riskTextHash`. */
  readonly riskTextHash: string;
  /** Approval of the platform, where a rule of the platform's is signed for. */
  readonly platformApprovalId?: string;
}

/** Why a signature does not count. */
export type SignOffRefusal =
  | 'ruleUnknown'
  | 'ruleNotSignable'
  | 'samePersonTwice'
  | 'notInForceYet'
  | 'expired'
  | 'tooLong'
  | 'wrongScope'
  | 'wrongChannel'
  | 'wechatExcluded'
  | 'platformApprovalMissing'
  | 'riskTextChanged'
  | 'mitigationsMissing'
  | 'incomplete';

export interface SignOffContext {
  readonly scope: string;
  readonly channels: readonly string[];
  /** What was signed for, where it is at hand: two paid levels count as signed only with their mitigations. */
  readonly subject?: object;
  /** UTC milliseconds. */
  readonly at: number;
}

/** Rules that counsel may sign for outside WeChat only. */
const outsideWechat: ReadonlySet<string> = new Set(['PYR-02']);
/** Rules of a platform: its own approval must be on file. */
const withPlatformApproval: ReadonlySet<string> = new Set(['WX-02']);

/** What the signers are shown about these rules, as a hash: a pack that words the risk anew asks for a new signature. */
export function riskTextHash(pack: Pack, ruleIds: readonly string[]): string {
  const texts = pack.rules
    .filter(({ rule }) => ruleIds.includes(rule.id))
    .map(({ rule: { id, zh, en, articles } }) => ({ id, zh, en, articles }));
  return contentHash(texts);
}

/** First reason why a signature does not count here and now; undefined when it does. */
export function refusalOf(signOff: SignOff, pack: Pack, context: SignOffContext): SignOffRefusal | undefined {
  const rules = signOff.ruleIds.map((ruleId) => pack.rules.find(({ rule }) => rule.id === ruleId)?.rule);
  if (rules.length === 0 || rules.some((rule) => rule === undefined)) return 'ruleUnknown';
  if (rules.some((rule) => rule?.override !== 'legal')) return 'ruleNotSignable';
  if ([signOff.opinionId, signOff.counselName, signOff.counselLicenceNo, signOff.firstApproverId].some((text) => text.trim() === ''))
    return 'incomplete';
  if (signOff.secondApproverId.trim() === '' || signOff.secondApproverId === signOff.firstApproverId) return 'samePersonTwice';
  return refusalOfTerm(signOff, context) ?? refusalOfReach(signOff, pack, context);
}

function refusalOfTerm({ signedAt, validUntil }: SignOff, { at }: SignOffContext): SignOffRefusal | undefined {
  if (validUntil - signedAt > SIGN_OFF_MS_AT_MOST) return 'tooLong';
  if (at < signedAt) return 'notInForceYet';
  return at >= validUntil ? 'expired' : undefined;
}

function refusalOfReach(signOff: SignOff, pack: Pack, context: SignOffContext): SignOffRefusal | undefined {
  const { scope, channels } = context;
  if (signOff.scope !== scope) return 'wrongScope';
  if (channels.length === 0 || channels.some((channel) => !signOff.channels.includes(channel))) return 'wrongChannel';
  const isWechat = (channel: string) => channel.startsWith('wechat');
  const needsOutside = signOff.ruleIds.some((ruleId) => outsideWechat.has(ruleId));
  if (needsOutside && [...channels, ...signOff.channels].some(isWechat)) return 'wechatExcluded';
  const needsApproval = signOff.ruleIds.some((ruleId) => withPlatformApproval.has(ruleId));
  if (needsApproval && (signOff.platformApprovalId ?? '').trim() === '') return 'platformApprovalMissing';
  if (signOff.riskTextHash !== riskTextHash(pack, signOff.ruleIds)) return 'riskTextChanged';
  return lacksMitigations(signOff, context) ? 'mitigationsMissing' : undefined;
}

/** Rules about a second paid level. */
const secondLevel: ReadonlySet<string> = new Set(['PYR-03', 'WX-02']);

/**
 * What a second level is tied to when it is signed for: a quarter of the first level at most, 20 % in all, bindings of thirty days at most, free to enter,
 * no ranks and no reward for recruiting. House policy, not law.
 */
function hasMitigations({ commission, tree, entry, keep, ranks, rewards }: PlanSubject): boolean {
  const rateOf = (level: number) =>
    commission.levels.filter((each) => each.level === level).reduce((sum, { rateBps = 0 }) => sum + rateBps, 0);
  const totalBps = commission.levels.reduce((sum, { rateBps = 0 }) => sum + rateBps, 0);
  const costs = [entry.feeFen, entry.depositFen, entry.purchaseCount, entry.purchaseFen, keep.repurchaseCount, keep.repurchaseFen];
  return (
    rateOf(2) * 4 <= rateOf(1) &&
    totalBps <= 2_000 &&
    tree.bindDays !== null &&
    tree.bindDays <= 30 &&
    ranks.length === 0 &&
    costs.every((cost) => cost === 0) &&
    rewards.every(({ trigger }) => trigger !== 'promoter_recruited' && trigger !== 'headcount_contest')
  );
}

function lacksMitigations({ ruleIds }: SignOff, { subject }: SignOffContext): boolean {
  if (subject === undefined || !ruleIds.some((ruleId) => secondLevel.has(ruleId))) return false;
  return !Value.Check(PlanSubject, subject) || !hasMitigations(subject);
}

/** A confirmation by one person that a rule of the `ack` kind was read. */
export interface Acknowledgement {
  readonly ruleId: string;
  readonly scope: string;
}

export interface Overridden {
  /** Findings that still stand. */
  readonly open: readonly Finding[];
  /** Findings that a signature or a confirmation answers. */
  readonly overridden: readonly Finding[];
}

/** Sets aside what was signed for. A finding that could not be decided, and a finding of a `never` rule, always stands. */
export function applyOverrides(
  findings: readonly Finding[],
  pack: Pack,
  context: SignOffContext,
  { signOffs, acknowledgements }: { signOffs: readonly SignOff[]; acknowledgements: readonly Acknowledgement[] },
): Overridden {
  const inForce = signOffs.filter((signOff) => refusalOf(signOff, pack, context) === undefined);
  const isAnswered = (finding: Finding): boolean => {
    if (finding.undecided !== undefined) return false;
    return isAnsweredAs(
      finding.override,
      finding.ruleId,
      inForce,
      acknowledgements.filter(({ scope }) => scope === context.scope),
    );
  };
  return { open: findings.filter((finding) => !isAnswered(finding)), overridden: findings.filter(isAnswered) };
}

function isAnsweredAs(
  override: Rule['override'],
  ruleId: string,
  signOffs: readonly SignOff[],
  acknowledgements: readonly Acknowledgement[],
): boolean {
  switch (override) {
    case 'never':
      return false;
    case 'legal':
      return signOffs.some(({ ruleIds }) => ruleIds.includes(ruleId));
    case 'ack':
      return acknowledgements.some((acknowledgement) => acknowledgement.ruleId === ruleId);
    default:
      return override satisfies never;
  }
}
