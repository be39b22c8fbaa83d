import type { Labels, Log, Metrics } from '@qianxing/telemetry';
import type { FastifyInstance } from 'fastify';

export interface ObservationOptions {
  readonly log: Log;
  readonly metrics: Metrics | undefined;
  readonly slowMs: number;
  readonly everyRequest: boolean;
}

/** Measures every request by route pattern and logs failed and slow ones: never a body, a query or an address. */
export function observeRequests(app: FastifyInstance, { log, metrics, slowMs, everyRequest }: ObservationOptions): void {
  const duration = metrics?.histogram('http_request_seconds', 'Time from first byte in to last byte out', ['method', 'route', 'status']);
  const labels = labelCache();
  app.addHook('onResponse', (request, reply, done) => {
    const { method, id: requestId } = request;
    const status = reply.statusCode;
    const route = request.is404 === true ? 'none' : (request.routeOptions.url ?? 'none');
    const durationMs = Math.round(reply.elapsedTime);
    duration?.observe(reply.elapsedTime / 1000, labels(method, route, status));
    const facts = { requestId, method, route, status, durationMs, caller: request.actor.kind };
    if (status >= 500) log.error(facts, 'request failed');
    else if (durationMs >= slowMs) log.warn(facts, 'slow request');
    else if (everyRequest) log.info(facts, 'request');
    done();
  });
}

/** One label object per route and status, made once. Methods and routes are a closed set, so this stays small. */
function labelCache(): (method: string, route: string, status: number) => Labels {
  const known = new Map<string, Labels>();
  return (method, route, status) => {
    const key = `${method}${status}${route}`;
    let found = known.get(key);
    if (found === undefined) {
      found = { method, route, status: String(status) };
      if (known.size < 10_000) known.set(key, found);
    }
    return found;
  };
}
