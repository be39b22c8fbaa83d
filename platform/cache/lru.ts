import type { Clock } from '@qianxing/time';
import { LRUCache } from 'lru-cache';
import type { Cache } from './port';

export interface LruOptions {
  readonly maxEntries: number;
  readonly clock: Clock;
}

interface Entry {
  readonly value: unknown;
  readonly expiresAt: number;
}

/** A cache in the process's memory that drops the least recently used entries. */
export function createLruCache({ maxEntries, clock }: LruOptions): Cache {
  const entries = new LRUCache<string, Entry>({ max: maxEntries });
  return {
    async get<V>(key: string): Promise<V | undefined> {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (entry.expiresAt > clock.now()) return entry.value as V;
      entries.delete(key);
      return undefined;
    },
    async set(key, value, ttlMs) {
      entries.set(key, { value, expiresAt: clock.now() + ttlMs });
    },
    async delete(key) {
      entries.delete(key);
    },
  };
}
