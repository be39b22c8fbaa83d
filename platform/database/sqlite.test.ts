import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrate, openSqlite } from './index';
import type { Database } from './port';
import { assertSqliteVersion } from './sqlite-connection';

type Tables = { box: { id: string; amount: number } };

describe('SQLite driver', () => {
  let folder: string;
  let database: Database;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qianxing-sqlite-'));
    database = openSqlite({ file: join(folder, 'main.db') });
    await migrate(database, [
      {
        id: 'box/0001-create',
        up: ({ execute }) => execute('CREATE TABLE box (id VARCHAR(20) PRIMARY KEY, amount BIGINT NOT NULL CHECK (amount >= 0))'),
      },
    ]);
  });

  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });

  it('refuses a SQLite library with the WAL-reset bug', () => {
    expect(() => assertSqliteVersion('3.51.2')).toThrow(/too old/);
    expect(() => assertSqliteVersion('3.40.1')).toThrow(/too old/);
    expect(() => assertSqliteVersion('3.51.3')).not.toThrow();
    expect(() => assertSqliteVersion('4.0.0')).not.toThrow();
  });

  it('compiles FOR UPDATE away', async () => {
    const row = await database.transaction((transaction) =>
      transaction.withTables<Tables>().selectFrom('box').selectAll().forUpdate().executeTakeFirst(),
    );
    expect(row).toBeUndefined();
  });

  it('does not pin other reads to the snapshot of an open stream', async () => {
    // Given two rows and a stream that stands on the first
    const insert = (id: string) =>
      database.transaction((transaction) => transaction.withTables<Tables>().insertInto('box').values({ id, amount: 1 }).execute());
    await insert('a');
    await insert('b');
    const stream = database.query.withTables<Tables>().selectFrom('box').select('id').orderBy('id').stream();
    expect((await stream.next()).value).toMatchObject({ id: 'a' });
    // When another row is committed meanwhile
    await insert('c');
    // Then an ordinary read sees it at once and the stream goes on in its own snapshot
    const ids = await database.query.withTables<Tables>().selectFrom('box').select('id').orderBy('id').execute();
    expect(ids.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    const rest: string[] = [];
    for await (const { id } of stream) rest.push(id);
    expect(rest).toEqual(['b']);
  });

  it('refuses writes through the read handle', async () => {
    const write = database.query.withTables<Tables>().insertInto('box').values({ id: 'a', amount: 1 }).execute();
    await expect(write).rejects.toThrow(/readonly/);
  });

  it('lets the running transaction end before it closes, and refuses those that wait', async () => {
    const other = openSqlite({ file: join(folder, 'other.db') });
    let letEnd: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      letEnd = resolve;
    });
    let closing: Promise<void> | undefined;
    const running = other.transaction(async () => {
      const waiting = other.transaction(async () => 'late');
      waiting.catch(() => {});
      await new Promise((resolve) => setImmediate(resolve));
      closing = other.close();
      await expect(waiting).rejects.toThrow(/closed/);
      await gate;
      return 'done';
    });
    letEnd();
    expect(await running).toBe('done');
    await closing;
  });

  it('tells of a transaction opened inside another one instead of hanging', async () => {
    const impatient = openSqlite({ file: join(folder, 'other.db'), maxWriterWaitMs: 20 });
    const nested = impatient.transaction(() => impatient.transaction(async () => 1));
    await expect(nested).rejects.toThrow(/inside another/);
    await impatient.close();
  });
});
