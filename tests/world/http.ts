import { randomUUID } from 'node:crypto';

/** One request to our server or to the sandbox. */
export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly token?: string;
  /** `Idempotency-Key`; a new one for every request with a body unless given. */
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends one request and answers whatever comes back. @throws TypeError when nobody answers */
export async function ask(baseUrl: string, { method = 'GET', path, body, raw, token, key, headers }: Ask): Promise<Answer> {
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = await fetch(baseUrl + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(sent === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key ?? randomUUID() }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** The body of an answer as JSON; the caller names its shape. */
export const bodyOf = <T>(answer: Answer): T => JSON.parse(answer.text) as T;

/** The body of an answer that must be a success. @throws Error with the answer's text when it is not */
export function acceptedBody<T>({ status, text }: Pick<Answer, 'status' | 'text'>, { method = 'GET', path }: Ask): T {
  if (status >= 300) throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 500)}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** As `ask`, for requests that must succeed. */
export const demand = async <T>(baseUrl: string, request: Ask): Promise<T> => acceptedBody<T>(await ask(baseUrl, request), request);

const PAUSE_MS = 50;
export const pause = (ms = PAUSE_MS): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until there is an answer. @throws Error naming `what` when there is none within about a minute */
export async function until<T>(what: string, look: () => Promise<T | undefined>, attempts = 1_200): Promise<T> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await pause();
  }
  throw new Error(`waited too long for: ${what}`);
}

/** 5xx, too many requests, or the first attempt with this key still under way: the same request may succeed later. */
export const isTryAgain = ({ status, text }: Answer): boolean => status >= 500 || status === 429 || isInProgress({ status, text });

export const isInProgress = ({ status, text }: Pick<Answer, 'status' | 'text'>): boolean =>
  status === 409 && text.includes('request.idempotencyInProgress');
