import { type Clock, systemClock } from '@qianxing/time';
import { sql } from 'kysely';
import { type Engine, engineOf } from './engine';
import { databaseMigrations } from './own-migrations';
import type { Database, Dialect, Migration, MigrationContext, Query } from './port';

type MigrationTables = {
  platform_migrations: { id: string; state: 'started' | 'done'; appliedAt: number };
};

export interface MigrationStatus {
  readonly id: string;
  /** `interrupted`: begun and not finished on a database whose DDL is not transactional; a person must look. */
  readonly state: 'applied' | 'pending' | 'interrupted';
  /** UTC ms; null while pending. */
  readonly appliedAt: number | null;
}

const ID = /^([a-z][a-z0-9-]*)\/(\d{4})-[a-z0-9-]+$/;

/**
 * Applies what is missing, in the given order, after the platform's own tables. Two processes may call it at once: one works, the other
 * waits and finds nothing to do. Answers the ids applied now.
 *
 * @throws Error when an id is malformed, doubled or out of order, when a released id is no longer in the list (of a service that is in
 *   the list), when a new one sorts before an applied one, or when an earlier run was interrupted.
 */
export async function migrate(database: Database, migrations: readonly Migration[], clock: Clock = systemClock): Promise<string[]> {
  const all = withPlatform(migrations);
  assertWellFormed(all);
  const engine = engineOf(database);
  return engine.withMigrationLock(async () => {
    await database.transaction((transaction) => createBookkeeping(engine.dialect, transaction));
    const applied = await readApplied(database.query);
    assertNothingVanished(all, applied);
    const done: string[] = [];
    for (const migration of all) {
      if (applied.has(migration.id)) continue;
      if (await apply(engine, database, migration, clock)) done.push(migration.id);
    }
    return done;
  });
}

/** What `migrate` would find; reads only. */
export async function migrationStatus(database: Database, migrations: readonly Migration[]): Promise<MigrationStatus[]> {
  const applied = await readApplied(database.query).catch(() => new Map<string, MigrationTables['platform_migrations']>());
  return withPlatform(migrations).map(({ id }) => {
    const row = applied.get(id);
    if (row === undefined) return { id, state: 'pending', appliedAt: null };
    return { id, state: row.state === 'done' ? 'applied' : 'interrupted', appliedAt: row.appliedAt };
  });
}

function withPlatform(migrations: readonly Migration[]): Migration[] {
  return [...databaseMigrations, ...migrations.filter((migration) => !databaseMigrations.includes(migration))];
}

function serviceOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

function assertWellFormed(migrations: readonly Migration[]): void {
  const last = new Map<string, string>();
  for (const { id } of migrations) {
    if (!ID.test(id)) throw new Error(`migration id ${id} is not of the form <service>/<4 digits>-<name>`);
    const before = last.get(serviceOf(id));
    if (before !== undefined && id.slice(0, id.indexOf('-', id.indexOf('/'))) <= before)
      throw new Error(`migration ${id} is doubled or out of order`);
    last.set(serviceOf(id), id.slice(0, id.indexOf('-', id.indexOf('/'))));
  }
}

function assertNothingVanished(
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, MigrationTables['platform_migrations']>,
): void {
  const known = new Set(migrations.map(({ id }) => id));
  const services = new Set([...known].map(serviceOf));
  for (const { id, state } of applied.values()) {
    if (state === 'started')
      throw new Error(`migration ${id} was interrupted; repair the schema, then delete or finish its row in platform_migrations`);
    if (services.has(serviceOf(id)) && !known.has(id))
      throw new Error(`migration ${id} was applied to this database and is missing from this program`);
  }
  for (const { id } of migrations) {
    const later = [...applied.keys()].find((other) => serviceOf(other) === serviceOf(id) && other > id);
    if (!applied.has(id) && later !== undefined) throw new Error(`migration ${id} would run after ${later}, which sorts behind it`);
  }
}

async function createBookkeeping(dialect: Dialect, query: Query): Promise<void> {
  await executeDdl(
    dialect,
    query,
    'CREATE TABLE IF NOT EXISTS platform_migrations (id VARCHAR(120) NOT NULL PRIMARY KEY, state VARCHAR(10) NOT NULL, appliedAt BIGINT NOT NULL)',
  );
}

async function readApplied(query: Query): Promise<Map<string, MigrationTables['platform_migrations']>> {
  const rows = await query.withTables<MigrationTables>().selectFrom('platform_migrations').selectAll().execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Answers false when another process was faster. */
async function apply(engine: Engine, database: Database, migration: Migration, clock: Clock): Promise<boolean> {
  const row = { id: migration.id, appliedAt: clock.now() };
  const table = (query: Query) => query.withTables<MigrationTables>();
  switch (engine.dialect) {
    case 'sqlite':
      return database.transaction(async (transaction) => {
        const known = await table(transaction).selectFrom('platform_migrations').select('id').where('id', '=', row.id).executeTakeFirst();
        if (known !== undefined) return false;
        await migration.up(contextOf('sqlite', transaction));
        await table(transaction)
          .insertInto('platform_migrations')
          .values({ ...row, state: 'done' })
          .execute();
        return true;
      });
    case 'mysql':
      // DDL commits by itself here, so the beginning is recorded to make an interruption visible.
      await database.transaction((transaction) =>
        table(transaction)
          .insertInto('platform_migrations')
          .values({ ...row, state: 'started' })
          .execute(),
      );
      await engine.writing.connection().execute((connection) => migration.up(contextOf('mysql', connection as unknown as Query)));
      await database.transaction((transaction) =>
        table(transaction).updateTable('platform_migrations').set({ state: 'done' }).where('id', '=', row.id).execute(),
      );
      return true;
    default:
      throw new Error(`unknown dialect ${engine.dialect satisfies never}`);
  }
}

function contextOf(dialect: Dialect, query: Query): MigrationContext {
  return { dialect, query, execute: (statement) => executeDdl(dialect, query, statement) };
}

async function executeDdl(dialect: Dialect, query: Query, statement: string): Promise<void> {
  await sql.raw(translateDdl(dialect, statement)).execute(query);
}

/** Turns a statement of the portable subset into the dialect's. */
export function translateDdl(dialect: Dialect, statement: string): string {
  const trimmed = statement.trim().replace(/;$/, '');
  switch (dialect) {
    case 'sqlite':
      return trimmed.replaceAll('{autoKey}', 'INTEGER PRIMARY KEY AUTOINCREMENT');
    case 'mysql': {
      const translated = trimmed.replaceAll('{autoKey}', 'BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY');
      return /^CREATE\s+TABLE\b/i.test(translated) ? `${translated} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin` : translated;
    }
    default:
      throw new Error(`unknown dialect ${dialect satisfies never}`);
  }
}
