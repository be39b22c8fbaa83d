import type { Fen } from '@qianxing/money';
import { amount, child, defined, instant, oneOf, optionalInstant, optionalText, text } from './decode';
import type { JsonObject } from './json';
import { type PaymentTransaction, readTransaction } from './payment-transaction';

/**
 * The kind is decided by the members of the decrypted resource, not by `event_type`: shares and share returns to
 * merchants are documented under four different types and arrive as `TRANSACTION.SUCCESS` too.
 */
export type NotificationContent =
  | { readonly kind: 'payment'; readonly payment: PaymentTransaction }
  | { readonly kind: 'refund'; readonly refund: RefundNotice }
  | { readonly kind: 'transfer'; readonly transfer: TransferNotice }
  | { readonly kind: 'profitSharing'; readonly sharing: SharingNotice }
  /** Verified, but of a kind this client does not read (complaints, combined orders …). Store, answer 204, tell somebody. */
  | { readonly kind: 'other'; readonly originalType: string };

export const REFUND_NOTICE_STATES = ['SUCCESS', 'CLOSED', 'ABNORMAL'] as const;

export interface RefundNotice {
  readonly mchId: string;
  readonly outTradeNo: string;
  readonly transactionId: string;
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly state: (typeof REFUND_NOTICE_STATES)[number];
  /** UTC milliseconds; present on success. */
  readonly successAt?: number;
  readonly userReceivedAccount?: string;
  readonly totalFen: Fen;
  readonly refundFen: Fen;
  readonly payerTotalFen: Fen;
  readonly payerRefundFen: Fen;
}

export interface TransferNotice {
  readonly mchId: string;
  readonly outBillNo: string;
  readonly transferBillNo: string;
  readonly state: 'SUCCESS' | 'FAIL' | 'CANCELLED';
  readonly amountFen: Fen;
  readonly openId: string;
  readonly failReason?: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A share (or the return of one) that a receiving merchant is told about. The payer of a share is told nothing and has to query. */
export interface SharingNotice {
  readonly mchId: string;
  readonly transactionId: string;
  readonly orderId: string;
  readonly outOrderNo: string;
  readonly receiverType: string;
  readonly receiverAccount: string;
  readonly amountFen: Fen;
  readonly description?: string;
  readonly successAt?: number;
}

function readRefundNotice(source: JsonObject): RefundNotice {
  const amounts = child(source, 'amount');
  return defined({
    mchId: text(source, 'mchid'),
    outTradeNo: text(source, 'out_trade_no'),
    transactionId: text(source, 'transaction_id'),
    outRefundNo: text(source, 'out_refund_no'),
    refundId: text(source, 'refund_id'),
    state: oneOf(source, 'refund_status', REFUND_NOTICE_STATES),
    successAt: optionalInstant(source, 'success_time'),
    userReceivedAccount: optionalText(source, 'user_received_account'),
    totalFen: amount(amounts, 'total'),
    refundFen: amount(amounts, 'refund'),
    payerTotalFen: amount(amounts, 'payer_total'),
    payerRefundFen: amount(amounts, 'payer_refund'),
  });
}

/** Both spellings of the merchant number occur in transfer notifications. */
const merchantNumber = (source: JsonObject): string => optionalText(source, 'mchid') ?? text(source, 'mch_id');

function readTransferNotice(source: JsonObject): TransferNotice {
  return defined({
    mchId: merchantNumber(source),
    outBillNo: text(source, 'out_bill_no'),
    transferBillNo: text(source, 'transfer_bill_no'),
    state: oneOf(source, 'state', ['SUCCESS', 'FAIL', 'CANCELLED']),
    amountFen: amount(source, 'transfer_amount'),
    openId: text(source, 'openid'),
    failReason: optionalText(source, 'fail_reason'),
    createdAt: instant(source, 'create_time'),
    updatedAt: instant(source, 'update_time'),
  });
}

function readSharingNotice(source: JsonObject): SharingNotice {
  const receiver = child(source, 'receiver');
  return defined({
    mchId: optionalText(source, 'mchid') ?? text(source, 'sp_mchid'),
    transactionId: text(source, 'transaction_id'),
    orderId: text(source, 'order_id'),
    outOrderNo: text(source, 'out_order_no'),
    receiverType: text(receiver, 'type'),
    receiverAccount: text(receiver, 'account'),
    amountFen: amount(receiver, 'amount'),
    description: optionalText(receiver, 'description'),
    successAt: optionalInstant(source, 'success_time'),
  });
}

const has = (source: JsonObject, ...names: readonly string[]): boolean => names.every((name) => source[name] !== undefined);

/** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791861, 4012791865, 4012712115. */
export function readNotificationContent(eventType: string, originalType: string, source: JsonObject): NotificationContent {
  if (has(source, 'sub_orders')) return { kind: 'other', originalType };
  if (has(source, 'out_bill_no', 'transfer_bill_no', 'state')) return { kind: 'transfer', transfer: readTransferNotice(source) };
  if (has(source, 'refund_id', 'refund_status')) return { kind: 'refund', refund: readRefundNotice(source) };
  if (has(source, 'receiver', 'order_id')) return { kind: 'profitSharing', sharing: readSharingNotice(source) };
  if (has(source, 'trade_state')) return { kind: 'payment', payment: readTransaction(source) };
  return { kind: 'other', originalType: originalType || eventType };
}
