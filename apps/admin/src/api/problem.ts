import type { components } from './schema.gen';

type ProblemDocument = components['schemas']['Problem'];

/** What went wrong with a call, ready to be shown. `status` 0 means that no answer came. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly messageZh: string;
  readonly messageEn: string;
  /** JSON pointer of the field at fault. */
  readonly path?: string;
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
}

/** A call that got no successful answer. Pages catch it and show `problem`. */
export class CallFailed extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.name = 'CallFailed';
    this.problem = problem;
  }
}

export const OFFLINE: Problem = {
  status: 0,
  code: 'client.offline',
  messageZh: '连不上服务器，请检查网络。未确认的操作可用同一按钮安全重试。',
  messageEn: 'The server cannot be reached. An unconfirmed action can safely be repeated with the same button.',
};

function isProblemDocument(value: unknown): value is ProblemDocument {
  return typeof value === 'object' && value !== null && 'code' in value && 'messageZh' in value && 'messageEn' in value;
}

/** Reads the problem of an unsuccessful answer; an answer that is no problem document (a proxy's page) still gives a readable one. */
export function problemOf(status: number, body: unknown, retryAfter: string | null): Problem {
  const seconds = Number(retryAfter ?? '');
  const wait = retryAfter !== null && Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {};
  if (!isProblemDocument(body))
    return {
      status,
      code: 'client.unreadable',
      messageZh: `服务器答复异常（${status}）`,
      messageEn: `Unexpected answer (${status})`,
      ...wait,
    };
  return {
    status,
    code: body.code,
    messageZh: body.messageZh,
    messageEn: body.messageEn,
    requestId: body.requestId,
    ...(body.path === undefined ? {} : { path: body.path }),
    ...wait,
  };
}

/** The problem of anything that was thrown; a defect of this program stays an exception. */
export function problemFrom(thrown: unknown): Problem {
  if (thrown instanceof CallFailed) return thrown.problem;
  throw thrown;
}

/** True for a call that was given up because its page no longer wants it. */
export const isAbort = (thrown: unknown): boolean => thrown instanceof DOMException && thrown.name === 'AbortError';
