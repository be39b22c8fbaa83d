import { timingSafeEqual } from 'node:crypto';
import { platformProblems } from '@qianxing/errors';
import type { Log, Metrics } from '@qianxing/telemetry';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bearerToken } from './access';
import type { Answers } from './answers';
import type { RouteContract } from './contract';
import { type ApiInfo, openApiDocument } from './open-api';

/** Throws or rejects while what it looks at is not usable. */
export type ReadinessCheck = () => void | Promise<void>;

export interface OperationsOptions {
  readonly contracts: readonly RouteContract[];
  readonly info: ApiInfo;
  readonly readiness: Readonly<Record<string, ReadinessCheck>>;
  readonly metrics: Metrics | undefined;
  /** Bearer token that `/metrics` asks for; without one only private addresses may read it. */
  readonly metricsToken: string | undefined;
  readonly isDraining: () => boolean;
  readonly answers: Answers;
  readonly log: Log;
}

const CHECK_TIMEOUT_MS = 2_000;

/** `/healthz` (the process lives), `/readyz` (it can serve), `/metrics`, `/openapi.json`. */
export function mountOperations(app: FastifyInstance, options: OperationsOptions): void {
  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));

  const ask = readiness(options);
  app.get('/readyz', async (_request, reply) => {
    const checks = await ask();
    const ready = !options.isDraining() && Object.values(checks).every((state) => state === 'ok');
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: options.isDraining() ? 'draining' : ready ? 'ok' : 'notReady', checks });
  });

  const { metrics, answers } = options;
  if (metrics !== undefined)
    app.get('/metrics', async (request, reply) => {
      if (!mayReadMetrics(request, options.metricsToken))
        return answers.sendProblem(request, reply, platformProblems.fail('notFound').problem);
      const { contentType, body } = await metrics.expose();
      return reply.header('cache-control', 'no-store').header('content-type', contentType).send(body);
    });

  app.get('/openapi.json', openApiHandler(options));
}

function openApiHandler({ contracts, info }: OperationsOptions) {
  let text: string | undefined;
  return async (_request: FastifyRequest, reply: FastifyReply) => {
    text ??= JSON.stringify(openApiDocument(contracts, info));
    return reply.header('cache-control', 'no-cache').header('content-type', 'application/json; charset=utf-8').send(text);
  };
}

/** Asks every check; a change is logged once, not at every question. */
function readiness({ readiness: checks, log }: OperationsOptions): () => Promise<Record<string, 'ok' | 'failed'>> {
  const known = new Map<string, 'ok' | 'failed'>();
  const ask = async (name: string, check: ReadinessCheck): Promise<'ok' | 'failed'> => {
    try {
      await withinTime(check);
      if (known.get(name) === 'failed') log.info({ check: name }, 'ready again');
      known.set(name, 'ok');
    } catch (error) {
      if (known.get(name) !== 'failed')
        log.warn({ check: name, error: error instanceof Error ? error.message : String(error) }, 'not ready');
      known.set(name, 'failed');
    }
    return known.get(name) ?? 'failed';
  };
  return async () =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(checks).map(async ([name, check]): Promise<[string, 'ok' | 'failed']> => [name, await ask(name, check)]),
      ),
    );
}

async function withinTime(check: ReadinessCheck): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('timed out')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([check(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function mayReadMetrics(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return isPrivateAddress(request.ip);
  const given = Buffer.from(bearerToken(request.headers.authorization) ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Loopback and the private ranges of RFC 1918 and RFC 4193. */
function isPrivateAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(plain) || plain === '::1' || /^f[cd]/i.test(plain);
}
