import { type TObject, Type } from '@sinclair/typebox';
import { Amount, Count, List, Nullable, OneOf, Share, Stated, Toggle, Words } from './fields';
import { PlanSubject } from './plan';

const Notice = Type.Object({
  prizes: Stated,
  conditions: Stated,
  howToJoin: Stated,
  drawTime: Stated,
  drawMethod: Stated,
  oddsOrQty: Stated,
  redeemTime: Stated,
  redeemHow: Stated,
  delivery: Stated,
  waiver: Stated,
  organiser: Stated,
});

const DrawSubject = Type.Object({
  random: Toggle,
  prizes: List(Type.Object({ form: OneOf('coupon', 'points', 'cash', 'goods', 'service'), valueFen: Amount })),
  /** Sum of what one entry can win. */
  maxPerEntryFen: Type.Optional(Nullable(Amount)),
  published: Notice,
  started: Toggle,
  changed: Toggle,
  changeFavoursUser: Toggle,
  staffEligible: Toggle,
  presetWinners: Toggle,
  weightOverride: Toggle,
  entryCostFen: Amount,
  recordYears: Count,
  verifiable: Toggle,
  /** The 20 % on prizes is withheld or borne by the operator. */
  tax20: Toggle,
  minorsAllowed: Toggle,
});

const ContentSubject = Type.Object({
  kind: Words,
  text: Type.String({ maxLength: 100_000 }),
  category: Nullable(Words),
  /** What the wording check found, and what each term points at. */
  hits: List(
    Type.Object({
      cat: Words,
      term: Words,
      target: OneOf('goods', 'attitude', 'self_compare', 'spec', 'brand', 'award', 'scoped_fact'),
      evidenceId: Type.Optional(Nullable(Words)),
    }),
  ),
  hasBuyLink: Toggle,
  ownShopOfficial: Toggle,
  adLabel: Toggle,
  citation: Toggle,
  citationSource: Stated,
  approvalNo: Nullable(Words),
  optIn: Toggle,
  unsubscribe: Toggle,
  aiGenerated: Toggle,
  aiLabel: Toggle,
  endorserAge: Type.Optional(Nullable(Count)),
  endorserUsed: Type.Optional(Nullable(Toggle)),
  giftMentioned: Toggle,
  giftTerms: Stated,
});

const SkuSubject = Type.Object({
  noReasonReturn: Toggle,
  /** Legal exemption from no-reason return: custom, fresh, digital_unsealed, periodical. */
  exempt: Nullable(Words),
  exemptConfirmed: Toggle,
  returnExcludeUnsealed: Toggle,
  strikeFen: Type.Optional(Nullable(Amount)),
  strikeLabel: Nullable(Words),
  /** Lowest deal of the last seven days. */
  min7dFen: Type.Optional(Nullable(Amount)),
  lastDealFen: Type.Optional(Nullable(Amount)),
  countdownResets: Toggle,
  fakeStock: Toggle,
  fakeSales: Toggle,
  preTickedBundle: Toggle,
});

const LiveSubject = Type.Object({
  hostVerified: Toggle,
  hostTrained: Toggle,
  hostAge: Count,
  guardianConsent: Toggle,
  replayYears: Count,
  chatSaved: Toggle,
  sellerShown: Toggle,
  preReview: Toggle,
  aiHost: Toggle,
  aiLabelContinuous: Toggle,
  fakeMetrics: Toggle,
  botChat: Toggle,
  compareShown: Toggle,
  compareBasis: Stated,
});

const PlatformSubject = Type.Object({
  operatorKind: OneOf('self', 'platform'),
  licenceShown: Toggle,
  rulesPublic: Toggle,
  rulesDownloadable: Toggle,
  ruleChange: Type.Object({ noticeDays: Count, consultation: Toggle }),
  retentionYears: Type.Object({ trade: Count, ad: Count }),
  merchantKyc: Toggle,
  merchantRecheckMonths: Count,
  searchNonPersonal: Toggle,
  adRankLabel: Toggle,
  selfOperatedLabel: Toggle,
  account: Type.Object({ view: Toggle, correct: Toggle, delete: Toggle, close: Toggle }),
  ediLicence: Toggle,
  icpFiled: Toggle,
  h5GameOnWechat: Toggle,
  complaintChannel: Toggle,
  complaintDays: Count,
  refundDays: Count,
  /** Sentences of the terms of service. */
  clauses: List(Words),
  reviews: Type.Object({ merchantCanDelete: Toggle, incentive: OneOf('none', 'any_rating', 'positive_only') }),
  sellerOnPromoterPage: Toggle,
  forceMerchantPromo: Toggle,
  forceBelowCost: Toggle,
  ledger: Type.Object({ appendOnly: Toggle, tamperEvident: Toggle }),
  tax: Type.Object({ quarterlyReport: Toggle }),
  reco: Type.Object({ on: Toggle, offSwitch: Toggle, tagDelete: Toggle, notice: Toggle }),
  pricing: Type.Object({ personalised: Toggle, abOnPrice: Toggle }),
  /** Kinds of sensitive data that are processed. */
  sensitive: List(Type.Object({ kind: Words, separateConsent: Toggle })),
  autoDecision: Type.Object({ freezePay: Toggle, humanReview: Toggle }),
  piaDone: Toggle,
  logMonths: Count,
  algoFiling: Toggle,
  under14Allowed: Toggle,
  guardianConsent: Toggle,
});

const LedgerSubject = Type.Object({
  level: Count,
  planMaxPaidLevel: Count,
  basis: Words,
  payeeVerified: Toggle,
  payeeId: Words,
  earnerId: Words,
});

/** What was seen in thirty days. */
const BehaviourSubject = Type.Object({
  paidTiersIncludingRoot: Count,
  subtreePaidPeople: Count,
  entryPaymentSeen: Toggle,
  headPaySeen: Toggle,
  nonPromoterGmvShare: Share,
  newPromoterSameSkuShare24h: Share,
  offPlatformFeeReports: Count,
  /** Reports were confirmed by a person. */
  confirmed: Toggle,
  selfReferralDeviceMatch: Toggle,
  refundRate: Share,
  commissionOverdueHours: Type.Number({ minimum: 0 }),
  brushOrders: Count,
  payee12mFen: Amount,
});

export const SUBJECT_TYPES = ['plan', 'draw', 'content', 'sku', 'live', 'platform', 'ledger', 'behaviour'] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

/** Shape of everything that can be judged. A field that is left out is found by the rules that need it, not by the schema. */
export const subjectSchemas: Readonly<Record<SubjectType, TObject>> = {
  plan: PlanSubject,
  draw: DrawSubject,
  content: ContentSubject,
  sku: SkuSubject,
  live: LiveSubject,
  platform: PlatformSubject,
  ledger: LedgerSubject,
  behaviour: BehaviourSubject,
};
