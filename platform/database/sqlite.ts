import {
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Driver,
  Kysely,
  type Dialect as KyselyDialect,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { createDatabase } from './engine';
import { type GuardedConnection, guardConnection } from './guarded-connection';
import { createMutex, type Mutex } from './mutex';
import type { Database } from './port';
import { openHandle, type SqliteHandle, sqliteConnection } from './sqlite-connection';

export interface SqliteOptions {
  /** Path of the database file; created when missing. */
  readonly file: string;
  /** How many streamed reads may be open at once; each has a connection of its own. Other reads share one. Default 2. */
  readonly readers?: number;
  /** How long to stand still for another process that has the file locked before the transaction is retried, in ms. Default 250. */
  readonly busyTimeoutMs?: number;
  /** How long a transaction may wait for the one writer, in ms. Default 30000. */
  readonly maxWriterWaitMs?: number;
  /** `none` skips the wait for the disk and is for tests only: a power cut loses acknowledged commits. Default `full`. */
  readonly durability?: 'full' | 'none';
  /** Called inside every transaction right before COMMIT; the composition root puts a failpoint here. */
  readonly beforeCommit?: () => Promise<void>;
}

/**
 * Opens the embedded edition's database: one writer connection behind a fair lock, write-ahead log with a wait for the disk on every
 * commit, foreign keys enforced, reads on a read-only connection that sees committed data only.
 */
export function openSqlite(options: SqliteOptions): Database {
  const busyTimeoutMs = options.busyTimeoutMs ?? 250;
  const synchronous = options.durability === 'none' ? 'OFF' : 'FULL';
  const openReader = () => openHandle(options.file, { readOnly: true, busyTimeoutMs, synchronous });
  const writer = openHandle(options.file, { readOnly: false, busyTimeoutMs, synchronous });
  const reader = openReader();
  const turn = createMutex();
  const streams = createMutex(options.readers ?? 2);
  const maxWriterWaitMs = options.maxWriterWaitMs ?? 30_000;
  const writing = new Kysely<object>({ dialect: dialect(writerDriver(writer, turn, maxWriterWaitMs)) });
  const reading = new Kysely<object>({ dialect: dialect(readerDriver(reader, streams, openReader, maxWriterWaitMs)) });
  return createDatabase({
    dialect: 'sqlite',
    reading,
    writing,
    beforeCommit: options.beforeCommit,
    // DDL is transactional here and the writer's lock excludes other processes.
    withMigrationLock: (work) => work(),
    async close() {
      // The running transaction and the open streams end first.
      await Promise.all([turn.close(), streams.close()]);
      reader.close();
      writer.exec('PRAGMA optimize');
      writer.close();
    },
  });
}

/** FOR UPDATE and its kin have no meaning with one writer: they compile to nothing. */
class PortableSqliteCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(): void {}
}

function dialect(driver: Driver): KyselyDialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (database): DatabaseIntrospector => new SqliteIntrospector(database),
    createQueryCompiler: () => new PortableSqliteCompiler(),
  };
}

function writerDriver(handle: SqliteHandle, mutex: Mutex, maxWaitMs: number): Driver {
  const inner = sqliteConnection(handle);
  let current: { readonly connection: GuardedConnection; readonly release: () => void } | undefined;
  return {
    init: async () => {},
    async acquireConnection() {
      const release = await mutex.acquire(maxWaitMs);
      current = { connection: guardConnection(inner), release };
      return current.connection;
    },
    beginTransaction: async () => handle.exec('BEGIN IMMEDIATE'),
    async commitTransaction() {
      current?.connection.end();
      handle.exec('COMMIT');
    },
    async rollbackTransaction() {
      current?.connection.end();
      // SQLite itself rolls back on some errors (disk full, out of memory).
      if (handle.inTransaction) handle.exec('ROLLBACK');
    },
    async releaseConnection() {
      current?.connection.end();
      current?.release();
    },
    destroy: async () => {},
  };
}

function readerDriver(handle: SqliteHandle, streams: Mutex, openReader: () => SqliteHandle, maxWaitMs: number): Driver {
  const shared = sqliteConnection(handle);
  // An open stream pins its connection to one snapshot; on the shared one every other read would go stale with it.
  const connection: DatabaseConnection = {
    executeQuery: shared.executeQuery,
    async *streamQuery(query, chunkSize) {
      const release = await streams.acquire(maxWaitMs);
      const own = openReader();
      try {
        yield* sqliteConnection(own).streamQuery(query, chunkSize) as AsyncIterableIterator<never>;
      } finally {
        own.close();
        release();
      }
    },
  };
  const refuse = async () => {
    throw new Error('use database.transaction: database.query only reads');
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}
