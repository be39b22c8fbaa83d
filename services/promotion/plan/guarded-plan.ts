import type { PlanSubject } from '@qianxing/guard/contract';
import type { PlanDocument } from './model';

/** What the operator is and where the plan runs; the rest of what the rules ask about is the program's own nature. */
export interface PlanSurroundings {
  readonly channels: PlanSubject['channels'];
  readonly operator: PlanSubject['operator'];
  /** Smallest withdrawal in fen. */
  readonly minimumPayoutFen: number;
}

/** Names a plan version for the compliance engine; a version never changes, so the name stands for its content. */
export const scopeOf = ({ code, version }: Pick<PlanDocument, 'code' | 'version'>): string => `plan:${code}@${version}`;

/** Code and version of a scope made by `scopeOf`; undefined for any other. */
export function planOfScope(scope: string): Pick<PlanDocument, 'code' | 'version'> | undefined {
  const [, code, version] = /^plan:([a-z][a-z0-9-]{1,39})@(\d+)$/.exec(scope) ?? [];
  return code === undefined || version === undefined ? undefined : { code, version: Number(version) };
}

/**
 * A running plan as the compliance rules see it. What the plan's schema cannot express is what the program does for every plan: bindings never
 * expire, all refunds take commission back, nothing earned is forfeited, there are no ranks, rewards, points or wallets, members are known by
 * a mobile number and paid only to their own WeChat Pay account, both issued against an identity.
 */
export function guardedPlan(document: PlanDocument, { channels, operator, minimumPayoutFen }: PlanSurroundings): PlanSubject {
  const { levels, qualification, teamLayers, selfPurchase, settleAfter, minimumAge, nameZh, nameEn } = document;
  const purchases = qualification.anyOf.flatMap((condition) => (condition.kind === 'paid_orders' ? [condition.count] : []));
  return {
    ...{ nameZh, nameEn, channels, operator },
    naming: [nameZh, nameEn],
    tree: {
      recordDepth: 10,
      promoterVisibleDepth: teamLayers,
      recruitQuota: 0,
      placement: 'sponsor',
      bindDays: null,
      canRecruit: levels.length > 1,
      inviteCodeRequired: false,
    },
    commission: {
      levels: levels.map(({ level, rateBp }) => ({ level, basis: level === 1 ? 'own_direct_sale' : 'downline_sale', rateBps: rateBp })),
      ...{ selfPurchase, settleAfter },
      clawback: 'all_refunds',
      forfeit: [],
      agreementVersioned: true,
    },
    entry: {
      feeFen: 0,
      depositFen: 0,
      // A purchase that is one of several ways in is still a purchase that buys the right.
      purchaseCount: purchases.length === 0 ? 0 : Math.min(...purchases),
      purchaseFen: 0,
      bundleSku: null,
      training: 'none',
      minAge: minimumAge,
      realName: true,
      agreement: true,
    },
    keep: { repurchaseCount: 0, repurchaseFen: 0 },
    ranks: [],
    rewards: [],
    rebate: { buyerBps: 0, timeRelease: false },
    points: { cashable: false, buyable: false, transferable: false, interest: false },
    wallet: { holder: 'psp', topUp: false, p2pTransfer: false, interestBps: 0 },
    payout: {
      natural: true,
      taxMode: 'withhold_cumulative',
      realNameMatch: true,
      needsPurchase: false,
      minFen: minimumPayoutFen,
      feeBps: 0,
      maxDelayDays: 3,
    },
    psp: { provider: 'wechat', splitCapBps: 3_000, platformFeeBps: 0 },
    wechatSharer: false,
    minMarginBps: null,
    privacy: { shareBuyerOrders: false, separateConsent: false },
  };
}
