import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { verifyAccount, verifyRecordProof } from '../core/account';
import { fromUtf8, utf8 } from '../core/bytes';
import { parseProofFile } from '../core/proof-file';
import { commitTo, encodeRecord, parseRecord } from '../core/record';
import { parseBundle } from '../core/tile';
import { describeEachDatabase } from '../testing/each';
import { type LogFixture, logFixture, START, TRUST } from '../testing/fixture';
import type { TransparencyLog } from './log';
import type { NewRecord } from './records';

const earned = (promoterId: string, line: number, amountFen: number, more: Partial<NewRecord> = {}): NewRecord => ({
  promoterId,
  recordId: `earn:${line}:1`,
  kind: 'earn',
  amountFen,
  at: START + line,
  details: { base: amountFen * 10, rateBp: 1_000, level: 1 },
  pseudonyms: { line: `order line ${line}` },
  ...more,
});

/** The files that the promoter's browser would have. */
const filesOf = async (log: TransparencyLog, promoterId: string): Promise<string[]> => {
  const page = await log.recordProofs(promoterId);
  return page.map(({ recordId, proof }) => {
    if (proof.status !== 'proven') throw new Error(`${recordId} is ${proof.status}`);
    return proof.file;
  });
};

describeEachDatabase('account records', (open) => {
  const fixtures: LogFixture[] = [];
  const fixture = async () => {
    const made = await logFixture(open);
    fixtures.push(made);
    const { log, database } = made.start();
    const write = (...records: NewRecord[]) => database.transaction((sql) => log.appendRecords(sql, records));
    return { ...made, log, sql: database, write };
  };
  afterEach(async () => {
    for (const made of fixtures.splice(0)) await made.close();
  });

  it('of each promoter form a chain that his browser proves, gap by gap and fen by fen', async () => {
    const { log, write } = await fixture();
    expect(await write(earned('7', 1, 2_495), earned('8', 2, 100), earned('7', 3, 5))).toEqual([
      { status: 'appended', recordNumber: 1 },
      { status: 'appended', recordNumber: 1 },
      { status: 'appended', recordNumber: 2 },
    ]);
    await write(earned('7', 4, -2_500, { kind: 'claw', recordId: 'clawback:R1:1:1' }));
    await log.tick();
    const account = verifyAccount(await filesOf(log, '7'), TRUST);
    expect(account).toMatchObject({ ok: true, value: { count: 3, balanceFen: 0 } });
    expect(await log.chainOf('7')).toEqual({ recordCount: 3, balanceFen: 0, isErased: false });
    expect(verifyAccount(await filesOf(log, '8'), TRUST)).toMatchObject({ value: { count: 1, balanceFen: 100 } });
    expect(await log.audit()).toEqual([]);
  });

  it('are proven against one checkpoint, with as many queries for forty as for one', async () => {
    const { write, log, sql, start } = await fixture();
    await write(...Array.from({ length: 40 }, (_, line) => earned('7', line, 1)));
    await log.tick();
    const ask = async (limit: number) => {
      let queries = 0;
      const query: typeof sql.reading.query = (...content) => {
        queries += 1;
        return sql.reading.query(...content);
      };
      const counting = start({ database: { ...sql, reading: { ...sql.reading, query } } });
      return { proofs: (await counting.log.recordProofs('7', { limit })).length, queries };
    };
    const one = await ask(1);
    expect(one.queries).toBeGreaterThan(2);
    expect(await ask(40)).toEqual({ proofs: 40, queries: one.queries });
  });

  it('left out, swapped, taken from another, or shown twice: the chain does not hold', async () => {
    const { log, write } = await fixture();
    await write(earned('7', 1, 10), earned('7', 2, 20), earned('7', 3, 30), earned('8', 4, 10), earned('8', 5, 20));
    await log.tick();
    const [first, second, third] = (await filesOf(log, '7')) as [string, string, string];
    const [, foreign] = (await filesOf(log, '8')) as [string, string];
    expect(verifyAccount([first, second, third], TRUST).ok).toBe(true);
    for (const shown of [
      [first, third],
      [second, third],
      [second, first, third],
      [first, foreign],
      [first, first],
      [first, second, second],
    ])
      expect(verifyAccount(shown, TRUST)).toMatchObject({ fault: { code: 'badRecord' } });
  });

  it('are written once, however often they are told, and never with other content', async () => {
    const { log, write, sql } = await fixture();
    const record = earned('7', 1, 100);
    await write(record);
    expect(await write(record, earned('7', 2, 5), record)).toEqual([
      { status: 'replayed' },
      { status: 'appended', recordNumber: 2 },
      { status: 'replayed' },
    ]);
    expect(await write(earned('7', 1, 101), earned('9', 1, 100), { ...record, details: {} })).toEqual([
      { status: 'keyReused' },
      { status: 'keyReused' },
      { status: 'keyReused' },
    ]);
    expect(await log.chainOf('7')).toMatchObject({ recordCount: 2, balanceFen: 105 });
    const [row] = await sql.reading.query('SELECT COUNT(*) AS n FROM logEntry', []);
    expect(Number(row?.n)).toBe(2);
  });

  it('roll back with the caller', async () => {
    const { log, sql, write } = await fixture();
    const failing = sql.transaction(async (transaction) => {
      await log.appendRecords(transaction, [earned('7', 1, 100)]);
      throw new Error('the caller failed');
    });
    await expect(failing).rejects.toThrow('the caller failed');
    expect(await log.chainOf('7')).toBeUndefined();
    expect(await write(earned('7', 1, 100))).toEqual([{ status: 'appended', recordNumber: 1 }]);
  });

  it('of one promoter written by several processes at once stay one chain', async () => {
    const made = await fixture();
    const processes = [made.start(), made.start(), made.start()];
    const work = processes.map(async ({ log, database }, process) => {
      for (let round = 0; round < 10; round += 1)
        await database.transaction((sql) =>
          log.appendRecords(sql, [earned('7', process * 100 + round, 1), earned(`own ${process}`, 1_000 + process * 100 + round, 1)]),
        );
    });
    await Promise.all(work);
    await made.log.tick();
    expect(verifyAccount(await filesOf(made.log, '7'), TRUST)).toMatchObject({ ok: true, value: { count: 30, balanceFen: 30 } });
    expect(await made.log.audit()).toEqual([]);
  });

  it('erased: nothing opens any more, every other proof and the whole tree still verify', async () => {
    const { log, write, sql } = await fixture();
    await write(earned('7', 1, 100), earned('8', 2, 50), earned('7', 3, 100));
    await log.tick();
    const [mine] = (await filesOf(log, '7')) as [string];
    expect(await sql.transaction((transaction) => log.eraseKey(transaction, '7'))).toBe(true);
    expect(await sql.transaction((transaction) => log.eraseKey(transaction, '7'))).toBe(false);

    expect(await log.recordProofs('7')).toEqual([]);
    expect(await log.chainOf('7')).toMatchObject({ isErased: true });
    const rows = await sql.reading.query('SELECT record FROM logRecord WHERE promoterId = ?', ['7']);
    expect(rows.map((row) => row.record)).toEqual([null, null]);
    const [promoter] = await sql.reading.query('SELECT promoterKey, pseudonym FROM logPromoter WHERE promoterId = ?', ['7']);
    expect(promoter).toMatchObject({ promoterKey: null, pseudonym: null });
    expect(await write(earned('7', 9, 1), earned('7', 1, 100))).toEqual([{ status: 'erased' }, { status: 'replayed' }]);

    await write(earned('8', 10, 5));
    await log.tick();
    expect(verifyAccount(await filesOf(log, '8'), TRUST)).toMatchObject({ ok: true, value: { count: 2, balanceFen: 55 } });
    expect(await log.audit()).toEqual([]);
    // The file he downloaded before is his to keep.
    expect(verifyRecordProof(mine, TRUST).ok).toBe(true);
  });

  it('are not to be found by trying: no hash without key is published (A88)', async () => {
    const { log, write } = await fixture();
    await write(earned('7', 1, 100), earned('7', 2, 250));
    await log.tick();
    const bundle = parseBundle((await log.serve('tile/entries/000.p/2'))?.body ?? new Uint8Array(0), 2);
    if (!bundle.ok) throw new Error(bundle.fault.message);
    const published = new Set(
      bundle.value.flatMap((entry) => [Buffer.from(entry).toString('hex'), Buffer.from(entry.subarray(1)).toString('hex')]),
    );
    const [file] = (await filesOf(log, '7')) as [string];
    const parsed = parseProofFile(file);
    const opening = parsed.ok ? parsed.value.extra : undefined;
    const text = fromUtf8(opening?.subarray(32) ?? new Uint8Array(0)) ?? '';
    const digest = (...parts: (string | Uint8Array)[]) =>
      parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');
    // Who knows the record to the last digit, but no salt, tries what he can.
    const guesses = [digest(text), digest('\0', text), digest('commission/v1\0', text), digest('\x01', text)];
    guesses.push(...[new Uint8Array(32), utf8('7'), utf8('earn:1:1')].map((key) => Buffer.from(commitTo(key, text)).toString('hex')));
    expect(guesses.filter((guess) => published.has(guess))).toEqual([]);
    expect(published.has(Buffer.from(commitTo(opening?.subarray(0, 32) ?? new Uint8Array(0), text)).toString('hex'))).toBe(true);
    // Two equal records of two promoters have nothing in common.
    await write(earned('8', 11, 100, { recordId: 'x' }), earned('9', 11, 100, { recordId: 'y' }));
    await log.tick();
    const again = parseBundle((await log.serve('tile/entries/000.p/4'))?.body ?? new Uint8Array(0), 4);
    expect(again.ok && new Set(again.value.map((entry) => Buffer.from(entry).toString('hex'))).size).toBe(4);
  });

  it('edited behind the log’s back are found by the audit', async () => {
    const { log, write, sql } = await fixture();
    await write(earned('7', 1, 100), earned('7', 2, 100));
    await log.tick();
    const [row] = await sql.reading.query('SELECT record FROM logRecord WHERE recordId = ?', ['earn:2:1']);
    const edited = String(row?.record).replace('"amount":100', '"amount":900').replace('"after":200', '"after":1000');
    await sql.transaction((transaction) => transaction.execute('UPDATE logRecord SET record = ? WHERE recordId = ?', [edited, 'earn:2:1']));
    expect((await log.audit()).map(({ check, subject }) => `${check} ${subject}`)).toEqual(['records earn:2:1', 'records 7']);
  });
});

describe('a record', () => {
  const record = { v: 1, kind: 'earn', id: 'a', n: 1, prev: '', promoter: 'p', amount: 5, after: 5, at: 0 } as const;

  it('has one spelling', () => {
    const text = encodeRecord({ ...record, zh: '佣金 “5”\n', base: -3 });
    expect(text).toBe(
      '{"after":5,"amount":5,"at":0,"base":-3,"id":"a","kind":"earn","n":1,"prev":"","promoter":"p","v":1,"zh":"佣金 “5”\\n"}',
    );
    expect(parseRecord(text)).toMatchObject({ ok: true });
    const others = [
      ` ${text}`,
      text.replace('"at":0', '"at":0.0'),
      text.replace('佣', '\\u4f63'),
      text.replace('"n":1', '"n":0'),
      '[]',
      'null',
      '',
    ];
    others.push(
      text.replace('"after":5,"amount":5', '"amount":5,"after":5'),
      text.replace('"kind":"earn"', '"kind":7'),
      text.replace('"v":1', '"v":2'),
      text.replace('佣', '\\ud800'),
    );
    expect(others.filter((other) => parseRecord(other).ok)).toEqual([]);
  });

  it('holds no fractions, no unsafe integers, no other values', () => {
    for (const bad of [0.5, Number.NaN, 2 ** 53, -0]) expect(() => encodeRecord({ ...record, amount: bad })).toThrow(RangeError);
    expect(() => encodeRecord({ ...record, 'with blank': 1 })).toThrow(RangeError);
  });
});
