import type { Fen } from '@qianxing/money';
import type { Context } from './configuration';
import { text } from './decode';
import { holds, lengthWithin, matches, notifyUrlFault, OUT_TRADE_NO, PLATFORM_NO, positive, unlessFaulty } from './input-rules';
import type { JsonObject } from './json';
import type { Outcome } from './outcome';
import { type PaymentTransaction, readTransactionOf } from './payment-transaction';
import { path, send } from './transport';
import { formatWechatTime, isInstant } from './wechat-time';

/** What all four ways to pay have in common. */
export interface PrepayInput {
  /** One of the configured app ids. */
  readonly appId: string;
  /** Shown to the payer, at most 127 characters. */
  readonly description: string;
  /** Merchant's order number, 6–32 of `[0-9A-Za-z_-|*]`, unique for ever. */
  readonly outTradeNo: string;
  readonly totalFen: Fen;
  /** Where the payment notification goes: absolute https without query. */
  readonly notifyUrl: string;
  /** Last moment to pay, UTC milliseconds. Fixed by the first call with this number. */
  readonly expiresAt?: number;
  /** Echoed in query and notification, at most 128 characters. No secrets. */
  readonly attach?: string;
  readonly goodsTag?: string;
  readonly supportFapiao?: boolean;
  /** Without `true` the money of this order can never be shared. */
  readonly profitSharing?: boolean;
  readonly detail?: PrepayDetail;
  readonly payerClientIp?: string;
  readonly deviceId?: string;
}

export interface PrepayDetail {
  readonly costPriceFen?: Fen;
  readonly invoiceId?: string;
  readonly goods: readonly PrepayGoods[];
}

export interface PrepayGoods {
  readonly merchantGoodsId: string;
  readonly wechatpayGoodsId?: string;
  readonly goodsName?: string;
  readonly quantity: number;
  readonly unitPriceFen: Fen;
}

export interface JsapiPrepayInput extends PrepayInput {
  /** Openid of the payer under `appId`. */
  readonly payerOpenId: string;
}

export interface H5PrepayInput extends PrepayInput {
  readonly payerClientIp: string;
  readonly h5Type: 'Wap' | 'iOS' | 'Android';
  readonly h5AppName?: string;
  readonly h5AppUrl?: string;
}

export interface PaymentOperations {
  /**
   * Order for JSAPI and mini-program payment. `prepayId` lives two hours. Repeat with the same number and content gives
   * it again; other content is `INVALID_REQUEST` or `OUT_TRADE_NO_USED`.
   * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791856
   */
  prepayJsapi(input: JsapiPrepayInput): Promise<Outcome<{ readonly prepayId: string }>>;
  /** Order for payment in a mobile browser; `h5Url` lives five minutes. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791834 */
  prepayH5(input: H5PrepayInput): Promise<Outcome<{ readonly h5Url: string }>>;
  /** Order to be scanned as a QR code; `codeUrl` lives two hours. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791877 */
  prepayNative(input: PrepayInput): Promise<Outcome<{ readonly codeUrl: string }>>;
  /** Order for payment from a native app. Source: https://pay.weixin.qq.com/doc/v3/merchant/4013070347 */
  prepayApp(input: PrepayInput): Promise<Outcome<{ readonly prepayId: string }>>;
  /** State of an order by the merchant's number. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791859 */
  queryByOutTradeNo(outTradeNo: string): Promise<Outcome<PaymentTransaction>>;
  /** State of a paid order by WeChat Pay's number. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791858 */
  queryByTransactionId(transactionId: string): Promise<Outcome<PaymentTransaction>>;
  /**
   * Closes an unpaid order; repeatable. `ORDER_PAID` means: query and go on as paid.
   * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791860
   */
  close(outTradeNo: string): Promise<Outcome<undefined>>;
}

function detailBody(detail: PrepayDetail): JsonObject {
  return {
    cost_price: detail.costPriceFen,
    invoice_id: detail.invoiceId,
    goods_detail: detail.goods.map((goods) => ({
      merchant_goods_id: goods.merchantGoodsId,
      wechatpay_goods_id: goods.wechatpayGoodsId,
      goods_name: goods.goodsName,
      quantity: goods.quantity,
      unit_price: goods.unitPriceFen,
    })),
  };
}

function sceneBody(input: PrepayInput, h5Info: JsonObject | undefined): JsonObject | undefined {
  if (input.payerClientIp === undefined) return undefined;
  return { payer_client_ip: input.payerClientIp, device_id: input.deviceId, h5_info: h5Info };
}

function prepayBody(context: Context, input: PrepayInput, h5Info?: JsonObject): JsonObject {
  return {
    appid: input.appId,
    mchid: context.mchId,
    description: input.description,
    out_trade_no: input.outTradeNo,
    time_expire: input.expiresAt === undefined ? undefined : formatWechatTime(input.expiresAt),
    attach: input.attach,
    notify_url: input.notifyUrl,
    goods_tag: input.goodsTag,
    support_fapiao: input.supportFapiao,
    settle_info: input.profitSharing === undefined ? undefined : { profit_sharing: input.profitSharing },
    amount: { total: input.totalFen, currency: 'CNY' },
    detail: input.detail === undefined ? undefined : detailBody(input.detail),
    scene_info: sceneBody(input, h5Info),
  };
}

function prepayFaults(context: Context, input: PrepayInput) {
  return [
    holds(context.appIds.includes(input.appId), `appId ${input.appId} is not configured`),
    lengthWithin('description', input.description, 127),
    matches('outTradeNo', input.outTradeNo, OUT_TRADE_NO),
    positive('totalFen', input.totalFen),
    notifyUrlFault(input.notifyUrl),
    lengthWithin('attach', input.attach, 128),
    lengthWithin('goodsTag', input.goodsTag, 32),
    lengthWithin('payerClientIp', input.payerClientIp, 45),
    holds(input.deviceId === undefined || input.payerClientIp !== undefined, 'deviceId needs payerClientIp'),
    holds(input.expiresAt === undefined || isInstant(input.expiresAt), 'expiresAt must be UTC milliseconds'),
  ];
}

export function paymentOperations(context: Context): PaymentOperations {
  /** `build` runs only after the input was found to be sound. */
  const prepay = <T>(channel: string, input: PrepayInput, build: () => JsonObject, read: (answer: JsonObject) => T, fault?: string) =>
    unlessFaulty([...prepayFaults(context, input), fault], () =>
      send(context, { method: 'POST', path: `/v3/pay/transactions/${channel}`, body: build(), read }),
    );
  const readPrepayId = (answer: JsonObject) => ({ prepayId: text(answer, 'prepay_id') });
  const query = (key: 'out_trade_no' | 'transaction_id', number: string, queryPath: string) =>
    send(context, {
      method: 'GET',
      path: queryPath,
      query: { mchid: context.mchId },
      read: readTransactionOf({ mchid: context.mchId, [key]: number }),
    });
  return {
    prepayJsapi: (input) =>
      prepay(
        'jsapi',
        input,
        () => ({ ...prepayBody(context, input), payer: { openid: input.payerOpenId } }),
        readPrepayId,
        lengthWithin('payerOpenId', input.payerOpenId, 128),
      ),
    prepayH5: (input) =>
      prepay(
        'h5',
        input,
        () => prepayBody(context, input, { type: input.h5Type, app_name: input.h5AppName, app_url: input.h5AppUrl }),
        (answer) => ({ h5Url: text(answer, 'h5_url') }),
      ),
    prepayNative: (input) =>
      prepay(
        'native',
        input,
        () => prepayBody(context, input),
        (answer) => ({ codeUrl: text(answer, 'code_url') }),
      ),
    prepayApp: (input) => prepay('app', input, () => prepayBody(context, input), readPrepayId),
    queryByOutTradeNo: (outTradeNo) =>
      unlessFaulty([matches('outTradeNo', outTradeNo, OUT_TRADE_NO)], () =>
        query('out_trade_no', outTradeNo, path`/v3/pay/transactions/out-trade-no/${outTradeNo}`),
      ),
    queryByTransactionId: (transactionId) =>
      unlessFaulty([matches('transactionId', transactionId, PLATFORM_NO)], () =>
        query('transaction_id', transactionId, path`/v3/pay/transactions/id/${transactionId}`),
      ),
    close: (outTradeNo) =>
      unlessFaulty([matches('outTradeNo', outTradeNo, OUT_TRADE_NO)], () =>
        send(context, {
          method: 'POST',
          path: path`/v3/pay/transactions/out-trade-no/${outTradeNo}/close`,
          body: { mchid: context.mchId },
          read: () => undefined,
        }),
      ),
  };
}
