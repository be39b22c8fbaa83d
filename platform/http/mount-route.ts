import crypto from 'node:crypto';
import { ok, platformProblems, type Result } from '@qianxing/errors';
import { inRequest, type Log } from '@qianxing/telemetry';
import type { TSchema } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type AdmissionDependencies, admission } from './admission';
import { type Answer, entityTag, hasVersion } from './answers';
import type { RouteContract } from './contract';
import type { Actor, Call, RawAnswer, Route } from './handler';
import type { IdempotencyStore } from './idempotency';
import { languageOf } from './language';
import { once } from './once';
import { type CompiledContract, compileContract, readInput } from './read-input';
import type { Check, RequestPart } from './validation';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the admission of the route; anonymous until then. */
    actor: Actor;
    /** Text of a JSON body, kept on idempotent routes for its hash and for its length. */
    bodyText: string;
  }
}

export interface RouteDependencies extends AdmissionDependencies {
  readonly idempotency: IdempotencyStore;
  readonly log: Log;
  readonly check: (part: RequestPart, schema: TSchema) => Check;
  /** Give log lines inside a handler the request id (costs a little on every promise). */
  readonly asyncContext: boolean;
}

/** Mounts one route and answers the function that compiles its schemas now instead of at the first call. */
export function mountRoute(scope: FastifyInstance, route: Route, dependencies: RouteDependencies): () => void {
  const { contract } = route;
  if (contract.idempotent === true && (contract.produces !== undefined || contract.access === 'hook'))
    throw new Error(`${contract.method} ${contract.path}: only JSON answers can be kept for a key`);
  const parts = lazily(() => compileContract(contract, dependencies.check));
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

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

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
      requestHash: key.value === '' ? '' : hashOf(request),
      rawBody: input.value.rawBody,
    };
    if (guard !== undefined) return answers.send(reply, await guard(request, call, () => run(call), toAnswer));
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

/** Node's one-shot hash is several times faster where it exists (20.12 and later). */
const sha256: (text: string | Buffer) => string =
  typeof crypto.hash === 'function'
    ? (text) => crypto.hash('sha256', text, 'hex')
    : (text) => crypto.createHash('sha256').update(text).digest('hex');

/** The address is part of what must be the same: one key for two orders is a reuse. */
function hashOf(request: FastifyRequest): string {
  return Buffer.isBuffer(request.body) ? sha256(`${request.url}\n${sha256(request.body)}`) : sha256(`${request.url}\n${request.bodyText}`);
}
