import { bp, fen } from '@qianxing/money';
import {
  commissionChart,
  earn,
  type PromoterAccountKind,
  promoterAccount,
  release,
  withdrawalHeld,
  withdrawalPaid,
  withdrawalReturned,
} from '../commission';
import { createLedger } from '../create';
import type { Ledger } from '../ledger';
import type { Posting, PostOutcome } from '../model';
import type { LedgerSql } from '../sql';
import { inTransaction, type TestDatabase, type TestSession } from './port';

/** 2026-11-01T00:00:00Z */
export const START = Date.UTC(2026, 10, 1);

/** A ledger on one session with a clock that the test moves. */
export interface Fixture {
  readonly ledger: Ledger;
  readonly session: TestSession;
  readonly sql: LedgerSql;
  readonly clock: { nowMs: number };
  /** Posts a batch in a transaction of its own. */
  post(...postings: readonly (Posting | undefined)[]): Promise<readonly PostOutcome[]>;
  balance(promoterId: string, kind: PromoterAccountKind): Promise<number>;
  /** Number of rows of a table. */
  count(table: 'ledgerTransaction' | 'ledgerEntry' | 'ledgerAccount' | 'ledgerDelta'): Promise<number>;
}

export async function fixtureOn(database: TestDatabase): Promise<Fixture> {
  const clock = { nowMs: START };
  const ledger = createLedger({ chart: commissionChart, now: () => clock.nowMs });
  const session = await database.session();
  return {
    ledger,
    session,
    sql: session.sql,
    clock,
    post: (...postings) => inTransaction(session, (sql) => ledger.postBatch(sql, present(postings))),
    async balance(promoterId, kind) {
      const [found] = await ledger.balances(session.sql, [promoterAccount(promoterId, kind)]);
      return found?.balanceFen ?? Number.NaN;
    },
    async count(table) {
      const [row] = await session.sql.query(`SELECT COUNT(*) AS n FROM ${table}`, []);
      return Number(row?.n);
    },
  };
}

const present = (postings: readonly (Posting | undefined)[]): Posting[] => postings.filter((posting) => posting !== undefined);

/** A commission of exactly `amountFen` (base ten times that, 10 %). */
export const earned = (lineId: string, amountFen: number, promoterId = '7', level: 1 | 2 | 3 = 1) =>
  earn({ lineId, level, promoterId, baseFen: fen(amountFen * 10), rateBp: bp(1_000) });

export const released = (lineId: string, amountFen: number, promoterId = '7') =>
  release({ lineId, level: 1, promoterId, amountFen: fen(amountFen) });

export const held = (withdrawalId: string, amountFen: number, promoterId = '7') =>
  withdrawalHeld({ withdrawalId, promoterId, amountFen: fen(amountFen) });

export const paid = (withdrawalId: string, amountFen: number, taxFen = 0, promoterId = '7') =>
  withdrawalPaid({
    withdrawalId,
    promoterId,
    amountFen: fen(amountFen),
    payoutNo: `P-${withdrawalId}`,
    taxFen: fen(taxFen),
    feeFen: fen(0),
  });

export const failed = (withdrawalId: string, amountFen: number, promoterId = '7') =>
  withdrawalReturned({ withdrawalId, promoterId, amountFen: fen(amountFen), outcome: 'failed' });
