import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { asInteger, asObject, asText, decodeUtf8, parseJson } from './json';
import { type Outcome, type Rejected, rejected, succeeded } from './outcome';
import type { JsonObject, MessagePush, MessagePushConfig, PushMessage, PushQuery } from './types';
import { parseXml } from './xml';

const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

/**
 * Receiver of WeChat's message push, the same for mini program, official account and shop.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 *
 * @throws TypeError when a key is not 43 base64 characters or is missing: a mistake of configuration, told at start
 */
export function createMessagePush(config: MessagePushConfig): MessagePush {
  const { token, mode } = config;
  const keys = config.encodingAesKeys.map(aesKey);
  if (mode !== 'plain' && keys.length === 0) throw new TypeError('encodingAesKeys is empty');

  const isSigned = (query: PushQuery): boolean => {
    const [timestamp, nonce] = [one(query, 'timestamp'), one(query, 'nonce')];
    return timestamp !== undefined && nonce !== undefined && isEqual(one(query, 'signature'), pushSignature([token, timestamp, nonce]));
  };

  function plain(query: PushQuery, text: string): Outcome<string> {
    return isSigned(query) ? succeeded(text) : badSignature;
  }

  function encrypted(query: PushQuery, text: string): Outcome<string> {
    const sealed = asText(parseContent(text)?.Encrypt);
    const [timestamp, nonce] = [one(query, 'timestamp'), one(query, 'nonce')];
    if (sealed === undefined || timestamp === undefined || nonce === undefined) return badSignature;
    if (!isEqual(one(query, 'msg_signature'), pushSignature([token, timestamp, nonce, sealed]))) return badSignature;
    return openWithAny(keys, sealed, config.appId);
  }

  return {
    confirmUrl: (query) => {
      const echo = one(query, 'echostr');
      return isSigned(query) && echo !== undefined ? succeeded(echo) : badSignature;
    },

    receive: ({ query, body }) => {
      const text = bodyText(body);
      if (text === undefined) return badBody('not UTF-8 or too large');
      const opened = mode === 'plain' ? plain(query, text) : encrypted(query, text);
      return opened.kind === 'ok' ? readMessage(opened.value) : opened;
    },
  };
}

const badSignature = rejected('push.signature', 'the signature does not fit');
const badBody = (why: string): Rejected => rejected('push.body', why);

function bodyText(body: string | Uint8Array): string | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body) > BODY_LIMIT_BYTES ? undefined : body;
  return body.byteLength > BODY_LIMIT_BYTES ? undefined : decodeUtf8(body);
}

/** A parameter that comes twice is no parameter. */
function one(query: PushQuery, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' ? value : undefined;
}

/** SHA-1 over the parts, sorted and joined. */
export function pushSignature(parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join(''))
    .digest('hex');
}

function isEqual(given: string | undefined, expected: string): boolean {
  if (given === undefined) return false;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function aesKey(encoded: string): Buffer {
  const key = Buffer.from(`${encoded}=`, 'base64');
  if (!/^[A-Za-z\d+/]{43}$/.test(encoded) || key.length !== 32) throw new TypeError('an EncodingAESKey has 43 base64 characters');
  return key;
}

/** During rotation a message may be sealed with the older key; the last refusal is told. */
function openWithAny(keys: readonly Buffer[], sealed: string, appId: string): Outcome<string> {
  let refusal: Outcome<string> = rejected('push.padding', 'no key');
  for (const key of keys) {
    const opened = openSealed(key, sealed, appId);
    if (opened.kind === 'ok') return opened;
    refusal = opened;
  }
  return refusal;
}

/** AES-256-CBC, IV = first half of the key; inside: 16 random bytes, length (4 bytes, big endian), message, appid, PKCS#7 to 32. */
function openSealed(key: Buffer, sealed: string, appId: string): Outcome<string> {
  const cipher = Buffer.from(sealed, 'base64');
  if (cipher.length === 0 || cipher.length % 16 !== 0) return rejected('push.padding', 'not whole blocks');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(cipher), decipher.final()]);
  const content = unpad(padded);
  if (content === undefined || content.length < 20) return rejected('push.padding', 'the padding does not fit');
  const end = 20 + content.readUInt32BE(16);
  if (end > content.length) return rejected('push.padding', 'the length does not fit');
  if (content.subarray(end).toString('utf8') !== appId) return rejected('push.appId', 'sealed for another application');
  const text = decodeUtf8(content.subarray(20, end));
  return text === undefined ? badBody('not UTF-8') : succeeded(text);
}

function unpad(padded: Buffer): Buffer | undefined {
  const size = padded.at(-1) ?? 0;
  if (size < 1 || size > 32 || size > padded.length) return undefined;
  const end = padded.length - size;
  return padded.subarray(end).every((byte) => byte === size) ? padded.subarray(0, end) : undefined;
}

function parseContent(text: string): JsonObject | undefined {
  return text.trimStart().startsWith('<') ? parseXml(text) : asObject(parseJson(text));
}

function readMessage(raw: string): Outcome<PushMessage> {
  const content = parseContent(raw);
  if (content === undefined) return badBody('neither JSON nor XML');
  const fromUserName = asText(content.FromUserName);
  const createdAtSeconds = asInteger(content.CreateTime);
  const messageType = asText(content.MsgType);
  if (fromUserName === undefined || createdAtSeconds === undefined || messageType === undefined) return badBody('incomplete');
  const event = asText(content.Event);
  return succeeded({
    toUserName: asText(content.ToUserName) ?? '',
    fromUserName,
    createdAt: createdAtSeconds * 1_000,
    messageType,
    ...(event === undefined ? {} : { event }),
    dedupeKey: dedupeKey(content, raw),
    content,
    raw,
  });
}

/**
 * Messages have an id. Events have none; WeChat's advice (sender and second) merges two events of one second, so the content decides: a
 * repetition repeats it to the byte.
 */
function dedupeKey(content: JsonObject, raw: string): string {
  const messageId = asText(content.MsgId);
  if (messageId !== undefined && messageId !== '') return `message:${messageId}`;
  return `event:${createHash('sha256').update(raw).digest('hex')}`;
}
