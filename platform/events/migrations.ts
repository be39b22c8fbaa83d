import type { Migration } from '@qianxing/database';

/**
 * `platform_events` is outbox and inbox at once: `relayedAt` is null until the transport has taken the event over. `platform_deliveries`
 * has one row per reaction and event; its unique key is what makes a repeated event harmless.
 */
export const eventMigrations: readonly Migration[] = [
  {
    id: 'events/0001-outbox-and-deliveries',
    async up({ execute }) {
      await execute(`
        CREATE TABLE platform_events (
          sequence {autoKey},
          eventId VARCHAR(40) NOT NULL UNIQUE,
          topic VARCHAR(120) NOT NULL,
          aggregateId VARCHAR(120) NOT NULL,
          occurredAt BIGINT NOT NULL,
          payload MEDIUMTEXT NOT NULL,
          relayedAt BIGINT
        )`);
      await execute('CREATE INDEX platform_events_relayedAt ON platform_events (relayedAt, sequence)');
      await execute(`
        CREATE TABLE platform_deliveries (
          deliveryId {autoKey},
          consumer VARCHAR(60) NOT NULL,
          reaction VARCHAR(120) NOT NULL,
          eventId VARCHAR(40) NOT NULL,
          aggregateId VARCHAR(120) NOT NULL,
          state VARCHAR(10) NOT NULL CHECK (state IN ('pending', 'done', 'dead')),
          attempts INTEGER NOT NULL,
          nextAttemptAt BIGINT NOT NULL,
          settledAt BIGINT,
          lastError VARCHAR(1000),
          UNIQUE (eventId, reaction)
        )`);
      await execute('CREATE INDEX platform_deliveries_due ON platform_deliveries (consumer, state, nextAttemptAt, deliveryId)');
      await execute('CREATE INDEX platform_deliveries_order ON platform_deliveries (reaction, aggregateId, state, deliveryId)');
      await execute('CREATE INDEX platform_deliveries_state ON platform_deliveries (state, settledAt)');
    },
  },
];
