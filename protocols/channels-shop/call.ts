import { type Answer, checkedBaseUrl, DEFAULT_TIMEOUT_MS, exchange } from './http';
import { asObject, asText, parseJson } from './json';
import { type Outcome, type Rejected, rejected, succeeded, unknown } from './outcome';
import type { ChannelsShopConfig, GetAccessToken, JsonObject } from './types';

/** The token is not, or no longer, good: https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html */
const TOKEN_REFUSED = new Set(['40001', '40014', '42001']);

/** Daily quota, per-minute quota, frequency, too often for this SKU, product in audit: the same call may be sent again later. */
const RETRYABLE = new Set(['45009', '45011', '44990', '10020112', '10020217']);
const BUSY = '-1';

/** `read` may be repeated at will; after `write` a «busy» leaves open whether it was done. */
export type Effect = 'read' | 'write';

export type ShopCall = (path: string, body: JsonObject, effect: Effect) => Promise<Outcome<JsonObject>>;

/** @throws TypeError when the base URL is no address */
export function createCall(config: ChannelsShopConfig): ShopCall {
  const base = checkedBaseUrl(config.apiBaseUrl);
  const timeoutMs = config.timeoutMs ?? DEFAULT_TIMEOUT_MS;

  return (path, body, effect) =>
    callWithToken(config.getAccessToken, async (token) => {
      const url = `${base}/channels/ec${path}?${new URLSearchParams({ access_token: token })}`;
      const answer = await exchange({ method: 'POST', url, body: JSON.stringify(body), contentType: 'application/json', timeoutMs });
      return answer.kind === 'ok' ? readAnswer(answer.value, effect) : answer;
    });
}

/** A refused token is replaced and the call repeated, once: a call refused for its token did nothing. */
async function callWithToken(
  getAccessToken: GetAccessToken,
  attempt: (token: string) => Promise<Outcome<JsonObject>>,
): Promise<Outcome<JsonObject>> {
  const first = await getAccessToken();
  if (first.kind !== 'ok') return withoutToken(first);
  const outcome = await attempt(first.value);
  if (outcome.kind !== 'rejected' || !TOKEN_REFUSED.has(outcome.code)) return outcome;
  const second = await getAccessToken({ refused: first.value });
  return second.kind === 'ok' ? attempt(second.value) : withoutToken(second);
}

/** Without a token nothing was sent, so the outcome is known: it did not happen. */
function withoutToken(outcome: Exclude<Outcome<string>, { kind: 'ok' }>): Rejected {
  if (outcome.kind === 'unknown') return rejected('token.unavailable', outcome.reason, true);
  // A source that is a client of its own may have said «token» already.
  const code = outcome.code.startsWith('token.') ? outcome.code : `token.${outcome.code}`;
  return rejected(code, outcome.message, outcome.retryable);
}

/** `errcode` is absent or 0 on success; the HTTP status is 200 anyway. */
function readAnswer({ bytes }: Answer, effect: Effect): Outcome<JsonObject> {
  const content = asObject(parseJson(Buffer.from(bytes).toString('utf8')));
  if (content === undefined) return unknown('answer not JSON');
  const code = asText(content.errcode) ?? '0';
  if (code === '0') return succeeded(content);
  const message = asText(content.errmsg) ?? '';
  if (code === BUSY) return effect === 'write' ? unknown(`answer ${code} ${message}`) : rejected(code, message, true);
  return rejected(code, message, RETRYABLE.has(code));
}

/** Builds the value from a successful answer; an answer without what it must carry is `unknown`. */
export function read<T>(outcome: Outcome<JsonObject>, build: (content: JsonObject) => T | undefined): Outcome<T> {
  if (outcome.kind !== 'ok') return outcome;
  const value = build(outcome.value);
  return value === undefined ? unknown('answer incomplete') : succeeded(value);
}

/** For calls that answer with nothing but success. */
export function done(outcome: Outcome<JsonObject>): Outcome<undefined> {
  return outcome.kind === 'ok' ? succeeded(undefined) : outcome;
}
