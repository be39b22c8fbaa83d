import { Closed, Count, FenAmount, Id, Instant, Nullable, OneOf, RateBp, type Static, Type } from '@qianxing/http/schemas';

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
export const APPLICATION_STATUSES = ['requested', 'approved', 'refused'] as const;
export const PAYOUT_RAILS = ['transfer', 'profit_sharing'] as const;

export const ReferralCode = Type.String({ pattern: '^[0-9a-hjkmnp-tv-z]{8}$' });
export const Level = Type.Integer({ minimum: 1, maximum: 3 });

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
  /** My application where the plan wants an approval; null without one. */
  application: Nullable(
    Closed({
      status: OneOf(...APPLICATION_STATUSES),
      /** Why it was decided so; null while it waits. */
      reason: Nullable(Type.String()),
      requestedAt: Instant,
      decidedAt: Nullable(Instant),
    }),
  ),
  /** Why new earning is stopped, while it is, and what I wrote against it. */
  stop: Nullable(Closed({ reason: Type.String(), at: Instant, appeal: Nullable(Closed({ text: Type.String(), at: Instant })) })),
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
