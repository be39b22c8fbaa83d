import { defineProblems, ok, platformProblems } from '@qianxing/errors';
import { virtualClock } from '@qianxing/testing';
import type { HttpServer, HttpServerOptions, IdempotencyStore, StoredAnswer } from './index';
import { createHttpServer } from './index';

/** Problems of an imaginary service. */
export const { catalogue, fail } = defineProblems('sample', { outOfStock: { status: 409, zh: '{sku} 已售完', en: '{sku} is sold out' } });

/** Tokens of the tests: `member:<id>`, `staff:<permission>,<permission>`; anything else is refused. */
const authenticateForTests: HttpServerOptions['authenticate'] = async (token) => {
  const [kind, rest = ''] = token.split('.');
  if (kind === 'member') return ok({ kind, memberId: rest, sessionId: 's' });
  if (kind === 'staff') return ok({ kind, staffId: 'x', username: 'x', permissions: rest.split('_'), sessionId: 's' });
  return platformProblems.fail('unauthenticated');
};

/** An idempotency store in memory that does what the port says. */
export function memoryIdempotency(): IdempotencyStore & { readonly entries: Map<string, { hash: string; answer?: StoredAnswer }> } {
  const entries = new Map<string, { hash: string; answer?: StoredAnswer }>();
  return {
    entries,
    async begin(scope, key, hash) {
      const known = entries.get(`${scope} ${key}`);
      if (known === undefined) {
        entries.set(`${scope} ${key}`, { hash });
        return { kind: 'fresh' };
      }
      if (known.hash !== hash) return { kind: 'conflict' };
      return known.answer === undefined ? { kind: 'inProgress' } : { kind: 'replay', answer: known.answer };
    },
    async finish(scope, key, answer) {
      const known = entries.get(`${scope} ${key}`);
      if (known !== undefined) known.answer = answer;
    },
    async abandon(scope, key) {
      entries.delete(`${scope} ${key}`);
    },
  };
}

/** A server with everything a test does not care about filled in. */
export function startServer(options: Partial<HttpServerOptions> & Pick<HttpServerOptions, 'routes'>): HttpServer {
  return createHttpServer({
    problems: [catalogue],
    authenticate: authenticateForTests,
    idempotency: memoryIdempotency(),
    clock: virtualClock(),
    compile: 'eager',
    load: { maxEventLoopDelayMs: 0 },
    ...options,
  });
}
