import { afterEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../core/checkpoint';
import { leafHash } from '../core/hash';
import { appendLeaves, EMPTY_RANGE, rangeRoot } from '../core/tree';
import { openMysqlForTests } from '../testing/databases';
import { describeEachDatabase } from '../testing/each';
import { append, type LogFixture, logFixture, TRUST, texts, witnessesOn } from '../testing/fixture';
import type { LogGuards, LogStep } from './context';
import { readHead } from './head';
import { bytesOf, type LogDatabase, type LogSql } from './sql';
import { folderStorage, type LogStorage } from './storage';

const fixtures: LogFixture[] = [];
afterEach(async () => {
  for (const made of fixtures.splice(0)) await made.close();
});

describeEachDatabase('any number of sequencers', (open) => {
  const fixture = async () => {
    const made = await logFixture(open);
    fixtures.push(made);
    return made;
  };

  it('work at once: every entry is in the tree exactly once', async () => {
    const { start } = await fixture();
    const writers = [start(), start(), start()];
    await writers[0]?.log.tick();
    const work = writers.map(async ({ log, database }, process) => {
      for (let round = 0; round < 8; round += 1) {
        await append(log, database, texts(process * 1_000 + round * 20, 20));
        await log.guard();
        await log.sequence();
      }
    });
    await Promise.all(work);
    const [first] = writers;
    for (const { log } of writers) await log.tick();
    expect(await first?.log.state()).toMatchObject({ waiting: 0, size: 480n, publishedSize: 480n });
    expect(await first?.log.audit()).toEqual([]);
  });

  it('append the same leaf at once: it is there once', async () => {
    const { start } = await fixture();
    const writers = [start(), start(), start()];
    await Promise.all(writers.map(({ log, database }) => append(log, database, ['same', 'also the same'])));
    expect(await writers[0]?.log.tick()).toMatchObject({ sequenced: 2, published: { size: 2n } });
  });

  it('publish at once with a witness: who was slower is no alarm', async () => {
    const made = await fixture();
    const { policy, sendToWitness } = witnessesOn([(await fixture()).database.connect()]);
    const quick = made.start({ policy, sendToWitness });
    await append(quick.log, quick.database, ['a']);
    await quick.log.tick();
    let isArmed = false;
    /** The other process appends, signs, is cosigned and publishes. */
    const overtake = async () => {
      if (!isArmed) return;
      isArmed = false;
      await append(quick.log, quick.database, texts(quickly, 3));
      quickly += 3;
      expect(await quick.log.tick()).toMatchObject({ published: { status: 'published' } });
    };
    let quickly = 0;
    for (const place of ['publish.afterTiles', 'read checkpoint'] as const) {
      const storage: LogStorage = {
        ...made.storage,
        read: async (path) => {
          const before = await made.storage.read(path);
          if (place !== 'read checkpoint' || path !== 'checkpoint') return before;
          await overtake();
          return made.storage.read(path);
        },
      };
      const slow = made.start({ policy, sendToWitness, storage, step: (name) => (name === place ? overtake() : undefined) });
      expect(await slow.log.guard()).toEqual({ status: 'open' });
      await append(slow.log, slow.database, [place]);
      isArmed = true;
      const outcome = await slow.log.tick();
      expect(isArmed).toBe(false);
      expect(outcome).toMatchObject({ status: 'done' });
      expect(outcome).not.toMatchObject({ published: { status: 'refused' } });
      expect(await slow.log.tick()).toMatchObject({ status: 'done', published: { status: 'published' } });
    }
    expect(await quick.log.audit()).toEqual([]);
  });

  it('that never hear of their commit sign no second root, and whoever repeats himself is written once', async () => {
    const made = await fixture();
    const published: string[] = [];
    const connection = made.database.connect();
    let losses = 0;
    const deaf: LogDatabase = {
      reading: connection.reading,
      async transaction(work) {
        const result = await connection.transaction(work);
        losses += 1;
        if (losses % 2 === 0) throw new Error('the answer to COMMIT was lost');
        return result;
      },
    };
    const { log } = made.start({ database: deaf });
    const untilHeard = async <T>(work: () => Promise<T>): Promise<T> => {
      for (;;) {
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof Error && error.message.includes('COMMIT'))) throw error;
        }
      }
    };
    for (let round = 0; round < 6; round += 1) {
      const record = { promoterId: '7', recordId: `earn:${round}`, kind: 'earn', amountFen: 1, at: round };
      await untilHeard(() => append(log, deaf, texts(round * 10, 10)));
      await untilHeard(() => deaf.transaction((sql) => log.appendRecords(sql, [record])));
      await untilHeard(() => log.tick());
      published.push(new TextDecoder().decode(await made.storage.read('checkpoint')));
    }
    expect(losses).toBeGreaterThan(12);
    expect(await log.state()).toMatchObject({ waiting: 0, size: 66n, publishedSize: 66n });
    expect(await log.chainOf('7')).toMatchObject({ recordCount: 6, balanceFen: 6 });
    expect(await log.audit()).toEqual([]);
    const sizes = published.map((note) => Number(note.split('\n')[1]));
    expect(sizes).toEqual([11, 22, 33, 44, 55, 66]);
  });

  const STEPS: readonly LogStep[] = [
    'sequence.afterRead',
    'sequence.beforeHead',
    'sequence.afterHead',
    'publish.afterTiles',
    'publish.afterCosignatures',
    'publish.afterPublication',
    'publish.afterCheckpoint',
    'storage.beforeRename',
  ];

  it.each(STEPS)('that die at %s leave nothing that the next one does not mend', async (step) => {
    const { start, folder, storage } = await fixture();
    let passages = 0;
    const dieSometimes = (name: LogStep) => {
      if (name !== step) return;
      passages += 1;
      // Once early, once in the middle of a later round.
      if (passages === 1 || passages === 4) throw new Error('died');
    };
    const published: string[] = [];
    for (let round = 0; round < 7; round += 1) {
      const own = folderStorage(folder, () => dieSometimes('storage.beforeRename'));
      const { log, database } = start({ step: dieSometimes, storage: own, batchSize: 70 });
      await append(log, database, texts(round * 90, 90));
      await log.tick().catch((error: Error) => expect(error.message).toBe('died'));
      const checkpoint = await storage.read('checkpoint');
      if (checkpoint) published.push(new TextDecoder().decode(checkpoint));
    }
    expect(passages).toBeGreaterThanOrEqual(4);
    const { log, database } = start();
    await log.tick();
    expect(await log.state()).toMatchObject({ waiting: 0, size: 630n, publishedSize: 630n });
    expect(await log.audit()).toEqual([]);
    // Whatever was ever shown is a beginning of what is there now.
    const rows = await database.reading.query('SELECT entry FROM logEntry ORDER BY leafIndex', []);
    const leaves = rows.map((row) => leafHash(bytesOf(row.entry)));
    for (const note of published) {
      const opened = openCheckpoint(note, TRUST);
      if (!opened.ok) throw new Error(opened.fault.message);
      expect(opened.value.root).toEqual(rangeRoot(appendLeaves(EMPTY_RANGE, leaves.slice(0, Number(opened.value.size)))));
    }
    expect(new Set(rows.map((row) => Buffer.from(bytesOf(row.entry)).toString())).size).toBe(630);
  });
});

/**
 * One sequencer stands still after reading while another one takes the same entries and more. Only where readers do not exclude each other:
 * SQLite's BEGIN IMMEDIATE lets the second one wait by itself.
 */
async function overtaken(guards: LogGuards): Promise<{ slow: string; sizeAfter: bigint | undefined }> {
  const url = process.env.QIANXING_TEST_MYSQL_URL ?? '';
  const made = await logFixture(() => openMysqlForTests(url));
  fixtures.push(made);
  const quick = made.start();
  await quick.log.tick();
  await append(quick.log, quick.database, ['a']);
  const overtake = async (name: LogStep) => {
    if (name !== 'sequence.afterRead') return;
    await append(quick.log, quick.database, ['b', 'c']);
    await quick.log.sequence();
  };
  const slow = made.start({ step: overtake }, guards);
  await slow.log.guard();
  const outcome = await slow.log.sequence();
  return { slow: outcome.status, sizeAfter: (await readHead(quick.database.reading, TRUST.origin))?.size };
}

describe.runIf(process.env.QIANXING_TEST_MYSQL_URL !== undefined)('a sequencer that is overtaken', () => {
  const none: LogGuards = { lockHead: false, compareHead: false, countRows: false, lockPromoters: true };

  it('is stopped by the comparison with the head it read, and by the count of rows it numbered', async () => {
    expect(await overtaken({ ...none, compareHead: true })).toEqual({ slow: 'lost', sizeAfter: 3n });
    expect(await overtaken({ ...none, countRows: true, lockPromoters: true })).toEqual({ slow: 'lost', sizeAfter: 3n });
  });

  it('sets the log back when both are taken away: the guards are what holds', async () => {
    expect(await overtaken(none)).toEqual({ slow: 'sequenced', sizeAfter: 1n });
  });
});

/** One writer of a promoter's record stands still before its commit while another one writes the next. */
async function writtenBeside(lockPromoters: boolean): Promise<string[]> {
  const made = await logFixture(() => openMysqlForTests(process.env.QIANXING_TEST_MYSQL_URL ?? ''));
  fixtures.push(made);
  const guards: LogGuards = { lockHead: true, compareHead: true, countRows: true, lockPromoters };
  const [slow, quick] = [made.start({}, guards), made.start({}, guards)];
  const record = (recordId: string) => [{ promoterId: '7', recordId, kind: 'earn', amountFen: 1, at: 0 }];
  await slow.database.transaction((sql) => slow.log.appendRecords(sql, record('first')));
  const second: Promise<unknown>[] = [];
  await slow.database.transaction(async (sql) => {
    await slow.log.appendRecords(sql, record('slow'));
    await new Promise<void>((resolve) => {
      const append = (other: LogSql) =>
        quick.log.appendRecords(tellOfRead(other, lockPromoters ? 'asked' : 'answered', resolve), record('quick'));
      second.push(quick.database.transaction(append).catch((error: Error) => error));
    });
  });
  const [outcome] = await Promise.all(second);
  if (outcome instanceof Error) return [outcome.message];
  await slow.log.tick();
  const proofs = await slow.log.recordProofs('7');
  return proofs.map(({ recordId, recordNumber }) => `${recordNumber} ${recordId}`);
}

/** Tells when the promoter's row was asked for, or when the answer came: with the lock none comes before the other has committed. */
const tellOfRead = (sql: LogSql, when: 'asked' | 'answered', tell: () => void): LogSql => ({
  ...sql,
  async query(statement, parameters) {
    const isRead = statement.includes('FROM logPromoter');
    if (isRead && when === 'asked') tell();
    const rows = await sql.query(statement, parameters);
    if (isRead) tell();
    return rows;
  },
});

describe.runIf(process.env.QIANXING_TEST_MYSQL_URL !== undefined)('two writers of one promoter’s records', () => {
  it('write one after the other', async () => {
    expect(await writtenBeside(true)).toEqual(['1 first', '2 slow', '3 quick']);
  });

  it('collide when the promoter’s row is not locked: the unique number refuses the second', async () => {
    expect(await writtenBeside(false)).toEqual([expect.stringMatching(/duplicate/i)]);
  });
});
