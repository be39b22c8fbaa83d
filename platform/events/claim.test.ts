import { type Database, migrate } from '@qianxing/database';
import { testDatabases, virtualClock } from '@qianxing/testing';
import { describe, expect, it, vi } from 'vitest';
import { createEventBus, defineTopic, eventMigrations, reaction } from './index';

// The guard is taken away: every delivery counts as claimed.
vi.mock('./deliveries', async (original) => ({ ...(await original<typeof import('./deliveries')>()), claim: async () => true }));

const placed = defineTopic<{ n: number }>()('order.placed');

for (const kind of testDatabases()) {
  describe(`two processes without the claim on ${kind.name}`, () => {
    it('handle events twice, so the test that they do not can fail', async () => {
      const database = await kind.open();
      await migrate(database, eventMigrations);
      const other = await database.openAgain();
      let calls = 0;
      // One round each, at the same time: a delivery that is never marked done would be handled for ever.
      const bus = (on: Database) =>
        createEventBus({
          database: on,
          clock: virtualClock(),
          log: { warn: () => {}, error: () => {} },
          reactions: [
            reaction('a.b', placed, async (transaction) => {
              if (calls > 40) throw new Error('seen enough');
              on.afterCommit(transaction, () => {
                calls += 1;
              });
            }),
          ],
          maxAttempts: 1,
        });
      const first = bus(database);
      const second = bus(other);
      await database.transaction(async (transaction) => {
        for (let n = 0; n < 20; n += 1) await first.emit(transaction, placed, { aggregateId: `order-${n}`, occurredAt: 1, payload: { n } });
      });
      await Promise.all([first.drain(), second.drain()]);
      await other.close();
      await database.close();
      expect(calls).toBeGreaterThan(20);
    });
  });
}
