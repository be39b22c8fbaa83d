import { DatabaseSync } from '@photostructure/sqlite';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { LRUCache } from 'lru-cache';
import { assertBindable } from './parameters';

type Statement = ReturnType<InstanceType<typeof DatabaseSync>['prepare']>;

interface CachedStatement {
  readonly statement: Statement;
  /** Whether the statement answers rows. */
  readonly reads: boolean;
}

/** One open SQLite handle with its prepared statements. */
export interface SqliteHandle {
  run<R>(query: CompiledQuery): QueryResult<R>;
  iterate<R>(query: CompiledQuery): IterableIterator<R>;
  exec(sql: string): void;
  /** First column of the first row. */
  value(sql: string): unknown;
  readonly inTransaction: boolean;
  close(): void;
}

const MAX_STATEMENTS = 1_000;

/** 3.7.0 to 3.51.2 can corrupt the database when a WAL reset meets a concurrent checkpoint (fixed in 3.51.3). */
const MINIMUM_VERSION = [3, 51, 3] as const;

/** @throws Error when the SQLite library is older than the first release without the WAL-reset bug. */
export function assertSqliteVersion(version: string): void {
  const parts = version.split('.').map(Number);
  for (const [index, least] of MINIMUM_VERSION.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return;
    if (part < least) throw new Error(`SQLite ${version} is too old: ${MINIMUM_VERSION.join('.')} or newer is needed (WAL-reset bug)`);
  }
}

export function openHandle(file: string, options: { readOnly: boolean; busyTimeoutMs: number; synchronous: 'FULL' | 'OFF' }): SqliteHandle {
  const database = new DatabaseSync(file, {
    readOnly: options.readOnly,
    timeout: options.busyTimeoutMs,
    enableForeignKeyConstraints: true,
  });
  const statements = new LRUCache<string, CachedStatement>({ max: MAX_STATEMENTS });

  function prepare(sql: string): CachedStatement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    const entry = { statement, reads: statement.columns().length > 0 };
    statements.set(sql, entry);
    return entry;
  }

  const handle: SqliteHandle = {
    run(query) {
      assertBindable(query.parameters);
      const { statement, reads } = prepare(query.sql);
      if (reads) return { rows: statement.all(...query.parameters) };
      const { changes, lastInsertRowid } = statement.run(...query.parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    iterate: <R>(query: CompiledQuery) => {
      assertBindable(query.parameters);
      return database.prepare(query.sql).iterate(...query.parameters) as IterableIterator<R>;
    },
    exec: (sql) => database.exec(sql),
    value: (sql) => Object.values(database.prepare(sql).get() ?? {})[0],
    get inTransaction() {
      return database.isTransaction;
    },
    close: () => {
      statements.clear();
      database.close();
    },
  };
  configure(handle, options);
  return handle;
}

function configure(handle: SqliteHandle, options: { readOnly: boolean; synchronous: 'FULL' | 'OFF' }): void {
  assertSqliteVersion(String(handle.value('SELECT sqlite_version()')));
  if (options.readOnly) {
    handle.exec('PRAGMA query_only = ON');
  } else {
    const mode = handle.value('PRAGMA journal_mode = WAL');
    if (mode !== 'wal') throw new Error(`the database file cannot use a write-ahead log (journal mode is ${String(mode)})`);
    handle.exec(`PRAGMA synchronous = ${options.synchronous}`);
    handle.exec('PRAGMA wal_autocheckpoint = 4000');
    handle.exec('PRAGMA journal_size_limit = 67108864');
  }
  handle.exec('PRAGMA cache_size = -65536');
  handle.exec('PRAGMA temp_store = MEMORY');
  handle.exec('PRAGMA trusted_schema = OFF');
}

/** Kysely's view of a handle. */
export function sqliteConnection(handle: SqliteHandle): DatabaseConnection {
  return {
    executeQuery: async (query) => handle.run(query),
    async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
      for (const row of handle.iterate<R>(query)) yield { rows: [row] };
    },
  };
}
