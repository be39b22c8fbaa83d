import { existsSync } from 'node:fs';
import { authProblems } from '@qianxing/auth';
import type { ServerConfiguration } from '@qianxing/config';
import { createIdempotencyStore, type Database, migrate } from '@qianxing/database';
import { platformProblems } from '@qianxing/errors';
import { createEventBus, type EventBus, eventMigrations } from '@qianxing/events';
import { createHttpServer, type HttpServer, type ReadinessCheck } from '@qianxing/http';
import type { Job, Log } from '@qianxing/service';
import { createLog, createMetrics, type Metrics } from '@qianxing/telemetry';
import { armFailpointsFromText } from '@qianxing/testing';
import { type Clock, HOUR_MS } from '@qianxing/time';
import { createOutside } from '../compose/outside';
import { composeServices, type Services } from '../compose/services';
import { operationsRoutes } from '../operations/routes';
import { withAudit } from './audit';
import { type FollowingClock, followClock } from './clock';
import { openDatabase } from './database';
import { createJobRunner, type JobRunner } from './jobs';

const VERSION = '0.1.0';

/** The program at rest: everything wired, nothing listening or running yet. */
export interface Program {
  readonly configuration: ServerConfiguration;
  readonly database: Database;
  readonly services: Services;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Applies what migrations are missing; answers their ids. */
  migrate(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface ProgramOptions {
  /** Calls every reaction twice; whole-system tests only. */
  readonly deliverTwice?: boolean;
  /** Where log lines go instead of standard output. */
  readonly log?: Log;
}

export async function buildProgram(configuration: ServerConfiguration, options: ProgramOptions = {}): Promise<Program> {
  const log = options.log ?? createLog({ level: configuration.log.level });
  const metrics = createMetrics();
  const clock: FollowingClock = await followClock(configuration.clockUrl);
  const database = await openDatabase(configuration);
  let services: Services | undefined;
  const bus = createEventBus({
    database,
    clock,
    log,
    reactions: () => services?.all.flatMap((service) => service.reactions) ?? [],
    deliverTwice: options.deliverTwice ?? false,
  });
  const platform = { database, events: bus, clock, log };
  const composed = composeServices(platform, configuration, createOutside(configuration, clock), async () => (await bus.lag()).deadLetters);
  services = composed;
  return {
    configuration,
    database,
    services: composed,
    bus,
    clock,
    log,
    metrics,
    migrate: () => migrate(database, [...eventMigrations, ...composed.all.flatMap((service) => service.migrations)], clock),
    async close() {
      for (const service of composed.all) await service.close?.();
      clock.stop();
      await database.close();
    },
  };
}

/** Where the built applications lie; one that is not built is not served. */
export interface Applications {
  readonly shop: string;
  readonly admin: string;
}

export interface RunningProgram {
  readonly url: string;
  /** Stops accepting, finishes what runs, closes the database. */
  stop(): Promise<void>;
}

/** Serves the program: migrations, events, jobs, then the listener. `readiness` adds conditions to `/readyz`. */
export async function serveProgram(
  program: Program,
  applications: Applications,
  readiness: Readonly<Record<string, ReadinessCheck>> = {},
): Promise<RunningProgram> {
  await program.migrate();
  await program.services.user.ensureStaff([]);
  const idempotency = createIdempotencyStore({ database: program.database, clock: program.clock });
  const http = httpServer(program, idempotency, readiness);
  if (existsSync(applications.shop)) await http.mountStatic({ prefix: '/', folder: applications.shop });
  if (existsSync(applications.admin)) await http.mountStatic({ prefix: '/admin/', folder: applications.admin, spaFallback: true });
  const jobs = jobRunner(program, [
    { name: 'events.sweep', everyMs: HOUR_MS, run: () => program.bus.sweep() },
    { name: 'idempotency.sweep', everyMs: HOUR_MS, run: () => idempotency.sweep() },
  ]);
  await program.bus.start();
  jobs.start();
  const { host, port } = program.configuration.http;
  const url = await http.listen({ host, port });
  // Armed last: what a test kills is the work it asks for, never the start.
  armFailpointsFromText(program.configuration.failpoints);
  return {
    url,
    async stop() {
      await http.close();
      await jobs.stop();
      await program.bus.stop();
      await program.close();
    },
  };
}

function jobRunner(program: Program, own: readonly Job[]): JobRunner {
  const { database, clock, log, metrics } = program;
  return createJobRunner({ jobs: [...own, ...hosted(program).flatMap((service) => service.jobs)], database, clock, log, metrics });
}

/** Services whose routes and jobs this process takes on. Events are worked off by every process: each delivery is claimed once. */
function hosted({ services, configuration }: Program) {
  const names: readonly string[] = configuration.services;
  return services.all.filter((service) => names.includes(service.name));
}

function httpServer(
  program: Program,
  idempotency: ReturnType<typeof createIdempotencyStore>,
  readiness: Readonly<Record<string, ReadinessCheck>>,
): HttpServer {
  const { configuration, services, bus, clock, log, metrics, database } = program;
  const { http, limits } = configuration;
  observe(program);
  const routes = [
    ...hosted(program).flatMap((service) => service.routes),
    ...operationsRoutes({ bus, database, configuration, version: VERSION }),
  ];
  return createHttpServer({
    routes: routes.map((route) => withAudit(route, services.user.recordAudit)),
    problems: [platformProblems.catalogue, authProblems.catalogue, ...services.all.map((service) => service.problems)],
    authenticate: services.user.authenticate,
    idempotency,
    clock,
    log,
    metrics,
    production: configuration.environment === 'production',
    trustProxy: http.trustProxy,
    load: { maxInFlight: limits.maxInFlight, maxEventLoopDelayMs: limits.maxEventLoopDelayMs },
    drainMs: limits.drainMs,
    slowMs: configuration.log.slowMs,
    logEveryRequest: configuration.log.everyRequest,
    ...(http.metricsToken === '' ? {} : { metricsToken: http.metricsToken }),
    info: { title: 'Qianxing', version: VERSION },
    readiness,
  });
}

/** Gauges of what waits. */
function observe({ bus, metrics, services }: Program): void {
  metrics.gaugeOf('events_unrelayed', 'Events not yet handed to the transport', async () => (await bus.lag()).unrelayed);
  metrics.gaugeOf('events_oldest_unrelayed_ms', 'Age of the oldest of them', async () => (await bus.lag()).oldestUnrelayedMs);
  metrics.gaugeOf('event_deliveries_pending', 'Deliveries that wait', async () => (await bus.lag()).pending);
  metrics.gaugeOf('event_dead_letters', 'Deliveries a person has to look at', async () => (await bus.lag()).deadLetters);
  metrics.gaugeOf(
    'payments_unknown',
    'Payments whose outcome is not known',
    async () => (await services.payment.countsByStatus()).payments.unknown ?? 0,
  );
  metrics.gaugeOf(
    'transfers_unknown',
    'Payouts whose outcome is not known',
    async () => (await services.payment.countsByStatus()).transfers.unknown ?? 0,
  );
  metrics.gaugeOf(
    'transparency_log_records_waiting',
    'Records on their way into the tree of the transparency log',
    async () => (await services.promotion.logLag()).waitingRecords,
  );
  metrics.gaugeOf(
    'transparency_log_oldest_waiting_ms',
    'Age of the oldest of them',
    async () => (await services.promotion.logLag()).oldestWaitingMs,
  );
  metrics.gaugeOf(
    'transparency_log_unpublished_leaves',
    'Leaves of the tree that no published checkpoint covers; stays above zero when the log may not sign or witnesses are away',
    async () => (await services.promotion.logLag()).unpublishedLeaves,
  );
}
