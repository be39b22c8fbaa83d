import { type Answer, checkedBaseUrl, DEFAULT_TIMEOUT_MS, exchange } from './http';
import { asInteger, asObject, asText, decodeUtf8, parseJson } from './json';
import { type Outcome, type Rejected, rejected, succeeded, unknown } from './outcome';
import type { GetAccessToken, JsonObject } from './types';

/** The token is not, or no longer, good: https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html */
const TOKEN_REFUSED = new Set(['40001', '40014', '42001']);

/** Busy, daily quota, per-minute quota, frequency: the same call may be sent again later. */
const RETRYABLE = new Set(['-1', '45009', '45011', '44990']);

type Parameters = Readonly<Record<string, string | undefined>>;

/** Ways to talk to one WeChat host. Every answer is JSON with `errcode`, absent or 0 (also `"0"`) on success; the status is 200 anyway. */
export interface WechatCall {
  /** Without access token. */
  get(path: string, parameters: Parameters): Promise<Outcome<JsonObject>>;
  /** Without access token. */
  postBare(path: string, body: JsonObject): Promise<Outcome<JsonObject>>;
  /** With access token; a refused token is replaced and the call repeated, once. */
  getWithToken(path: string, parameters: Parameters): Promise<Outcome<JsonObject>>;
  post(path: string, body: JsonObject): Promise<Outcome<JsonObject>>;
  /** For answers that are not always JSON. */
  postFor<T>(path: string, body: JsonObject, read: (answer: Answer) => Outcome<T>): Promise<Outcome<T>>;
}

export interface CallConfig {
  readonly apiBaseUrl: string;
  readonly timeoutMs?: number;
}

export function createCall(config: CallConfig, getAccessToken: GetAccessToken): WechatCall {
  const base = checkedBaseUrl(config.apiBaseUrl);
  const timeoutMs = config.timeoutMs ?? DEFAULT_TIMEOUT_MS;

  async function send<T>(method: 'GET' | 'POST', path: string, parameters: Parameters, body: JsonObject | undefined, read: Reader<T>) {
    const url = `${base}${path}${queryString(parameters)}`;
    const post = body === undefined ? {} : { body: JSON.stringify(body), contentType: 'application/json' };
    const answer = await exchange({ method, url, timeoutMs, ...post });
    return answer.kind === 'ok' ? read(answer.value) : answer;
  }

  const withToken = <T>(attempt: (token: string) => Promise<Outcome<T>>) => callWithToken(getAccessToken, attempt);
  const postFor = <T>(path: string, body: JsonObject, read: Reader<T>): Promise<Outcome<T>> =>
    withToken((token) => send('POST', path, { access_token: token }, body, read));

  return {
    get: (path, parameters) => send('GET', path, parameters, undefined, readAnswer),
    postBare: (path, body) => send('POST', path, {}, body, readAnswer),
    getWithToken: (path, parameters) =>
      withToken((token) => send('GET', path, { ...parameters, access_token: token }, undefined, readAnswer)),
    post: (path, body) => postFor(path, body, readAnswer),
    postFor,
  };
}

type Reader<T> = (answer: Answer) => Outcome<T>;

async function callWithToken<T>(getAccessToken: GetAccessToken, attempt: (token: string) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const first = await getAccessToken();
  if (first.kind !== 'ok') return withoutToken(first);
  const outcome = await attempt(first.value);
  if (outcome.kind !== 'rejected' || !TOKEN_REFUSED.has(outcome.code)) return outcome;
  const second = await getAccessToken({ refused: first.value });
  return second.kind === 'ok' ? attempt(second.value) : withoutToken(second);
}

/** Without a token nothing was sent, so the outcome is known: it did not happen. */
function withoutToken(outcome: Exclude<Outcome<string>, { kind: 'ok' }>): Rejected {
  if (outcome.kind === 'rejected') return rejected(`token.${outcome.code}`, outcome.message, outcome.retryable);
  return rejected('token.unavailable', outcome.reason, true);
}

/** Reads the JSON all WeChat interfaces answer with. */
export function readAnswer(answer: Answer): Outcome<JsonObject> {
  const text = decodeUtf8(answer.bytes);
  const content = text === undefined ? undefined : asObject(parseJson(text));
  if (content === undefined) return unknown('answer not JSON');
  const code = asText(content.errcode) ?? '0';
  if (code === '0') return succeeded(content);
  return rejected(code, asText(content.errmsg) ?? '', RETRYABLE.has(code));
}

/** Builds the value from a successful answer; an answer without what it must carry is `unknown`. */
export function read<T>(outcome: Outcome<JsonObject>, build: (content: JsonObject) => T | undefined): Outcome<T> {
  if (outcome.kind !== 'ok') return outcome;
  const value = build(outcome.value);
  return value === undefined ? unknown('answer incomplete') : succeeded(value);
}

function queryString(parameters: Parameters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, value);
  return search.size === 0 ? '' : `?${search}`;
}

/** Lifetime in seconds as WeChat answers it → ms; 7,200 s when it is missing. */
export function lifetimeMs(content: JsonObject): number {
  return (asInteger(content.expires_in) ?? 7_200) * 1_000;
}
