import { type Static, Type } from '@sinclair/typebox';
import { Amount, Channel, Count, List, Nullable, OneOf, Rate, Toggle, Words } from './fields';

const CommissionLevelSchema = Type.Object({
  /** 1 is the direct referrer. */
  level: Type.Integer({ minimum: 1, maximum: 1_000 }),
  basis: OneOf('own_direct_sale', 'downline_sale', 'headcount', 'joining_fee', 'team_total', 'service_task'),
  rateBps: Type.Optional(Rate),
  fixedFen: Type.Optional(Amount),
});

const RankSchema = Type.Object({
  need: Type.Object({
    ownSalesFen: Type.Optional(Amount),
    recruits: Count,
    teamSize: Count,
    teamSalesFen: Amount,
    purchaseFen: Amount,
    feeFen: Amount,
  }),
  gain: Type.Object({ rateBps: Type.Optional(Rate), teamOverrideBps: Rate, poolBps: Rate }),
});

const RewardSchema = Type.Object({
  trigger: OneOf(
    'signup',
    'invitee_first_order',
    'promoter_recruited',
    'share',
    'assist',
    'collect',
    'bargain',
    'checkin_share',
    'own_sales_contest',
    'team_sales_contest',
    'headcount_contest',
  ),
  /** How far the reward reaches: 1 is the direct invitee. */
  depth: Count,
  form: OneOf('coupon', 'points', 'cash', 'goods'),
  valueFen: Amount,
  /** 0: without limit. */
  capPerMonth: Count,
  beneficiary: Type.Optional(OneOf('inviter', 'invitee', 'both')),
  netOfRefund: Type.Optional(Toggle),
  rulePublic: Type.Optional(Toggle),
  taxed: Type.Optional(Toggle),
});

/** A promotion plan as the rules see it: amounts in fen, rates in basis points, periods as their names say. */
export const PlanSubject = Type.Object({
  nameZh: Type.Optional(Words),
  nameEn: Type.Optional(Words),
  channels: List(Channel),
  operator: Type.Object({ kind: OneOf('self', 'platform') }),
  /** Every name that the plan shows to people. */
  naming: List(Words),
  tree: Type.Object({
    recordDepth: Count,
    promoterVisibleDepth: Count,
    recruitQuota: Count,
    placement: OneOf('sponsor', 'matrix', 'binary', 'queue'),
    /** Null: for ever. */
    bindDays: Nullable(Count),
    canRecruit: Toggle,
    inviteCodeRequired: Toggle,
  }),
  commission: Type.Object({
    levels: List(CommissionLevelSchema),
    selfPurchase: Toggle,
    settleAfter: OneOf('paid', 'shipped', 'received', 'return_window_closed'),
    settleDelayDays: Type.Optional(Count),
    clawback: OneOf('none', 'unsettled_only', 'all_refunds'),
    forfeit: List(Type.Object({ trigger: Words })),
    agreementVersioned: Toggle,
  }),
  entry: Type.Object({
    feeFen: Amount,
    depositFen: Amount,
    purchaseCount: Count,
    purchaseFen: Amount,
    /** Price band of the orders that count, for people to read. */
    orderFromFen: Type.Optional(Amount),
    orderToFen: Type.Optional(Amount),
    bundleSku: Nullable(Words),
    training: OneOf('none', 'free', 'paid'),
    minAge: Count,
    realName: Toggle,
    agreement: Toggle,
  }),
  keep: Type.Object({
    repurchaseCount: Count,
    repurchaseFen: Amount,
    /** The upkeep falls due each time this much has been earned. */
    perEarnedFen: Type.Optional(Amount),
    idleDays: Type.Optional(Count),
    idleEffect: Type.Optional(OneOf('none', 'pause_links')),
  }),
  ranks: List(RankSchema),
  rewards: List(RewardSchema),
  rebate: Type.Object({ buyerBps: Type.Integer({ minimum: 0 }), timeRelease: Toggle }),
  points: Type.Object({ cashable: Toggle, buyable: Toggle, transferable: Toggle, interest: Toggle }),
  wallet: Type.Object({ holder: OneOf('psp', 'operator_account'), topUp: Toggle, p2pTransfer: Toggle, interestBps: Rate }),
  payout: Type.Object({
    /** Paid to natural persons. */
    natural: Toggle,
    taxMode: OneOf('withhold_cumulative', 'withhold_per_payment', 'none'),
    realNameMatch: Toggle,
    needsPurchase: Toggle,
    minFen: Amount,
    feeBps: Rate,
    maxDelayDays: Count,
  }),
  psp: Type.Object({ provider: Words, splitCapBps: Rate, platformFeeBps: Rate }),
  wechatSharer: Toggle,
  /** Lowest margin of the goods it covers; null when it is checked per SKU. */
  minMarginBps: Nullable(Type.Integer()),
  privacy: Type.Object({ shareBuyerOrders: Toggle, separateConsent: Toggle }),
});
export type PlanSubject = Static<typeof PlanSubject>;
