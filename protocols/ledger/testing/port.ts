import type { LedgerDialect, LedgerSql } from '../sql';

/** One connection. `begin` opens a transaction as the ledger asks for it. */
export interface TestSession {
  readonly sql: LedgerSql;
  begin(): Promise<void>;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/** A database with the ledger's schema that can be thrown away. */
export interface TestDatabase {
  readonly dialect: LedgerDialect;
  session(): Promise<TestSession>;
  close(): Promise<void>;
}

/** Runs `work` in a transaction; commits, or rolls back and throws. */
export async function inTransaction<T>(session: TestSession, work: (sql: LedgerSql) => Promise<T>): Promise<T> {
  await session.begin();
  try {
    const result = await work(session.sql);
    await session.commit();
    return result;
  } catch (error) {
    await session.rollback();
    throw error;
  }
}
