import { platformProblems } from '@qianxing/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answers } from './answers';
import type { RouteContract } from './contract';
import type { StaticApplication } from './static-files';

const NOT_FOUND = platformProblems.fail('notFound').problem;
const OPERATIONS = ['/healthz', '/readyz', '/metrics', '/openapi.json'];
/** Never answered with a page, whatever application is mounted at `/`. */
const API = /^\/(?:api|staff|hooks|log)(?:\/|$)/;

/** What no route serves: a file of an application, 405 with the methods that exist, or 404. */
export function notFoundHandler(contracts: readonly RouteContract[], applications: readonly StaticApplication[], answers: Answers) {
  const methodsOf = methodTable(contracts);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = request.url.split('?', 1)[0] ?? '/';
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const allowed = methodsOf(path);
    if (allowed.length > 0 && !allowed.includes(request.method))
      return answers.sendProblem(request, reply, platformProblems.fail('methodNotAllowed', { details: { allowed } }).problem);
    if (isRead && !API.test(path)) {
      for (const { prefix, send } of applications) {
        if (`${path}/` === prefix) return reply.redirect(prefix, 308);
        const sent = path.startsWith(prefix) ? send(request, reply, path) : undefined;
        if (sent !== undefined) return sent;
      }
    }
    return answers.sendProblem(request, reply, NOT_FOUND);
  };
}

function methodTable(contracts: readonly RouteContract[]): (path: string) => string[] {
  const table = contracts.map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  return (path) => {
    if (OPERATIONS.includes(path)) return ['GET', 'HEAD'];
    const methods = table
      .filter(({ pattern }) => pattern.test(path))
      .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
    return [...new Set(methods)];
  };
}

function patternOf(path: string): RegExp {
  const source = path.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${source.join('/')}$`);
}
