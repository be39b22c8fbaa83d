import { request } from 'undici';
import type { Context } from './configuration';
import { type UnknownOutcome, unknownOutcome } from './outcome';
import { authorization, type MessageHeaders } from './signature';

/** One signed HTTP exchange with nothing believed yet: raw status, headers, bytes. */
export interface RawAnswer {
  readonly httpStatus: number;
  readonly headers: MessageHeaders;
  readonly body: Buffer;
}

export interface RawRequest {
  readonly method: 'GET' | 'POST';
  readonly pathAndQuery: string;
  /** Exactly the bytes that are signed and sent; empty for none. */
  readonly body: string;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const USER_AGENT = 'qianxing-wechat-pay/0.1 (node)';

/** No byte of the request can have arrived, so the same signed request may go to another host. */
const CONNECT_FAILURES = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

class TooLarge extends Error {}

function headersFor(context: Context, raw: RawRequest): Record<string, string> {
  const timestamp = String(Math.floor(context.now() / 1000));
  const signed = { method: raw.method, pathAndQuery: raw.pathAndQuery, timestamp, nonce: context.nonce(), body: raw.body };
  return {
    authorization: authorization(context, signed),
    accept: 'application/json',
    'user-agent': USER_AGENT,
    'wechatpay-serial': context.keyRing.current.serial,
    ...(raw.method === 'POST' ? { 'content-type': 'application/json' } : {}),
  };
}

async function readBody(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new TooLarge(`answer larger than ${maxBytes} bytes`);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

async function exchangeOnce(context: Context, origin: string, raw: RawRequest, headers: Record<string, string>): Promise<RawAnswer> {
  const answer = await request(`${origin}${raw.pathAndQuery}`, {
    method: raw.method,
    headers,
    signal: AbortSignal.timeout(raw.timeoutMs),
    ...(raw.method === 'POST' ? { body: raw.body } : {}),
    ...(context.dispatcher === undefined ? {} : { dispatcher: context.dispatcher }),
  });
  return { httpStatus: answer.statusCode, headers: answer.headers, body: await readBody(answer.body, raw.maxBytes) };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function describe(error: unknown): UnknownOutcome {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (error instanceof TooLarge) return unknownOutcome('unreadableAnswer', error.message);
  const isTimeout = (error instanceof Error && error.name === 'TimeoutError') || /TIMEOUT/.test(codeOf(error));
  return unknownOutcome(isTimeout ? 'timeout' : 'network', text);
}

/** Never throws. Tries the next origin only when no connection could be made. */
export async function requestRaw(context: Context, raw: RawRequest): Promise<RawAnswer | UnknownOutcome> {
  const headers = headersFor(context, raw);
  let failure: UnknownOutcome = unknownOutcome('network', 'no base URL');
  for (const origin of context.origins) {
    try {
      return await exchangeOnce(context, origin, raw, headers);
    } catch (error) {
      failure = describe(error);
      if (!CONNECT_FAILURES.has(codeOf(error))) return failure;
    }
  }
  return failure;
}
