import type { Database, Transaction } from '@qianxing/database';
import type { TransparencyLog } from '@qianxing/transparency-log';
import { promoterOfMember } from '../referral/store';
import type { RecordStandingRow } from '../tables';
import { logSql } from './log';
import { movementsBehind } from './movements';
import { appendMovements } from './recorder';
import { inLedgerOrder } from './rules';
import { endBacklog, keysLeftOver, lockStanding, markErased, moveBacklog, nextInBacklog } from './store';

/** Entries of each account that one transaction looks at. */
const PORTION = 300;

/**
 * Writes the records of movements from before the log, in the ledger's order, one promoter after the other. Until a promoter's are all
 * there, new movements wait for their turn here; whoever posts one locks the same row, so none is missed and none written twice. Answers
 * how many steps it took.
 */
export async function recordBacklog(database: Database, log: TransparencyLog): Promise<number> {
  const promoterId = await nextInBacklog(database.query);
  if (promoterId === undefined) return eraseLeftOver(database, log);
  return database.transaction(async (transaction) => {
    const row = await lockStanding(transaction, promoterId);
    if (row?.standing !== 'backlog') return 1;
    const from = { pending: row.pendingVersion, available: row.availableVersion, withdrawing: row.withdrawingVersion };
    const { movements, versions } = inLedgerOrder(await movementsBehind(transaction, promoterId, from, PORTION), from);
    if (movements.length === 0) {
      await endBacklog(transaction, promoterId);
      return 1;
    }
    await appendMovements(database, log, transaction, movements);
    const moved: RecordStandingRow = {
      ...row,
      pendingVersion: versions.pending,
      availableVersion: versions.available,
      withdrawingVersion: versions.withdrawing,
    };
    await moveBacklog(transaction, moved);
    return movements.length;
  });
}

/** Takes the key that ties a member's records to a person, for ever: what is published stays and says nothing any more. */
export async function eraseRecords(
  database: Pick<Database, 'dialect'>,
  log: TransparencyLog,
  transaction: Transaction,
  memberId: string,
): Promise<void> {
  const promoter = await promoterOfMember(transaction, memberId);
  if (promoter === undefined) return;
  await markErased(transaction, promoter.promoterId);
  await log.eraseKey(logSql(transaction, database.dialect), promoter.promoterId);
}

async function eraseLeftOver(database: Database, log: TransparencyLog): Promise<number> {
  const promoterIds = await keysLeftOver(database.query, PORTION);
  for (const promoterId of promoterIds)
    await database.transaction((transaction) => log.eraseKey(logSql(transaction, database.dialect), promoterId));
  return promoterIds.length;
}
