import { randomUUID } from 'node:crypto';

/** A caller of an HTTP interface: throws an `Error` that names route and answer when the answer is outside 2xx. */
export interface Caller {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

class Refused extends Error {
  constructor(
    readonly status: number,
    route: string,
    text: string,
  ) {
    super(`${route} answered ${status}: ${text.slice(0, 300)}`);
  }
}

const BUSY = 503;
const BUSY_ATTEMPTS = 40;

/** One request; while the server says that it is busy the same request with the same key is sent again. */
async function request<T>(url: string, method: string, body: unknown, accessToken: string | undefined): Promise<T> {
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
  };
  for (let attempt = 1; ; attempt += 1) {
    const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    if (answer.ok) return (text === '' ? undefined : JSON.parse(text)) as T;
    if (answer.status !== BUSY || attempt === BUSY_ATTEMPTS) throw new Refused(answer.status, `${method} ${new URL(url).pathname}`, text);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function openCaller(baseUrl: string): Caller {
  return {
    get: (path) => request(baseUrl + path, 'GET', undefined, undefined),
    send: (method, path, body) => request(baseUrl + path, method, body, undefined),
  };
}

/** A caller with tokens. As the clock of a test jumps by days they expire: they are renewed, and when that is refused too, made anew. */
export async function signedInCaller(baseUrl: string, refreshPath: string, signIn: () => Promise<Tokens>): Promise<Caller> {
  let tokens = await signIn();
  const renew = async () => {
    try {
      tokens = await request<Tokens>(baseUrl + refreshPath, 'POST', { refreshToken: tokens.refreshToken }, undefined);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      tokens = await signIn();
    }
  };
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    try {
      return await request<T>(baseUrl + path, method, body, tokens.accessToken);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      await renew();
      return request<T>(baseUrl + path, method, body, tokens.accessToken);
    }
  };
  return { get: (path) => call('GET', path), send: (method, path, body) => call(method, path, body) };
}

export const pause = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs));

/** Asks until there is an answer. @throws Error when there is none within `withinMs`; this bounds a hang and asserts no speed */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, withinMs = 60_000, everyMs = 50): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await pause(everyMs);
  }
}
