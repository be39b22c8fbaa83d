import { type ChannelsShop, createChannelsShop } from '@qianxing/channels-shop';
import type { ServerConfiguration } from '@qianxing/config';
import { createKuaidi100, type Kuaidi100 } from '@qianxing/kuaidi100';
import type { Clock } from '@qianxing/time';
import type { UserNeeds } from '@qianxing/user';
import { createMessagePush, createWechatOpen, type MessagePush, type WechatOpen } from '@qianxing/wechat-open';
import { createWechatPay, createKeyRing as createWechatPayKeys, type WechatPay } from '@qianxing/wechat-pay';

/** Clients of everybody outside. Base URLs and credentials are all that tells the sandbox from the real parties. */
export interface Outside {
  readonly wechatPay: WechatPay;
  readonly miniProgram: WechatOpen;
  readonly officialAccount: WechatOpen;
  readonly channelsShop: ChannelsShop;
  readonly channelsPush: MessagePush;
  readonly kuaidi100: Kuaidi100;
  readonly sendSms: UserNeeds['sendSms'];
}

export function createOutside({ outside, credentials }: ServerConfiguration, clock: Clock): Outside {
  const { wechatPay, miniProgram, officialAccount, mobileApp, channelsShop, kuaidi100 } = credentials;
  const { timeoutMs } = outside;
  const open = (app: { appid: string; secret: string }) =>
    createWechatOpen({
      apiBaseUrl: outside.wechatApiUrl,
      authorizeBaseUrl: outside.wechatAuthorizeUrl,
      appId: app.appid,
      appSecret: app.secret,
      clock,
      timeoutMs,
    });
  return {
    wechatPay: createWechatPay({
      baseUrl: outside.wechatPayUrl,
      ...(outside.wechatPayBackupUrl === '' ? {} : { backupBaseUrls: [outside.wechatPayBackupUrl] }),
      mchId: wechatPay.mchid,
      appIds: [miniProgram.appid, officialAccount.appid, mobileApp.appid],
      merchantSerialNo: wechatPay.merchantSerial,
      merchantPrivateKeyPem: wechatPay.merchantPrivateKeyPem,
      apiV3Key: wechatPay.apiV3Key,
      keyRing: createWechatPayKeys([{ publicKeyId: wechatPay.publicKeyId, publicKeyPem: wechatPay.publicKeyPem }]),
      clock,
      timeoutMs,
    }),
    miniProgram: open(miniProgram),
    officialAccount: open(officialAccount),
    channelsShop: createChannelsShop({ apiBaseUrl: outside.wechatApiUrl, getAccessToken: open(channelsShop).getAccessToken, timeoutMs }),
    channelsPush: createMessagePush({
      appId: channelsShop.appid,
      token: channelsShop.token,
      mode: 'secure',
      encodingAesKeys: [channelsShop.encodingAesKey],
    }),
    kuaidi100: createKuaidi100({ pollBaseUrl: outside.kuaidi100Url, key: kuaidi100.key, customer: kuaidi100.customer, timeoutMs }),
    sendSms: smsSender(outside.smsUrl, credentials.sms.secret, timeoutMs),
  };
}

/** Our own small port to a text message gateway: `POST /sms/send` with a bearer secret. */
function smsSender(baseUrl: string, secret: string, timeoutMs: number): UserNeeds['sendSms'] {
  return async (message) => {
    try {
      const answer = await fetch(`${baseUrl}/sms/send`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (answer.ok) return { kind: 'ok', value: undefined };
      return answer.status >= 500
        ? { kind: 'unknown', reason: `HTTP ${answer.status}` }
        : { kind: 'rejected', code: String(answer.status), message: 'the gateway refused' };
    } catch (error) {
      return { kind: 'unknown', reason: error instanceof Error ? error.name : 'network' };
    }
  };
}
