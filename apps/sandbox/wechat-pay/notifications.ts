import { HOUR_MS, MINUTE_MS, SECOND_MS, toRfc3339 } from '../clock';
import type { FaultName } from '../fault-catalogue';
import { type Fault, numberParameter, takeFaults } from '../faults';
import { type Notice, type NoticeSender, type Parcel, postNotice } from '../notices';
import { nextHex, type World } from '../world';
import { answerMessage, encryptGcm, signRsa } from './signature';

/** Reference §4: fifteen repeats over 24 hours and 4 minutes. */
export const RETRY_GAPS_MS: readonly number[] = [
  15 * SECOND_MS,
  15 * SECOND_MS,
  30 * SECOND_MS,
  3 * MINUTE_MS,
  10 * MINUTE_MS,
  20 * MINUTE_MS,
  30 * MINUTE_MS,
  30 * MINUTE_MS,
  30 * MINUTE_MS,
  60 * MINUTE_MS,
  3 * HOUR_MS,
  3 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  6 * HOUR_MS,
];

interface Event {
  readonly operation: 'transaction.notice' | 'refund.notice' | 'transfer.notice' | 'echo.notice';
  readonly objectKey: string;
  readonly url: string | null;
  readonly eventType: string;
  readonly originalType: string;
  readonly associatedData: string;
  readonly summary: string;
  readonly plaintext: Readonly<Record<string, unknown>>;
}

/** Encrypts an event and puts it on its way to the merchant's address; without an address nothing is sent. */
export function notifyMerchant(world: World, event: Event): void {
  if (event.url === null) return;
  const faults = takeFaults(world, 'wechat-pay', event.operation, 'notice', event.objectKey);
  const copies = faults.some((fault) => fault.fault === 'duplicateOtherId') ? 2 : 1;
  for (let copy = 0; copy < copies; copy += 1)
    postNotice(
      world,
      {
        party: 'wechat-pay',
        operation: event.operation,
        objectKey: event.objectKey,
        title: event.summary,
        url: event.url,
        content: envelopeOf(world, event, faults),
      },
      faults,
    );
}

function envelopeOf(world: World, event: Event, faults: readonly Fault[]): string {
  const has = (name: FaultName) => faults.some((fault) => fault.fault === name);
  const key = has('noticeWrongCipherKey') ? 'x'.repeat(32) : world.credentials.wechatPay.apiV3Key;
  const associatedData = has('noticeEmptyAssociatedData') ? '' : event.associatedData;
  const nonce = nextHex(world, 12);
  return JSON.stringify({
    id: `${nextHex(world, 8)}-${nextHex(world, 4)}-5${nextHex(world, 3)}-8${nextHex(world, 3)}-${nextHex(world, 12)}`,
    create_time: toRfc3339(world.clock.now()),
    resource_type: 'encrypt-resource',
    event_type: has('noticeUnknownEvent') ? 'SOMETHING.NEW' : event.eventType,
    summary: event.summary,
    resource: {
      original_type: event.originalType,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: encryptGcm(key, nonce, associatedData, JSON.stringify(spoilPlaintext(event.plaintext, faults))),
      associated_data: associatedData,
      nonce,
    },
  });
}

function spoilPlaintext(plaintext: Readonly<Record<string, unknown>>, faults: readonly Fault[]): Readonly<Record<string, unknown>> {
  const text = { ...plaintext };
  for (const fault of faults) {
    const amount = text.amount as Readonly<Record<string, unknown>> | undefined;
    if (fault.fault === 'amountMismatch')
      text.amount = { ...amount, total: Number(amount?.total) + numberParameter(fault, 'deltaFen', -1) };
    if (fault.fault === 'currencyMismatch') text.amount = { ...amount, currency: 'USD' };
    if (fault.fault === 'mchidMismatch') text.mchid = '1900000000';
    if (fault.fault === 'appidMismatch') text.appid = 'wx0000000000000000';
    if (fault.fault === 'openidMismatch') text.payer = { openid: 'oSomebodyElse0000000000000000' };
  }
  return text;
}

/** Signs and packs one attempt; transport faults strike here. */
export const wechatPaySender: NoticeSender = {
  retryGapsMs: RETRY_GAPS_MS,
  accepts: (httpStatus) => httpStatus === 200 || httpStatus === 204,
  pack: (world: World, notice: Notice, fault: FaultName | undefined): Parcel => {
    const timestamp = Math.floor(world.clock.now() / 1_000) + (fault === 'noticeFuture' ? 360 : 0);
    const nonce = nextHex(world, 32);
    const body = bodyOf(notice, fault);
    const key = fault === 'noticeWrongKey' ? world.credentials.wechatPay.merchantPrivateKeyPem : world.platformKeys.wechatPayPrivateKeyPem;
    const signature = signRsa(key, answerMessage(String(timestamp), nonce, body));
    const plain = { 'content-type': 'application/json', 'user-agent': 'Mozilla/4.0', accept: '*/*' };
    const sent = fault === 'noticeTampered' ? tamper(body) : body;
    if (fault === 'noticeMissingHeaders') return { url: notice.url, headers: plain, body: sent };
    return {
      url: notice.url,
      body: sent,
      headers: {
        ...plain,
        'Wechatpay-Timestamp': String(timestamp + (fault === 'noticeTimestampChanged' ? 1 : 0)),
        'Wechatpay-Nonce': nonce,
        'Wechatpay-Signature': fault === 'noticeSignatureProbe' ? `WECHATPAY/SIGNTEST/${signature.slice(19)}` : signature,
        'Wechatpay-Serial': fault === 'noticeUnknownSerial' ? `PUB_KEY_ID_0${'8'.repeat(33)}` : world.credentials.wechatPay.publicKeyId,
        'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
      },
    };
  },
};

function bodyOf(notice: Notice, fault: FaultName | undefined): Buffer {
  if (fault === 'noticeOversized')
    return Buffer.from(JSON.stringify({ ...JSON.parse(notice.content), filler: 'x'.repeat(3 * 1024 * 1024) }));
  if (fault === 'noticeInvalidUtf8') return Buffer.concat([Buffer.from(notice.content.slice(0, -1)), Buffer.from([0xff, 0xfe, 0x7d])]);
  return Buffer.from(notice.content);
}

/** Swaps one character inside the ciphertext for another one. */
function tamper(body: Buffer): Buffer {
  const copy = Buffer.from(body);
  const at = copy.indexOf('"ciphertext":"') + 14;
  copy[at] = copy[at] === 0x41 ? 0x42 : 0x41;
  return copy;
}
