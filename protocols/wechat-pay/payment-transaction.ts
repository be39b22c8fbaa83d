import type { Fen } from '@qianxing/money';
import {
  amount,
  child,
  children,
  defined,
  oneOf,
  optionalAmount,
  optionalChild,
  optionalInstant,
  optionalOneOf,
  optionalText,
  same,
  text,
} from './decode';
import type { JsonObject } from './json';

/** `REFUND` stays for ever once any refund was accepted: it says nothing about how much. */
export const TRADE_STATES = ['SUCCESS', 'REFUND', 'NOTPAY', 'CLOSED', 'REVOKED', 'USERPAYING', 'PAYERROR'] as const;
export type TradeState = (typeof TRADE_STATES)[number];

export const TRADE_TYPES = ['JSAPI', 'NATIVE', 'APP', 'MICROPAY', 'MWEB', 'FACEPAY'] as const;
export type TradeType = (typeof TRADE_TYPES)[number];

/** An order as the query and the payment notification tell it. */
export interface PaymentTransaction {
  readonly appId: string;
  readonly mchId: string;
  readonly outTradeNo: string;
  readonly tradeState: TradeState;
  readonly tradeStateDescription?: string;
  /** Present once paid. */
  readonly transactionId?: string;
  readonly tradeType?: TradeType;
  readonly bankType?: string;
  readonly attach?: string;
  /** UTC milliseconds; present once paid. */
  readonly successAt?: number;
  readonly payerOpenId?: string;
  readonly amount?: PaymentAmount;
  readonly promotions: readonly PaymentPromotion[];
}

export interface PaymentAmount {
  /** The amount of the order: this is what has to equal the amount that was asked for. */
  readonly totalFen: Fen;
  /** What the payer paid; smaller than `totalFen` when WeChat Pay coupons apply. */
  readonly payerTotalFen?: Fen;
  readonly currency: string;
  readonly payerCurrency?: string;
}

export interface PaymentPromotion {
  readonly couponId: string;
  readonly name?: string;
  readonly scope?: 'GLOBAL' | 'SINGLE';
  readonly type?: 'CASH' | 'NOCASH';
  readonly amountFen: Fen;
  readonly stockId?: string;
  readonly wechatpayContributeFen?: Fen;
  readonly merchantContributeFen?: Fen;
  readonly otherContributeFen?: Fen;
}

function readAmount(source: JsonObject): PaymentAmount {
  return defined({
    totalFen: amount(source, 'total'),
    payerTotalFen: optionalAmount(source, 'payer_total'),
    currency: optionalText(source, 'currency') ?? 'CNY',
    payerCurrency: optionalText(source, 'payer_currency'),
  });
}

function readPromotion(source: JsonObject): PaymentPromotion {
  return defined({
    couponId: text(source, 'coupon_id'),
    name: optionalText(source, 'name'),
    scope: optionalOneOf(source, 'scope', ['GLOBAL', 'SINGLE']),
    type: optionalOneOf(source, 'type', ['CASH', 'NOCASH']),
    amountFen: amount(source, 'amount'),
    stockId: optionalText(source, 'stock_id'),
    wechatpayContributeFen: optionalAmount(source, 'wechatpay_contribute'),
    merchantContributeFen: optionalAmount(source, 'merchant_contribute'),
    otherContributeFen: optionalAmount(source, 'other_contribute'),
  });
}

/** A paid order without transaction id, time or amount would be acted upon blindly, so these are demanded then. */
function demandPaidFacts(source: JsonObject): void {
  text(source, 'transaction_id');
  child(source, 'amount');
  text(source, 'success_time');
}

/** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791859 (query), 4012791861 (notification) */
export function readTransaction(source: JsonObject): PaymentTransaction {
  const tradeState = oneOf(source, 'trade_state', TRADE_STATES);
  if (tradeState === 'SUCCESS') demandPaidFacts(source);
  const amountSource = optionalChild(source, 'amount');
  const payer = optionalChild(source, 'payer');
  return defined({
    appId: text(source, 'appid'),
    mchId: text(source, 'mchid'),
    outTradeNo: text(source, 'out_trade_no'),
    tradeState,
    tradeStateDescription: optionalText(source, 'trade_state_desc'),
    transactionId: optionalText(source, 'transaction_id'),
    tradeType: optionalOneOf(source, 'trade_type', TRADE_TYPES),
    bankType: optionalText(source, 'bank_type'),
    attach: optionalText(source, 'attach'),
    successAt: optionalInstant(source, 'success_time'),
    payerOpenId: payer && optionalText(payer, 'openid'),
    amount: amountSource && amountSource.total !== undefined ? readAmount(amountSource) : undefined,
    promotions: children(source, 'promotion_detail').map(readPromotion),
  });
}

/** Reads a transaction and refuses one whose named members are not the expected ones. */
export function readTransactionOf(expected: Readonly<Record<string, string>>): (source: JsonObject) => PaymentTransaction {
  return (source) => {
    for (const [name, value] of Object.entries(expected)) same(source, name, value);
    return readTransaction(source);
  };
}
