import type { Fen } from '@qianxing/money';
import type { Context } from './configuration';
import { amount, child, defined, instant, oneOf, optionalAmount, optionalInstant, optionalOneOf, optionalText, same, text } from './decode';
import { holds, lengthWithin, matches, notifyUrlFault, OUT_LONG_NO, positive, unlessFaulty } from './input-rules';
import type { JsonObject } from './json';
import type { Outcome } from './outcome';
import { encryptFor } from './sensitive';
import { path, send } from './transport';

/**
 * `PROCESSING` is no success. `ABNORMAL`: the payer's account cannot take the money, a person has to act.
 * `CLOSED`: ended without paying, a new number is then right.
 */
const REFUND_STATES = ['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL'] as const;
export type RefundState = (typeof REFUND_STATES)[number];

const REFUND_CHANNELS = ['ORIGINAL', 'BALANCE', 'OTHER_BALANCE', 'OTHER_BANKCARD'] as const;
export type RefundChannel = (typeof REFUND_CHANNELS)[number];

export interface RefundInput {
  /** One of the two names the order. */
  readonly outTradeNo?: string;
  readonly transactionId?: string;
  /** Merchant's refund number, 1–64 of `[0-9A-Za-z_-|*@]`. A failed try is repeated with the same number. */
  readonly outRefundNo: string;
  readonly refundFen: Fen;
  /** Amount of the whole order. */
  readonly totalFen: Fen;
  /** Shown to the payer, at most 80 characters. */
  readonly reason?: string;
  readonly notifyUrl?: string;
  /** Source of the money; default is the unsettled part of the order. */
  readonly fundsAccount?: 'AVAILABLE' | 'UNSETTLED';
}

export interface Refund {
  readonly refundId: string;
  readonly outRefundNo: string;
  readonly transactionId: string;
  readonly outTradeNo: string;
  readonly state: RefundState;
  readonly channel?: RefundChannel;
  readonly userReceivedAccount?: string;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly successAt?: number;
  readonly fundsAccount?: string;
  readonly amount: RefundAmount;
}

export interface RefundAmount {
  readonly totalFen: Fen;
  readonly refundFen: Fen;
  readonly payerTotalFen: Fen;
  readonly payerRefundFen: Fen;
  readonly settlementTotalFen?: Fen;
  readonly settlementRefundFen?: Fen;
  readonly discountRefundFen?: Fen;
  readonly feeRefundFen?: Fen;
  readonly currency: string;
}

export interface RefundOperations {
  /**
   * Asks for a refund, whole or in part (at most 50 parts, one a minute, within 365 days). `ok` means accepted: read
   * `state`, and query until it is final. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791862
   */
  create(input: RefundInput): Promise<Outcome<Refund>>;
  /** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791863 */
  query(outRefundNo: string): Promise<Outcome<Refund>>;
  /**
   * Sends an `ABNORMAL` refund to another bank card: the payer's, or the merchant's settlement account for payment by
   * hand. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791864
   */
  resolveAbnormal(input: AbnormalRefundInput): Promise<Outcome<Refund>>;
}

export interface AbnormalRefundInput {
  readonly refundId: string;
  readonly outRefundNo: string;
  readonly to:
    | { readonly type: 'USER_BANK_CARD'; readonly bankType: string; readonly bankAccount: string; readonly realName: string }
    | { readonly type: 'MERCHANT_BANK_CARD' };
}

function readRefundAmount(source: JsonObject): RefundAmount {
  return defined({
    totalFen: amount(source, 'total'),
    refundFen: amount(source, 'refund'),
    payerTotalFen: amount(source, 'payer_total'),
    payerRefundFen: amount(source, 'payer_refund'),
    settlementTotalFen: optionalAmount(source, 'settlement_total'),
    settlementRefundFen: optionalAmount(source, 'settlement_refund'),
    discountRefundFen: optionalAmount(source, 'discount_refund'),
    feeRefundFen: optionalAmount(source, 'refund_fee'),
    currency: optionalText(source, 'currency') ?? 'CNY',
  });
}

function readRefundOf(expected: Readonly<Record<string, string | undefined>>): (source: JsonObject) => Refund {
  return (source) => {
    for (const [name, value] of Object.entries(expected)) if (value !== undefined) same(source, name, value);
    return defined({
      refundId: text(source, 'refund_id'),
      outRefundNo: text(source, 'out_refund_no'),
      transactionId: text(source, 'transaction_id'),
      outTradeNo: text(source, 'out_trade_no'),
      state: oneOf(source, 'status', REFUND_STATES),
      channel: optionalOneOf(source, 'channel', REFUND_CHANNELS),
      userReceivedAccount: optionalText(source, 'user_received_account'),
      createdAt: instant(source, 'create_time'),
      successAt: optionalInstant(source, 'success_time'),
      fundsAccount: optionalText(source, 'funds_account'),
      amount: readRefundAmount(child(source, 'amount')),
    });
  };
}

function refundBody(input: RefundInput): JsonObject {
  return {
    transaction_id: input.transactionId,
    out_trade_no: input.outTradeNo,
    out_refund_no: input.outRefundNo,
    reason: input.reason,
    notify_url: input.notifyUrl,
    funds_account: input.fundsAccount,
    amount: { refund: input.refundFen, total: input.totalFen, currency: 'CNY' },
  };
}

function refundFaults(input: RefundInput) {
  return [
    holds((input.outTradeNo === undefined) !== (input.transactionId === undefined), 'name either outTradeNo or transactionId'),
    matches('outRefundNo', input.outRefundNo, OUT_LONG_NO),
    positive('refundFen', input.refundFen),
    positive('totalFen', input.totalFen),
    holds(input.refundFen <= input.totalFen, 'refundFen is larger than totalFen'),
    lengthWithin('reason', input.reason, 80),
    notifyUrlFault(input.notifyUrl),
  ];
}

export function refundOperations(context: Context): RefundOperations {
  const encrypt = encryptFor(context);
  return {
    create: (input) =>
      unlessFaulty(refundFaults(input), () =>
        send(context, {
          method: 'POST',
          path: '/v3/refund/domestic/refunds',
          body: refundBody(input),
          read: readRefundOf({
            out_refund_no: input.outRefundNo,
            out_trade_no: input.outTradeNo,
            transaction_id: input.transactionId,
          }),
        }),
      ),
    query: (outRefundNo) =>
      unlessFaulty([matches('outRefundNo', outRefundNo, OUT_LONG_NO)], () =>
        send(context, {
          method: 'GET',
          path: path`/v3/refund/domestic/refunds/${outRefundNo}`,
          read: readRefundOf({ out_refund_no: outRefundNo }),
        }),
      ),
    resolveAbnormal: ({ refundId, outRefundNo, to }) =>
      unlessFaulty([matches('outRefundNo', outRefundNo, OUT_LONG_NO)], () =>
        send(context, {
          method: 'POST',
          path: path`/v3/refund/domestic/refunds/${refundId}/apply-abnormal-refund`,
          body: {
            out_refund_no: outRefundNo,
            type: to.type,
            ...(to.type === 'USER_BANK_CARD'
              ? { bank_type: to.bankType, bank_account: encrypt(to.bankAccount), real_name: encrypt(to.realName) }
              : {}),
          },
          read: readRefundOf({ refund_id: refundId, out_refund_no: outRefundNo }),
        }),
      ),
  };
}
