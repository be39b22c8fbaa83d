import type { Metric, Registry } from 'prom-client';

export type Labels = Readonly<Record<string, string>>;

export interface HistogramMetric {
  observe(value: number, labels?: Labels): void;
  /** The function that observes values of one set of labels; for hot paths. */
  of(labels: Labels): (value: number) => void;
}

interface Series {
  readonly labels: Labels;
  /** Observations per bucket, the last for everything above the greatest bound. */
  readonly counts: number[];
  sum: number;
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A histogram whose observation is an addition: labels are resolved once per series, not once per value. */
export function registerHistogram(registry: Registry, name: string, help: string, bounds: readonly number[]): HistogramMetric {
  const all = new Map<string, Series>();
  const seriesOf = (labels: Labels): Series => {
    const key = JSON.stringify(Object.entries(labels).sort());
    const known = all.get(key) ?? { labels, counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 };
    all.set(key, known);
    return known;
  };
  const add = (series: Series, value: number) => {
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
  };
  const exposed = {
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    get: async () => ({
      name,
      help,
      type: 'histogram',
      aggregator: 'sum',
      values: [...all.values()].flatMap((series) => samples(name, bounds, series)),
    }),
    reset: () => all.clear(),
  };
  registry.registerMetric(exposed as unknown as Metric<string>);
  return {
    observe: (value, labels = {}) => add(seriesOf(labels), value),
    of: (labels) => {
      const series = seriesOf(labels);
      return (value) => add(series, value);
    },
  };
}

/** Cumulative buckets, sum and count, as the text format has them. */
function samples(name: string, bounds: readonly number[], { labels, counts, sum }: Series): Sample[] {
  let count = 0;
  const buckets = counts.map((inBucket, i): Sample => {
    count += inBucket;
    return { metricName: `${name}_bucket`, labels: { le: bounds[i] ?? '+Inf', ...labels }, value: count };
  });
  return [...buckets, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: count }];
}
