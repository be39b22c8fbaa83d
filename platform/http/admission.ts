import { platformProblems } from '@qianxing/errors';
import type { Clock } from '@qianxing/time';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Authenticator, callerKey, identify, looksAtToken } from './access';
import type { Answers } from './answers';
import type { RouteContract } from './contract';
import type { RateLimiter } from './rate-limit';

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

export interface AdmissionDependencies {
  readonly authenticate: Authenticator;
  readonly clock: Clock;
  readonly limiter: RateLimiter;
  readonly answers: Answers;
}

/** Runs before the body is read: identity, permission, rate limit. */
export function admission(contract: RouteContract, { answers, authenticate, clock, limiter }: AdmissionDependencies): Hook[] {
  const { access, perMinute, method, path } = contract;
  const hooks: Hook[] = [];
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
