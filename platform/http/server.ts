import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type ProblemCatalogue, platformProblems } from '@qianxing/errors';
import { type Log, type Metrics, silentLog } from '@qianxing/telemetry';
import type { Clock } from '@qianxing/time';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { ANONYMOUS, type Authenticator } from './access';
import { type Answers, createAnswers } from './answers';
import type { Route } from './handler';
import type { IdempotencyStore } from './idempotency';
import { parseJsonBody } from './json-body';
import { createLoadGuard, type LoadGuard, type LoadLimits } from './load';
import { mountRoute, type RouteDependencies } from './mount-route';
import { notFoundHandler } from './not-found';
import type { ApiInfo } from './open-api';
import { mountOperations, type ReadinessCheck } from './operations';
import { mergeCatalogues, PROBLEM_TYPE, problemDocument } from './problem-document';
import { inProcessRateLimiter, type RateLimiter } from './rate-limit';
import { takesBytes } from './read-input';
import { observeRequests } from './request-log';
import { apiHeaders } from './security-headers';
import { loadStatic, type StaticApplication, type StaticMount } from './static-files';
import { createValidation } from './validation';

export interface HttpServerOptions {
  readonly routes: readonly Route[];
  readonly problems: readonly ProblemCatalogue[];
  readonly authenticate: Authenticator;
  readonly idempotency: IdempotencyStore;
  readonly clock: Clock;
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** In process unless told. */
  readonly rateLimiter?: RateLimiter;
  /** Adds HSTS. */
  readonly production?: boolean;
  /** Proxies whose `X-Forwarded-For` is believed: addresses, ranges or a number of hops. None unless told. */
  readonly trustProxy?: string | number | readonly string[];
  readonly load?: Partial<LoadLimits>;
  /** How long `close` waits for requests being served; 10 s unless told. */
  readonly drainMs?: number;
  readonly readiness?: Readonly<Record<string, ReadinessCheck>>;
  readonly info?: ApiInfo;
  readonly metricsToken?: string;
  /** Requests slower than this are logged as warnings; 1 s unless told. */
  readonly slowMs?: number;
  /** Log every request (no bodies, no personal data); otherwise only failed and slow ones. */
  readonly logEveryRequest?: boolean;
  /**
   * Log lines inside handlers carry the request id. On from Node 24, where it is nearly free; before, it makes every promise of the
   * process dearer (a tenth of a busy server's time), so it is off unless told.
   */
  readonly asyncContext?: boolean;
  /** `eager` compiles every schema at once (tests find wrong ones); `lazy` at a route's first call (starts faster, the default). */
  readonly compile?: 'lazy' | 'eager';
}

export interface ListenOptions {
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface HttpServer {
  /** Serves a built application; call before `listen`. */
  mountStatic(mount: StaticMount): Promise<void>;
  /** Starts listening and answers the address, for example `http://127.0.0.1:8080`. */
  listen(options: ListenOptions): Promise<string>;
  /** Answers a request without a socket; for tests. */
  readonly inject: FastifyInstance['inject'];
  /** Requests being served now. */
  inFlight(): number;
  /** Stops accepting, lets requests being served end, then cuts what is left. */
  close(): Promise<void>;
}

const DEFAULT_LOAD: LoadLimits = { maxInFlight: 20_000, maxEventLoopDelayMs: 5_000 };
const DEFAULT_DRAIN_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle time of common load balancers (60 s), so that they never reuse a connection we just closed. */
const KEEP_ALIVE_MS = 72_000;
const BACKLOG = 8_192;
const ASYNC_CONTEXT_IS_CHEAP = Number(process.versions.node.split('.')[0]) >= 24;

/** Puts routes on a Fastify server with everything around them that is the same for all. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { routes, clock, log = silentLog, production = false } = options;
  const answers = createAnswers(options.problems, log);
  const load = createLoadGuard({ ...DEFAULT_LOAD, ...options.load });
  const applications: StaticApplication[] = [];
  const contracts = routes.map(({ contract }) => contract);
  let draining = false;
  const isDraining = () => draining;

  const app = newFastify(options, answers);
  guardEveryRequest(app, { load, answers, isDraining, headers: apiHeaders(production) });
  observeRequests(app, { log, metrics: options.metrics, slowMs: options.slowMs ?? 1_000, everyRequest: options.logEveryRequest === true });
  options.metrics?.gaugeOf('http_requests_in_flight', 'Requests being served', load.inFlight);
  mountOperations(app, {
    contracts,
    info: options.info ?? { title: 'Qianxing', version: '1' },
    readiness: options.readiness ?? {},
    metrics: options.metrics,
    metricsToken: options.metricsToken,
    isDraining,
    answers,
    log,
  });
  const compileAll = mountAll(app, routes, {
    authenticate: options.authenticate,
    idempotency: options.idempotency,
    clock,
    limiter: options.rateLimiter ?? inProcessRateLimiter(),
    answers,
    log,
    check: createValidation(),
    asyncContext: options.asyncContext ?? ASYNC_CONTEXT_IS_CHEAP,
  });
  app.setNotFoundHandler(notFoundHandler(contracts, applications, answers));
  if (options.compile === 'eager') for (const compile of compileAll) compile();

  return {
    async mountStatic(mount) {
      applications.push(await loadStatic(mount, production));
      applications.sort((a, b) => b.prefix.length - a.prefix.length);
    },
    async listen({ host = '127.0.0.1', port }) {
      await app.listen({ host, port, backlog: BACKLOG });
      const { port: actual } = app.server.address() as AddressInfo;
      return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
    },
    inject: app.inject.bind(app) as FastifyInstance['inject'],
    inFlight: load.inFlight,
    async close() {
      draining = true;
      const cut = setTimeout(() => app.server.closeAllConnections(), options.drainMs ?? DEFAULT_DRAIN_MS);
      await app.close();
      clearTimeout(cut);
      load.stop();
    },
  };
}

const believed = (proxies: string | readonly string[] | undefined): string | string[] | false =>
  proxies === undefined ? false : typeof proxies === 'string' ? proxies : [...proxies];

function newFastify(options: HttpServerOptions, answers: Answers): FastifyInstance {
  const { trustProxy } = options;
  const app: FastifyInstance = Fastify({
    logger: false,
    trustProxy: typeof trustProxy === 'number' ? (_address: string, hop: number) => hop < trustProxy : believed(trustProxy),
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    genReqId: requestIds(),
    requestIdHeader: false,
    routerOptions: { maxParamLength: 200 },
    // Comes before any hook: what every answer carries is put on here.
    frameworkErrors: (error, request, reply) => {
      reply.headers(apiHeaders(options.production === true)).header('x-request-id', request.id);
      answers.sendThrown(request, reply, error);
    },
    clientErrorHandler: answerBrokenRequest(mergeCatalogues([])),
  });
  app.decorateRequest('actor');
  app.decorateRequest('bodyText', '');
  return app;
}

// A caller's id is kept only if it can do no harm in a log or header.
const REQUEST_ID = /^[\w-]{8,64}$/;

/** Request ids: the caller's if it is well formed, else a random prefix of this process and a running number. */
function requestIds(): (message: IncomingMessage) => string {
  const prefix = randomBytes(9).toString('base64url');
  let count = 0;
  return (message) => {
    const given = message.headers['x-request-id'];
    if (typeof given === 'string' && REQUEST_ID.test(given)) return given;
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}

interface Guards {
  readonly load: LoadGuard;
  readonly answers: Answers;
  readonly isDraining: () => boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Probes and notifications of outside systems are served when everything else is refused for load. */
const isVital = (url: string) => url.startsWith('/hooks/') || url === '/healthz' || url === '/readyz' || url === '/metrics';

/** Browsers say where a request comes from. Ours carry bearer tokens, never cookies, so this is a second line. @see W3C Fetch Metadata */
const isCrossSiteWrite = ({ method, headers, url }: FastifyRequest) =>
  headers['sec-fetch-site'] === 'cross-site' && method !== 'GET' && method !== 'HEAD' && !url.startsWith('/hooks/');

function guardEveryRequest(app: FastifyInstance, { load, answers, isDraining, headers }: Guards): void {
  const busy = platformProblems.fail('busy', { details: { retryAfterMs: 1_000 } }).problem;
  const crossSite = platformProblems.fail('crossSite').problem;
  app.addHook('onRequest', (request, reply, done) => {
    request.actor = ANONYMOUS;
    reply.headers(headers).header('x-request-id', request.id);
    if (isDraining()) reply.header('connection', 'close');
    if (!load.enter() && !isVital(request.url)) answers.sendProblem(request, reply, busy);
    else if (isCrossSiteWrite(request)) answers.sendProblem(request, reply, crossSite);
    else done();
  });
  app.addHook('onResponse', (_request, _reply, done) => {
    load.leave();
    done();
  });
}

/** JSON routes and routes that take bytes differ in how a body is read, so each kind has a scope of its own. */
function mountAll(app: FastifyInstance, routes: readonly Route[], dependencies: RouteDependencies): (() => void)[] {
  const compilers: (() => void)[] = [];
  app.setErrorHandler((error, request, reply) => dependencies.answers.sendThrown(request, reply, error));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/(?:[\w.-]+\+)?json\b/, { parseAs: 'string' }, (request, text, done) => {
    request.bodyText = text as string;
    done(null, parseJsonBody(request.bodyText));
  });
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => done(null, bytes));
    for (const route of routes) if (takesBytes(route.contract)) compilers.push(mountRoute(scope, route, dependencies));
  });
  for (const route of routes) if (!takesBytes(route.contract)) compilers.push(mountRoute(app, route, dependencies));
  return compilers;
}

/** Answers what the HTTP parser could not read, on the bare socket. */
function answerBrokenRequest(catalogue: ReturnType<typeof mergeCatalogues>): (error: Error & { code?: string }, socket: Socket) => void {
  const { fail } = platformProblems;
  const malformed = fail('malformed', { params: { reasonZh: 'HTTP 报文不正确', reasonEn: 'the HTTP message is broken' } });
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy();
    const failed =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? fail('headersTooLarge')
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? fail('timedOut')
          : malformed;
    const document = problemDocument(catalogue, failed.problem, 'zh', randomBytes(12).toString('base64url'));
    const body = JSON.stringify(document);
    socket.end(
      `HTTP/1.1 ${document.status} ${document.title}\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  };
}
