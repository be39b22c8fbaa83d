import { createHash } from 'node:crypto';
import type { Problem, ProblemCatalogue } from '@qianxing/errors';
import { platformProblems } from '@qianxing/errors';
import type { Log } from '@qianxing/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { languageOf } from './language';
import { mergeCatalogues, PROBLEM_TYPE, type ProblemDocument, problemDocument } from './problem-document';

/** A finished answer before it is sent; `body` null sends none. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes answers and problem documents. */
export interface Answers {
  /** The problem as an answer; problems of ours (5xx) are logged with their code. */
  ofProblem(request: FastifyRequest, problem: Problem): Answer;
  send(reply: FastifyReply, answer: Answer): FastifyReply;
  sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply;
  /** Logs what was thrown and answers 500, or the problem that an error of the HTTP layer stands for. */
  sendThrown(request: FastifyRequest, reply: FastifyReply, thrown: unknown): FastifyReply;
}

export const INTERNAL: Problem = { code: 'request.internal' };

export function createAnswers(catalogues: readonly ProblemCatalogue[], log: Log): Answers {
  const catalogue = mergeCatalogues(catalogues);
  const answers: Answers = {
    ofProblem(request, problem) {
      const language = languageOf(request.headers['accept-language']);
      const document = problemDocument(catalogue, problem, language, request.id);
      if (!catalogue.has(problem.code))
        log.error({ requestId: request.id, problemCode: problem.code }, 'a problem code is in no catalogue');
      return {
        status: document.status,
        contentType: PROBLEM_TYPE,
        body: JSON.stringify(document),
        headers: problemHeaders(document, language),
      };
    },
    send(reply, answer) {
      reply.code(answer.status);
      if (answer.headers !== undefined) reply.headers(answer.headers);
      if (answer.body === null) return reply.send();
      return reply.header('content-type', answer.contentType).send(answer.body);
    },
    sendProblem: (request, reply, problem) => answers.send(reply, answers.ofProblem(request, problem)),
    sendThrown(request, reply, thrown) {
      const known = problemOfHttpError(thrown, request.raw.complete);
      if (known !== undefined) return answers.sendProblem(request, reply, known);
      log.error({ requestId: request.id, method: request.method, route: request.routeOptions.url, error: thrown }, 'request failed');
      return answers.sendProblem(request, reply, INTERNAL);
    },
  };
  return answers;
}

function problemHeaders(document: ProblemDocument, language: string): Record<string, string> {
  const headers: Record<string, string> = { 'content-language': language, 'cache-control': 'no-store' };
  if (document.status === 401) headers['www-authenticate'] = 'Bearer';
  const wait = document.details?.retryAfterMs;
  if (typeof wait === 'number') headers['retry-after'] = String(Math.max(1, Math.ceil(wait / 1000)));
  else if (document.status === 429 || document.status === 503) headers['retry-after'] = '1';
  const allowed = document.details?.allowed;
  if (document.status === 405 && Array.isArray(allowed)) headers.allow = allowed.join(', ');
  return headers;
}

const { fail } = platformProblems;
const MALFORMED = fail('malformed', { params: { reasonZh: '无法解析', reasonEn: 'it cannot be read' } }).problem;
const BAD_URL = fail('malformed', { params: { reasonZh: '网址编码不正确', reasonEn: 'the address is not encoded correctly' } }).problem;

/** Errors that Fastify throws for bad requests; anything else is ours, a connection to our database that broke included. */
function problemOfHttpError(thrown: unknown, received: boolean): Problem | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code, statusCode } = thrown as Error & { code?: unknown; statusCode?: unknown };
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return fail('tooLarge').problem;
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return fail('unsupportedMediaType', { params: { expected: 'application/json' } }).problem;
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return BAD_URL;
    default:
      return (typeof code === 'string' && code.startsWith('FST_') && isClientStatus(statusCode)) || (code === 'ECONNRESET' && !received)
        ? MALFORMED
        : undefined;
  }
}

const isClientStatus = (status: unknown) => typeof status === 'number' && status >= 400 && status < 500;

/** Weak tag of an answer's bytes. @see RFC 9110 §8.8.3 */
export function entityTag(body: string | Buffer): string {
  return `W/"${createHash('sha1').update(body).digest('base64url')}"`;
}

/** Whether a caller who sent `If-None-Match` has this version already. */
export function hasVersion(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const plain = (text: string) => text.trim().replace(/^W\//, '');
  return header.split(',').some((candidate) => candidate.trim() === '*' || plain(candidate) === plain(tag));
}
