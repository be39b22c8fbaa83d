/**
 * The virtual clock of the outside world: the base clock plus an offset that only grows.
 * Every timer of the sandbox compares with it, so a day can pass in a test without waiting.
 */
export interface VirtualClock {
  /** Instant in UTC milliseconds. */
  now(): number;
  offsetMs(): number;
  /** Moves the clock forward. @throws RangeError when `byMs` is negative or not an integer */
  advance(byMs: number): void;
  /**
   * Whether an instant is within the window around now. Just after a jump the time before it counts too: programs that follow
   * this clock from another process learn of a jump a moment later, and that is no fault of theirs.
   */
  isNear(instantMs: number, windowMs: number): boolean;
}

/** Real time for which the time before a jump still counts. */
const JUMP_GRACE_MS = 3_000;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const CHINA_OFFSET_MS = 8 * HOUR_MS;

export function createVirtualClock(base: () => number, initialOffsetMs = 0): VirtualClock {
  let offsetMs = initialOffsetMs;
  let before = { offsetMs, graceEndsAtMs: 0 };
  return {
    now: () => base() + offsetMs,
    offsetMs: () => offsetMs,
    advance(byMs) {
      if (!Number.isSafeInteger(byMs) || byMs < 0) throw new RangeError(`not a forward step in milliseconds: ${byMs}`);
      const inGrace = base() < before.graceEndsAtMs;
      before = { offsetMs: inGrace ? before.offsetMs : offsetMs, graceEndsAtMs: base() + JUMP_GRACE_MS };
      offsetMs += byMs;
    },
    isNear(instantMs, windowMs) {
      if (Math.abs(base() + offsetMs - instantMs) <= windowMs) return true;
      const isBetween = instantMs >= base() + before.offsetMs - windowMs && instantMs <= base() + offsetMs + windowMs;
      return base() < before.graceEndsAtMs && isBetween;
    },
  };
}

/** RFC 3339 in China's zone without fraction, as WeChat writes it: `2025-01-02T03:04:05+08:00`. */
export function toRfc3339(instantMs: number): string {
  return `${new Date(instantMs + CHINA_OFFSET_MS).toISOString().slice(0, 19)}+08:00`;
}

/** `2025-01-02 03:04:05` in China's zone, as bills and carriers write it. */
export function toLocalText(instantMs: number): string {
  return new Date(instantMs + CHINA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** `YYYY-MM-DD` in China's zone. */
export function dayOf(instantMs: number): string {
  return new Date(instantMs + CHINA_OFFSET_MS).toISOString().slice(0, 10);
}

/** Start of a China day; `undefined` when the text is no calendar day. */
export function startOfDay(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const instant = Date.parse(`${day}T00:00:00.000Z`);
  if (Number.isNaN(instant) || new Date(instant).toISOString().slice(0, 10) !== day) return undefined;
  return instant - CHINA_OFFSET_MS;
}
