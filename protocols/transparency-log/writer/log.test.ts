import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { verifyAdvance, verifyEntryProof } from '../core/account';
import { fromBase64, utf8 } from '../core/bytes';
import { openCheckpoint } from '../core/checkpoint';
import { leafHash } from '../core/hash';
import { newTiles, tilePath } from '../core/tile';
import { appendLeaves, EMPTY_RANGE, rangeRoot } from '../core/tree';
import { describeEachDatabase } from '../testing/each';
import { append, type LogFixture, logFixture, TRUST, texts, witnessesOn } from '../testing/fixture';

const rootOf = (entries: readonly string[]) =>
  rangeRoot(
    appendLeaves(
      EMPTY_RANGE,
      entries.map((text) => leafHash(utf8(text))),
    ),
  );
const must = <T>(checked: { ok: true; value: T } | { ok: false; fault: { message: string } }): T => {
  if (!checked.ok) throw new Error(checked.fault.message);
  return checked.value;
};
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describeEachDatabase('the log', (open) => {
  const fixtures: LogFixture[] = [];
  const fixture = async () => {
    const made = await logFixture(open);
    fixtures.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of fixtures.splice(0)) await made.close();
  });

  it('takes entries in order, publishes them, proves each, and audits clean', async () => {
    const { start, storage } = await fixture();
    const { log, database } = start({ batchSize: 100 });
    expect(await append(log, database, texts(0, 300))).toEqual(texts(0, 300).map(() => 'accepted'));
    expect(await log.proofFor('leaf 7')).toEqual({ status: 'pending' });
    expect(await log.tick()).toMatchObject({ status: 'done', sequenced: 300, published: { status: 'published', size: 300n } });

    const checkpoint = must(openCheckpoint(text(await storage.read('checkpoint')), TRUST));
    expect(checkpoint).toMatchObject({ size: 300n, root: rootOf(texts(0, 300)) });
    for (const key of ['leaf 0', 'leaf 255', 'leaf 256', 'leaf 299']) {
      const proof = await log.proofFor(key);
      if (proof.status !== 'proven') throw new Error(proof.status);
      expect(verifyEntryProof(proof.file, utf8(key), TRUST).ok).toBe(true);
      expect(verifyEntryProof(proof.file, utf8('another'), TRUST).ok).toBe(false);
    }
    expect(await log.proofFor('never appended')).toEqual({ status: 'unknown' });
    expect(await log.audit()).toEqual([]);
    expect(await log.state()).toEqual({ waiting: 0, oldestWaitingAt: undefined, size: 300n, publishedSize: 300n, isOpen: true });
  });

  it('appends with the caller: nothing when he rolls back, once when he repeats himself, never other bytes under one key', async () => {
    const { start } = await fixture();
    const { log, database } = start();
    const failing = database.transaction(async (sql) => {
      await log.append(sql, [{ leafKey: 'a', entry: utf8('a') }]);
      throw new Error('the caller failed');
    });
    await expect(failing).rejects.toThrow('the caller failed');
    await append(log, database, ['b']);
    expect(await append(log, database, ['b', 'c'])).toEqual(['accepted', 'accepted']);
    await log.tick();
    expect(await append(log, database, ['b'])).toEqual(['accepted']);
    const reused = await database.transaction((sql) => log.append(sql, [{ leafKey: 'b', entry: utf8('other') }]));
    expect(reused).toEqual(['keyReused']);
    expect(await log.tick()).toMatchObject({ sequenced: 0, published: { size: 2n } });
    expect(await log.proofFor('a')).toEqual({ status: 'unknown' });
  });

  it('refuses keys and entries that do not fit, and holds empty and longest entries', async () => {
    const { start } = await fixture();
    const { log, database } = start();
    const one = (leafKey: string, length: number) =>
      database.transaction((sql) => log.append(sql, [{ leafKey, entry: new Uint8Array(length).fill(7) }]));
    await expect(one('', 1)).rejects.toThrow(RangeError);
    await expect(one('x'.repeat(161), 1)).rejects.toThrow(RangeError);
    await expect(one('x', 65_536)).rejects.toThrow(RangeError);
    expect(await one('empty', 0)).toEqual(['accepted']);
    expect(await one('longest', 65_535)).toEqual(['accepted']);
    expect(await log.tick()).toMatchObject({ sequenced: 2 });
    expect(await log.audit()).toEqual([]);
  });

  it('serves exactly what is published, with cache headers, and derives what this machine has not written', async () => {
    const { start, storage } = await fixture();
    const { log, database } = start();
    expect(await log.serve('checkpoint')).toBeUndefined();
    await append(log, database, texts(0, 260));
    await log.tick();
    expect(await log.serve('checkpoint')).toMatchObject({
      contentType: 'text/plain; charset=utf-8',
      cacheControl: 'public, max-age=1, must-revalidate',
    });
    const paths = ['tile/0/000', 'tile/0/001.p/4', 'tile/1/000.p/1', 'tile/entries/000', 'tile/entries/001.p/4'];
    for (const path of paths) {
      const served = await log.serve(path);
      expect(served).toMatchObject({ contentType: 'application/octet-stream', cacheControl: expect.stringContaining('immutable') });
      expect(served?.body).toEqual(await storage.read(path));
      await storage.remove(path);
      expect((await log.serve(path))?.body).toEqual(served?.body);
    }
    // A reader with an older checkpoint asks for what was narrower then.
    expect((await log.serve('tile/0/001.p/2'))?.body).toHaveLength(64);
    const beyond = [
      'tile/0/001',
      'tile/0/001.p/5',
      'tile/0/002.p/1',
      'tile/1/000.p/2',
      'tile/2/000.p/1',
      'tile/entries/001',
      '../log.db',
      'tile/0/0',
      '',
    ];
    for (const path of beyond) expect(await log.serve(path)).toBeUndefined();
  });

  it('replaces partial tiles by full ones', async () => {
    const { start, folder, storage } = await fixture();
    const { log, database } = start();
    await append(log, database, texts(0, 100));
    await log.tick();
    expect(await storage.read('tile/0/000.p/100')).toHaveLength(3_200);
    await append(log, database, texts(100, 200));
    await log.tick();
    expect(await storage.read('tile/0/000')).toHaveLength(8_192);
    expect(readdirSync(join(folder, 'tile/0'))).toEqual(['000', '001.p']);
    expect(readdirSync(join(folder, 'tile/entries'))).toEqual(['000', '001.p']);
    expect(await log.audit()).toEqual([]);
  });

  it('writes the golden tiles at 1, 255, 256, 257 leaves', async () => {
    const { start, storage } = await fixture();
    const { log, database } = start();
    let size = 0;
    for (const next of [1, 255, 256, 257]) {
      await append(log, database, texts(size, next - size));
      await log.tick();
      size = next;
      const hashes = texts(0, size).map((entry) => leafHash(utf8(entry)));
      for (const tile of newTiles(0n, BigInt(size))) {
        const leaves = hashes.slice(Number(tile.index) * 256, Number(tile.index) * 256 + tile.width);
        const expected = tile.level === 0 ? leaves : [rootOf(texts(0, 256))];
        expect(await storage.read(tilePath(tile))).toEqual(Uint8Array.from(expected.flatMap((hash) => [...hash])));
      }
    }
  });

  it('proves to whoever kept a checkpoint that it only grew', async () => {
    const { start } = await fixture();
    const { log, database } = start();
    await append(log, database, texts(0, 5));
    await log.tick();
    const kept = must(openCheckpoint((await log.advanceFrom(0n))?.checkpoint ?? '', TRUST));
    await append(log, database, texts(5, 700));
    await log.tick();
    const advance = await log.advanceFrom(kept.size);
    const next = must(openCheckpoint(advance?.checkpoint ?? '', TRUST));
    expect(verifyAdvance(kept, next, advance?.proof ?? [])).toMatchObject({ ok: true });
    expect(verifyAdvance(kept, next, [])).toMatchObject({ fault: { code: 'badProof' } });
    expect(verifyAdvance(next, kept, [])).toMatchObject({ fault: { code: 'rolledBack' } });
    expect(await log.advanceFrom(706n)).toBeUndefined();
  });

  it('verifies again only what changed, and mends a checkpoint file that somebody replaced', async () => {
    const { start, storage } = await fixture();
    const { log, database } = start();
    await append(log, database, ['a']);
    await log.tick();
    const first = await storage.read('checkpoint');
    await append(log, database, ['b']);
    await log.tick();
    expect(await log.tick()).toMatchObject({ sequenced: 0, published: { status: 'published', size: 2n } });
    await storage.write('checkpoint', first ?? new Uint8Array(0));
    expect(await log.tick()).toMatchObject({ published: { status: 'published', size: 2n } });
    expect(text(await storage.read('checkpoint'))).toContain('\n2\n');
    // The whole folder lost: everything is written again.
    for (const path of ['checkpoint', 'tile']) await storage.remove(path);
    expect(await log.tick()).toMatchObject({ published: { status: 'published', size: 2n } });
    expect(await log.audit()).toEqual([]);
    await storage.write('checkpoint', utf8('no checkpoint at all\n'));
    expect(await log.tick()).toMatchObject({ published: { status: 'refused', fault: { code: 'malformed' } } });
  });

  it('does not sign before the guard has let it', async () => {
    const { start } = await fixture();
    const { log, database } = start();
    await append(log, database, ['a']);
    expect(await log.sequence()).toMatchObject({ status: 'refused', fault: { code: 'notOpen' } });
    expect(await log.publish()).toMatchObject({ status: 'refused', fault: { code: 'notOpen' } });
    expect(await log.guard()).toEqual({ status: 'open' });
    expect(await log.sequence()).toMatchObject({ status: 'sequenced', count: 1 });
  });

  it('belongs to one origin', async () => {
    const { start } = await fixture();
    await start().log.tick();
    await expect(start({ origin: 'other.example/log' }).log.tick()).rejects.toThrow('holds the log shop.example/log');
  });

  it('the database refuses to change or remove an entry that is in the tree', async () => {
    const { start } = await fixture();
    const { log, database } = start();
    await append(log, database, texts(0, 300));
    await log.tick();
    const run = (statement: string) => database.transaction((sql) => sql.execute(statement, []));
    for (const statement of [
      "UPDATE logEntry SET entry = 'x' WHERE leafIndex = 3",
      'UPDATE logEntry SET leafIndex = 9000 WHERE leafIndex = 3',
      'DELETE FROM logEntry WHERE leafIndex = 299',
      'DELETE FROM logHead',
      'DELETE FROM logNode',
      "UPDATE logNode SET hash = 'x'",
    ])
      await expect(run(statement)).rejects.toThrow('append-only');
    if (database.reading.dialect === 'sqlite') {
      await run("INSERT OR REPLACE INTO logEntry (leafKey, entry, appendedAt) VALUES ('leaf 3', 'x', 1)").catch(() => undefined);
    }
    expect(await log.audit()).toEqual([]);
  });

  it('publishes with the cosignatures that the policy asks for, and keeps the old checkpoint when they are missing', async () => {
    const { start, storage, clock } = await fixture();
    const own = await fixture();
    const { policy, sendToWitness, down } = witnessesOn([own.database.connect(), (await fixture()).database.connect()]);
    const { log, database } = start({ policy, sendToWitness });
    await append(log, database, texts(0, 3));
    expect(await log.tick()).toMatchObject({ published: { status: 'published', size: 3n } });
    const trust = { ...TRUST, policy };
    expect(must(openCheckpoint(text(await storage.read('checkpoint')), trust)).witnesses.map(({ name }) => name)).toEqual(['w0', 'w1']);

    down.add(1);
    await append(log, database, texts(3, 2));
    expect(await log.tick()).toMatchObject({ sequenced: 2, published: { status: 'waiting', size: 5n } });
    expect(must(openCheckpoint(text(await storage.read('checkpoint')), trust)).size).toBe(3n);
    expect(await log.proofFor('leaf 4')).toEqual({ status: 'pending' });
    expect(await log.serve('tile/0/000.p/5')).toBeUndefined();

    // It is not asked at every turn while it is silent.
    down.clear();
    expect(await log.tick()).toMatchObject({ published: { status: 'waiting' } });
    clock.nowMs += 1_000;
    expect(await log.tick()).toMatchObject({ published: { status: 'published', size: 5n } });
    expect(await log.proofFor('leaf 4')).toMatchObject({ status: 'proven' });
    expect(await log.audit()).toEqual([]);
  });

  it('may be audited while it grows', async () => {
    const made = await fixture();
    const writer = made.start();
    const auditor = made.start();
    await writer.log.tick();
    let isWriting = true;
    const write = async () => {
      for (let round = 0; round < 12; round += 1) {
        await append(writer.log, writer.database, texts(round * 45, 45));
        const records = ['7', '8'].map((promoterId) => ({
          promoterId,
          recordId: `${promoterId}:${round}`,
          kind: 'earn',
          amountFen: 1,
          at: round,
        }));
        await writer.database.transaction((sql) => writer.log.appendRecords(sql, records));
        await writer.log.tick();
      }
      await writer.database.transaction((sql) => writer.log.eraseKey(sql, '8'));
      isWriting = false;
    };
    let audits = 0;
    const audit = async () => {
      while (isWriting || audits === 0) {
        expect(await auditor.log.audit()).toEqual([]);
        audits += 1;
      }
    };
    await Promise.all([write(), audit()]);
    expect(await auditor.log.audit()).toEqual([]);
  });

  it('the audit names what was changed behind its back', async () => {
    const { start, folder, storage } = await fixture();
    const { log, database } = start();
    await append(log, database, texts(0, 600));
    await log.tick();
    const tampered = async (path: string) => {
      const whole = readFileSync(join(folder, path));
      writeFileSync(
        join(folder, path),
        whole.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
      );
      const findings = await log.audit();
      writeFileSync(join(folder, path), whole);
      return findings.map(({ check, subject }) => `${check} ${subject}`);
    };
    for (const path of ['tile/0/001', 'tile/entries/000', 'tile/1/000.p/2', 'checkpoint'])
      expect(await tampered(path)).toEqual([`storage ${path}`]);
    await storage.remove('tile/0/000');
    expect(await log.audit()).toMatchObject([{ check: 'storage', subject: 'tile/0/000', message: 'the file is missing' }]);
    await storage.write('tile/0/000', (await log.serve('tile/0/000'))!.body);

    // Somebody with all rights on the database: the trigger is dropped, the row changed.
    await database.transaction((sql) => sql.execute('DROP TRIGGER logEntryNoUpdate', []));
    const rewrite = (entry: string) =>
      database.transaction((sql) => sql.execute('UPDATE logEntry SET entry = ? WHERE leafIndex = 5', [Buffer.from(entry)]));
    await rewrite('other');
    const checks = new Set((await log.audit()).map(({ check }) => check));
    expect([...checks].sort()).toEqual(['head', 'nodes', 'publication', 'storage']);
    await rewrite('leaf 5');
    expect(await log.audit()).toEqual([]);
    await database.transaction((sql) =>
      sql.execute('UPDATE logHead SET root = ? WHERE id = 1', [Buffer.from(fromBase64('bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=')!)]),
    );
    expect((await log.audit()).map(({ check }) => check)).toEqual(['head', 'head']);
  });
});
