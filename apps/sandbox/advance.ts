import type { Delivery } from './delivery';
import { fireDueTimers, type TimerHandlers } from './timers';
import type { World } from './world';

/** Moves the clock forward in steps; after each step timers fire and, when asked, everything due is sent before the next. */
export type Advance = (byMs: number, options: { readonly stepMs: number; readonly settle: boolean }) => Promise<void>;

export function createAdvance(world: World, delivery: Delivery, handlers: TimerHandlers): Advance {
  return async (byMs, { stepMs, settle }) => {
    let left = byMs;
    do {
      const step = Math.min(left, Math.max(stepMs, 1));
      world.clock.advance(step);
      left -= step;
      world.state.clockOffsetMs = world.clock.offsetMs();
      fireDueTimers(world, handlers);
      world.touch();
      if (settle) await delivery.settle();
    } while (left > 0);
  };
}
