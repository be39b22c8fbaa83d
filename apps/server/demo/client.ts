import { newId } from '@qianxing/ids';

/** A caller of our own HTTP interface or of the sandbox's; demo data are made by the same requests people make. */
export interface Caller {
  get<T>(path: string): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<T>;
}

interface Tokens {
  accessToken: string;
  refreshToken: string;
}

/** An answer outside 2xx. */
class Refused extends Error {
  constructor(
    readonly status: number,
    path: string,
    text: string,
  ) {
    super(`${path} answered ${status}: ${text.slice(0, 300)}`);
  }
}

const BUSY = 503;
const BUSY_ATTEMPTS = 40;

/** One request; while the server says that it is busy the same request with the same key is sent again. */
async function request<T>(url: string, method: string, body: unknown, accessToken: string | undefined): Promise<T> {
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': newId() }),
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

/** A signed-in caller; when its access token has expired it refreshes, and when that fails too it signs in again. */
export function signedInCaller(baseUrl: string, refreshPath: string, signIn: () => Promise<Tokens>, first: Tokens): Caller {
  let tokens = first;
  const renew = async () => {
    try {
      tokens = await request<Tokens>(baseUrl + refreshPath, 'POST', { refreshToken: tokens.refreshToken }, undefined);
    } catch {
      tokens = await signIn();
    }
  };
  const call = async <T>(method: string, path: string, body: unknown): Promise<T> => {
    try {
      return await request<T>(baseUrl + path, method, body, tokens.accessToken);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      await renew();
      return request<T>(baseUrl + path, method, body, tokens.accessToken);
    }
  };
  return { get: (path) => call('GET', path, undefined), send: (method, path, body) => call(method, path, body) };
}

/** Asks until the answer is there. @throws Error when it is not within `attempts` tries of 100 ms */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, attempts = 600): Promise<T> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited too long for: ${what}`);
}
