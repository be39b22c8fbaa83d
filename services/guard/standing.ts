import { DAY_MS } from '@qianxing/time';
import type { STANDINGS } from './contract';
import type { Finding } from './engine/evaluate';

/** `clear`: nothing blocks · `grace`: newly blocked, may run a while · `stopped`: may not run. */
export type Standing = (typeof STANDINGS)[number];

export interface Stand {
  readonly standing: Standing;
  /** UTC milliseconds; null unless `grace`. */
  readonly graceUntil: number | null;
}

/** How long a plan that was clear before may run on when a new pack blocks it and counsel could still sign. */
const GRACE_MS = 30 * DAY_MS;

/**
 * How something in force stands. What nobody may override stops at once, and so does what a signature allowed that has ended; what was clear and is
 * blocked because the pack changed, by a rule that could be signed for, gets a grace period, once.
 *
 * @param before undefined when it has just been put in force
 */
export function standOf(open: readonly Finding[], before: Stand | undefined, { at, newPack }: { at: number; newPack: boolean }): Stand {
  const blocking = open.filter(({ severity }) => severity === 'block');
  if (blocking.length === 0) return { standing: 'clear', graceUntil: null };
  const stopped: Stand = { standing: 'stopped', graceUntil: null };
  if (before === undefined || before.standing === 'stopped' || blocking.some(({ override }) => override === 'never')) return stopped;
  if (before.standing === 'clear' && !newPack) return stopped;
  const graceUntil = before.graceUntil ?? at + GRACE_MS;
  return at < graceUntil ? { standing: 'grace', graceUntil } : stopped;
}
