import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { bp, fen, formatYuan } from '@qianxing/money';
import type { LedgerSql, SqlRow } from '../index';
import {
  checkLedger,
  clawback,
  commissionChart,
  createLedger,
  earn,
  ledgerMigrations,
  promoterAccount,
  release,
  withdrawalHeld,
  withdrawalPaid,
} from '../index';

/** One commission from sale to payout, with a refund that comes too late, on SQLite in memory. Plays the story and answers what it prints, line by line. */
export async function playCommission(): Promise<string[]> {
  const database = new DatabaseSync(':memory:');
  for (const { statements } of ledgerMigrations('sqlite')) for (const statement of statements) database.exec(statement);
  const sql = portTo(database);
  let nowMs = Date.UTC(2026, 10, 1);
  const ledger = createLedger({ chart: commissionChart, now: () => nowMs });
  const line = { lineId: '4711', level: 1, promoterId: '88572' } as const;
  const terms = { baseFen: fen(49_900), rateBp: bp(500) };
  const withdrawal = { withdrawalId: 'W1', promoterId: '88572', amountFen: fen(2_000) };
  const events = [
    earn({ ...line, ...terms }),
    release({ ...line, amountFen: fen(2_495) }),
    withdrawalHeld(withdrawal),
    withdrawalPaid({ ...withdrawal, payoutNo: 'P1', taxFen: fen(240), feeFen: fen(0) }),
    // A second end of the same withdrawal: the key is taken, the ledger refuses.
    withdrawalPaid({ ...withdrawal, payoutNo: 'P2', taxFen: fen(0), feeFen: fen(0) }),
    clawback({ ...line, ...terms, refundId: 'R1', from: 'available', refundedBeforeFen: fen(0), refundedAfterFen: fen(49_900) }),
  ];
  const printed: string[] = [];
  for (const posting of events) {
    if (posting === undefined) continue;
    nowMs += 86_400_000;
    database.exec('BEGIN IMMEDIATE');
    const outcome = await ledger.post(sql, posting);
    database.exec('COMMIT');
    printed.push(`${posting.key}: ${outcome.status === 'refused' ? `refused, ${outcome.refusal.code}` : outcome.status}`);
  }
  const { rows } = await ledger.statement(sql, promoterAccount('88572', 'available'));
  for (const { postedAt, kind, amountFen, balanceAfterFen } of rows)
    printed.push(
      `${new Date(postedAt).toISOString().slice(0, 10)} ${kind} ${formatYuan(amountFen)} → ${balanceAfterFen === null ? '' : formatYuan(balanceAfterFen)}`,
    );
  printed.push(`check: ${(await checkLedger(sql, { now: nowMs })).length} findings`);
  database.close();
  return printed;
}

/** The ledger's port over one SQLite connection. */
function portTo(database: DatabaseSyncInstance): LedgerSql {
  return {
    dialect: 'sqlite',
    query: async (statement, parameters) => database.prepare(statement).all(...parameters) as SqlRow[],
    execute: async (statement, parameters) => ({ affectedRows: Number(database.prepare(statement).run(...parameters).changes) }),
  };
}
