/** A clock that only moves when told. */
export interface VirtualClock {
  now(): number;
  advance(byMs: number): void;
  set(instantMs: number): void;
}

export function virtualClock(startMs: number = Date.UTC(2026, 10, 1)): VirtualClock {
  let current = startMs;
  return {
    now: () => current,
    advance: (byMs) => {
      current += byMs;
    },
    set: (instantMs) => {
      current = instantMs;
    },
  };
}
