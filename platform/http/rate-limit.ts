/** Answer of a rate limiter. `retryAfterMs` is 0 when the call may pass. */
export interface RateVerdict {
  readonly retryAfterMs: number;
}

/** Limits how often a key may be used. The in-process one guards one process; Redis can stand behind the same port. */
export interface RateLimiter {
  take(key: string, perMinute: number, now: number): RateVerdict | Promise<RateVerdict>;
}

const MINUTE_MS = 60_000;
const PASS: RateVerdict = { retryAfterMs: 0 };

/**
 * Token bucket as one number per key (generic cell rate algorithm): the instant at which the bucket will be full again.
 * A full minute's allowance may be used at once, then it refills evenly. Memory is bounded: when `maxKeys` are held, full buckets
 * are dropped first, then the oldest.
 */
export function inProcessRateLimiter(maxKeys = 100_000): RateLimiter {
  const fullAt = new Map<string, number>();
  const makeRoom = (now: number) => {
    for (const [key, at] of fullAt) if (at <= now) fullAt.delete(key);
    for (const key of fullAt.keys()) {
      if (fullAt.size < maxKeys) break;
      fullAt.delete(key);
    }
  };
  return {
    take(key, perMinute, now) {
      const interval = MINUTE_MS / perMinute;
      const from = Math.max(fullAt.get(key) ?? 0, now);
      const wait = from + interval - now - MINUTE_MS;
      // Half a millisecond of grace absorbs the rounding of intervals that are no whole number.
      if (wait > 0.5) return { retryAfterMs: Math.ceil(wait) };
      if (fullAt.size >= maxKeys && !fullAt.has(key)) makeRoom(now);
      fullAt.set(key, from + interval);
      return PASS;
    },
  };
}
