import { type Failed, platformProblems, type Result } from '@qianxing/errors';
import { type Clock, systemClock } from '@qianxing/time';
import { CommitUnknownError, isTransient } from './failures';
import type { Database, Transaction } from './port';

export interface GroupCommitOptions<Request, Answer> {
  readonly database: Database;
  /** `<service>.<work>`, for metrics. */
  readonly name: string;
  /** Most requests of one transaction. */
  readonly maxBatch: number;
  /**
   * How long a batch that is smaller than the one before may wait for more requests, in ms. 0 never waits; an idle group never waits
   * either. Default 0.
   */
  readonly maxWaitMs?: number;
  /** Most requests that may wait; more are refused. */
  readonly maxQueue: number;
  /**
   * Applies the requests in the order of arrival inside one transaction and answers one result for each, in the same order. A failed
   * result must have written nothing: the batch commits all the same. May be run again with the same or fewer requests.
   */
  readonly apply: (transaction: Transaction, requests: readonly Request[]) => Promise<readonly Result<Answer>[]>;
  readonly clock?: Clock;
  /** Must not throw. */
  readonly onBatch?: (facts: BatchFacts) => void;
}

/** What happened to one batch, for metrics. */
export interface BatchFacts {
  readonly name: string;
  readonly size: number;
  /** Requests that waited when the batch began, its own included. */
  readonly queued: number;
  /** How long the first request of the batch had waited, in ms. */
  readonly waitedMs: number;
  /** How long the transaction took, commit included, in ms. */
  readonly tookMs: number;
  /** Transactions that were needed: 1, or more when a poisoned request was searched for. */
  readonly transactions: number;
}

export interface GroupCommit<Request, Answer> {
  /**
   * Resolves after the commit of the batch that holds the request. Fails with `request.busy` (nothing was done; `details.retryAfterMs`
   * tells when to come again) when the queue is full or closed or the database stays busy. Rejects with what `apply` throws for this
   * request alone, and with `CommitUnknownError` for the whole batch when its outcome is unknown.
   */
  submit(request: Request): Promise<Result<Answer>>;
  readonly queued: number;
  /** Refuses new requests and resolves when the accepted ones are answered. */
  close(): Promise<void>;
}

interface Waiter<Request, Answer> {
  readonly request: Request;
  readonly since: number;
  resolve(result: Result<Answer>): void;
  reject(error: unknown): void;
}

/** Answers are handed out after the whole batch: a caller must not see its commit before the ones in front of it. */
type Outcome<Answer> = { readonly result: Result<Answer> } | { readonly error: unknown };

const DEFAULT_BATCH_MS = 20;

/**
 * Applies many small requests in one transaction (group commit): the next batch forms while one runs, so the batch grows with the load
 * and a single request on an idle system goes through by itself. When a transaction fails, halves are tried until the request at fault
 * is alone; only its caller gets the error.
 */
export function createGroupCommit<Request, Answer>(options: GroupCommitOptions<Request, Answer>): GroupCommit<Request, Answer> {
  const { database, apply, maxBatch, maxQueue } = options;
  const maxWaitMs = options.maxWaitMs ?? 0;
  const clock = options.clock ?? systemClock;
  type Own = Waiter<Request, Answer>;

  let queue: Own[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  let lastSize = 1;
  let recentBatchMs = DEFAULT_BATCH_MS;
  let filled: (() => void) | undefined;

  function busy(): Failed {
    const batchesAhead = Math.ceil(queue.length / maxBatch);
    return platformProblems.fail('busy', { details: { retryAfterMs: Math.max(100, Math.ceil(batchesAhead * recentBatchMs)) } });
  }

  /** One turn of the event loop gathers what has arrived with the first request; only a loaded group may wait longer. */
  async function gather(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const expected = Math.min(lastSize, maxBatch);
    if (closed || maxWaitMs <= 0 || queue.length >= expected) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, maxWaitMs);
      filled = () => {
        if (queue.length < expected && !closed) return;
        clearTimeout(timer);
        resolve();
      };
    });
    filled = undefined;
  }

  async function runUntilEmpty(): Promise<void> {
    while (queue.length > 0) {
      await gather();
      const queued = queue.length;
      const batch = queue.slice(0, maxBatch);
      queue = queue.slice(maxBatch);
      lastSize = batch.length;
      await runBatch(batch, queued);
    }
  }

  async function runBatch(batch: readonly Own[], queued: number): Promise<void> {
    const startedAt = clock.now();
    const counter = { transactions: 0 };
    const outcomes = await outcomesOf(batch, counter);
    const tookMs = clock.now() - startedAt;
    recentBatchMs = 0.8 * recentBatchMs + 0.2 * tookMs;
    for (const [index, waiter] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) waiter.reject(new Error('no outcome for this request'));
      else if ('error' in outcome) waiter.reject(outcome.error);
      else waiter.resolve(outcome.result);
    }
    const waitedMs = startedAt - (batch[0]?.since ?? startedAt);
    options.onBatch?.({ name: options.name, size: batch.length, queued, waitedMs, tookMs, transactions: counter.transactions });
  }

  async function outcomesOf(batch: readonly Own[], counter: { transactions: number }): Promise<Outcome<Answer>[]> {
    counter.transactions += 1;
    try {
      const results = await commit(batch.map(({ request }) => request));
      return results.map((result) => ({ result }));
    } catch (error) {
      // Possibly committed: trying again in halves could do it twice.
      if (error instanceof CommitUnknownError) return batch.map(() => ({ error }));
      // Rolled back again and again because the database is overloaded or away, which smaller batches would make worse.
      if (isTransient(error)) return batch.map(() => ({ result: busy() }));
      if (batch.length === 1) return [{ error }];
      const middle = Math.ceil(batch.length / 2);
      const first = await outcomesOf(batch.slice(0, middle), counter);
      return [...first, ...(await outcomesOf(batch.slice(middle), counter))];
    }
  }

  /** The results travel inside an object, for a failed `Result` itself would roll the transaction back. */
  async function commit(requests: readonly Request[]): Promise<readonly Result<Answer>[]> {
    const { results } = await database.transaction(async (transaction) => ({ results: await apply(transaction, requests) }));
    if (results.length !== requests.length) throw new Error(`${options.name} answered ${results.length} of ${requests.length} requests`);
    return results;
  }

  return {
    submit(request) {
      if (closed || queue.length >= maxQueue) return Promise.resolve(busy());
      return new Promise((resolve, reject) => {
        queue.push({ request, since: clock.now(), resolve, reject });
        filled?.();
        running ??= runUntilEmpty().finally(() => {
          running = undefined;
        });
      });
    },
    get queued() {
      return queue.length;
    },
    async close() {
      closed = true;
      filled?.();
      await running;
    },
  };
}
