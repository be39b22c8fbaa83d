import { type Failed, platformProblems, type Result } from '@qianxing/errors';
import type { Log } from '@qianxing/telemetry';
import type { FastifyRequest } from 'fastify';
import { callerKey } from './access';
import { type Answer, type Answers, INTERNAL } from './answers';
import type { RouteContract } from './contract';
import type { Call } from './handler';
import type { IdempotencyStore } from './idempotency';

export type Guard = (
  request: FastifyRequest,
  call: Call<RouteContract>,
  run: () => Promise<Result<unknown>>,
  toAnswer: (value: unknown) => Answer,
) => Promise<Answer>;

interface OnceDependencies {
  readonly answers: Answers;
  readonly idempotency: IdempotencyStore;
  readonly log: Log;
}

const REUSED: Failed = platformProblems.fail('idempotencyKeyReused');
const IN_PROGRESS: Failed = platformProblems.fail('idempotencyInProgress', { details: { retryAfterMs: 1_000 } });
const FINISH_ATTEMPTS = 3;

/** Runs an operation at most once per key; the answer of a success is kept and sent again. */
export function once(contract: RouteContract, { answers, idempotency, log }: OnceDependencies): Guard {
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
  const free = async (scope: string, key: string) => {
    try {
      await idempotency.abandon(scope, key);
    } catch (error) {
      // The store frees the key itself when its lease ends; the answer matters more.
      log.error({ route, error }, 'an idempotency key could not be freed');
    }
  };
  return async (request, { idempotencyKey: key, requestHash }, run, toAnswer) => {
    const scope = `${callerKey(request.actor, request.ip)} ${route}`;
    const start = await idempotency.begin(scope, key, requestHash);
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
      await free(scope, key);
      throw error;
    }
    if (!result.ok) {
      await free(scope, key);
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
