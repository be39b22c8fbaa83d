import { defineTopic } from '@qianxing/events';
import { defineContract } from '@qianxing/http/contract';
import {
  Closed,
  Count,
  Day,
  FenAmount,
  Id,
  Instant,
  Nullable,
  OneOf,
  PageOf,
  PageQuery,
  type Static,
  Text,
  Type,
} from '@qianxing/http/schemas';

export const PAYMENT_STATUSES = ['created', 'pending', 'succeeded', 'closed', 'failed', 'unknown'] as const;
export const REFUND_STATUSES = ['created', 'processing', 'succeeded', 'failed', 'unknown'] as const;
export const TRANSFER_STATUSES = ['created', 'processing', 'awaiting_confirmation', 'succeeded', 'failed', 'cancelled', 'unknown'] as const;
export const PAYMENT_CHANNELS = ['h5', 'jsapi', 'mini_program', 'app', 'native'] as const;

/** How the client hands the buyer over to the cashier. */
export const Handover = Type.Union([
  Closed({ kind: Type.Literal('redirect'), url: Type.String() }),
  Closed({
    kind: Type.Literal('jsapi'),
    appId: Type.String(),
    timeStamp: Type.String(),
    nonceStr: Type.String(),
    package: Type.String(),
    signType: Type.String(),
    paySign: Type.String(),
  }),
  Closed({
    kind: Type.Literal('app'),
    appId: Type.String(),
    partnerId: Type.String(),
    prepayId: Type.String(),
    package: Type.String(),
    nonceStr: Type.String(),
    timeStamp: Type.String(),
    sign: Type.String(),
  }),
  Closed({ kind: Type.Literal('qr'), codeUrl: Type.String() }),
]);

export const Payment = Closed({
  paymentId: Id,
  paymentNo: Type.String(),
  tradeId: Id,
  channel: OneOf(...PAYMENT_CHANNELS),
  status: OneOf(...PAYMENT_STATUSES),
  amountFen: FenAmount,
  handover: Nullable(Handover),
  paidAt: Nullable(Instant),
  expiresAt: Instant,
});
export type Payment = Static<typeof Payment>;

const StaffPaymentRow = Closed({
  paymentId: Id,
  paymentNo: Type.String(),
  tradeId: Id,
  tradeNo: Type.String(),
  channel: OneOf(...PAYMENT_CHANNELS),
  status: OneOf(...PAYMENT_STATUSES),
  amountFen: FenAmount,
  refundedFen: FenAmount,
  providerTransactionId: Nullable(Type.String()),
  paidAt: Nullable(Instant),
  createdAt: Instant,
});
const Attempt = Closed({
  operation: Type.String(),
  outcome: OneOf('ok', 'rejected', 'unknown'),
  code: Nullable(Type.String()),
  message: Nullable(Type.String()),
  at: Instant,
});
const StaffPayment = Closed({
  ...StaffPaymentRow.properties,
  notices: Type.Array(
    Closed({
      noticeId: Type.String(),
      kind: Type.String(),
      receivedAt: Instant,
      processedAt: Nullable(Instant),
      result: Nullable(Type.String()),
    }),
  ),
  attempts: Type.Array(Attempt),
});
const RefundRow = Closed({
  refundId: Id,
  refundNo: Type.String(),
  refundKey: Type.String(),
  paymentId: Id,
  paymentNo: Type.String(),
  amountFen: FenAmount,
  status: OneOf(...REFUND_STATUSES),
  reason: Type.String(),
  problem: Nullable(Type.String()),
  createdAt: Instant,
  succeededAt: Nullable(Instant),
});
const TransferRow = Closed({
  transferId: Id,
  transferNo: Type.String(),
  payoutKey: Type.String(),
  rail: OneOf('transfer', 'profit_sharing'),
  amountFen: FenAmount,
  status: OneOf(...TRANSFER_STATUSES),
  problem: Nullable(Type.String()),
  createdAt: Instant,
  finishedAt: Nullable(Instant),
});
const Discrepancy = Closed({
  discrepancyId: Id,
  kind: OneOf('missing_at_provider', 'missing_here', 'amount_differs', 'status_differs', 'balance_differs'),
  billKind: OneOf('trade', 'fund_flow'),
  number: Type.String(),
  oursFen: Nullable(FenAmount),
  theirsFen: Nullable(FenAmount),
  resolution: Nullable(Type.String()),
  resolvedAt: Nullable(Instant),
});
const Reconciliation = Closed({
  reconciliationId: Id,
  day: Day,
  status: OneOf('running', 'matched', 'discrepant', 'failed'),
  payments: Count,
  paymentsFen: FenAmount,
  refunds: Count,
  refundsFen: FenAmount,
  transfers: Count,
  transfersFen: FenAmount,
  feesFen: FenAmount,
  discrepancies: Count,
  problem: Nullable(Type.String()),
  createdAt: Instant,
  finishedAt: Nullable(Instant),
});

export const paymentContract = defineContract({
  openPayment: {
    method: 'POST',
    path: '/api/v1/payments',
    access: 'member',
    summary: 'Open a payment for a trade, or return the open one',
    idempotent: true,
    status: 201,
    body: Closed({ tradeId: Id, channel: OneOf(...PAYMENT_CHANNELS), returnUrl: Type.Optional(Text(500)) }),
    response: Payment,
  },
  payment: {
    method: 'GET',
    path: '/api/v1/payments/:paymentId',
    access: 'member',
    summary: 'A payment; asks the provider when in doubt',
    params: Closed({ paymentId: Id }),
    response: Payment,
  },
  paymentNotice: { method: 'POST', path: '/hooks/wechat-pay/payment', access: 'hook', summary: 'WeChat Pay payment notice' },
  refundNotice: { method: 'POST', path: '/hooks/wechat-pay/refund', access: 'hook', summary: 'WeChat Pay refund notice' },
  transferNotice: { method: 'POST', path: '/hooks/wechat-pay/transfer', access: 'hook', summary: 'WeChat Pay transfer notice' },
  profitSharingNotice: {
    method: 'POST',
    path: '/hooks/wechat-pay/profit-sharing',
    access: 'hook',
    summary: 'WeChat Pay profit-sharing notice',
  },

  staffPayments: {
    method: 'GET',
    path: '/staff/v1/payments',
    access: 'staff:payment.read',
    summary: 'Payments',
    query: Closed({ ...PageQuery, status: Type.Optional(OneOf(...PAYMENT_STATUSES)), text: Type.Optional(Text(60)) }),
    response: PageOf(StaffPaymentRow),
  },
  staffPayment: {
    method: 'GET',
    path: '/staff/v1/payments/:paymentId',
    access: 'staff:payment.read',
    summary: 'A payment with notices and attempts',
    params: Closed({ paymentId: Id }),
    response: StaffPayment,
  },
  staffQueryPayment: {
    method: 'POST',
    path: '/staff/v1/payments/:paymentId/query',
    access: 'staff:payment.write',
    summary: 'Ask the provider now',
    params: Closed({ paymentId: Id }),
    body: Closed({}),
    response: StaffPayment,
  },
  staffRefunds: {
    method: 'GET',
    path: '/staff/v1/refunds',
    access: 'staff:payment.read',
    summary: 'Refunds',
    query: Closed({ ...PageQuery, status: Type.Optional(OneOf(...REFUND_STATUSES)) }),
    response: PageOf(RefundRow),
  },
  retryRefund: {
    method: 'POST',
    path: '/staff/v1/refunds/:refundId/retry',
    access: 'staff:payment.write',
    summary: 'Try a failed refund again with the same number',
    params: Closed({ refundId: Id }),
    body: Closed({}),
    response: RefundRow,
  },
  staffTransfers: {
    method: 'GET',
    path: '/staff/v1/transfers',
    access: 'staff:payment.read',
    summary: 'Payouts sent',
    query: Closed({ ...PageQuery, status: Type.Optional(OneOf(...TRANSFER_STATUSES)) }),
    response: PageOf(TransferRow),
  },
  reconciliations: {
    method: 'GET',
    path: '/staff/v1/reconciliations',
    access: 'staff:payment.read',
    summary: 'Daily reconciliations',
    query: Closed({ ...PageQuery }),
    response: PageOf(Reconciliation),
  },
  runReconciliation: {
    method: 'POST',
    path: '/staff/v1/reconciliations',
    access: 'staff:payment.write',
    summary: 'Reconcile a day now',
    body: Closed({ day: Day }),
    status: 202,
    response: Reconciliation,
  },
  discrepancies: {
    method: 'GET',
    path: '/staff/v1/reconciliations/:reconciliationId/discrepancies',
    access: 'staff:payment.read',
    summary: 'Discrepancies of a day',
    params: Closed({ reconciliationId: Id }),
    query: Closed({ ...PageQuery }),
    response: PageOf(Discrepancy),
  },
  resolveDiscrepancy: {
    method: 'POST',
    path: '/staff/v1/discrepancies/:discrepancyId/resolve',
    access: 'staff:payment.write',
    summary: 'Record how a discrepancy was resolved',
    params: Closed({ discrepancyId: Id }),
    body: Closed({ resolution: Text(500, 4) }),
    response: Discrepancy,
  },
});

/** Money has arrived (verified by query). Emitted once per payment, also when the trade is already cancelled. */
export const paymentSucceeded = defineTopic<{
  paymentId: string;
  tradeId: string;
  amountFen: number;
  providerTransactionId: string;
  paidAt: number;
}>()('payment.succeeded');
export const refundSucceeded = defineTopic<{
  refundId: string;
  refundKey: string;
  paymentId: string;
  amountFen: number;
  succeededAt: number;
}>()('payment.refundSucceeded');
/** The provider refused for good; staff decides. */
export const refundFailed = defineTopic<{ refundId: string; refundKey: string; paymentId: string; amountFen: number; problem: string }>()(
  'payment.refundFailed',
);
export const transferAwaitingConfirmation = defineTopic<{ payoutKey: string; transferNo: string }>()(
  'payment.transferAwaitingConfirmation',
);
/** Exactly one of succeeded and failed is ever emitted per payout key. */
export const transferSucceeded = defineTopic<{ payoutKey: string; transferNo: string; amountFen: number; finishedAt: number }>()(
  'payment.transferSucceeded',
);
/** `paidFen` is what reached the promoter all the same: profit sharing may succeed in parts, a transfer never does. */
export const transferFailed = defineTopic<{
  payoutKey: string;
  transferNo: string;
  amountFen: number;
  paidFen: number;
  finishedAt: number;
  code: string;
}>()('payment.transferFailed');

export interface PaymentApi {
  /** What the promoter's client needs to confirm a transfer; undefined while none waits for confirmation. */
  transferConfirmation(
    payoutKey: string,
  ): Promise<{ transferNo: string; packageInfo: string; appId: string; merchantId: string; confirmUrl: string | null } | undefined>;
  /** Payments by trade, for profit sharing: number and what may still be shared. */
  shareablePayments(tradeIds: readonly string[]): Promise<Map<string, { paymentId: string; shareableFen: number }>>;
  /** How a payment was made, for telling WeChat about its shipping. */
  paymentFacts(
    paymentId: string,
  ): Promise<{ channel: (typeof PAYMENT_CHANNELS)[number]; providerTransactionId: string | null; openId: string | null } | undefined>;
  /** Payments, refunds and transfers that are still open, by status. */
  countsByStatus(): Promise<{ payments: Record<string, number>; refunds: Record<string, number>; transfers: Record<string, number> }>;
}
