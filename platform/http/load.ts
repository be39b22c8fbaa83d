import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

export interface LoadLimits {
  /** Requests being worked on at once in this process. */
  readonly maxInFlight: number;
  /** Mean delay of the event loop over the last half second; 0 switches this guard off. */
  readonly maxEventLoopDelayMs: number;
}

/** Counts the requests in flight and says when there are too many. */
export interface LoadGuard {
  /** False: answer 503 at once. Every `enter` is followed by one `leave`, admitted or not. */
  enter(): boolean;
  leave(): void;
  inFlight(): number;
  stop(): void;
}

const SAMPLE_MS = 500;
const NANOSECONDS_PER_MS = 1e6;

export function createLoadGuard(limits: LoadLimits): LoadGuard {
  let inFlight = 0;
  let late = false;
  const delay: IntervalHistogram | undefined = limits.maxEventLoopDelayMs > 0 ? monitorEventLoopDelay({ resolution: 20 }) : undefined;
  delay?.enable();
  const timer =
    delay === undefined
      ? undefined
      : setInterval(() => {
          late = delay.count > 0 && delay.mean / NANOSECONDS_PER_MS > limits.maxEventLoopDelayMs;
          delay.reset();
        }, SAMPLE_MS).unref();
  return {
    enter() {
      inFlight += 1;
      return inFlight <= limits.maxInFlight && !late;
    },
    leave() {
      inFlight -= 1;
    },
    inFlight: () => inFlight,
    stop() {
      delay?.disable();
      clearInterval(timer);
    },
  };
}
