import type { Context } from './configuration';
import { lines, signText } from './signature';

/** Parameters of `WeixinJSBridge.invoke('getBrandWCPayRequest', …)`; pass them on unchanged. */
export interface JsapiCallParameters extends MiniProgramCallParameters {
  readonly appId: string;
}

/** Parameters of `wx.requestPayment(…)` in a mini program; pass them on unchanged. */
export interface MiniProgramCallParameters {
  /** Unix seconds as text: a number makes the call fail on iOS. */
  readonly timeStamp: string;
  readonly nonceStr: string;
  /** `prepay_id=…` */
  readonly package: string;
  readonly signType: 'RSA';
  readonly paySign: string;
}

/** Parameters of `PayReq` in the App SDK. */
export interface AppCallParameters {
  readonly appId: string;
  readonly partnerId: string;
  readonly prepayId: string;
  readonly package: 'Sign=WXPay';
  readonly nonceStr: string;
  readonly timeStamp: string;
  readonly sign: string;
}

/** Parameters of `wx.requestMerchantTransfer(…)` and of the App and JSAPI calls of the same purpose. */
export interface TransferCallParameters {
  readonly mchId: string;
  readonly appId: string;
  readonly package: string;
}

export interface PrepaidCall {
  readonly appId: string;
  readonly prepayId: string;
}

/**
 * What a client needs to open the cashier. The result the client then reports ("ok") proves nothing: query.
 *
 * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012791857 (JSAPI), 4012791898 (mini program), 4013070351 (App)
 */
export interface CallParameterOperations {
  jsapi(call: PrepaidCall): JsapiCallParameters;
  miniProgram(call: PrepaidCall): MiniProgramCallParameters;
  app(call: PrepaidCall): AppCallParameters;
  /** Opens the page on which the receiver of a transfer confirms it. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012716430 */
  transfer(call: { readonly appId: string; readonly packageInfo: string }): TransferCallParameters;
}

/** The four lines that a client call's signature covers; the last one is `prepay_id=…` (JSAPI) or the bare id (App). */
export function callCanonical(appId: string, timestamp: string, nonce: string, prepay: string): string {
  return lines(appId, timestamp, nonce, prepay);
}

export function callParameterOperations(context: Context): CallParameterOperations {
  const timestamp = () => String(Math.floor(context.now() / 1000));
  const miniProgram = ({ appId, prepayId }: PrepaidCall): MiniProgramCallParameters => {
    const timeStamp = timestamp();
    const nonceStr = context.nonce();
    const packageText = `prepay_id=${prepayId}`;
    const paySign = signText(callCanonical(appId, timeStamp, nonceStr, packageText), context.privateKey);
    return { timeStamp, nonceStr, package: packageText, signType: 'RSA', paySign };
  };
  return {
    miniProgram,
    jsapi: (call) => ({ appId: call.appId, ...miniProgram(call) }),
    app: ({ appId, prepayId }) => {
      const timeStamp = timestamp();
      const nonceStr = context.nonce();
      const sign = signText(callCanonical(appId, timeStamp, nonceStr, prepayId), context.privateKey);
      return { appId, partnerId: context.mchId, prepayId, package: 'Sign=WXPay', nonceStr, timeStamp, sign };
    },
    transfer: ({ appId, packageInfo }) => ({ mchId: context.mchId, appId, package: packageInfo }),
  };
}
