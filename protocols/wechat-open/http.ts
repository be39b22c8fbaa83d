import { request } from 'undici';
import { type Outcome, rejected, succeeded, unknown } from './outcome';

export const DEFAULT_TIMEOUT_MS = 12_000;
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

/** Faults that prove the request never reached the other side; the reason names them so that a reader of logs sees it. */
const CONNECT_FAULTS = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
]);

export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly timeoutMs: number;
}

export interface Answer {
  readonly bytes: Uint8Array;
}

/**
 * One HTTP exchange without redirects and without retries. 2xx is `ok`, 429 and other refusals are `rejected` (`http.404`),
 * 408, 5xx and every fault of the network are `unknown`.
 */
export async function exchange({ method, url, body, contentType, timeoutMs }: Exchange): Promise<Outcome<Answer>> {
  try {
    const response = await request(url, {
      method,
      headers: { accept: 'application/json, image/*', ...(contentType === undefined ? {} : { 'content-type': contentType }) },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const bytes = await readLimited(response.body);
    if (bytes === undefined) return unknown('answer too large');
    return byStatus(response.statusCode, bytes);
  } catch (error) {
    return unknown(faultReason(error));
  }
}

async function readLimited(body: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop destroys the stream, so nothing more is read.
    if (size > BODY_LIMIT_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function byStatus(status: number, bytes: Uint8Array): Outcome<Answer> {
  if (status >= 200 && status < 300) return succeeded({ bytes });
  if (status >= 500 || status === 408) return unknown(`status ${status}`);
  return rejected(`http.${status}`, `HTTP status ${status}`, status === 429);
}

function faultReason(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError') return 'timeout';
  if (typeof code !== 'string') return 'connection';
  return CONNECT_FAULTS.has(code) ? `connect ${code}` : `connection ${code}`;
}

/** @throws TypeError when the text is no http(s) address: a mistake of configuration, told at start. */
export function checkedBaseUrl(text: string): string {
  const { protocol } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError(`not an http(s) address: ${text}`);
  return text.replace(/\/+$/, '');
}
