import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { type HistogramMetric, type Labels, registerHistogram } from './histogram';

export interface CounterMetric {
  add(labels?: Labels, by?: number): void;
}

export interface GaugeMetric {
  set(value: number, labels?: Labels): void;
}

/** Prometheus metrics of one process. Asking twice for one name answers the same metric. */
export interface Metrics {
  counter(name: string, help: string, labels?: readonly string[]): CounterMetric;
  gauge(name: string, help: string, labels?: readonly string[]): GaugeMetric;
  /** A gauge whose value is asked for at every scrape; a failing reading shows as NaN. */
  gaugeOf(name: string, help: string, read: () => number | Promise<number>): void;
  /** Values in the unit the name ends with (`_seconds`, `_bytes`). */
  histogram(name: string, help: string, buckets?: readonly number[]): HistogramMetric;
  /** Text exposition format and its content type. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface MetricsOptions {
  /** Memory, processor, event loop and garbage collection of the process; on unless told. */
  readonly processMetrics?: boolean;
}

/** A registry of its own, so that several servers may live in one process (tests). Names start with `qianxing_`. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics !== false) collectDefaultMetrics({ register: registry, prefix: 'qianxing_' });
  const known = new Map<string, CounterMetric | GaugeMetric | HistogramMetric>();
  const once = <M extends CounterMetric | GaugeMetric | HistogramMetric>(kind: string, name: string, make: (full: string) => M): M => {
    const full = `qianxing_${name}`;
    const found = known.get(`${kind} ${full}`);
    if (found !== undefined) return found as M;
    const made = make(full);
    known.set(`${kind} ${full}`, made);
    return made;
  };
  return {
    counter: (name, help, labels = []) =>
      once('counter', name, (full) => {
        const counter = new Counter({ name: full, help, labelNames: [...labels], registers: [registry] });
        return { add: (values = {}, by = 1) => counter.inc(values, by) };
      }),
    gauge: (name, help, labels = []) =>
      once('gauge', name, (full) => {
        const gauge = new Gauge({ name: full, help, labelNames: [...labels], registers: [registry] });
        return { set: (value, values = {}) => gauge.set(values, value) };
      }),
    gaugeOf: (name, help, read) => {
      const full = `qianxing_${name}`;
      registry.removeSingleMetric(full);
      new Gauge({
        name: full,
        help,
        registers: [registry],
        async collect() {
          try {
            this.set(await read());
          } catch {
            this.set(Number.NaN);
          }
        },
      });
    },
    histogram: (name, help, buckets = SECONDS) => once('histogram', name, (full) => registerHistogram(registry, full, help, buckets)),
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
