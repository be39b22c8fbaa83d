import type { Context } from './configuration';
import { decode } from './decode';
import { outcomeOfError } from './error-codes';
import { type RawAnswer, requestRaw } from './exchange';
import { type JsonObject, parseJsonObject, stringifyJson } from './json';
import { type Outcome, okOutcome, type RejectedOutcome, type UnknownOutcome, unknownOutcome } from './outcome';
import { headerOf, verifyMessage } from './signature';

/** Answers are small; only bills are not. */
const ANSWER_MAX_BYTES = 2 * 1024 * 1024;

export interface Call<T> {
  readonly method: 'GET' | 'POST';
  /** Path with percent-encoded parts, built with `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: JsonObject;
  /** Reads a signed 200 answer; for 204 it gets an empty object. */
  readonly read: (answer: JsonObject) => T;
}

/** Tagged template that percent-encodes every inserted part. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((whole, part, index) => `${whole}${encodeURIComponent(values[index - 1] ?? '')}${part}`);
}

function pathAndQuery(call: Call<unknown>): string {
  const query = Object.entries(call.query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  );
  return query.length === 0 ? call.path : `${call.path}?${query.join('&')}`;
}

function errorText(body: JsonObject | undefined, name: string): string | undefined {
  const value = body?.[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * An error answer that fails verification proves nothing. One without any signature is believed on GET only (nothing
 * is changed by believing it: the caller asks again or repeats the same number), unless configured otherwise.
 */
function readError(
  context: Context,
  call: Call<unknown>,
  answer: RawAnswer,
  requestId: string | undefined,
): RejectedOutcome | UnknownOutcome {
  const body = parseJsonObject(answer.body);
  const message = errorText(body, 'message') ?? `HTTP ${answer.httpStatus}`;
  const outcome = outcomeOfError(answer.httpStatus, errorText(body, 'code'), message, requestId);
  if (outcome.kind === 'unknown') return outcome;
  const isSigned = headerOf(answer.headers, 'Wechatpay-Signature') !== undefined;
  const isBelievedUnsigned = context.believeUnsignedErrors || call.method === 'GET';
  if (!isSigned && isBelievedUnsigned) return outcome;
  const fault = verifyMessage(answer.headers, answer.body, context.keyRing, context.now());
  if (fault === undefined) return outcome;
  const { httpStatus, code } = outcome;
  return unknownOutcome('unverifiedAnswer', `${fault}; the answer said ${code}: ${message}`, { httpStatus, code, ...idFacts(requestId) });
}

const idFacts = (requestId: string | undefined) => (requestId === undefined ? {} : { requestId });

function readSuccess<T>(context: Context, call: Call<T>, answer: RawAnswer, requestId: string | undefined): Outcome<T> {
  const facts = { httpStatus: answer.httpStatus, ...idFacts(requestId) };
  const fault = verifyMessage(answer.headers, answer.body, context.keyRing, context.now());
  if (fault !== undefined) return unknownOutcome('unverifiedAnswer', fault, facts);
  const body = answer.body.byteLength === 0 ? {} : parseJsonObject(answer.body);
  if (body === undefined) return unknownOutcome('unreadableAnswer', 'the answer is not a JSON object', facts);
  let why = '';
  const value = decode(
    body,
    (source) => ({ value: call.read(source) }),
    (reason) => {
      why = reason;
    },
  );
  return value === undefined ? unknownOutcome('unreadableAnswer', why, facts) : okOutcome(value.value);
}

function isRawAnswer(answer: RawAnswer | UnknownOutcome): answer is RawAnswer {
  return 'body' in answer;
}

function report(context: Context, call: Call<unknown>, outcome: Outcome<unknown>, answer: RawAnswer | undefined): void {
  const requestId = answer && headerOf(answer.headers, 'Request-ID');
  context.onExchange({
    method: call.method,
    path: call.path,
    kind: outcome.kind,
    ...(answer === undefined ? {} : { httpStatus: answer.httpStatus }),
    ...(outcome.kind !== 'ok' && outcome.code !== undefined ? { code: outcome.code } : {}),
    ...(outcome.kind === 'unknown' ? { reason: outcome.reason } : {}),
    ...idFacts(requestId),
  });
}

function interpret<T>(context: Context, call: Call<T>, answer: RawAnswer): Outcome<T> {
  const requestId = headerOf(answer.headers, 'Request-ID');
  const isSuccess = answer.httpStatus === 200 || answer.httpStatus === 204;
  return isSuccess ? readSuccess(context, call, answer, requestId) : readError(context, call, answer, requestId);
}

/**
 * Sends one request and verifies its answer. Never throws for anything that happens outside and never retries: the
 * caller stores the outcome and repeats with the same number.
 */
export async function send<T>(context: Context, call: Call<T>): Promise<Outcome<T>> {
  const answer = await requestRaw(context, {
    method: call.method,
    pathAndQuery: pathAndQuery(call),
    body: call.body === undefined ? '' : stringifyJson(call.body),
    maxBytes: ANSWER_MAX_BYTES,
    timeoutMs: context.timeoutMs,
  });
  const outcome = isRawAnswer(answer) ? interpret(context, call, answer) : answer;
  report(context, call, outcome, isRawAnswer(answer) ? answer : undefined);
  return outcome;
}
