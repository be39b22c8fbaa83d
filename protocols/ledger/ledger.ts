import type {
  AccountReference,
  Balance,
  Chart,
  Posting,
  PostOutcome,
  StatementPage,
  StatementQuery,
  StatementRow,
  Transaction,
} from './model';
import type { RebuildPage } from './rebuild';
import type { LedgerSql } from './sql';
import type { ReversalRequest, TransactionName } from './transactions';

export interface LedgerOptions {
  readonly chart: Chart;
  /** UTC ms; the system clock unless told. */
  readonly now?: () => number;
}

export interface FoldOptions {
  /** Deltas merged per account and call, default 1,000. */
  readonly limit?: number;
}

export interface RebuildOptions {
  /** Account id to continue after, default 0. */
  readonly after?: number;
  /** Accounts per page, default 200. */
  readonly limit?: number;
}

/**
 * The ledger bound to one chart of accounts. Holds no state but the chart and the clock: every truth is in the database.
 * Each function runs in the transaction behind `sql`.
 */
export interface Ledger {
  /** `postBatch` of one. */
  post(sql: LedgerSql, posting: Posting): Promise<PostOutcome>;
  /**
   * Posts up to 2,000 transactions in order, each refused, replayed or posted by itself; outcomes in the order given. Atomic with
   * everything else in the caller's database transaction: answer only after its commit.
   *
   * @throws RangeError on a longer batch
   */
  postBatch(sql: LedgerSql, postings: readonly Posting[]): Promise<readonly PostOutcome[]>;
  /** Posts the opposite of a transaction (key `adj:{ticket}`). Undefined when there is no such transaction. */
  reverse(sql: LedgerSql, request: ReversalRequest): Promise<PostOutcome | undefined>;
  /** Current balances in the order asked; an account never used has balance zero. */
  balances(sql: LedgerSql, accounts: readonly AccountReference[]): Promise<readonly Balance[]>;
  /** Balances counting every entry posted before the instant (UTC ms, exclusive): the opening balance of a period starting there. */
  balancesAt(sql: LedgerSql, accounts: readonly AccountReference[], instant: number): Promise<readonly Balance[]>;
  /** One page of an account's entries. @throws RangeError on a bad limit or cursor */
  statement(sql: LedgerSql, account: AccountReference, query?: StatementQuery): Promise<StatementPage>;
  /** All rows of a period, oldest first, with running balance, read in pages. */
  exportStatement(
    sql: LedgerSql,
    account: AccountReference,
    period: { readonly from: number; readonly until: number },
  ): AsyncIterable<StatementRow>;
  findTransaction(sql: LedgerSql, by: TransactionName): Promise<Transaction | undefined>;
  /** Everything posted about one business object, oldest first. */
  findTransactionsByReference(sql: LedgerSql, reference: { readonly type: string; readonly id: string }): Promise<readonly Transaction[]>;
  /** Merges the deltas of folded accounts; safe at any time, from any number of processes. Answers how many rows went away. */
  fold(sql: LedgerSql, options?: FoldOptions): Promise<number>;
  /**
   * Recomputes one page of balances from the entries, safe while postings go on. Call again with `after: page.next`, each page in a
   * transaction of its own, until `next` is absent.
   */
  rebuildBalances(sql: LedgerSql, options?: RebuildOptions): Promise<RebuildPage>;
}
