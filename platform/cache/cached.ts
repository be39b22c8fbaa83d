import type { Cache } from './port';
import { singleFlight } from './single-flight';

/** Reads through a cache: one load per key at a time, its answer kept for `ttlMs`. `undefined` is not kept. */
export type ReadThrough = <V>(key: string, ttlMs: number, load: () => Promise<V>) => Promise<V>;

/** A cache that fails costs latency, never an answer: the value is loaded instead. */
export function readThrough(cache: Cache): ReadThrough {
  const flights = singleFlight();
  return async <V>(key: string, ttlMs: number, load: () => Promise<V>): Promise<V> => {
    const known = await cache.get<V>(key).catch(() => undefined);
    if (known !== undefined) return known;
    return flights.run(key, async () => {
      const value = await load();
      if (value !== undefined) await cache.set(key, value, ttlMs).catch(() => {});
      return value;
    });
  };
}
