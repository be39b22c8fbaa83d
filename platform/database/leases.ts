import type { Clock } from '@qianxing/time';
import type { Database, Query } from './port';
import { insertIfAbsent } from './portable-sql';

type LeaseTables = { platform_leases: { name: string; holder: string; expiresAt: number } };

/** Says which process does a recurring task. A lease spares double work; it does not replace guarded updates, for a holder may stall. */
export interface Leases {
  /** True when `holder` has the lease for `ttlMs` from now: it was free, expired or held by the same holder. */
  acquire(name: string, holder: string, ttlMs: number): Promise<boolean>;
  /** Gives the lease back early; nothing happens when another holder has it. */
  release(name: string, holder: string): Promise<void>;
}

export function createLeases(database: Database, clock: Clock): Leases {
  const tables = (query: Query) => query.withTables<LeaseTables>();
  return {
    acquire(name, holder, ttlMs) {
      return database.transaction(async (transaction) => {
        const now = clock.now();
        const { numUpdatedRows } = await tables(transaction)
          .updateTable('platform_leases')
          .set({ holder, expiresAt: now + ttlMs })
          .where('name', '=', name)
          .where(({ eb, or }) => or([eb('holder', '=', holder), eb('expiresAt', '<=', now)]))
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 1n) return true;
        return insertIfAbsent(transaction, 'platform_leases', { name, holder, expiresAt: now + ttlMs });
      });
    },
    async release(name, holder) {
      await database.transaction((transaction) =>
        tables(transaction).deleteFrom('platform_leases').where('name', '=', name).where('holder', '=', holder).execute(),
      );
    },
  };
}
