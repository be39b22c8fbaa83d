import type { Payment } from '@/api/types';

export type PaymentChannel = Payment['channel'];
type Handover = NonNullable<Payment['handover']>;
type JsapiHandover = Extract<Handover, { kind: 'jsapi' }>;
type AppHandover = Extract<Handover, { kind: 'app' }>;

/** What came of handing the buyer over. `left`: the page is being left for the cashier. `asked`: the platform has shown its sheet; ask the server what came of it. */
export type HandoverOutcome = 'left' | 'asked' | 'cancelled' | 'impossible' | { readonly codeUrl: string };

interface WeixinBridge {
  invoke(method: 'getBrandWCPayRequest', parameters: Omit<JsapiHandover, 'kind'>, answer: (result: { err_msg: string }) => void): void;
}

/** Whether an H5 page runs inside WeChat. */
export function insideWechat(): boolean {
  // #ifdef H5
  return /MicroMessenger/i.test(navigator.userAgent);
  // #endif
  // #ifndef H5
  return false;
  // #endif
}

/** How this client pays. Inside WeChat paying needs an account that is bound to WeChat. */
export function paymentChannel(wechatBound: boolean): PaymentChannel {
  // #ifdef MP-WEIXIN
  return 'mini_program';
  // #endif
  // #ifdef APP-PLUS
  return 'app';
  // #endif
  // #ifdef H5
  return insideWechat() && wechatBound ? 'jsapi' : 'h5';
  // #endif
}

export async function handOver(handover: Handover): Promise<HandoverOutcome> {
  switch (handover.kind) {
    case 'redirect':
      return leaveFor(handover.url);
    case 'jsapi':
      return payInWechat(handover);
    case 'app':
      return payInApp(handover);
    case 'qr':
      return { codeUrl: handover.codeUrl };
    default:
      return handover satisfies never;
  }
}

function leaveFor(url: string): HandoverOutcome {
  // #ifdef H5
  window.location.href = url;
  return 'left';
  // #endif
  // #ifndef H5
  void url;
  return 'impossible';
  // #endif
}

const outcomeOf = (message: string | undefined): HandoverOutcome => (/cancel/i.test(message ?? '') ? 'cancelled' : 'asked');

function payInWechat({ kind: _kind, ...parameters }: JsapiHandover): Promise<HandoverOutcome> {
  return new Promise((resolve) => {
    // #ifdef MP-WEIXIN
    const { appId: _appId, ...request } = parameters;
    uni.requestPayment({
      ...request,
      provider: 'wxpay',
      orderInfo: '',
      signType: request.signType as 'RSA',
      success: () => resolve('asked'),
      fail: ({ errMsg }: { errMsg?: string }) => resolve(outcomeOf(errMsg)),
    } as UniApp.RequestPaymentOptions);
    // #endif
    // #ifdef H5
    const bridge = (window as { WeixinJSBridge?: WeixinBridge }).WeixinJSBridge;
    if (bridge === undefined) resolve('impossible');
    else bridge.invoke('getBrandWCPayRequest', parameters, ({ err_msg: message }) => resolve(outcomeOf(message)));
    // #endif
    // #ifdef APP-PLUS
    resolve('impossible');
    // #endif
  });
}

function payInApp({ kind: _kind, ...orderInfo }: AppHandover): Promise<HandoverOutcome> {
  return new Promise((resolve) => {
    // #ifdef APP-PLUS
    const { appId, partnerId, prepayId, package: packageValue, nonceStr, timeStamp, sign } = orderInfo;
    uni.requestPayment({
      provider: 'wxpay',
      orderInfo: {
        appid: appId,
        partnerid: partnerId,
        prepayid: prepayId,
        package: packageValue,
        noncestr: nonceStr,
        timestamp: timeStamp,
        sign,
      },
      success: () => resolve('asked'),
      fail: ({ errMsg }: { errMsg?: string }) => resolve(outcomeOf(errMsg)),
    } as unknown as UniApp.RequestPaymentOptions);
    // #endif
    // #ifndef APP-PLUS
    void orderInfo;
    resolve('impossible');
    // #endif
  });
}
