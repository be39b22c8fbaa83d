import type { Log, Metrics } from '@qianxing/telemetry';
import type { FastifyInstance } from 'fastify';

export interface ObservationOptions {
  readonly log: Log;
  readonly metrics: Metrics | undefined;
  readonly slowMs: number;
  readonly everyRequest: boolean;
}

/** Measures every request by route pattern and logs failed and slow ones: never a body, a query or an address. */
export function observeRequests(app: FastifyInstance, { log, metrics, slowMs, everyRequest }: ObservationOptions): void {
  const observe = observers(metrics);
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const { statusCode: status, elapsedTime } = reply;
    const route = request.is404 === true ? 'none' : (request.routeOptions.url ?? 'none');
    observe(method, route, status, elapsedTime / 1000);
    // Not ready is an answer, not a failure; its reason is logged by the check.
    const failed = status >= 500 && route !== '/readyz';
    if (failed || elapsedTime >= slowMs || everyRequest) {
      const facts = { requestId: request.id, method, route, status, durationMs: Math.round(elapsedTime), caller: request.actor.kind };
      if (failed) log.error(facts, 'request failed');
      else if (elapsedTime >= slowMs) log.warn(facts, 'slow request');
      else log.info(facts, 'request');
    }
    done();
  });
}

type Observe = (method: string, route: string, status: number, seconds: number) => void;

/** One series per route and status. Methods, routes and statuses are closed sets, so there are never many. */
function observers(metrics: Metrics | undefined): Observe {
  if (metrics === undefined) return () => undefined;
  const duration = metrics.histogram('http_request_seconds', 'Time from first byte in to last byte out');
  const known = new Map<string, (seconds: number) => void>();
  return (method, route, status, seconds) => {
    const key = `${method}${status}${route}`;
    let observe = known.get(key);
    if (observe === undefined) {
      observe = duration.of({ method, route, status: String(status) });
      known.set(key, observe);
    }
    observe(seconds);
  };
}
