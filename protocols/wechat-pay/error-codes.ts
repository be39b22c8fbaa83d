import { type RejectedOutcome, type RejectionAdvice, type UnknownOutcome, type UnknownReason, unknownOutcome } from './outcome';

/**
 * Error codes of API v3 that this client knows. Everything else is an unknown outcome, because a code that nobody has
 * read about cannot prove that nothing happened.
 *
 * Source: error tables of the operation pages, https://pay.weixin.qq.com/doc/v3/merchant/4012081709 (common codes),
 * 4012791856 (JSAPI), 4013070371 (refund), 4012711988 (transfer), 4012084430 (bills).
 */
const rejectionAdvice = {
  SIGN_ERROR: 'configuration',
  PARAM_ERROR: 'bug',
  INVALID_REQUEST: 'query',
  OUT_TRADE_NO_USED: 'query',
  ORDER_PAID: 'query',
  ORDER_REVERSED: 'newNumber',
  ORDER_CLOSED: 'newNumber',
  ORDER_NOT_EXIST: 'createAgain',
  RESOURCE_NOT_EXISTS: 'createAgain',
  RESOURCE_ALREADY_EXISTS: 'query',
  ALREADY_EXISTS: 'query',
  NOT_FOUND: 'createAgain',
  NOT_ENOUGH: 'topUp',
  NO_AUTH: 'configuration',
  MCH_NOT_EXISTS: 'configuration',
  APPID_MCHID_NOT_MATCH: 'configuration',
  ACCOUNT_ERROR: 'configuration',
  REQUEST_BLOCKED: 'configuration',
  RULE_LIMIT: 'businessRule',
  TRADE_ERROR: 'businessRule',
  USER_ACCOUNT_ABNORMAL: 'businessRule',
  OPENID_MISMATCH: 'bug',
  INVALID_TRANSACTIONID: 'bug',
  NO_STATEMENT_EXIST: 'nothingThere',
  STATEMENT_CREATING: 'later',
} as const satisfies Record<string, RejectionAdvice>;

const uncertainCodes = {
  SYSTEM_ERROR: 'serverError',
  BANK_ERROR: 'serverError',
  BIZ_ERR_NEED_RETRY: 'serverError',
  FREQUENCY_LIMITED: 'rateLimited',
  FREQUENCY_LIMIT_EXCEED: 'rateLimited',
  RATELIMIT_EXCEEDED: 'rateLimited',
} as const satisfies Record<string, UnknownReason>;

const squeeze = (code: string): string => code.replaceAll('_', '').toUpperCase();

const spellings = new Map<string, string>(
  [...Object.keys(rejectionAdvice), ...Object.keys(uncertainCodes)].map((code) => [squeeze(code), code]),
);

/** `ORDERNOTEXIST` and `ORDER_NOT_EXIST` are one code; an unknown code stays as it is. */
function normalizeErrorCode(code: string): string {
  return spellings.get(squeeze(code)) ?? code;
}

function isRejection(code: string): code is keyof typeof rejectionAdvice {
  return Object.hasOwn(rejectionAdvice, code);
}

function isUncertain(code: string): code is keyof typeof uncertainCodes {
  return Object.hasOwn(uncertainCodes, code);
}

/**
 * Maps an error answer to its outcome. The code decides before the status, because pages and years disagree about the
 * status that goes with a code.
 */
export function outcomeOfError(
  httpStatus: number,
  code: string | undefined,
  message: string,
  requestId?: string,
): RejectedOutcome | UnknownOutcome {
  const request = requestId === undefined ? {} : { requestId };
  const known = code === undefined ? undefined : normalizeErrorCode(code);
  const facts = { httpStatus, ...request, ...(known === undefined ? {} : { code: known }) };
  if (known !== undefined && isRejection(known)) {
    return { kind: 'rejected', httpStatus, code: known, message, advice: rejectionAdvice[known], ...request };
  }
  if (known !== undefined && isUncertain(known)) return unknownOutcome(uncertainCodes[known], message, facts);
  if (httpStatus === 429) return unknownOutcome('rateLimited', message, facts);
  if (httpStatus >= 500) return unknownOutcome('serverError', message, facts);
  return unknownOutcome('unknownCode', message, facts);
}
