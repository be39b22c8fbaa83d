import { createHash } from 'node:crypto';
import { type Failed, ok, platformProblems, type Result } from '@qianxing/errors';
import { inRequest, type Log } from '@qianxing/telemetry';
import type { Clock } from '@qianxing/time';
import type { TSchema } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Authenticator, callerKey, identify, looksAtToken } from './access';
import { type Answer, type Answers, entityTag, hasVersion, INTERNAL } from './answers';
import type { RouteContract } from './contract';
import type { Fault } from './faults';
import type { Actor, Call, RawAnswer, Route } from './handler';
import type { IdempotencyStore } from './idempotency';
import { languageOf } from './language';
import type { RateLimiter } from './rate-limit';
import { compileSerialiser } from './serialise';
import { type Check, invalidRequest, type RequestPart } from './validation';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the admission of the route; anonymous until then. */
    actor: Actor;
    /** Text of a JSON body, kept on idempotent routes for its hash and for its length. */
    bodyText: string;
  }
}

export interface RouteDependencies {
  readonly authenticate: Authenticator;
  readonly idempotency: IdempotencyStore;
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  readonly answers: Answers;
  readonly log: Log;
  readonly check: (part: RequestPart, schema: TSchema) => Check;
  /** Give log lines inside a handler the request id (costs a little on every promise). */
  readonly asyncContext: boolean;
}

/** Mounts one route and answers the function that compiles its schemas now instead of at the first call. */
export function mountRoute(scope: FastifyInstance, route: Route, dependencies: RouteDependencies): () => void {
  const { contract } = route;
  const parts = lazily(() => compileContract(contract, dependencies));
  const serve = handlerOf(route, dependencies, parts);
  scope.route({
    method: contract.method,
    url: contract.path,
    bodyLimit: contract.bodyLimit ?? 262_144,
    onRequest: admission(contract, dependencies),
    handler: dependencies.asyncContext ? (request, reply) => inRequest(request.id, () => serve(request, reply)) : serve,
  });
  return () => void parts();
}

/** Whether a route takes its body as bytes instead of JSON. */
export const takesBytes = ({ access, consumes }: RouteContract): boolean => access === 'hook' || consumes !== undefined;

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

// ---------------------------------------------------------------- admission: who may come in

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Runs before the body is read: cross-site check, identity, permission, rate limit. */
function admission(contract: RouteContract, { answers, authenticate, clock, limiter }: RouteDependencies): Hook[] {
  const { access, perMinute, method, path } = contract;
  const hooks: Hook[] = [];
  if (method !== 'GET' && access !== 'hook')
    hooks.push(async (request, reply) => {
      if (request.headers['sec-fetch-site'] === 'cross-site') return answers.sendProblem(request, reply, CROSS_SITE.problem);
      return undefined;
    });
  if (looksAtToken(access))
    hooks.push(async (request, reply) => {
      const found = await identify(access, request.headers.authorization, authenticate, clock.now());
      if (!found.ok) return answers.sendProblem(request, reply, found.problem);
      request.actor = found.value;
      return undefined;
    });
  if (perMinute !== undefined)
    hooks.push(async (request, reply) => {
      const { retryAfterMs } = await limiter.take(`${method} ${path} ${callerKey(request.actor, request.ip)}`, perMinute, clock.now());
      if (retryAfterMs === 0) return undefined;
      return answers.sendProblem(request, reply, platformProblems.fail('tooMany', { details: { retryAfterMs } }).problem);
    });
  return hooks;
}

const CROSS_SITE = platformProblems.fail('crossSite');

// ---------------------------------------------------------------- input: what was sent

interface CompiledContract {
  readonly params: Check | undefined;
  readonly query: Check | undefined;
  readonly body: Check | undefined;
  readonly serialise: ((value: unknown) => string) | undefined;
}

function compileContract(contract: RouteContract, { check }: RouteDependencies): CompiledContract {
  const { params, query, body, response } = contract;
  try {
    return {
      params: params && check('params', params),
      query: query && check('query', query),
      body: body && !takesBytes(contract) ? check('body', body) : undefined,
      serialise: response && contract.produces === undefined && contract.access !== 'hook' ? compileSerialiser(response) : undefined,
    };
  } catch (error) {
    throw new Error(`schema of ${contract.method} ${contract.path} does not compile`, { cause: error });
  }
}

/** Above this length only the first fault is looked for, so that a large hostile body costs no more than a good one. */
const THOROUGH_LIMIT = 32_768;
const NO_BYTES = Buffer.alloc(0);

interface Input {
  readonly body: unknown;
  readonly rawBody: Buffer;
}

function readInput(contract: RouteContract, compiled: CompiledContract, request: FastifyRequest): Result<Input> {
  const parsed = takesBytes(contract) ? bytesOf(contract, request) : jsonOf(request);
  if (!parsed.ok) return parsed;
  const thorough = request.bodyText.length <= THOROUGH_LIMIT;
  let faults: readonly Fault[] = [];
  if (compiled.params !== undefined) faults = compiled.params(request.params, thorough);
  if (compiled.query !== undefined) faults = join(faults, compiled.query(request.query, thorough));
  else if (contract.access !== 'hook') faults = join(faults, unexpectedQuery(request.query));
  if (compiled.body !== undefined) faults = join(faults, compiled.body(parsed.value.body ?? {}, thorough));
  else if (!takesBytes(contract)) faults = join(faults, unexpectedBody(parsed.value.body));
  if (faults.length > 0) return invalidRequest(faults);
  return request.url.includes('%00') ? NUL_IN_URL : parsed;
}

const NUL_IN_URL = platformProblems.fail('malformed', {
  params: { reasonZh: '网址含有不允许的字符', reasonEn: 'the address has characters that are not allowed' },
});
const join = (some: readonly Fault[], more: readonly Fault[]) => (more.length === 0 ? some : [...some, ...more]);

function jsonOf(request: FastifyRequest): Result<Input> {
  // The JSON parser leaves a Result: an unreadable body is an answer, not an exception.
  const parsed = request.body as Result<unknown> | undefined;
  if (parsed !== undefined && !parsed.ok) return parsed;
  return ok({ body: parsed?.value, rawBody: NO_BYTES });
}

function bytesOf({ consumes }: RouteContract, request: FastifyRequest): Result<Input> {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (consumes !== undefined && !consumes.includes(type))
    return platformProblems.fail('unsupportedMediaType', { params: { expected: consumes.join(', ') } });
  return ok({ body: undefined, rawBody: Buffer.isBuffer(request.body) ? request.body : NO_BYTES });
}

function unexpectedQuery(query: unknown): readonly Fault[] {
  return Object.keys(query as Record<string, unknown>).map((key) => unknownField('query', key));
}

function unexpectedBody(body: unknown): readonly Fault[] {
  if (body === undefined) return [];
  const keys = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  if (keys.length > 0) return keys.slice(0, 20).map((key) => unknownField('body', key));
  return typeof body === 'object' && body !== null && !Array.isArray(body)
    ? []
    : [{ in: 'body', path: '', rule: 'type', zh: '此接口不接受请求体', en: 'this operation takes no body' }];
}

const unknownField = (part: Fault['in'], key: string): Fault => ({
  in: part,
  path: `/${key}`,
  rule: 'additionalProperties',
  zh: '不认识的字段，请删除',
  en: 'is not a known field: remove it',
});

// ---------------------------------------------------------------- handling

function handlerOf(route: Route, dependencies: RouteDependencies, parts: () => CompiledContract) {
  const { contract } = route;
  const { answers, clock } = dependencies;
  const toAnswer = answerWriter(contract, parts);
  const run = route.handle as (call: Call<RouteContract>) => Promise<Result<unknown>>;
  const guard = contract.idempotent === true ? once(contract, dependencies) : undefined;

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const key = contract.idempotent === undefined || contract.idempotent === false ? NO_KEY : idempotencyKeyOf(request);
    if (!key.ok) return answers.sendProblem(request, reply, key.problem);
    const input = readInput(contract, parts(), request);
    if (!input.ok) return answers.sendProblem(request, reply, input.problem);
    const call: Call<RouteContract> = {
      params: request.params as never,
      query: request.query as never,
      body: input.value.body as never,
      actor: request.actor as never,
      now: clock.now(),
      language: languageOf(request.headers['accept-language']),
      requestId: request.id,
      ip: request.ip,
      headers: request.headers as Readonly<Record<string, string | undefined>>,
      idempotencyKey: key.value,
      rawBody: input.value.rawBody,
    };
    if (guard !== undefined) return answers.send(reply, await guard(request, key.value, () => run(call), toAnswer));
    const result = await run(call);
    if (!result.ok) return answers.sendProblem(request, reply, result.problem);
    return answers.send(reply, unlessKnown(contract, request, toAnswer(result.value)));
  };
}

const NO_KEY: Result<string> = ok('');

function idempotencyKeyOf(request: FastifyRequest): Result<string> {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return platformProblems.fail('idempotencyKeyMissing');
  return /^[\w.:-]{8,128}$/.test(key) ? ok(key) : platformProblems.fail('idempotencyKeyInvalid');
}

const JSON_TYPE = 'application/json; charset=utf-8';

function answerWriter(contract: RouteContract, parts: () => CompiledContract): (value: unknown) => Answer {
  const headers = { 'cache-control': contract.cacheControl ?? (contract.etag ? 'no-cache' : 'no-store') };
  if (contract.access === 'hook' || contract.produces !== undefined)
    return (value) => {
      const raw = value as RawAnswer;
      return { status: raw.status, contentType: raw.contentType, body: raw.body, headers: { ...headers, ...raw.headers } };
    };
  const status = contract.status ?? (contract.response === undefined ? 204 : 200);
  if (contract.response === undefined) return () => ({ status, contentType: JSON_TYPE, body: null, headers });
  return (value) => ({ status, contentType: JSON_TYPE, body: parts().serialise?.(value) ?? null, headers });
}

function unlessKnown(contract: RouteContract, request: FastifyRequest, answer: Answer): Answer {
  if (contract.etag !== true || answer.body === null || answer.status !== 200) return answer;
  const tag = entityTag(answer.body);
  const headers = { ...answer.headers, etag: tag };
  return hasVersion(request.headers['if-none-match'], tag) ? { ...answer, status: 304, body: null, headers } : { ...answer, headers };
}

// ---------------------------------------------------------------- idempotency

type Guard = (
  request: FastifyRequest,
  key: string,
  run: () => Promise<Result<unknown>>,
  toAnswer: (value: unknown) => Answer,
) => Promise<Answer>;

const REUSED: Failed = platformProblems.fail('idempotencyKeyReused');
const IN_PROGRESS: Failed = platformProblems.fail('idempotencyInProgress', { details: { retryAfterMs: 1_000 } });
const FINISH_ATTEMPTS = 3;

/** Runs an operation at most once per key; the answer of a success is kept and sent again. */
function once(contract: RouteContract, { answers, idempotency, log }: RouteDependencies): Guard {
  const route = `${contract.method} ${contract.path}`;
  const finish = async (scope: string, key: string, answer: Answer) => {
    const body = answer.body === null ? '' : answer.body.toString();
    for (let attempt = 1; ; attempt += 1)
      try {
        return await idempotency.finish(scope, key, { status: answer.status, contentType: answer.contentType, body });
      } catch (error) {
        // The operation is committed: its answer must go out whether or not it can be kept.
        if (attempt === FINISH_ATTEMPTS) return log.error({ route, error }, 'an idempotent answer could not be kept');
      }
  };
  return async (request, key, run, toAnswer) => {
    const scope = `${callerKey(request.actor, request.ip)} ${route}`;
    const start = await idempotency.begin(scope, key, hashOf(request));
    switch (start.kind) {
      case 'replay':
        return replayed(start.answer);
      case 'conflict':
        return answers.ofProblem(request, REUSED.problem);
      case 'inProgress':
        return answers.ofProblem(request, IN_PROGRESS.problem);
      case 'fresh':
        break;
      default:
        return start satisfies never;
    }
    let result: Result<unknown>;
    try {
      result = await run();
    } catch (error) {
      await idempotency.abandon(scope, key);
      throw error;
    }
    if (!result.ok) {
      await idempotency.abandon(scope, key);
      return answers.ofProblem(request, result.problem);
    }
    const answer = written(result.value, toAnswer, (error) => {
      log.error({ requestId: request.id, route, error }, 'an answer does not fit its contract');
      return answers.ofProblem(request, INTERNAL);
    });
    await finish(scope, key, answer);
    return answer;
  };
}

/** An answer that cannot be written belongs to an operation that is done: it must be kept too, or a retry would do it twice. */
function written(value: unknown, toAnswer: (value: unknown) => Answer, otherwise: (error: unknown) => Answer): Answer {
  try {
    return toAnswer(value);
  } catch (error) {
    return otherwise(error);
  }
}

function replayed({ status, contentType, body }: { status: number; contentType: string; body: string }): Answer {
  return { status, contentType, body: body === '' ? null : body, headers: { 'cache-control': 'no-store', 'idempotent-replayed': 'true' } };
}

/** The address is part of what must be the same: one key for two orders is a reuse. */
function hashOf(request: FastifyRequest): string {
  const hash = createHash('sha256').update(request.url).update('\n');
  return (Buffer.isBuffer(request.body) ? hash.update(request.body) : hash.update(request.bodyText)).digest('hex');
}
