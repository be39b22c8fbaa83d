import { createLruCache, type ReadThrough, readThrough } from '@qianxing/cache';
import type { Platform } from '@qianxing/service';
import type { CatalogOptions } from './model';
import type { CatalogNeeds } from './needs';

/** What the shell of this service shares. */
export interface CatalogContext {
  readonly platform: Platform;
  readonly needs: CatalogNeeds;
  readonly options: CatalogOptions;
  /** Short-lived copies of hot answers; losing them costs latency only. */
  readonly cached: ReadThrough;
  /** Drops a hot answer after a change in this process; other processes see the change when its short life ends. */
  readonly forget: (key: string) => void;
}

/** Entries of hot answers in one process. */
const CACHE_ENTRIES = 5_000;

export function catalogContext(platform: Platform, needs: CatalogNeeds, options: CatalogOptions): CatalogContext {
  const cache = createLruCache({ maxEntries: CACHE_ENTRIES, clock: platform.clock });
  return { platform, needs, options, cached: readThrough(cache), forget: (key) => void cache.delete(key) };
}
