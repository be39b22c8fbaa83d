import { type Clock, systemClock } from '@qianxing/time';

/** A clock that can be stopped following. */
export interface FollowingClock extends Clock {
  stop(): void;
}

const FOLLOW_MS = 500;

/**
 * The system clock shifted by the sandbox's virtual clock, so that a demonstration can skip days on both sides at once.
 * Without an address it is the system clock. Configuration refuses an address in production.
 */
export async function followClock(clockUrl: string): Promise<FollowingClock> {
  if (clockUrl === '') return { now: systemClock.now, stop: () => undefined };
  let offsetMs = await offsetOf(clockUrl, 0);
  const timer = setInterval(() => {
    offsetOf(clockUrl, offsetMs).then((offset) => {
      offsetMs = offset;
    }, ignore);
  }, FOLLOW_MS);
  timer.unref();
  return { now: () => systemClock.now() + offsetMs, stop: () => clearInterval(timer) };
}

const ignore = (): void => undefined;

/** The sandbox's offset, or the one known before while the sandbox does not answer. */
async function offsetOf(clockUrl: string, known: number): Promise<number> {
  try {
    const answer = await fetch(`${clockUrl}/clock`, { signal: AbortSignal.timeout(2_000) });
    const { offsetMs } = (await answer.json()) as { offsetMs?: unknown };
    return typeof offsetMs === 'number' ? offsetMs : known;
  } catch {
    return known;
  }
}
