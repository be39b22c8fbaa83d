import type { Query, Transaction } from '@qianxing/database';
import type { TestDatabase, TestDatabaseKind } from '@qianxing/database/testing';
import { sql } from 'kysely';

/** Databases that the tests of one file use one after another. */
export interface EmptiedDatabases {
  /** An empty database with its tables: `prepare` makes them the first time. Closing it keeps it for the next test. */
  open(kind: TestDatabaseKind, prepare: (database: TestDatabase) => Promise<void>): Promise<TestDatabase>;
  /** Closes and removes what was kept. */
  closeAll(): Promise<void>;
}

/**
 * Making tables takes seconds on a server with durable settings and milliseconds on SQLite, which is therefore made anew every time.
 * A test that changes the schema opens a database of its own.
 */
export function emptiedDatabases(): EmptiedDatabases {
  const kept = new Map<string, { readonly database: TestDatabase; readonly close: () => Promise<void> }>();

  async function make(kind: TestDatabaseKind, prepare: (database: TestDatabase) => Promise<void>): Promise<TestDatabase> {
    const database = await kind.open();
    await prepare(database);
    return database;
  }

  return {
    async open(kind, prepare) {
      if (kind.name === 'SQLite') return make(kind, prepare);
      const earlier = kept.get(kind.name);
      if (earlier !== undefined) {
        await earlier.database.transaction(emptyTables);
        return earlier.database;
      }
      const database = await make(kind, prepare);
      kept.set(kind.name, { database, close: database.close });
      return Object.assign(database, { close: async () => undefined });
    },
    async closeAll() {
      for (const { close } of kept.values()) await close();
      kept.clear();
    },
  };
}

async function emptyTables(transaction: Transaction): Promise<void> {
  for (const table of await tableNames(transaction)) {
    if (table !== 'platform_migrations') await sql`DELETE FROM ${sql.table(table)}`.execute(transaction);
  }
}

async function tableNames(query: Query): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = DATABASE()`.execute(query);
  return rows.map((row) => row.name);
}
