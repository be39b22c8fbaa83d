/**
 * What a call to WeChat Pay can end in. There are three ends, not two: a request that may have been carried out
 * although no trustworthy answer arrived is `unknown`, and is resolved by asking again with the same number.
 */
export type Outcome<T> = OkOutcome<T> | RejectedOutcome | UnknownOutcome;

export interface OkOutcome<T> {
  readonly kind: 'ok';
  readonly value: T;
}

/** WeChat Pay (or this client, before sending) refused: nothing was carried out by this call. */
export interface RejectedOutcome {
  readonly kind: 'rejected';
  /** HTTP status of the answer; 0 when this client refused to send the request (`code` is then `CLIENT_PARAM_ERROR`). */
  readonly httpStatus: number;
  /** Error code in one spelling: upper case with underscores, whichever spelling WeChat used. */
  readonly code: string;
  /** For people. Never branch on it. */
  readonly message: string;
  readonly advice: RejectionAdvice;
  /** `Request-ID` header; quote it to WeChat's support. */
  readonly requestId?: string;
}

/** The call may or may not have been carried out. Never continue with a new number: query, then repeat with the same one. */
export interface UnknownOutcome {
  readonly kind: 'unknown';
  readonly reason: UnknownReason;
  /** For people and logs. */
  readonly message: string;
  readonly httpStatus?: number;
  /** Error code of the answer when there was one, trustworthy or not. */
  readonly code?: string;
  readonly requestId?: string;
}

/**
 * - `network`: no connection, or cut before the whole answer was read
 * - `timeout`: no whole answer within `timeoutMs`
 * - `serverError`: 5xx, SYSTEM_ERROR, BANK_ERROR, BIZ_ERR_NEED_RETRY
 * - `rateLimited`: 429 or a frequency code; wait with jitter, then the same number again
 * - `unverifiedAnswer`: signature missing, wrong, stale, of an unknown key, or a signature probe
 * - `unreadableAnswer`: signed but not of the documented shape, too large, or about another number than asked for
 * - `unknownCode`: an error code or status that this client does not know
 */
export type UnknownReason = 'network' | 'timeout' | 'serverError' | 'rateLimited' | 'unverifiedAnswer' | 'unreadableAnswer' | 'unknownCode';

/**
 * What a caller does about a rejection:
 * - `query`: ask for the object by its number and continue from its real state (also for "paid already")
 * - `createAgain`: the object does not exist; after an uncertain create wait, query again, then create with the same number
 * - `newNumber`: this number is at its end; a new attempt needs a new one
 * - `topUp`: balance too small; top up, then the same number again
 * - `configuration`: credentials, permissions, clock or binding; stop the channel and alert
 * - `bug`: the request itself is wrong; do not repeat it
 * - `businessRule`: refused by a rule of WeChat Pay; a person has to decide
 * - `later`: not ready yet; ask again later
 * - `nothingThere`: an empty day in the bills, not an error
 */
export type RejectionAdvice =
  | 'query'
  | 'createAgain'
  | 'newNumber'
  | 'topUp'
  | 'configuration'
  | 'bug'
  | 'businessRule'
  | 'later'
  | 'nothingThere';

export function okOutcome<T>(value: T): OkOutcome<T> {
  return { kind: 'ok', value };
}

export function unknownOutcome(reason: UnknownReason, message: string, facts: Partial<UnknownOutcome> = {}): UnknownOutcome {
  return { ...facts, kind: 'unknown', reason, message };
}

/** A request this client refuses to send because it could not be accepted. */
export function notSent(message: string): RejectedOutcome {
  return { kind: 'rejected', httpStatus: 0, code: 'CLIENT_PARAM_ERROR', message, advice: 'bug' };
}

/** Changes the value of an `ok` outcome and leaves the other two alone. */
export function mapOutcome<A, B>(outcome: Outcome<A>, change: (value: A) => B): Outcome<B> {
  return outcome.kind === 'ok' ? okOutcome(change(outcome.value)) : outcome;
}
