export const PROMOTER_STATUSES = ['active', 'paused', 'removed'] as const;
export type PromoterStatus = (typeof PROMOTER_STATUSES)[number];
export type VisitChannel = 'poster' | 'link' | 'showcase' | 'live';

/** Layers of a team that are counted. Depth of the network; never to be mixed with the at most three levels of commission. */
export const TEAM_LAYERS = 10;

/** When a visit binds a member to a referrer. Data, so that the rule can be shown and changed without code. */
export interface BindingRule {
  /** The first valid visit that reaches a login binds; later ones change nothing. */
  readonly touch: 'first';
  /** Whether members who registered without a referrer may still be bound when they come back through a link. */
  readonly returningMembers: 'withoutPaidOrders' | 'never';
}

/** What a visit token says. */
export interface Visit {
  readonly visitId: string;
  readonly promoterNo: number;
  readonly channel: VisitChannel;
  /** UTC ms. */
  readonly visitedAt: number;
}

export interface BindingCandidate {
  readonly memberNo: number;
  readonly referrerNo: number | null;
  readonly directCustomers: number;
  readonly orders: number;
}

/** Why a member is not bound, or undefined when the visit binds. */
export type BindingRefusal = 'alreadyBound' | 'self' | 'hasTeam' | 'returningNever' | 'hasPaidOrders';

/**
 * Decides on a binding. A member who has referred others already stays where it is: nobody's team is moved under somebody else, and
 * since only a member without anybody below is ever attached, a cycle cannot arise.
 */
export function refusalOfBinding(
  rule: BindingRule,
  member: BindingCandidate,
  visit: Visit,
  occasion: 'registered' | 'returned',
): BindingRefusal | undefined {
  if (member.referrerNo !== null) return 'alreadyBound';
  if (member.memberNo === visit.promoterNo) return 'self';
  if (member.directCustomers > 0) return 'hasTeam';
  if (occasion === 'registered') return undefined;
  if (rule.returningMembers === 'never') return 'returningNever';
  return member.orders > 0 ? 'hasPaidOrders' : undefined;
}

/** What a referral link is called in evidence shown to people. */
export const CHANNEL_NAMES: Readonly<Record<VisitChannel, { zh: string; en: string }>> = {
  poster: { zh: '海报', en: 'poster' },
  link: { zh: '链接', en: 'link' },
  showcase: { zh: '橱窗', en: 'showcase' },
  live: { zh: '直播', en: 'live' },
};
