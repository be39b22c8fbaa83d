import { monitorEventLoopDelay } from 'node:perf_hooks';

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

/** Mean delay of the event loop since the last reading, in ms. */
export interface DelayMeter {
  read(): number;
  stop(): void;
}

function eventLoopMeter(): DelayMeter {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    read() {
      const mean = delay.count > 0 ? delay.mean / NANOSECONDS_PER_MS : 0;
      delay.reset();
      return mean;
    },
    stop: () => void delay.disable(),
  };
}

export function createLoadGuard(limits: LoadLimits, meter?: DelayMeter): LoadGuard {
  let inFlight = 0;
  let isLate = false;
  const delay = limits.maxEventLoopDelayMs > 0 ? (meter ?? eventLoopMeter()) : undefined;
  const sample = () => {
    isLate = delay !== undefined && delay.read() > limits.maxEventLoopDelayMs;
  };
  const timer = delay === undefined ? undefined : setInterval(sample, SAMPLE_MS).unref();
  return {
    enter() {
      inFlight += 1;
      return inFlight <= limits.maxInFlight && !isLate;
    },
    leave() {
      inFlight -= 1;
    },
    inFlight: () => inFlight,
    stop() {
      delay?.stop();
      clearInterval(timer);
    },
  };
}
