export type { HistogramMetric, Labels } from './histogram';
export { createLog, type Log, type LogLevel, type LogOptions, silentLog } from './log';
export {
  type CounterMetric,
  createMetrics,
  type GaugeMetric,
  type Metrics,
  type MetricsOptions,
} from './metrics';
export { maskText, withoutPersonalData } from './personal-data';
export { currentRequestId, inRequest } from './request-scope';
