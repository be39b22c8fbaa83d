import type { Migration } from './port';

/** Tables of this folder; `migrate` applies them before all others. */
export const databaseMigrations: readonly Migration[] = [
  {
    id: 'platform/0001-idempotency-and-leases',
    async up({ execute }) {
      await execute(`
        CREATE TABLE platform_idempotency (
          scope VARCHAR(400) NOT NULL,
          idempotencyKey VARCHAR(190) NOT NULL,
          bodyHash VARCHAR(100) NOT NULL,
          state VARCHAR(10) NOT NULL CHECK (state IN ('started', 'finished')),
          status INTEGER,
          contentType VARCHAR(190),
          answer MEDIUMTEXT,
          createdAt BIGINT NOT NULL,
          startedAt BIGINT NOT NULL,
          PRIMARY KEY (scope, idempotencyKey)
        )`);
      await execute('CREATE INDEX platform_idempotency_createdAt ON platform_idempotency (createdAt)');
      await execute(`
        CREATE TABLE platform_leases (
          name VARCHAR(120) NOT NULL PRIMARY KEY,
          holder VARCHAR(120) NOT NULL,
          expiresAt BIGINT NOT NULL
        )`);
    },
  },
];
