import { decryptAesGcm } from './cipher';
import type { Context } from './configuration';
import { child, decode, instant, optionalText, text } from './decode';
import { type JsonObject, parseJsonObject } from './json';
import { type NotificationContent, readNotificationContent } from './notification-content';
import { type MessageHeaders, type VerificationFault, verifyMessage } from './signature';

/** What the web server received, untouched. */
export interface ReceivedNotification {
  readonly headers: MessageHeaders;
  /** The body's bytes exactly as they came; a parsed and printed again body does not verify. */
  readonly body: Uint8Array;
}

/** A verified and opened notification. Store `id` under a unique key: the same one may come up to sixteen times. */
export type Notification = NotificationFacts & NotificationContent;

export interface NotificationFacts {
  /** Unique per notification, at most 36 characters. Two notifications may still tell of one event. */
  readonly id: string;
  /** UTC milliseconds. */
  readonly createdAt: number;
  /** As sent, for example `TRANSACTION.SUCCESS`. Branch on `kind`: sharing notifications come under several types. */
  readonly eventType: string;
  readonly summary?: string;
  /** The decrypted JSON, for the record. Contains personal data (openid). */
  readonly plaintext: string;
}

/**
 * Why a notification is refused. All but the first three verification faults and `decryptionFailed` mean that it is
 * not (or no longer) a message for us; `decryptionFailed` means that the APIv3 key is not the one of the merchant
 * platform, which somebody has to be told.
 */
export type NotificationRefusal =
  | VerificationFault
  | 'bodyTooLarge'
  | 'envelopeInvalid'
  | 'decryptionFailed'
  | 'contentInvalid'
  | 'foreignMerchant';

export type NotificationResult =
  | { readonly ok: true; readonly value: Notification }
  | { readonly ok: false; readonly code: NotificationRefusal; readonly message: string };

export interface NotificationOperations {
  /**
   * Verifies, opens and reads a notification. Pure: stores nothing, answers nothing. Never throws.
   *
   * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012071382 (envelope, decryption), 4012791861 (payment),
   * 4012791865 (refund), 4012712115 (transfer).
   */
  open(received: ReceivedNotification): NotificationResult;
}

/** Body and status to answer with, within five seconds of arrival. WeChat Pay looks at the status only. */
export interface NotificationAnswer {
  readonly httpStatus: number;
  readonly body: string;
}

const BODY_MAX_BYTES = 1024 * 1024;
const SEALED_WITH = 'AEAD_AES_256_GCM';

function refuse(code: NotificationRefusal, message: string): NotificationResult {
  return { ok: false, code, message };
}

function readEnvelope(source: JsonObject) {
  const resource = child(source, 'resource');
  return {
    id: text(source, 'id'),
    createdAt: instant(source, 'create_time'),
    eventType: text(source, 'event_type'),
    summary: optionalText(source, 'summary'),
    originalType: optionalText(resource, 'original_type') ?? '',
    algorithm: text(resource, 'algorithm'),
    ciphertext: text(resource, 'ciphertext'),
    nonce: text(resource, 'nonce'),
    associatedData: optionalText(resource, 'associated_data') ?? '',
  };
}

type Envelope = ReturnType<typeof readEnvelope>;

function unseal(context: Context, envelope: Envelope): Buffer | undefined {
  for (const key of context.apiV3Keys) {
    const opened = decryptAesGcm(key, envelope.nonce, envelope.associatedData, envelope.ciphertext);
    if (opened !== undefined) return opened;
  }
  return undefined;
}

function merchantOf(resource: JsonObject): string | undefined {
  for (const name of ['mchid', 'mch_id', 'sp_mchid']) {
    const value = resource[name];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

function openEnvelope(context: Context, envelope: Envelope): NotificationResult {
  const opened = unseal(context, envelope);
  if (opened === undefined) return refuse('decryptionFailed', 'the resource cannot be opened with the APIv3 key');
  const resource = parseJsonObject(opened);
  if (resource === undefined) return refuse('contentInvalid', 'the decrypted resource is not a JSON object');
  const merchant = merchantOf(resource);
  if (merchant !== undefined && merchant !== context.mchId) return refuse('foreignMerchant', 'the notification is for another merchant');
  let why = '';
  const content = decode(
    resource,
    (source) => readNotificationContent(envelope.eventType, envelope.originalType, source),
    (reason) => {
      why = reason;
    },
  );
  if (content === undefined) return refuse('contentInvalid', why);
  const { id, createdAt, eventType, summary } = envelope;
  return { ok: true, value: { id, createdAt, eventType, ...(summary ? { summary } : {}), plaintext: opened.toString('utf8'), ...content } };
}

export function notificationOperations(context: Context): NotificationOperations {
  return {
    open({ headers, body }) {
      if (body.byteLength > BODY_MAX_BYTES) return refuse('bodyTooLarge', `larger than ${BODY_MAX_BYTES} bytes`);
      const fault = verifyMessage(headers, body, context.keyRing, context.now());
      if (fault !== undefined) return refuse(fault, `the notification is not verified: ${fault}`);
      const source = parseJsonObject(body);
      const envelope = source && decode(source, readEnvelope);
      if (envelope === undefined) return refuse('envelopeInvalid', 'the body is not a notification envelope');
      if (envelope.algorithm !== SEALED_WITH) return refuse('envelopeInvalid', `unknown algorithm ${envelope.algorithm}`);
      return openEnvelope(context, envelope);
    },
  };
}

/** Status per refusal: 401 for what is not verified, 413 and 400 for what is malformed, 500 where our own key is at fault. */
function statusOf(code: NotificationRefusal): number {
  switch (code) {
    case 'bodyTooLarge':
      return 413;
    case 'decryptionFailed':
      return 500;
    case 'headersMissing':
    case 'envelopeInvalid':
    case 'contentInvalid':
      return 400;
    case 'wrongScheme':
    case 'signatureProbe':
    case 'timestampOutside':
    case 'serialUnknown':
    case 'signatureWrong':
      return 401;
    case 'foreignMerchant':
      return 403;
    default:
      return code satisfies never;
  }
}

/** The answer to a notification once it is stored (`ok`) or refused. If storing fails answer 5xx, so that it comes again. */
export function answerToNotification(result: NotificationResult): NotificationAnswer {
  if (result.ok) return { httpStatus: 204, body: '' };
  return { httpStatus: statusOf(result.code), body: JSON.stringify({ code: 'FAIL', message: result.code }) };
}
