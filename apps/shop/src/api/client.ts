import { type Answer, type Failure, failureOf, retryAfterMs } from './failure';
import type { BodyOf, GetPath, Options, PathWith, ResponseOf } from './paths';

export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON value to send. */
  readonly body?: unknown;
}
/** `headers` have lower-case names; `body` is the parsed JSON, or undefined where there is none. */
export interface TransportAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}
/** Carries a request; answers why not if there was no answer at all. */
export type Transport = (request: TransportRequest) => Promise<TransportAnswer | 'offline' | 'timeout'>;

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}
export interface SessionKeeper {
  /** What is stored now; read anew every time because another window may have changed it. */
  current(): Tokens | null;
  replace(tokens: Tokens & Record<string, unknown>): void;
  /** The server no longer accepts the session. */
  end(): void;
}

export interface ClientNeeds {
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly session: SessionKeeper;
  readonly language: () => string;
  readonly pause: (durationMs: number) => Promise<void>;
  /** Lets one window at a time refresh; the refresh token may be used only once. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  /** Told after every call whether the server could be reached. */
  readonly reached?: (reachable: boolean) => void;
}

const MAX_RETRIES = 2;
const LONGEST_PAUSE_MS = 5_000;
const REFRESH_PATH = '/api/v1/sessions/refresh';

/** Fills `{name}` in a path and appends the query; undefined values are left out. */
export function urlOf(path: string, params: object = {}, query: object = {}): string {
  const values = new Map<string, unknown>(Object.entries(params));
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.get(name))));
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const search = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&');
  return search === '' ? filled : `${filled}?${search}`;
}

type RefreshOutcome = 'refreshed' | 'ended' | Failure;

/** One thin client over the API document: bearer token, one refresh at a time, retry where it cannot do anything twice. */
export function createClient(needs: ClientNeeds) {
  let refreshing: Promise<RefreshOutcome> | null = null;

  async function send(request: TransportRequest): Promise<TransportAnswer | Failure> {
    const answer = await needs.transport(request);
    const failed = answer === 'offline' || answer === 'timeout';
    needs.reached?.(answer !== 'offline');
    return failed ? { kind: answer } : answer;
  }

  async function exchange(usedToken: string): Promise<RefreshOutcome> {
    const tokens = needs.session.current();
    if (tokens === null) return 'ended';
    if (tokens.accessToken !== usedToken) return 'refreshed';
    const answer = await send({
      method: 'POST',
      url: needs.baseUrl + REFRESH_PATH,
      headers: { 'content-type': 'application/json', 'accept-language': needs.language() },
      body: { refreshToken: tokens.refreshToken },
    });
    if ('kind' in answer) return answer;
    if (answer.status === 200) {
      needs.session.replace(answer.body as Tokens & Record<string, unknown>);
      return 'refreshed';
    }
    const failure = failureOf(answer.status, answer.headers, answer.body);
    if (answer.status === 429 || answer.status >= 500) return failure;
    needs.session.end();
    return 'ended';
  }

  /** All calls that meet an expired token at the same time wait for one refresh. */
  function refresh(usedToken: string): Promise<RefreshOutcome> {
    refreshing ??= needs
      .exclusively(() => exchange(usedToken))
      .finally(() => {
        refreshing = null;
      });
    return refreshing;
  }

  async function call<T>(method: TransportRequest['method'], path: string, options: LooseOptions = {}): Promise<Answer<T>> {
    const repeatable = method === 'GET' || options.key !== undefined;
    let refreshed = false;
    for (let attempt = 0; ; attempt += 1) {
      const token = needs.session.current()?.accessToken;
      const answer = await send({
        method,
        url: needs.baseUrl + urlOf(path, options.params ?? {}, options.query ?? {}),
        headers: {
          'accept-language': needs.language(),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(options.key === undefined ? {} : { 'idempotency-key': options.key }),
        },
        body: options.body,
      });
      if ('kind' in answer) return { ok: false, failure: answer };
      if (answer.status >= 200 && answer.status < 300) return { ok: true, value: answer.body as T };
      if (answer.status === 401 && token !== undefined && !refreshed) {
        const outcome = await refresh(token);
        if (typeof outcome === 'object') return { ok: false, failure: outcome };
        refreshed = true;
        continue;
      }
      const pauseMs = retryAfterMs(answer.headers);
      const busy = answer.status === 429 || answer.status === 503;
      if (busy && repeatable && pauseMs !== null && pauseMs <= LONGEST_PAUSE_MS && attempt < MAX_RETRIES) {
        await needs.pause(pauseMs);
        continue;
      }
      return { ok: false, failure: failureOf(answer.status, answer.headers, answer.body) };
    }
  }

  return {
    get: <P extends GetPath>(path: P, ...[options]: Options<P, 'get'>) => call<ResponseOf<P, 'get'>>('GET', path, options),
    post: <P extends PathWith<'post'>>(path: P, body: BodyOf<P, 'post'>, ...[options]: Options<P, 'post'>) =>
      call<ResponseOf<P, 'post'>>('POST', path, { ...options, body }),
    put: <P extends PathWith<'put'>>(path: P, body: BodyOf<P, 'put'>, ...[options]: Options<P, 'put'>) =>
      call<ResponseOf<P, 'put'>>('PUT', path, { ...options, body }),
    patch: <P extends PathWith<'patch'>>(path: P, body: BodyOf<P, 'patch'>, ...[options]: Options<P, 'patch'>) =>
      call<ResponseOf<P, 'patch'>>('PATCH', path, { ...options, body }),
    delete: <P extends PathWith<'delete'>>(path: P, ...[options]: Options<P, 'delete'>) =>
      call<ResponseOf<P, 'delete'>>('DELETE', path, options),
  };
}

interface LooseOptions {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly key?: string;
}
