import lawful from '../../../../../services/promotion/plans/lawful-default.json';
import original from '../../../../../services/promotion/plans/original.json';
import type { SubjectType } from './guard-types';

export interface Example {
  /** Key of its name under `check.examples`. */
  readonly name: string;
  readonly subjectType: SubjectType;
  readonly subject: object;
}

const prize = {
  random: true,
  prizes: [{ form: 'goods', valueFen: 6_000_000 }],
  published: {
    prizes: '价值六万元轮胎一套',
    conditions: '直播间观众',
    howToJoin: '发送任意弹幕',
    drawTime: '每晚 21:00',
    drawMethod: '承诺哈希后公开种子',
    oddsOrQty: null,
    redeemTime: '七日内',
    redeemHow: '门店核销',
    delivery: '包邮',
    waiver: '逾期视为放弃',
    organiser: '千里行',
  },
  started: false,
  changed: false,
  changeFavoursUser: false,
  staffEligible: false,
  presetWinners: false,
  weightOverride: false,
  entryCostFen: 0,
  recordYears: 3,
  verifiable: true,
  tax20: false,
  minorsAllowed: false,
};

const poster = {
  kind: 'poster',
  text: '全网第一静音轮胎，分享就能躺赚',
  category: 'tyre',
  hits: [
    { cat: 'absolute', term: '第一', target: 'goods' },
    { cat: 'earnings', term: '躺赚', target: 'goods' },
  ],
  hasBuyLink: true,
  ownShopOfficial: false,
  adLabel: false,
  citation: false,
  citationSource: null,
  approvalNo: null,
  optIn: false,
  unsubscribe: false,
  aiGenerated: false,
  aiLabel: false,
  giftMentioned: false,
  giftTerms: null,
};

const strike = {
  noReasonReturn: false,
  exempt: null,
  exemptConfirmed: false,
  returnExcludeUnsealed: false,
  strikeFen: 59_900,
  strikeLabel: null,
  min7dFen: 39_900,
  lastDealFen: 39_900,
  countdownResets: false,
  fakeStock: false,
  fakeSales: false,
  preTickedBundle: false,
};

const host = {
  hostVerified: true,
  hostTrained: true,
  hostAge: 17,
  guardianConsent: false,
  replayYears: 1,
  chatSaved: true,
  sellerShown: true,
  preReview: true,
  aiHost: true,
  aiLabelContinuous: false,
  fakeMetrics: false,
  botChat: false,
  compareShown: false,
  compareBasis: null,
};

const settings = {
  operatorKind: 'platform',
  licenceShown: true,
  rulesPublic: true,
  rulesDownloadable: true,
  ruleChange: { noticeDays: 3, consultation: true },
  retentionYears: { trade: 3, ad: 3 },
  merchantKyc: true,
  merchantRecheckMonths: 6,
  searchNonPersonal: true,
  adRankLabel: true,
  selfOperatedLabel: true,
  account: { view: true, correct: true, delete: true, close: true },
  ediLicence: true,
  icpFiled: true,
  h5GameOnWechat: false,
  complaintChannel: true,
  complaintDays: 3,
  refundDays: 2,
  clauses: ['本店拥有最终解释权'],
  reviews: { merchantCanDelete: false, incentive: 'any_rating' },
  sellerOnPromoterPage: true,
  forceMerchantPromo: false,
  forceBelowCost: false,
  ledger: { appendOnly: true, tamperEvident: true },
  tax: { quarterlyReport: true },
  reco: { on: true, offSwitch: false, tagDelete: true, notice: true },
  pricing: { personalised: true, abOnPrice: false },
  sensitive: [{ kind: 'identity_card', separateConsent: true }],
  autoDecision: { freezePay: false, humanReview: true },
  piaDone: true,
  logMonths: 6,
  algoFiling: true,
  under14Allowed: false,
  guardianConsent: false,
};

const entry = {
  level: 2,
  planMaxPaidLevel: 1,
  basis: 'downline_sale',
  payeeVerified: true,
  payeeId: 'promoter-1',
  earnerId: 'promoter-1',
};

const window = {
  paidTiersIncludingRoot: 3,
  subtreePaidPeople: 31,
  entryPaymentSeen: false,
  headPaySeen: true,
  nonPromoterGmvShare: 0.44,
  newPromoterSameSkuShare24h: 0.12,
  offPlatformFeeReports: 0,
  confirmed: false,
  selfReferralDeviceMatch: false,
  refundRate: 0.43,
  commissionOverdueHours: 0,
  brushOrders: 0,
  payee12mFen: 1_000_000,
};

/** Something to start from for every kind of subject; the two plans are the ones that ship. */
export const EXAMPLES: readonly Example[] = [
  { name: 'original', subjectType: 'plan', subject: original },
  { name: 'lawful', subjectType: 'plan', subject: lawful },
  { name: 'prize', subjectType: 'draw', subject: prize },
  { name: 'poster', subjectType: 'content', subject: poster },
  { name: 'strike', subjectType: 'sku', subject: strike },
  { name: 'host', subjectType: 'live', subject: host },
  { name: 'settings', subjectType: 'platform', subject: settings },
  { name: 'entry', subjectType: 'ledger', subject: entry },
  { name: 'window', subjectType: 'behaviour', subject: window },
];
