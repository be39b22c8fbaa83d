import { createLeases, type Database } from '@qianxing/database';
import { newId } from '@qianxing/ids';
import type { Job, Log } from '@qianxing/service';
import type { Metrics } from '@qianxing/telemetry';
import type { Clock } from '@qianxing/time';

export interface JobRunner {
  start(): void;
  /** Lets running portions finish. */
  stop(): Promise<void>;
}

export interface JobRunnerOptions {
  readonly jobs: readonly Job[];
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Portions one wake-up may run before other work gets a turn. */
const PORTIONS = 20;
const LEASE_MS = 30_000;

/**
 * Runs every job on its own timer, never twice at once in this process, and with several processes on one database at most in one of
 * them (lease). A job that fails is logged and comes again at its next turn.
 */
export function createJobRunner({ jobs, database, clock, log, metrics }: JobRunnerOptions): JobRunner {
  const leases = createLeases(database, clock);
  const holder = newId();
  const running = new Map<string, Promise<void>>();
  const timers: NodeJS.Timeout[] = [];
  const failures = metrics.counter('job_failures_total', 'Runs of a job that failed', ['job']);
  const moved = metrics.counter('job_items_total', 'Items a job moved', ['job']);
  let stopped = false;

  /** SQLite serves one process: nobody to agree with. */
  const mayRun = (job: Job): Promise<boolean> =>
    database.dialect === 'sqlite' ? Promise.resolve(true) : leases.acquire(`job.${job.name}`, holder, Math.max(LEASE_MS, 2 * job.everyMs));

  async function turn(job: Job): Promise<void> {
    try {
      if (!(await mayRun(job))) return;
      for (let portion = 0; portion < PORTIONS && !stopped; portion += 1) {
        const items = await job.run();
        if (items === 0) return;
        moved.add({ job: job.name }, items);
      }
    } catch (error) {
      failures.add({ job: job.name });
      log.error(
        { job: job.name, error: error instanceof Error ? (error.stack ?? error.message) : String(error) },
        'a job failed and comes again',
      );
    }
  }

  function wake(job: Job): void {
    if (stopped || running.has(job.name)) return;
    running.set(
      job.name,
      turn(job).finally(() => running.delete(job.name)),
    );
  }

  return {
    start() {
      for (const job of jobs) {
        timers.push(setInterval(() => wake(job), job.everyMs));
        wake(job);
      }
    },
    async stop() {
      stopped = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}
