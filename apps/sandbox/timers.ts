import type { World } from './world';

/** Something that happens by itself at an instant of the virtual clock. */
export interface Timer {
  readonly kind: TimerKind;
  readonly objectKey: string;
  readonly dueAtMs: number;
}

export type TimerKind =
  | 'transactionExpires'
  | 'refundCompletes'
  | 'sharingCompletes'
  | 'sharingUnfreezes'
  | 'transferExpires'
  | 'transferCancels'
  | 'trackingAborts'
  | 'productAudits';

export type TimerHandlers = Readonly<Record<TimerKind, (world: World, objectKey: string, dueAtMs: number) => void>>;

/** One timer per kind and object; setting it again moves it. */
export function setTimer(world: World, kind: TimerKind, objectKey: string, dueAtMs: number): void {
  world.state.timers.set(`${kind}:${objectKey}`, { kind, objectKey, dueAtMs });
}

export function clearTimer(world: World, kind: TimerKind, objectKey: string): void {
  world.state.timers.delete(`${kind}:${objectKey}`);
}

/** Fires all timers due by now in order of their instants; a handler may set new ones. Returns how many fired. */
export function fireDueTimers(world: World, handlers: TimerHandlers): number {
  let fired = 0;
  for (;;) {
    const now = world.clock.now();
    const due: [string, Timer][] = [];
    for (const entry of world.state.timers) if (entry[1].dueAtMs <= now) due.push(entry);
    if (due.length === 0) return fired;
    due.sort(([, a], [, b]) => a.dueAtMs - b.dueAtMs);
    for (const [key, timer] of due) {
      if (!world.state.timers.delete(key)) continue;
      handlers[timer.kind](world, timer.objectKey, timer.dueAtMs);
      fired += 1;
    }
    world.touch();
  }
}
