import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Driver,
  Kysely,
  type Dialect as KyselyDialect,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type QueryResult,
} from 'kysely';
import type { PoolConnection as CorePoolConnection } from 'mysql2';
import { createPool, type Pool, type PoolConnection, type ResultSetHeader, type RowDataPacket } from 'mysql2/promise';
import { createDatabase } from './engine';
import { CommitUnknownError, isConnectionLost } from './failures';
import { type GuardedConnection, guardConnection } from './guarded-connection';
import { assertBindable } from './parameters';
import type { Database } from './port';

export interface MysqlOptions {
  /** `mysql://user:password@host:port/database`. */
  readonly url: string;
  /** Connections for transactions; as many again serve `database.query`. Default 16. */
  readonly poolSize?: number;
  /** Address for `database.query` when replicas serve the reads; they may lag. Default: the primary. */
  readonly readUrl?: string;
  /** How long a statement may wait for a row lock before the transaction is retried, in seconds. Default 5. */
  readonly lockWaitSeconds?: number;
  /** How long a statement of a transaction may take before its connection is given up as dead, in ms. Default 15000; reads get four times. */
  readonly statementTimeoutMs?: number;
  /** Called inside every transaction right before COMMIT; the composition root puts a failpoint here. */
  readonly beforeCommit?: () => Promise<void>;
}

/**
 * Strict, and two modes that let portable SQL be written once: double quotes name columns and `||` joins texts, as in SQLite.
 * NO_BACKSLASH_ESCAPES must stay out: the client escapes values with backslashes.
 */
const SQL_MODE =
  'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ANSI_QUOTES,PIPES_AS_CONCAT';

const MIGRATION_LOCK_SECONDS = 600;

/**
 * Opens a MariaDB (10.6 or newer) or MySQL (8.0.16 or newer, the first that enforces CHECK) database. READ COMMITTED: REPEATABLE READ
 * would let a read-then-write lose updates all the same and adds gap locks. The row count of an UPDATE is the number of matched rows
 * (CLIENT_FOUND_ROWS, on by default in mysql2), as in SQLite.
 */
export function openMysql(options: MysqlOptions): Database {
  const session = `SET SESSION sql_mode = '${SQL_MODE}', innodb_lock_wait_timeout = ${options.lockWaitSeconds ?? 5}, time_zone = '+00:00'`;
  const isolation = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED';
  const writePool = openPool(options.url, options.poolSize ?? 16);
  const readPool = openPool(options.readUrl ?? options.url, options.poolSize ?? 16);
  const timeoutMs = options.statementTimeoutMs ?? 15_000;
  const writing = new Kysely<object>({ dialect: dialect(driver(writePool, [session, `${isolation}, READ WRITE`], timeoutMs)) });
  const reading = new Kysely<object>({ dialect: dialect(driver(readPool, [session, `${isolation}, READ ONLY`], timeoutMs * 4)) });
  return createDatabase({
    dialect: 'mysql',
    reading,
    writing,
    beforeCommit: options.beforeCommit,
    withMigrationLock: (work) => withNamedLock(writePool, work),
    close: async () => {
      await Promise.all([writePool.end(), readPool.end()]);
    },
  });
}

function openPool(url: string, size: number): Pool {
  return createPool({
    uri: url,
    connectionLimit: size,
    maxIdle: size,
    charset: 'utf8mb4_bin',
    supportBigNumbers: true,
    bigNumberStrings: false,
    decimalNumbers: true,
    // Values never expand to SQL: objects and arrays are refused in `assertBindable`, several statements by the protocol.
    multipleStatements: false,
    connectTimeout: 10_000,
    enableKeepAlive: true,
  });
}

function dialect(made: Driver): KyselyDialect {
  return {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => made,
    createIntrospector: (database): DatabaseIntrospector => new MysqlIntrospector(database),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  };
}

interface Lent {
  readonly session: MysqlSession;
  readonly guarded: GuardedConnection;
}

function driver(pool: Pool, sessionStatements: readonly string[], timeoutMs: number): Driver {
  const prepared = new WeakSet<object>();
  const lent = new WeakMap<DatabaseConnection, Lent>();

  function lentOf(connection: DatabaseConnection): Lent {
    const found = lent.get(connection);
    if (found === undefined) throw new Error('not a connection of this pool');
    return found;
  }

  async function prepare(raw: PoolConnection): Promise<void> {
    // mysql2 gives the same inner connection a new wrapper each time it is borrowed.
    if (prepared.has(raw.connection)) return;
    for (const sql of sessionStatements) await raw.query({ sql, timeout: timeoutMs });
    prepared.add(raw.connection);
  }

  return {
    init: async () => {},
    async acquireConnection() {
      const raw = await pool.getConnection();
      try {
        await prepare(raw);
      } catch (error) {
        raw.destroy();
        throw error;
      }
      const session = createSession(raw, timeoutMs);
      const guarded = guardConnection(session.connection);
      lent.set(guarded, { session, guarded });
      return guarded;
    },
    async beginTransaction(connection) {
      await lentOf(connection).session.run('START TRANSACTION');
    },
    async commitTransaction(connection) {
      const { session, guarded } = lentOf(connection);
      guarded.end();
      try {
        await session.run('COMMIT');
      } catch (error) {
        throw isConnectionLost(error) ? new CommitUnknownError(error) : error;
      }
    },
    async rollbackTransaction(connection) {
      const { session, guarded } = lentOf(connection);
      guarded.end();
      // Should this fail, the connection is given up and the server rolls back; the first error is the one worth reporting.
      if (!session.broken) await session.run('ROLLBACK').catch(session.giveUp);
    },
    async releaseConnection(connection) {
      const { session, guarded } = lentOf(connection);
      guarded.end();
      session.release();
    },
    destroy: async () => {},
  };
}

/** One borrowed connection. Once broken it is never given back to the pool. */
interface MysqlSession {
  readonly connection: DatabaseConnection;
  readonly broken: boolean;
  run(sql: string): Promise<void>;
  giveUp(): void;
  release(): void;
}

/** Changes of big tables may take long; they run in migrations only. */
const SCHEMA_CHANGE = /^\s*(?:create|alter|drop)\b/i;

function createSession(raw: PoolConnection, timeoutMs: number): MysqlSession {
  let broken = false;
  const giveUp = () => {
    broken = true;
  };

  async function send(sql: string, values: readonly unknown[]): Promise<RowDataPacket[] | ResultSetHeader> {
    try {
      const timeout = SCHEMA_CHANGE.test(sql) ? {} : { timeout: timeoutMs };
      const [result] = await raw.query<RowDataPacket[] | ResultSetHeader>({ sql, values: [...values], ...timeout });
      return result;
    } catch (error) {
      if (isConnectionLost(error)) giveUp();
      throw error;
    }
  }

  const connection: DatabaseConnection = {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      assertBindable(query.parameters);
      const result = await send(query.sql, query.parameters);
      if (Array.isArray(result)) return { rows: result as R[] };
      const { affectedRows, insertId } = result;
      return { rows: [], numAffectedRows: BigInt(affectedRows), ...(insertId === 0 ? {} : { insertId: BigInt(insertId) }) };
    },
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      assertBindable(query.parameters);
      const core = raw.connection as unknown as CorePoolConnection;
      let finished = false;
      try {
        for await (const row of core.query(query.sql, query.parameters as unknown[]).stream()) yield { rows: [row as R] };
        finished = true;
      } finally {
        // The rest of the rows still sits on the connection.
        if (!finished) giveUp();
      }
    },
  };

  return {
    connection,
    get broken() {
      return broken;
    },
    run: async (sql) => {
      await send(sql, []);
    },
    giveUp,
    release: () => (broken ? raw.destroy() : raw.release()),
  };
}

async function withNamedLock<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  const connection = await pool.getConnection();
  try {
    const [rows] = await connection.query<RowDataPacket[]>(
      `SELECT GET_LOCK(CONCAT('qianxing-migrate-', SHA1(DATABASE())), ${MIGRATION_LOCK_SECONDS}) AS granted`,
    );
    if (rows[0]?.granted !== 1) throw new Error('another process has been migrating this database for too long');
    return await work();
  } finally {
    // The lock goes with the connection.
    connection.destroy();
  }
}
