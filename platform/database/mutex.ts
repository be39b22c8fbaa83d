/** A lock that is granted in the order of asking. */
export interface Mutex {
  /**
   * Waits for the lock and answers the function that gives it back (calling that twice does nothing).
   * @throws Error after `maxWaitMs` (most likely a transaction was opened inside another one) and when the mutex was closed.
   */
  acquire(maxWaitMs: number): Promise<() => void>;
  /** Refuses who waits and who comes, and resolves when the holders are done. */
  close(): Promise<void>;
}

interface Waiter {
  grant(): void;
  refuse(reason: string): void;
}

/** @param permits how many may hold it at once. */
export function createMutex(permits = 1): Mutex {
  let free = permits;
  let onAllFree: (() => void) | undefined;
  let closed = false;
  const waiters: Waiter[] = [];

  function release(): void {
    const next = waiters.shift();
    if (next !== undefined) {
      next.grant();
      return;
    }
    free += 1;
    if (free === permits) onAllFree?.();
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
      if (closed) return Promise.reject(new Error('the database is closed'));
      if (free > 0) {
        free -= 1;
        return Promise.resolve(releaseOnce());
      }
      return new Promise((resolve, reject) => {
        const waiter: Waiter = {
          grant: () => {
            clearTimeout(timer);
            resolve(releaseOnce());
          },
          refuse: (reason) => {
            clearTimeout(timer);
            reject(new Error(reason));
          },
        };
        const timer = setTimeout(() => {
          waiters.splice(waiters.indexOf(waiter), 1);
          waiter.refuse(`waited ${maxWaitMs} ms for the database writer; is a transaction opened inside another one?`);
        }, maxWaitMs);
        waiters.push(waiter);
      });
    },
    close() {
      closed = true;
      for (const waiter of waiters.splice(0)) waiter.refuse('the database is closed');
      return new Promise((resolve) => {
        onAllFree = resolve;
        if (free === permits) resolve();
      });
    },
  };
}
