import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, FenAmount, Id, Instant, Nullable, OneOf, PageOf, PageQuery, RateBp, Text, Type } from '@qianxing/http/schemas';
import {
  APPLICATION_STATUSES,
  Balances,
  COMMISSION_STATUSES,
  Commission,
  CommissionExplanation,
  Level,
  Promoter,
  WITHDRAWAL_STATUSES,
  Withdrawal,
} from './shapes';

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
  scope: Type.String({ description: 'name of this version in the compliance engine' }),
  blocked: Type.Boolean({ description: 'the compliance engine blocks it: runs in the sandbox only, marked' }),
  standing: OneOf('clear', 'grace', 'stopped'),
  graceUntil: Nullable(Instant),
  judgedPackId: Nullable(Type.String()),
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
const Application = Closed({
  memberId: Id,
  memberNo: Type.Integer(),
  nickname: Type.String(),
  status: OneOf(...APPLICATION_STATUSES),
  note: Type.String(),
  reason: Nullable(Type.String()),
  staffName: Nullable(Type.String()),
  requestedAt: Instant,
  decidedAt: Nullable(Instant),
});
/** Changes of status and what the promoter wrote against them, oldest first. */
const StandingEntry = Closed({
  kind: OneOf('status', 'appeal'),
  status: Promoter.properties.status,
  text: Type.String(),
  /** Null where the promoter or the program did it. */
  staffName: Nullable(Type.String()),
  at: Instant,
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

/** What the back office asks of promotion. */
export const staffPromotionContract = defineContract({
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
      standing: Type.Array(StandingEntry),
    }),
  },
  setPromoterStatus: {
    method: 'POST',
    path: '/staff/v1/promoters/:promoterId/status',
    access: 'staff:promotion.write',
    summary:
      'Pause, remove or restore, with a reason the promoter sees. Only new earning is affected: what is earned stays and is paid out',
    params: Closed({ promoterId: Id }),
    body: Closed({ status: OneOf('active', 'paused', 'removed'), reason: Text(200, 4) }),
    response: StaffPromoterRow,
  },
  applications: {
    method: 'GET',
    path: '/staff/v1/promoter-applications',
    access: 'staff:promotion.read',
    summary: 'Members who ask to be approved as promoters, longest waiting first',
    query: Closed({ ...PageQuery, status: Type.Optional(OneOf(...APPLICATION_STATUSES)) }),
    response: PageOf(Application),
  },
  decideApplication: {
    method: 'POST',
    path: '/staff/v1/promoter-applications/:memberId/decision',
    access: 'staff:promotion.write',
    summary: 'Approve or refuse, with a reason the member sees',
    params: Closed({ memberId: Id }),
    body: Closed({ approved: Type.Boolean(), reason: Text(200, 4) }),
    response: Application,
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
    summary: 'Plan versions, and what happens here to one that the compliance engine blocks',
    response: Closed({
      items: Type.Array(Plan),
      activePlanVersionId: Id,
      blockedPlans: OneOf('refused', 'marked'),
    }),
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
