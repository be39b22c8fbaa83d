import type { World } from '../world';
import { paySignMessage, verifyRsa } from './signature';

/** What a client hands to WeChat to open the payment sheet, in the spelling of the mini program and JSAPI or of the App (§5.2). */
export interface ClientCall {
  readonly appId?: string;
  readonly timeStamp?: string;
  readonly nonceStr?: string;
  readonly package?: string;
  readonly signType?: string;
  readonly paySign?: string;
  readonly appid?: string;
  readonly partnerid?: string;
  readonly prepayid?: string;
  readonly noncestr?: string;
  readonly timestamp?: string;
  readonly sign?: string;
}

/** The prepay id of a call whose signature is right; undefined otherwise. */
export function prepayIdOfCall(world: World, call: ClientCall): string | undefined {
  const key = world.platformKeys.merchantPublicKeyPem;
  if (call.paySign !== undefined) {
    const { appId = '', timeStamp = '', nonceStr = '', package: packageText = '', signType, paySign } = call;
    const right =
      signType === 'RSA' &&
      packageText.startsWith('prepay_id=') &&
      verifyRsa(key, paySignMessage(appId, timeStamp, nonceStr, packageText), paySign);
    return right ? packageText.slice('prepay_id='.length) : undefined;
  }
  const { appid = '', timestamp = '', noncestr = '', prepayid = '', partnerid, sign = '' } = call;
  const right =
    partnerid === world.credentials.wechatPay.mchid &&
    call.package === 'Sign=WXPay' &&
    verifyRsa(key, paySignMessage(appid, timestamp, noncestr, prepayid), sign);
  return right ? prepayid : undefined;
}
