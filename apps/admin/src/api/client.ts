import { forgetTokens, type Tokens } from '../session/stored-session';
import { CallFailed, isAbort, OFFLINE, problemOf } from './problem';
import { createTokenSource } from './refresh';
import type { paths } from './schema.gen';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type PathsWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = M extends keyof paths[P] ? paths[P][M] : never;
type Json<T> = T extends { content: { 'application/json': infer B } } ? B : undefined;
type Success<R> = R extends { 200: infer A } ? A : R extends { 201: infer A } ? A : R extends { 202: infer A } ? A : undefined;
/** The successful answer of a route. */
export type Answer<P extends keyof paths, M extends Method> = Operation<P, M> extends { responses: infer R } ? Json<Success<R>> : never;
/** What a route takes. */
export type Body<P extends keyof paths, M extends Method> = Operation<P, M> extends { requestBody: infer B } ? Json<B> : undefined;
type Path<P extends keyof paths, M extends Method> = Operation<P, M> extends { parameters: { path: infer V } } ? V : Record<never, never>;
/** The lists: routes whose answer is a page. */
export type ListPath = {
  [P in PathsWith<'get'>]: Answer<P, 'get'> extends { items: unknown[]; nextCursor: unknown } ? P : never;
}[PathsWith<'get'>];
export type ItemOf<P extends keyof paths> = Answer<P, 'get'> extends { items: (infer I)[] } ? I : never;
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;
export interface CallOptions {
  readonly query?: QueryValues;
  readonly signal?: AbortSignal;
  readonly idempotencyKey?: string;
}

/** `/orders/{orderId}` with its parameters filled in and the query appended; undefined and blank values are left out. */
export function addressOf(path: string, params: Readonly<Record<string, string | number>>, query: QueryValues = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new RangeError(`${path} needs ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== '') search.append(name, String(value));
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

/** A key for one operation that changes money or stock; the same key is sent again when the same form is tried again. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

let sessionEnded: () => void = () => undefined;
/** Calls back when the session is over, so that the sign-in page can be shown. */
export function onSessionEnded(listener: () => void): void {
  sessionEnded = listener;
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, credentials: 'same-origin', cache: 'no-store' });
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    throw new CallFailed(OFFLINE);
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function answerOf(response: Response): Promise<unknown> {
  const body = await readJson(response);
  if (response.ok) return body;
  throw new CallFailed(problemOf(response.status, body, response.headers.get('retry-after')));
}

const language = () => (document.documentElement.lang === 'en' ? 'en' : 'zh-CN');

function initOf(method: Method, body: unknown, options: CallOptions, token: string | null): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': language() };
  if (token !== null) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
  return {
    method: method.toUpperCase(),
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

const tokens = createTokenSource(async (refreshToken) => {
  const response = await send('/staff/v1/sessions/refresh', initOf('post', { refreshToken }, {}, null));
  if (response.status === 401 || response.status === 403 || response.status === 422) return 'refused';
  return (await answerOf(response)) as Tokens;
});

async function call(method: Method, address: string, body: unknown, options: CallOptions): Promise<unknown> {
  const token = await tokens.current();
  const response = await send(address, initOf(method, body, options, token));
  if (response.status !== 401 || token === null) return endIfSignedOut(response, token);
  const renewed = await tokens.after(token);
  if (renewed === null) return endIfSignedOut(response, null);
  return endIfSignedOut(await send(address, initOf(method, body, options, renewed)), renewed);
}

function endIfSignedOut(response: Response, token: string | null): Promise<unknown> {
  if (response.status === 401) {
    if (token !== null) forgetTokens();
    sessionEnded();
  }
  return answerOf(response);
}

/** Calls that need no session: sign-in. */
export async function callOpen<P extends PathsWith<'post'>>(path: P, body: Body<P, 'post'>): Promise<Answer<P, 'post'>> {
  return (await answerOf(await send(path, initOf('post', body, {}, null)))) as Answer<P, 'post'>;
}

type Params = Readonly<Record<string, string | number>>;

/** The HTTP interface of the platform, typed by its OpenAPI document. Every call throws `CallFailed` unless it succeeds. */
export const api = {
  get: async <P extends PathsWith<'get'>>(path: P, params: Path<P, 'get'>, options: CallOptions = {}) =>
    (await call('get', addressOf(path, params as Params, options.query), undefined, options)) as Answer<P, 'get'>,
  post: async <P extends PathsWith<'post'>>(path: P, params: Path<P, 'post'>, body: Body<P, 'post'>, options: CallOptions = {}) =>
    (await call('post', addressOf(path, params as Params, options.query), body, options)) as Answer<P, 'post'>,
  put: async <P extends PathsWith<'put'>>(path: P, params: Path<P, 'put'>, body: Body<P, 'put'>) =>
    (await call('put', addressOf(path, params as Params), body, {})) as Answer<P, 'put'>,
  patch: async <P extends PathsWith<'patch'>>(path: P, params: Path<P, 'patch'>, body: Body<P, 'patch'>) =>
    (await call('patch', addressOf(path, params as Params), body, {})) as Answer<P, 'patch'>,
  delete: async <P extends PathsWith<'delete'>>(path: P, params: Path<P, 'delete'>) => {
    await call('delete', addressOf(path, params as Params), undefined, {});
  },
};

/** One page of a list. */
export async function fetchPage<P extends ListPath>(
  path: P,
  params: Params,
  query: QueryValues,
  signal?: AbortSignal,
): Promise<Page<ItemOf<P>>> {
  const options = signal === undefined ? { query } : { query, signal };
  return (await call('get', addressOf(path, params, query), undefined, options)) as Page<ItemOf<P>>;
}
