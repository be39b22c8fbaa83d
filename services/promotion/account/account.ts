import type { Database, Query, Transaction } from '@qianxing/database';
import {
  commissionChart,
  createLedger,
  type Ledger,
  type Posting,
  type PostOutcome,
  type PromoterAccountKind,
  promoterAccount,
  type Refusal,
} from '@qianxing/ledger';
import type { Clock } from '@qianxing/time';
import { sql } from 'kysely';
import type { Recorder } from '../proof/recorder';
import { ledgerSql } from './ledger-sql';

export interface PromoterBalances {
  readonly pendingFen: number;
  /** May be negative after a claw-back. */
  readonly availableFen: number;
  readonly reservedFen: number;
}

/** The promoters' accounts: the ledger over our database. */
export interface Accounts {
  readonly ledger: Ledger;
  /** Posts in order, all or none. @throws Error when one is refused: what the rules decided must be possible */
  post(transaction: Transaction, postings: readonly Posting[]): Promise<void>;
  /** Posts one and answers the refusal, if it is refused. */
  tryPost(transaction: Transaction, posting: Posting): Promise<Refusal | undefined>;
  balances(query: Query, promoterIds: readonly string[]): Promise<Map<string, PromoterBalances>>;
  /** All promoters together. */
  totals(query: Query): Promise<{ pendingFen: number; availableFen: number }>;
}

const NOTHING: PromoterBalances = { pendingFen: 0, availableFen: 0, reservedFen: 0 };
const KINDS: readonly PromoterAccountKind[] = ['pending', 'available', 'withdrawing'];

/**
 * @param record told of every transaction that was posted, to be written down in the transparency log
 * @param ledger given by race tests that take a guard away
 */
export function createAccounts(
  database: Pick<Database, 'dialect'>,
  clock: Clock,
  record: Recorder,
  ledger: Ledger = createLedger({ chart: commissionChart, now: clock.now }),
): Accounts {
  const { dialect } = database;
  const tryPost = async (transaction: Transaction, posting: Posting): Promise<Refusal | undefined> => {
    const outcome = await ledger.post(ledgerSql(transaction, dialect), posting);
    if (outcome.status === 'posted') record(transaction, [outcome.transactionId]);
    return outcome.status === 'refused' ? outcome.refusal : undefined;
  };
  return {
    ledger,
    tryPost,
    async post(transaction, postings) {
      if (postings.length === 0) return;
      const outcomes = await ledger.postBatch(ledgerSql(transaction, dialect), postings);
      for (const [index, outcome] of outcomes.entries()) assertPosted(postings[index]?.key, outcome);
      record(
        transaction,
        outcomes.flatMap((outcome) => (outcome.status === 'posted' ? outcome.transactionId : [])),
      );
    },
    async balances(query, promoterIds) {
      const accounts = promoterIds.flatMap((promoterId) => KINDS.map((kind) => promoterAccount(promoterId, kind)));
      const found = accounts.length === 0 ? [] : await ledger.balances(ledgerSql(query, dialect), accounts);
      const balances = new Map(promoterIds.map((promoterId) => [promoterId, { ...NOTHING }]));
      for (const { account, balanceFen } of found) {
        const entry = balances.get(account.ownerId);
        if (entry !== undefined) balances.set(account.ownerId, { ...entry, [FIELD[account.kind as PromoterAccountKind]]: balanceFen });
      }
      return balances;
    },
    async totals(query) {
      const { rows } = await sql<{ kind: string; balanceFen: number }>`
        select kind, cast(coalesce(sum(balanceFen), 0) as signed) as balanceFen from ledgerAccount
        where ownerType = 'promoter' and folded = 0 group by kind`.execute(query);
      const of = (kind: PromoterAccountKind) => rows.find((row) => row.kind === kind)?.balanceFen ?? 0;
      return { pendingFen: of('pending'), availableFen: of('available') };
    },
  };
}

const FIELD: Readonly<Record<PromoterAccountKind, keyof PromoterBalances>> = {
  pending: 'pendingFen',
  available: 'availableFen',
  withdrawing: 'reservedFen',
};

function assertPosted(key: string | undefined, outcome: PostOutcome): void {
  if (outcome.status === 'refused') throw new Error(`the ledger refused ${key}: ${JSON.stringify(outcome.refusal)}`);
}
