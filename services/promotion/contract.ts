import { defineTopic } from '@qianxing/events';
import type { PlanSubject } from '@qianxing/guard/contract';
import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, FenAmount, Id, Instant, Nullable, OneOf, PageOf, PageQuery, PositiveFen, Text, Type } from '@qianxing/http/schemas';
import { proofContract } from './contract/proof';
import {
  COMMISSION_STATUSES,
  Commission,
  CommissionExplanation,
  PAYOUT_RAILS,
  Promoter,
  ReferralCode,
  Withdrawal,
} from './contract/shapes';
import { staffPromotionContract } from './contract/staff';

export * from './contract/shapes';

/** As in WeChat's real-name verification: letters of any script, with the signs that stand between parts of a name. */
const RealName = Type.String({ minLength: 2, maxLength: 40, pattern: "^\\p{L}[\\p{L}\\p{M} .·•'’-]*[\\p{L}\\p{M}.]$" });
const StatementLine = Closed({
  entryId: Type.String(),
  postedAt: Instant,
  kind: Type.String(),
  zh: Type.String(),
  en: Type.String(),
  bucket: OneOf('pending', 'available', 'reserved'),
  amountFen: FenAmount,
  balanceAfterFen: FenAmount,
  commissionId: Nullable(Id),
  withdrawalId: Nullable(Id),
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
  applyForApproval: {
    method: 'POST',
    path: '/api/v1/promoter/application',
    access: 'member',
    summary: 'Ask to be approved, where the plan offers that way to qualify; after a refusal it may be asked again',
    body: Closed({ note: Type.Optional(Text(200, 0)) }),
    response: Promoter,
  },
  appeal: {
    method: 'POST',
    path: '/api/v1/promoter/appeal',
    access: 'member',
    summary: 'Appeal against a pause or removal; once for each',
    body: Closed({ text: Text(500, 4) }),
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
    idempotent: 'handler',
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

  ...proofContract,
  ...staffPromotionContract,
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

/** A plan version became the one new orders use. `plan` is what the compliance rules see of it, `scope` is `plan:<code>@<version>`. */
export const planPublished = defineTopic<{ planVersionId: string; scope: string; plan: PlanSubject }>()('promotion.planPublished');

export interface PromotionApi {
  /** A stored plan version as the compliance rules see it. */
  guardedPlan(planVersionId: string): Promise<{ scope: string; plan: PlanSubject } | undefined>;
  /** The chain frozen into a new order's lines: who earns at which rate if this member buys now. Null when nobody does. */
  beneficiaries(memberId: string): Promise<{
    planVersionId: string;
    levels: readonly { level: 1 | 2 | 3; promoterId: string; promoterNo: number; rateBp: number }[];
  } | null>;
  /** While the word of a fresh registration, which may bind the member to a promoter, is still on its way here. */
  isBindingPending(memberId: string): Promise<boolean>;
  /** Real name of the receiver of a payout under way, where its amount needs one; kept by nobody else. */
  payoutRealName(payoutKey: string): Promise<string | undefined>;
  /** After a restored backup, by hand: leaves that the database lost come back from the published files, or it says why they cannot. */
  recoverLog(): Promise<{ readonly recovered: number } | { readonly refused: string }>;
  /** What waits on its way into the published transparency log. */
  logLag(): Promise<{ waitingRecords: number; oldestWaitingMs: number; unpublishedLeaves: number }>;
  totals(): Promise<{
    promoters: number;
    pendingFen: number;
    availableFen: number;
    paidFen: number;
    withdrawalsToReview: number;
    applicationsToReview: number;
  }>;
}
