import type { CommissionStatus } from './commission/rules';
import type { PlanStatus } from './plan/model';
import type { PromoterStatus, VisitChannel } from './referral/rules';
import type { ApplicationStatus } from './standing/applications';
import type { PayoutRail, WithdrawalStatus } from './withdrawal/rules';

/** Rows as the database holds them: amounts in fen, instants in UTC milliseconds, booleans as 0 and 1. */
export interface MemberRow {
  memberId: string;
  /** Null until the registration has been heard of. */
  memberNo: number | null;
  referrerNo: number | null;
  boundAt: number | null;
  visitChannel: VisitChannel | null;
  visitedAt: number | null;
  visitId: string | null;
  /** Ancestors above, not cut at ten. */
  depth: number;
  directCustomers: number;
  /** Paid orders that were not refunded whole, and their goods cash less refunds. */
  orders: number;
  netSalesFen: number;
}

export interface PromoterRow {
  promoterId: string;
  promoterNo: number;
  memberId: string;
  status: PromoterStatus;
  referralCode: string;
  agreementVersion: string;
  adultConfirmedAt: number;
  enrolledAt: number;
  /** Paid out so far, after tax. */
  paidFen: number;
  taxWithheldFen: number;
}

export interface PromoterHistoryRow {
  entryId: string;
  promoterId: string;
  status: PromoterStatus;
  reason: string;
  /** Null where a member of staff did not do it. */
  staffName: string | null;
  at: number;
}

/** A member's application for the approval that a plan asks for. */
export interface ApplicationRow {
  memberId: string;
  memberNo: number;
  status: ApplicationStatus;
  note: string;
  /** Null while it waits, as are the name and the instant of the decision. */
  reason: string | null;
  staffName: string | null;
  requestedAt: number;
  decidedAt: number | null;
}

/** What a promoter wrote against an entry of the history: one appeal each. */
export interface AppealRow {
  entryId: string;
  promoterId: string;
  text: string;
  at: number;
}

export interface PlanVersionRow {
  planVersionId: string;
  planId: string;
  code: string;
  version: number;
  nameZh: string;
  nameEn: string;
  status: PlanStatus;
  /** 1 on the one version that new orders use, else null: a unique key. */
  active: number | null;
  /** JSON of the plan as it was written. */
  document: string;
  publishedAt: number | null;
  /** 1 when the compliance engine blocked it and it runs all the same, marked. */
  blocked: number;
  judgedPackId: string | null;
  /** How it stands since: `stopped` earns nobody anything where blocked plans are refused. */
  standing: 'clear' | 'grace' | 'stopped';
  graceUntil: number | null;
}

/** Facts about an order line as the events told them, in whatever order they came. */
export interface LineRow {
  orderLineId: string;
  orderId: string;
  memberId: string;
  paidFen: number;
  refundedFen: number;
  /** The after-sale that brought `refundedFen`. */
  afterSaleId: string | null;
  paidAt: number | null;
  receivedAt: number | null;
  completedAt: number | null;
  cancelledAt: number | null;
}

/** What the counters of the buyer and of the ancestors hold of an order. */
export interface SaleRow {
  orderId: string;
  memberId: string;
  netFen: number;
  /** 1 while the order counts as one. */
  counted: number;
}

export interface CommissionRow {
  commissionId: string;
  orderLineId: string;
  level: number;
  promoterId: string;
  promoterNo: number;
  tradeId: string;
  orderId: string;
  orderNo: string;
  buyerId: string;
  title: string;
  planVersionId: string;
  rateBp: number;
  baseFen: number;
  refundedBaseFen: number;
  originalFen: number;
  dueFen: number;
  status: CommissionStatus;
  availableFrom: number | null;
  createdAt: number;
  earnedAt: number | null;
  availableAt: number | null;
  paidAt: number | null;
  voidedAt: number | null;
}

export interface WithdrawalRow {
  withdrawalId: string;
  withdrawalNo: string;
  promoterId: string;
  memberId: string;
  requestKey: string;
  requestHash: string;
  rail: PayoutRail;
  status: WithdrawalStatus;
  amountFen: number;
  taxFen: number;
  netFen: number;
  /** What reached the promoter; less than `netFen` when profit sharing failed in parts. */
  receivedFen: number;
  problemCode: string | null;
  /** Words of the person who rejected it. */
  reason: string | null;
  approvalsNeeded: number;
  /** Real name of the receiver, sealed, while the withdrawal is under way; null where none is needed and after its end. */
  realNameSealed: string | null;
  /** Shop day and month of the request: for the limit per day and for the tax. */
  day: string;
  createdAt: number;
  finishedAt: number | null;
}

/** A promoter whose movements do not go into the transparency log as they happen. */
export interface RecordStandingRow {
  promoterId: string;
  standing: 'backlog' | 'erased';
  /** Entries of each account that are in the log already. */
  pendingVersion: number;
  availableVersion: number;
  withdrawingVersion: number;
}

/** A type alias, not an interface: Kysely's `withTables` wants an index signature. */
export type PromotionTables = {
  promotion_members: MemberRow;
  promotion_ancestors: { memberNo: number; layer: number; ancestorNo: number };
  promotion_teams: { ancestorNo: number; layer: number; members: number; buyers: number; orders: number; netSalesFen: number };
  promotion_promoters: PromoterRow;
  promotion_promoter_history: PromoterHistoryRow;
  promotion_applications: ApplicationRow;
  promotion_appeals: AppealRow;
  promotion_plan_versions: PlanVersionRow;
  promotion_plan_levels: { planVersionId: string; level: number; rateBp: number };
  promotion_lines: LineRow;
  promotion_sales: SaleRow;
  promotion_commissions: CommissionRow;
  promotion_withdrawals: WithdrawalRow;
  promotion_withdrawal_history: { entryId: string; withdrawalId: string; status: WithdrawalStatus; at: number };
  promotion_approvals: { withdrawalId: string; staffId: string; staffName: string; note: string | null; at: number };
  promotion_payout_parts: {
    withdrawalId: string;
    tradeId: string;
    promoterId: string;
    paymentId: string;
    amountFen: number;
    returned: number;
  };
  promotion_record_standings: RecordStandingRow;
  promotion_tax_lines: { withdrawalId: string; promoterId: string; month: string; incomeFen: number; taxFen: number };
};
