import { fen } from '@qianxing/money';
import {
  answerToNotification,
  createKeyRing,
  createWechatPay,
  type NotificationAnswer,
  type ReceivedNotification,
} from '@qianxing/wechat-pay';

export interface Credentials {
  readonly baseUrl: string; // https://api.mch.weixin.qq.com, or a sandbox
  readonly mchId: string;
  readonly appId: string;
  readonly merchantSerialNo: string;
  readonly merchantPrivateKeyPem: string;
  readonly apiV3Key: string;
  readonly publicKeyId: string; // PUB_KEY_ID_…
  readonly publicKeyPem: string;
}

function connect({ appId, publicKeyId, publicKeyPem, ...merchant }: Credentials) {
  const keyRing = createKeyRing([{ publicKeyId, publicKeyPem }]);
  return createWechatPay({ ...merchant, appIds: [appId], keyRing, clock: { now: () => Date.now() } });
}

/** Asks for 399.00 yuan and returns what a mini program hands to `wx.requestPayment`. */
export async function startPayment(credentials: Credentials, openId: string) {
  const pay = connect(credentials);
  const outcome = await pay.payments.prepayJsapi({
    appId: credentials.appId,
    description: '冬季轮胎 205/55 R16',
    outTradeNo: 'T20261101000001',
    totalFen: fen(39_900),
    notifyUrl: 'https://shop.example.com/hooks/wechat-pay',
    payerOpenId: openId,
  });
  switch (outcome.kind) {
    case 'ok':
      return pay.callParameters.miniProgram({ appId: credentials.appId, prepayId: outcome.value.prepayId });
    case 'rejected': // nothing happened; outcome.advice says what to do
      return `refused: ${outcome.code}`;
    case 'unknown': // it may have happened: ask again later with the same number, never with a new one
      return `ask again: ${outcome.reason}`;
  }
}

/** For the route that `notifyUrl` names. Give it the body's bytes, not a parsed body. */
export function receive(
  credentials: Credentials,
  received: ReceivedNotification,
  store: (id: string, what: string) => void,
): NotificationAnswer {
  const result = connect(credentials).notifications.open(received);
  if (result.ok && result.value.kind === 'payment') store(result.value.id, result.value.payment.outTradeNo);
  return answerToNotification(result);
}
