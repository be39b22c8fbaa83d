export { type ReadThrough, readThrough } from './cached';
export { createLruCache, type LruOptions } from './lru';
export type { Cache } from './port';
export { type SingleFlight, singleFlight } from './single-flight';
