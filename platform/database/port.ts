import type { Kysely } from 'kysely';

/** A query handle without tables. A store adds its own: `query.withTables<OrderTables>()`. */
// biome-ignore lint/complexity/noBannedTypes: Kysely's own notation for «no tables yet»
export type Query = Kysely<{}>;

/** A query handle inside a transaction. Branded: what must be atomic asks for a `Transaction`, not for a `Query`. */
export type Transaction = Query & { readonly __transaction: true };

export type Dialect = 'sqlite' | 'mysql';

/**
 * The transactional store. `transaction` is the only commit point.
 *
 * - Retries the whole work on deadlock and busy errors (at most five times, with jitter), so work must have no effect
 *   outside the transaction.
 * - If work returns a failed `Result`, the transaction is rolled back and the result returned.
 * - SQLite begins IMMEDIATE. MySQL runs at READ COMMITTED.
 * - No network call may be made inside, and no second `transaction`: on SQLite it would wait for the first one.
 * - The row count of an UPDATE is the number of rows its WHERE matched, on every dialect.
 * - Throws `CommitUnknownError` when the connection is lost while COMMIT runs: ask again by natural key before doing it twice.
 */
export interface Database {
  readonly dialect: Dialect;
  /** Reads outside a transaction; sees committed data only. Writing through it fails. */
  readonly query: Query;
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs `action` inside the transaction, right before it commits; dropped on rollback. For rows that are cheaper to write together
   * (the outbox). Actions run in the order in which they were added; what they throw fails the transaction.
   */
  beforeCommit(transaction: Transaction, action: () => Promise<void>): void;
  /** Runs `action` after the transaction commits; dropped on rollback. Loss on a crash must be harmless. */
  afterCommit(transaction: Transaction, action: () => void): void;
  close(): Promise<void>;
}

/** Forward-only change of the schema. Ids are `<service>/<4 digits>-<name>` and never change once released. */
export interface Migration {
  readonly id: string;
  up(context: MigrationContext): Promise<void>;
}

export interface MigrationContext {
  readonly dialect: Dialect;
  readonly query: Query;
  /**
   * Runs one DDL statement of the portable subset. `{autoKey}` becomes the auto-increment primary key type of the dialect;
   * `CREATE TABLE` gets InnoDB and `utf8mb4_bin` on MySQL. Use BIGINT for fen, instants (UTC ms) and counts, SMALLINT 0/1 for
   * booleans, VARCHAR(n) for keys, MEDIUMTEXT for JSON and long text.
   */
  execute(statement: string): Promise<void>;
}
