/** Why a call has not given what was asked for. Expected failures are values, so that every page has to say what it shows. */
export type Failure =
  | Problem
  /** The request has not reached the server, or its answer has not reached us. */
  | { readonly kind: 'offline' }
  | { readonly kind: 'timeout' }
  /** An answer that is neither what the contract says nor a problem document. */
  | { readonly kind: 'unexpected'; readonly status: number; readonly requestId: string | null };

/** An RFC 9457 document of the server. */
export interface Problem {
  readonly kind: 'problem';
  readonly status: number;
  /** Stable code, for example `order.outOfStock`. */
  readonly code: string;
  readonly messageZh: string;
  readonly messageEn: string;
  readonly requestId: string | null;
  /** JSON pointer of the field at fault. */
  readonly path: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterMs: number | null;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** `Retry-After` in seconds, in milliseconds; null where it is absent or a date. */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | null {
  const seconds = Number(headers['retry-after']);
  return headers['retry-after'] !== undefined && Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds * 1000) : null;
}

/** Reads the answer of a refused request. */
export function failureOf(status: number, headers: Readonly<Record<string, string>>, body: unknown): Failure {
  const requestId = (isRecord(body) ? text(body.requestId) : null) ?? headers['x-request-id'] ?? null;
  if (!isRecord(body) || typeof body.code !== 'string') return { kind: 'unexpected', status, requestId };
  const fallback = text(body.detail) ?? text(body.title) ?? body.code;
  return {
    kind: 'problem',
    status,
    code: body.code,
    messageZh: text(body.messageZh) ?? fallback,
    messageEn: text(body.messageEn) ?? fallback,
    requestId,
    path: text(body.path),
    details: isRecord(body.details) ? body.details : {},
    retryAfterMs: retryAfterMs(headers),
  };
}

/** Whether the server may have done what was asked although we have no good answer: only the same key may be used again then. */
export function isUnknownOutcome(failure: Failure): boolean {
  switch (failure.kind) {
    case 'offline':
    case 'timeout':
      return true;
    case 'unexpected':
      return failure.status >= 500 || failure.status < 400;
    case 'problem':
      return failure.status >= 500 || failure.code === 'request.idempotencyInProgress';
    default:
      return failure satisfies never;
  }
}

export const isProblem = (failure: Failure, code: string): failure is Problem => failure.kind === 'problem' && failure.code === code;
