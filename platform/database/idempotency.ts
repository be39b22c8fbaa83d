import { type Clock, DAY_MS, MINUTE_MS } from '@qianxing/time';
import type { Database, Query, Transaction } from './port';
import { insertIfAbsent } from './portable-sql';

type IdempotencyTables = {
  platform_idempotency: {
    scope: string;
    idempotencyKey: string;
    bodyHash: string;
    state: 'started' | 'finished';
    status: number | null;
    contentType: string | null;
    answer: string | null;
    createdAt: number;
    startedAt: number;
  };
};

interface KeptAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

type Beginning =
  /** First use of the key: do the work, then `finish` or `abandon`. */
  | { readonly kind: 'fresh' }
  /** Finished before with the same body. */
  | { readonly kind: 'replay'; readonly answer: KeptAnswer }
  /** Used before with another body. */
  | { readonly kind: 'conflict' }
  /** Another request with this key is being worked on. */
  | { readonly kind: 'inProgress' };

/**
 * Remembers answers by scope (actor and route) and key.
 *
 * Two ways of use. Inside the business transaction (`transaction` given): key, effect and answer commit together, so the effect happens
 * exactly once whatever is killed; a rival with the same key waits on the row. Around it (without): `begin` and `finish` have
 * transactions of their own; if the process dies between effect and `finish`, the key becomes `fresh` again after the lease and the
 * effect must be exclusive by a natural key.
 */
export interface TransactionalIdempotencyStore {
  begin(scope: string, key: string, bodyHash: string, transaction?: Transaction): Promise<Beginning>;
  finish(scope: string, key: string, answer: KeptAnswer, transaction?: Transaction): Promise<void>;
  /** Frees the key after an operation that changed nothing. */
  abandon(scope: string, key: string, transaction?: Transaction): Promise<void>;
  /** Forgets a portion of the keys older than `keepMs`; a job calls it. Answers how many went. */
  sweep(): Promise<number>;
}

export interface IdempotencyOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** How long a started operation keeps its key without finishing, in ms. Default one minute. */
  readonly leaseMs?: number;
  /** How long answers are kept, in ms. Default seven days. */
  readonly keepMs?: number;
}

const SWEEP_BATCH = 500;

export function createIdempotencyStore(options: IdempotencyOptions): TransactionalIdempotencyStore {
  const { database, clock } = options;
  const leaseMs = options.leaseMs ?? MINUTE_MS;
  const keepMs = options.keepMs ?? 7 * DAY_MS;
  const tables = (query: Query) => query.withTables<IdempotencyTables>();

  function within<T>(transaction: Transaction | undefined, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return transaction === undefined ? database.transaction(work) : work(transaction);
  }

  async function begin(transaction: Transaction, scope: string, key: string, bodyHash: string): Promise<Beginning> {
    const now = clock.now();
    const fresh = { scope, idempotencyKey: key, bodyHash, state: 'started', createdAt: now, startedAt: now };
    if (await insertIfAbsent(transaction, 'platform_idempotency', fresh)) return { kind: 'fresh' };
    const row = await tables(transaction)
      .selectFrom('platform_idempotency')
      .selectAll()
      .where('scope', '=', scope)
      .where('idempotencyKey', '=', key)
      .forUpdate()
      .executeTakeFirst();
    // Swept or abandoned between the two statements.
    if (row === undefined) return { kind: 'inProgress' };
    if (row.bodyHash !== bodyHash) return { kind: 'conflict' };
    if (row.state === 'finished') {
      return { kind: 'replay', answer: { status: row.status ?? 200, contentType: row.contentType ?? '', body: row.answer ?? '' } };
    }
    return (await takeOver(transaction, scope, key, now)) ? { kind: 'fresh' } : { kind: 'inProgress' };
  }

  async function takeOver(transaction: Transaction, scope: string, key: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await tables(transaction)
      .updateTable('platform_idempotency')
      .set({ startedAt: now })
      .where('scope', '=', scope)
      .where('idempotencyKey', '=', key)
      .where('state', '=', 'started')
      .where('startedAt', '<=', now - leaseMs)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  return {
    begin: (scope, key, bodyHash, transaction) => within(transaction, (own) => begin(own, scope, key, bodyHash)),
    finish: (scope, key, answer, transaction) =>
      within(transaction, async (own) => {
        await tables(own)
          .updateTable('platform_idempotency')
          .set({ state: 'finished', status: answer.status, contentType: answer.contentType, answer: answer.body })
          .where('scope', '=', scope)
          .where('idempotencyKey', '=', key)
          .where('state', '=', 'started')
          .execute();
      }),
    abandon: (scope, key, transaction) =>
      within(transaction, async (own) => {
        await tables(own)
          .deleteFrom('platform_idempotency')
          .where('scope', '=', scope)
          .where('idempotencyKey', '=', key)
          .where('state', '=', 'started')
          .execute();
      }),
    async sweep() {
      const old = await tables(database.query)
        .selectFrom('platform_idempotency')
        .select(['scope', 'idempotencyKey'])
        .where('createdAt', '<', clock.now() - keepMs)
        .orderBy('scope')
        .orderBy('idempotencyKey')
        .limit(SWEEP_BATCH)
        .execute();
      if (old.length === 0) return 0;
      await database.transaction(async (transaction) => {
        for (const { scope, idempotencyKey } of old) {
          await tables(transaction)
            .deleteFrom('platform_idempotency')
            .where('scope', '=', scope)
            .where('idempotencyKey', '=', idempotencyKey)
            .execute();
        }
      });
      return old.length;
    },
  };
}
