import { Aes } from 'wechatpay-axios-plugin';
import type { ReceivedNotification } from '../index';
import { API_V3_KEY, APP_ID, MCH_ID } from './keys';
import { type AnswerOptions, signatureHeaders } from './loopback';

export const paidOrder = {
  appid: APP_ID,
  mchid: MCH_ID,
  out_trade_no: 'T20261101000001',
  transaction_id: '4200002026110100000000000001',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  attach: '',
  success_time: '2026-11-01T10:34:56+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 39_900, payer_total: 38_900, currency: 'CNY', payer_currency: 'CNY' },
};

export interface SealOptions extends AnswerOptions {
  readonly eventType?: string;
  readonly originalType?: string;
  readonly associatedData?: string;
  readonly apiV3Key?: string;
  readonly id?: string;
  readonly algorithm?: string;
}

export function envelopeOf(resource: unknown, options: SealOptions = {}): string {
  const nonce = 'abcdefghijkl';
  const aad = options.associatedData ?? 'transaction';
  return JSON.stringify({
    id: options.id ?? 'EV-2026110110345600000000000001',
    create_time: '2026-11-01T10:34:57+08:00',
    resource_type: 'encrypt-resource',
    event_type: options.eventType ?? 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: {
      original_type: options.originalType ?? 'transaction',
      algorithm: options.algorithm ?? 'AEAD_AES_256_GCM',
      ciphertext: Aes.AesGcm.encrypt(
        typeof resource === 'string' ? resource : JSON.stringify(resource),
        options.apiV3Key ?? API_V3_KEY,
        nonce,
        aad,
      ),
      nonce,
      associated_data: aad,
    },
  });
}

/** Sealed and signed by the other library. */
export function notificationOf(resource: unknown, options: SealOptions = {}): ReceivedNotification {
  const body = envelopeOf(resource, options);
  return { headers: signatureHeaders(body, options), body: Buffer.from(body) };
}
