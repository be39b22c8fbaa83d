import type { Database, Transaction } from '@qianxing/database';
import { failpoint } from '@qianxing/testing';
import type { TransparencyLog } from '@qianxing/transparency-log';
import { logSql } from './log';
import { movementsOf } from './movements';
import { type Movement, recordOf } from './rules';
import { lockStandings } from './store';

/** Told of every ledger transaction that was posted; writes what has to be written before its database transaction commits. */
export type Recorder = (transaction: Transaction, transactionIds: readonly string[]) => void;

/** Records of one call; the log takes at most 2,000. */
const RECORDS_AT_ONCE = 1_000;

/** For race tests only: what keeps a movement from being missed while the promoter's backlog ends. */
interface RecorderGuards {
  readonly lockStandings: boolean;
}

/**
 * Records movements in the transaction that makes them: both commit or neither does. Written together right before the commit, so that
 * the promoters' chains, locked last and in one go, are locked for the shortest time.
 */
export function createRecorder(
  database: Pick<Database, 'dialect' | 'beforeCommit'>,
  log: TransparencyLog,
  guards: RecorderGuards = { lockStandings: true },
): Recorder {
  const posted = new WeakMap<Transaction, string[]>();
  return (transaction, transactionIds) => {
    const known = posted.get(transaction);
    if (known !== undefined) {
      known.push(...transactionIds);
      return;
    }
    const mine = [...transactionIds];
    posted.set(transaction, mine);
    database.beforeCommit(transaction, async () => {
      posted.delete(transaction);
      await failpoint('promotion.beforeRecords');
      const movements = await movementsOf(transaction, mine);
      await recordMovements(database, log, transaction, movements, guards);
      await failpoint('promotion.afterRecords');
    });
  };
}

async function recordMovements(
  database: Pick<Database, 'dialect'>,
  log: TransparencyLog,
  transaction: Transaction,
  movements: readonly Movement[],
  guards: RecorderGuards,
): Promise<void> {
  const promoterIds = [...new Set(movements.map(({ promoterId }) => promoterId))].sort();
  const left = await lockStandings(transaction, promoterIds, guards.lockStandings);
  await appendMovements(
    database,
    log,
    transaction,
    movements.filter(({ promoterId }) => !left.has(promoterId)),
  );
}

/** @throws Error when a movement has another record already: one ledger transaction, one record */
export async function appendMovements(
  database: Pick<Database, 'dialect'>,
  log: TransparencyLog,
  transaction: Transaction,
  movements: readonly Movement[],
): Promise<void> {
  for (let start = 0; start < movements.length; start += RECORDS_AT_ONCE) {
    const portion = movements.slice(start, start + RECORDS_AT_ONCE);
    const outcomes = await log.appendRecords(logSql(transaction, database.dialect), portion.map(recordOf));
    const reused = outcomes.findIndex(({ status }) => status === 'keyReused');
    if (reused >= 0) throw new Error(`movement ${portion[reused]?.transactionId} has another record already`);
  }
}
