import { defineTopic } from '@qianxing/events';
import { defineContract } from '@qianxing/http/contract';
import {
  Closed,
  Count,
  FenAmount,
  Id,
  Instant,
  Nullable,
  OneOf,
  PageOf,
  PageQuery,
  PositiveFen,
  RateBp,
  type Static,
  Text,
  Type,
} from '@qianxing/http/schemas';

export const COMMISSION_STATUSES = ['estimated', 'pending', 'available', 'paid', 'reversed'] as const;
export const WITHDRAWAL_STATUSES = [
  'reviewing',
  'approved',
  'sending',
  'awaiting_confirmation',
  'paid',
  'failed',
  'rejected',
  'cancelled',
  'unknown',
] as const;
export const PAYOUT_RAILS = ['transfer', 'profit_sharing'] as const;

const ReferralCode = Type.String({ pattern: '^[0-9a-hjkmnp-tv-z]{8}$' });
const Level = Type.Integer({ minimum: 1, maximum: 3 });

export const Balances = Closed({
  estimatedFen: FenAmount,
  pendingFen: FenAmount,
  /** May be negative after a claw-back; later commission repays it. */
  availableFen: FenAmount,
  /** Held by withdrawals under way. */
  reservedFen: FenAmount,
  paidFen: FenAmount,
  taxWithheldFen: FenAmount,
});

export const Promoter = Closed({
  promoterId: Id,
  promoterNo: Type.Integer(),
  status: OneOf('none', 'active', 'paused', 'removed'),
  referralCode: Nullable(ReferralCode),
  referralUrl: Nullable(Type.String()),
  qualification: Closed({
    met: Type.Boolean(),
    conditions: Type.Array(
      Closed({
        kind: OneOf('paid_orders', 'quiz', 'approval'),
        current: Count,
        needed: Count,
        met: Type.Boolean(),
        zh: Type.String(),
        en: Type.String(),
      }),
    ),
  }),
  referrer: Nullable(Closed({ nickname: Type.String(), boundAt: Instant, evidence: Type.String() })),
  balances: Balances,
  plan: Closed({
    planVersionId: Id,
    nameZh: Type.String(),
    nameEn: Type.String(),
    levels: Type.Array(Closed({ level: Level, rateBp: RateBp })),
  }),
  directCustomers: Count,
});
export type Promoter = Static<typeof Promoter>;

export const Commission = Closed({
  commissionId: Id,
  orderNo: Type.String(),
  orderLineId: Id,
  title: Type.String(),
  level: Level,
  status: OneOf(...COMMISSION_STATUSES),
  /** What is due now, after refunds. */
  dueFen: FenAmount,
  /** What was due before any refund. */
  originalFen: FenAmount,
  reversedFen: FenAmount,
  /** When it becomes available; null until the goods are received. */
  availableFrom: Nullable(Instant),
  createdAt: Instant,
});
export type Commission = Static<typeof Commission>;

/** «Why this amount»: everything needed to compute the amount again by hand. */
export const CommissionExplanation = Closed({
  ...Commission.properties,
  planVersionId: Id,
  planNameZh: Type.String(),
  planNameEn: Type.String(),
  rateBp: RateBp,
  baseFen: FenAmount,
  refundedBaseFen: FenAmount,
  remainingBaseFen: FenAmount,
  formulaZh: Type.String(),
  formulaEn: Type.String(),
  rounding: Type.Literal('floor'),
  chain: Type.Array(Closed({ level: Type.Integer({ minimum: 0, maximum: 3 }), name: Type.String(), isYou: Type.Boolean() })),
  timeline: Type.Array(
    Closed({
      at: Instant,
      kind: OneOf('estimated', 'pending', 'available', 'clawed_back', 'paid', 'voided'),
      amountFen: FenAmount,
      zh: Type.String(),
      en: Type.String(),
    }),
  ),
  ledger: Type.Array(
    Closed({
      transactionId: Type.String(),
      key: Type.String(),
      postedAt: Instant,
      entries: Type.Array(Closed({ account: Type.String(), amountFen: FenAmount })),
    }),
  ),
});

export const Withdrawal = Closed({
  withdrawalId: Id,
  withdrawalNo: Type.String(),
  rail: OneOf(...PAYOUT_RAILS),
  status: OneOf(...WITHDRAWAL_STATUSES),
  amountFen: FenAmount,
  taxFen: FenAmount,
  netFen: FenAmount,
  problem: Nullable(Closed({ code: Type.String(), zh: Type.String(), en: Type.String() })),
  approvals: Count,
  approvalsNeeded: Count,
  history: Type.Array(Closed({ status: OneOf(...WITHDRAWAL_STATUSES), at: Instant })),
  actions: Type.Array(OneOf('cancel', 'confirm')),
  createdAt: Instant,
  paidAt: Nullable(Instant),
});
export type Withdrawal = Static<typeof Withdrawal>;

/** As in WeChat's real-name verification: letters of any script, with the signs that stand between parts of a name. */
const RealName = Type.String({ minLength: 2, maxLength: 40, pattern: "^\\p{L}[\\p{L}\\p{M} .·•'’-]*[\\p{L}\\p{M}.]$" });

const StatementLine = Closed({
  entryId: Type.String(),
  postedAt: Instant,
  kind: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  bucket: OneOf('pending', 'available', 'reserved', 'paid', 'tax'),
  amountFen: FenAmount,
  balanceAfterFen: FenAmount,
  commissionId: Nullable(Id),
  withdrawalId: Nullable(Id),
});
const Plan = Closed({
  planId: Id,
  planVersionId: Id,
  version: Type.Integer(),
  code: Type.String(),
  nameZh: Type.String(),
  nameEn: Type.String(),
  status: OneOf('draft', 'published', 'retired'),
  levels: Type.Array(Closed({ level: Level, rateBp: RateBp })),
  document: Type.Record(Type.String(), Type.Unknown()),
  publishedAt: Nullable(Instant),
});

const StaffPromoterRow = Closed({
  promoterId: Id,
  promoterNo: Type.Integer(),
  nickname: Type.String(),
  status: Promoter.properties.status,
  referralCode: Nullable(Type.String()),
  referrerNo: Nullable(Type.Integer()),
  depth: Count,
  directCustomers: Count,
  balances: Balances,
  enrolledAt: Nullable(Instant),
});
const StaffCommissionRow = Closed({
  ...Commission.properties,
  promoterNo: Type.Integer(),
  promoterName: Type.String(),
  orderId: Id,
  rateBp: RateBp,
  baseFen: FenAmount,
});
const StaffWithdrawalRow = Closed({
  ...Withdrawal.properties,
  promoterNo: Type.Integer(),
  promoterName: Type.String(),
  approvedBy: Type.Array(Type.String()),
});

export const promotionContract = defineContract({
  promoter: {
    method: 'GET',
    path: '/api/v1/promoter',
    access: 'member',
    summary: 'My promoter account; status `none` before enrolment',
    response: Promoter,
  },
  enrol: {
    method: 'POST',
    path: '/api/v1/promoter/enrolment',
    access: 'member',
    summary: 'Become a promoter; needs the qualification and the agreement',
    idempotent: true,
    status: 201,
    body: Closed({ agreementVersion: Text(20), adult: Type.Literal(true) }),
    response: Promoter,
  },
  poster: {
    method: 'GET',
    path: '/api/v1/promoter/poster',
    access: 'member',
    summary: 'Poster with my QR code',
    query: Closed({ productId: Type.Optional(Id) }),
    produces: 'image/png',
    perMinute: 30,
  },
  customers: {
    method: 'GET',
    path: '/api/v1/promoter/customers',
    access: 'member',
    summary: 'Direct customers, masked',
    query: Closed({ ...PageQuery }),
    response: PageOf(Closed({ memberNo: Type.Integer(), nickname: Type.String(), boundAt: Instant, orders: Count, paidFen: FenAmount })),
  },
  layers: {
    method: 'GET',
    path: '/api/v1/promoter/layers',
    access: 'member',
    summary: 'Members and net sales per layer, at most ten; display only',
    response: Closed({
      layers: Type.Array(
        Closed({ layer: Type.Integer({ minimum: 1, maximum: 10 }), members: Count, buyers: Count, orders: Count, netSalesFen: FenAmount }),
      ),
    }),
  },
  commissions: {
    method: 'GET',
    path: '/api/v1/promoter/commissions',
    access: 'member',
    summary: 'My commission lines',
    query: Closed({ ...PageQuery, status: Type.Optional(OneOf(...COMMISSION_STATUSES)) }),
    response: PageOf(Commission),
  },
  commission: {
    method: 'GET',
    path: '/api/v1/promoter/commissions/:commissionId',
    access: 'member',
    summary: 'Why this amount',
    params: Closed({ commissionId: Id }),
    response: CommissionExplanation,
  },
  statement: {
    method: 'GET',
    path: '/api/v1/promoter/statement',
    access: 'member',
    summary: 'Every ledger movement of my account, newest first',
    query: Closed({ ...PageQuery }),
    response: PageOf(StatementLine),
  },
  recordVisit: {
    method: 'POST',
    path: '/api/v1/referrals/visits',
    access: 'public',
    summary: 'Turn a referral code into a signed visit token kept by the client until login',
    perMinute: 120,
    body: Closed({ code: ReferralCode, channel: Type.Optional(OneOf('poster', 'link', 'showcase', 'live')) }),
    response: Closed({ referralToken: Type.String(), referrerNickname: Type.String(), expiresAt: Instant }),
  },
  referralLink: {
    method: 'GET',
    path: '/r/:code',
    access: 'public',
    summary: 'Short referral link: leads into the shop with the code',
    params: Closed({ code: ReferralCode }),
    query: Closed({ p: Type.Optional(Id) }),
    produces: 'text/html',
  },
  withdrawalTerms: {
    method: 'GET',
    path: '/api/v1/promoter/withdrawal-terms',
    access: 'member',
    summary: 'What can be withdrawn, limits and the tax on an amount',
    query: Closed({ amountFen: Type.Optional(Type.Integer({ minimum: 0 })) }),
    response: Closed({
      availableFen: FenAmount,
      minimumFen: FenAmount,
      maximumFen: FenAmount,
      /** From this amount on a transfer needs `realName`. */
      realNameFromFen: FenAmount,
      taxFen: FenAmount,
      netFen: FenAmount,
      rails: Type.Array(OneOf(...PAYOUT_RAILS)),
      wechatBound: Type.Boolean(),
    }),
  },
  requestWithdrawal: {
    method: 'POST',
    path: '/api/v1/promoter/withdrawals',
    access: 'member',
    summary: 'Withdraw available commission',
    idempotent: true,
    status: 201,
    body: Closed({ amountFen: PositiveFen, rail: OneOf(...PAYOUT_RAILS), realName: Type.Optional(RealName) }),
    response: Withdrawal,
  },
  withdrawals: {
    method: 'GET',
    path: '/api/v1/promoter/withdrawals',
    access: 'member',
    summary: 'My withdrawals',
    query: Closed({ ...PageQuery }),
    response: PageOf(Withdrawal),
  },
  withdrawal: {
    method: 'GET',
    path: '/api/v1/promoter/withdrawals/:withdrawalId',
    access: 'member',
    summary: 'A withdrawal',
    params: Closed({ withdrawalId: Id }),
    response: Withdrawal,
  },
  cancelWithdrawal: {
    method: 'POST',
    path: '/api/v1/promoter/withdrawals/:withdrawalId/cancel',
    access: 'member',
    summary: 'Cancel while under review',
    params: Closed({ withdrawalId: Id }),
    body: Closed({}),
    response: Withdrawal,
  },
  confirmation: {
    method: 'GET',
    path: '/api/v1/promoter/withdrawals/:withdrawalId/confirmation',
    access: 'member',
    summary: 'What the client needs to let the promoter confirm receipt',
    params: Closed({ withdrawalId: Id }),
    response: Closed({ packageInfo: Type.String(), appId: Type.String(), merchantId: Type.String(), confirmUrl: Nullable(Type.String()) }),
  },

  staffPromoters: {
    method: 'GET',
    path: '/staff/v1/promoters',
    access: 'staff:promotion.read',
    summary: 'Promoters',
    query: Closed({ ...PageQuery, search: Type.Optional(Text(40)), status: Type.Optional(Promoter.properties.status) }),
    response: PageOf(StaffPromoterRow),
  },
  staffPromoter: {
    method: 'GET',
    path: '/staff/v1/promoters/:promoterId',
    access: 'staff:promotion.read',
    summary: 'A promoter with chain and balances',
    params: Closed({ promoterId: Id }),
    response: Closed({
      ...StaffPromoterRow.properties,
      upline: Type.Array(Closed({ promoterNo: Type.Integer(), nickname: Type.String(), layer: Type.Integer() })),
      layers: Type.Array(Closed({ layer: Type.Integer(), members: Count, netSalesFen: FenAmount })),
    }),
  },
  setPromoterStatus: {
    method: 'POST',
    path: '/staff/v1/promoters/:promoterId/status',
    access: 'staff:promotion.write',
    summary: 'Pause or resume new earning, with a reason; what is earned stays',
    params: Closed({ promoterId: Id }),
    body: Closed({ status: OneOf('active', 'paused'), reason: Text(200, 4) }),
    response: StaffPromoterRow,
  },
  staffCommissions: {
    method: 'GET',
    path: '/staff/v1/commissions',
    access: 'staff:promotion.read',
    summary: 'Commission lines',
    query: Closed({
      ...PageQuery,
      status: Type.Optional(OneOf(...COMMISSION_STATUSES)),
      promoterNo: Type.Optional(Type.Integer()),
      orderNo: Type.Optional(Text(30)),
    }),
    response: PageOf(StaffCommissionRow),
  },
  staffCommission: {
    method: 'GET',
    path: '/staff/v1/commissions/:commissionId',
    access: 'staff:promotion.read',
    summary: 'Why this amount',
    params: Closed({ commissionId: Id }),
    response: CommissionExplanation,
  },
  staffWithdrawals: {
    method: 'GET',
    path: '/staff/v1/withdrawals',
    access: 'staff:promotion.read',
    summary: 'Withdrawals',
    query: Closed({ ...PageQuery, status: Type.Optional(OneOf(...WITHDRAWAL_STATUSES)) }),
    response: PageOf(StaffWithdrawalRow),
  },
  approveWithdrawal: {
    method: 'POST',
    path: '/staff/v1/withdrawals/:withdrawalId/approve',
    access: 'staff:withdrawal.review',
    summary: 'Approve; over the limit a second, different person is needed',
    params: Closed({ withdrawalId: Id }),
    body: Closed({ note: Type.Optional(Text(200, 0)) }),
    response: StaffWithdrawalRow,
  },
  rejectWithdrawal: {
    method: 'POST',
    path: '/staff/v1/withdrawals/:withdrawalId/reject',
    access: 'staff:withdrawal.review',
    summary: 'Reject with a reason; the money goes back to available',
    params: Closed({ withdrawalId: Id }),
    body: Closed({ reason: Text(200, 4) }),
    response: StaffWithdrawalRow,
  },
  plans: {
    method: 'GET',
    path: '/staff/v1/plans',
    access: 'staff:promotion.read',
    summary: 'Plan versions',
    response: Closed({ items: Type.Array(Plan), activePlanVersionId: Id }),
  },
  activatePlan: {
    method: 'POST',
    path: '/staff/v1/plans/:planVersionId/publication',
    access: 'staff:promotion.write',
    summary: 'Make a plan version the one new orders use',
    params: Closed({ planVersionId: Id }),
    body: Closed({}),
    response: Plan,
  },
});

/** Asks payment to pay out. `payoutKey` is `withdrawal:{id}`; for profit sharing `parts` names the payments to share from. */
export const payoutRequested = defineTopic<{
  payoutKey: string;
  memberId: string;
  openId: string;
  amountFen: number;
  rail: 'transfer' | 'profit_sharing';
  parts: readonly { tradeId: string; paymentId: string; amountFen: number }[];
  remark: string;
}>()('promotion.payoutRequested');

export interface PromotionApi {
  /** The chain frozen into a new order's lines: who earns at which rate if this member buys now. Null when nobody does. */
  beneficiaries(memberId: string): Promise<{
    planVersionId: string;
    levels: readonly { level: 1 | 2 | 3; promoterId: string; promoterNo: number; rateBp: number }[];
  } | null>;
  /** While the word of a fresh registration, which may bind the member to a promoter, is still on its way here. */
  isBindingPending(memberId: string): Promise<boolean>;
  /** Real name of the receiver of a payout under way, where its amount needs one; kept by nobody else. */
  payoutRealName(payoutKey: string): Promise<string | undefined>;
  totals(): Promise<{ promoters: number; pendingFen: number; availableFen: number; paidFen: number; withdrawalsToReview: number }>;
}
