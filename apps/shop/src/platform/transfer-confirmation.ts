import type { ResponseOf } from '@/api/paths';

export type TransferConfirmation = ResponseOf<'/api/v1/promoter/withdrawals/{withdrawalId}/confirmation', 'get'>;

interface WechatTransfer {
  requestMerchantTransfer?(options: {
    mchId: string;
    appId: string;
    package: string;
    success: () => void;
    fail: (error: { errMsg?: string }) => void;
  }): void;
}
interface BridgeForTransfer {
  invoke(
    method: 'requestMerchantTransfer',
    parameters: { mchId: string; appId: string; package: string },
    answer: (result: { err_msg: string }) => void,
  ): void;
}

/** Lets a promoter confirm a transfer. `left`: the page is being left; `asked`: look at the withdrawal again; `impossible`: only WeChat can do it. */
export function confirmTransfer({
  packageInfo,
  appId,
  merchantId,
  confirmUrl,
}: TransferConfirmation): Promise<'left' | 'asked' | 'impossible'> {
  const parameters = { mchId: merchantId, appId, package: packageInfo };
  return new Promise((resolve) => {
    // #ifdef MP-WEIXIN
    void confirmUrl;
    const wechat = (globalThis as unknown as { wx?: WechatTransfer }).wx ?? (uni as unknown as WechatTransfer);
    if (wechat.requestMerchantTransfer === undefined) resolve('impossible');
    else wechat.requestMerchantTransfer({ ...parameters, success: () => resolve('asked'), fail: () => resolve('asked') });
    // #endif
    // #ifdef H5
    const bridge = (window as { WeixinJSBridge?: BridgeForTransfer }).WeixinJSBridge;
    if (confirmUrl !== null) {
      window.location.href = confirmUrl;
      resolve('left');
    } else if (bridge !== undefined) bridge.invoke('requestMerchantTransfer', parameters, () => resolve('asked'));
    else resolve('impossible');
    // #endif
    // #ifdef APP-PLUS
    void confirmUrl;
    void parameters;
    resolve('impossible');
    // #endif
  });
}
