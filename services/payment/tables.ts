import type { PaymentChannel, PaymentStatus, RefundStatus, TransferStatus } from './model';

/** Rows as the database holds them: amounts in fen, instants in UTC milliseconds, booleans as 0 and 1. */
export interface PaymentRow {
  paymentId: string;
  /** Number under which the provider knows the payment (out_trade_no). */
  paymentNo: string;
  tradeId: string;
  tradeNo: string;
  memberId: string;
  channel: PaymentChannel;
  status: PaymentStatus;
  /** The trade while this payment is open: a trade has at most one open payment. */
  openKey: string | null;
  amountFen: number;
  refundedFen: number;
  sharedFen: number;
  description: string;
  openId: string | null;
  payerIp: string;
  prepayId: string | null;
  handoverUrl: string | null;
  providerTransactionId: string | null;
  problem: string | null;
  profitSharing: number;
  unfreezeFrom: number | null;
  unfrozenAt: number | null;
  closeWanted: number;
  attempts: number;
  nextQueryAt: number | null;
  createdAt: number;
  expiresAt: number;
  paidAt: number | null;
  closedAt: number | null;
}

export interface RefundRow {
  refundId: string;
  refundNo: string;
  refundKey: string;
  paymentId: string;
  amountFen: number;
  status: RefundStatus;
  reason: string;
  problem: string | null;
  attempts: number;
  nextAttemptAt: number | null;
  createdAt: number;
  /** When the provider accepted it: the day on which its bill shows it. */
  acceptedAt: number | null;
  succeededAt: number | null;
}

export interface TransferRow {
  transferId: string;
  transferNo: string;
  payoutKey: string;
  rail: 'transfer' | 'profit_sharing';
  memberId: string;
  openId: string;
  amountFen: number;
  paidFen: number;
  status: TransferStatus;
  remark: string;
  packageInfo: string | null;
  providerBillNo: string | null;
  problem: string | null;
  attempts: number;
  nextAttemptAt: number | null;
  createdAt: number;
  finishedAt: number | null;
}

export interface ShareRow {
  shareId: string;
  shareNo: string;
  transferId: string;
  paymentId: string;
  amountFen: number;
  status: 'created' | 'processing' | 'succeeded' | 'failed' | 'unknown';
  problem: string | null;
}

export type NoticeKind = 'payment' | 'refund' | 'transfer' | 'profitSharing' | 'other';

export interface NoticeRow {
  noticeId: string;
  kind: NoticeKind;
  eventType: string;
  number: string;
  receivedAt: number;
  processedAt: number | null;
  result: string | null;
}

export interface ReconciliationRow {
  reconciliationId: string;
  day: string;
  status: 'running' | 'matched' | 'discrepant' | 'failed';
  payments: number;
  paymentsFen: number;
  refunds: number;
  refundsFen: number;
  transfers: number;
  transfersFen: number;
  feesFen: number;
  problem: string | null;
  createdAt: number;
  finishedAt: number | null;
}

export interface DiscrepancyRow {
  discrepancyId: string;
  reconciliationId: string;
  kind: 'missing_at_provider' | 'missing_here' | 'amount_differs' | 'status_differs' | 'balance_differs';
  billKind: 'trade' | 'fund_flow';
  number: string;
  oursFen: number | null;
  theirsFen: number | null;
  resolution: string | null;
  resolvedAt: number | null;
}

export interface AttemptRow {
  attemptId: string;
  subjectId: string;
  operation: string;
  outcome: 'ok' | 'rejected' | 'unknown';
  code: string | null;
  message: string | null;
  at: number;
}

export type PaymentTables = {
  payment_payments: PaymentRow;
  payment_refunds: RefundRow;
  payment_transfers: TransferRow;
  payment_shares: ShareRow;
  payment_notices: NoticeRow;
  payment_attempts: AttemptRow;
  payment_reconciliations: ReconciliationRow;
  payment_discrepancies: DiscrepancyRow;
};
