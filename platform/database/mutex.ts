/** A lock that is granted in the order of asking. */
export interface Mutex {
  /**
   * Waits for the lock and answers the function that gives it back (calling that twice does nothing).
   * @throws Error after `maxWaitMs`: most likely a transaction was opened inside another one.
   */
  acquire(maxWaitMs: number): Promise<() => void>;
}

/** @param permits how many may hold it at once. */
export function createMutex(permits = 1): Mutex {
  let free = permits;
  const waiters: Array<() => void> = [];

  function release(): void {
    const next = waiters.shift();
    if (next === undefined) free += 1;
    else next();
  }

  function releaseOnce(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      release();
    };
  }

  return {
    acquire(maxWaitMs) {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(releaseOnce());
      }
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.splice(waiters.indexOf(granted), 1);
          reject(new Error(`waited ${maxWaitMs} ms for the database writer; is a transaction opened inside another one?`));
        }, maxWaitMs);
        const granted = () => {
          clearTimeout(timer);
          resolve(releaseOnce());
        };
        waiters.push(granted);
      });
    },
  };
}
