import { afterEach, expect, it } from 'vitest';
import { verifyAdvance, verifyEntryProof } from '../core/account';
import { utf8 } from '../core/bytes';
import { openCheckpoint } from '../core/checkpoint';
import { openSqliteForTests } from '../testing/databases';
import { describeEachDatabase } from '../testing/each';
import { append, type LogFixture, logFixture, TRUST, texts, witnessesOn } from '../testing/fixture';
import { readHead } from './head';

describeEachDatabase('the start-up guard', (open) => {
  const fixtures: LogFixture[] = [];
  const fixture = async (how = open) => {
    const made = await logFixture(how);
    fixtures.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of fixtures.splice(0)) await made.close();
  });
  /** A log with ten leaves, and the database of a backup taken at four. */
  const setBack = async () => {
    const live = await fixture();
    const backup = await fixture();
    for (const { start } of [live, backup]) {
      const { log, database } = start();
      await append(log, database, texts(0, 4));
      await log.tick();
    }
    const { log, database } = live.start();
    await append(log, database, texts(4, 6));
    await log.tick();
    return { live, backup };
  };

  it('refuses a database that is behind what is published, signs nothing, stays readable', async () => {
    const { live, backup } = await setBack();
    const { log, database } = backup.start({ storage: live.storage });
    await append(log, database, ['something new']);
    expect(await log.tick()).toMatchObject({ status: 'refused', fault: { code: 'rolledBack' } });
    expect(await log.sequence()).toMatchObject({ status: 'refused', fault: { code: 'notOpen' } });
    expect((await readHead(database.reading, TRUST.origin))?.size).toBe(4n);
    expect(await log.proofFor('leaf 3')).toMatchObject({ status: 'proven' });
  });

  it('refuses a database that contradicts what is published', async () => {
    const { live } = await setBack();
    const other = await fixture();
    const elsewhere = other.start();
    await append(elsewhere.log, elsewhere.database, texts(90, 12));
    await elsewhere.log.tick();
    const { log } = other.start({ storage: live.storage });
    expect(await log.tick()).toMatchObject({ status: 'refused', fault: { code: 'inconsistent' } });
  });

  it('refuses when a witness has seen more, or something else, even with an empty folder', async () => {
    const witnessed = await fixture(openSqliteForTests);
    const { policy, sendToWitness, down } = witnessesOn([witnessed.database.connect()]);
    const live = await fixture();
    const running = live.start({ policy, sendToWitness });
    await append(running.log, running.database, texts(0, 10));
    await running.log.tick();

    const behind = await fixture();
    const restored = behind.start();
    await append(restored.log, restored.database, texts(0, 4));
    await restored.log.tick();
    const empty = await fixture();
    const second = behind.start({ policy, sendToWitness, storage: empty.storage });
    expect(await second.log.tick()).toMatchObject({
      status: 'refused',
      fault: { message: 'witness w0 has seen 10 leaves, and we have 4' },
    });

    await append(restored.log, restored.database, texts(50, 9));
    await restored.log.tick();
    const third = behind.start({ policy, sendToWitness, storage: empty.storage });
    expect(await third.log.tick()).toMatchObject({ status: 'refused', fault: { code: 'inconsistent' } });

    // Without its guards nothing would have kept it from signing: the fork is there, and only a verifier that kept a checkpoint sees it.
    const fork = behind.start({ storage: empty.storage });
    expect(await fork.log.tick()).toMatchObject({ status: 'done' });
    const kept = openCheckpoint((await running.log.advanceFrom(0n))?.checkpoint ?? '', TRUST);
    const forked = await fork.log.advanceFrom(10n);
    const next = openCheckpoint(forked?.checkpoint ?? '', TRUST);
    if (!kept.ok || !next.ok) throw new Error('both are signed');
    expect(verifyAdvance(kept.value, next.value, forked?.proof ?? [])).toMatchObject({ fault: { code: 'badProof' } });
    down.add(0);
  });

  it('waits while too few witnesses answer to know', async () => {
    const witnessed = await fixture(openSqliteForTests);
    const { policy, sendToWitness, down } = witnessesOn([witnessed.database.connect()]);
    down.add(0);
    const { start, clock } = await fixture();
    const { log, database } = start({ policy, sendToWitness });
    await append(log, database, ['a']);
    expect(await log.tick()).toMatchObject({ status: 'waiting' });
    expect((await log.state()).size).toBe(0n);
    down.clear();
    clock.nowMs += 1_000;
    expect(await log.tick()).toMatchObject({ status: 'done', sequenced: 1, published: { status: 'published' } });
  });

  it('notices a head that goes back under a running process', async () => {
    const { start } = await fixture();
    const { log, database } = start();
    await append(log, database, texts(0, 3));
    await log.tick();
    await database.transaction((sql) => sql.execute('UPDATE logHead SET size = 2 WHERE id = 1', []));
    expect(await log.tick()).toMatchObject({ status: 'refused', fault: { code: 'rolledBack' } });
  });

  it('refuses a published checkpoint that the log never signed', async () => {
    const { start, storage } = await fixture();
    await start().log.tick();
    const whole = new TextDecoder().decode(await storage.read('checkpoint'));
    await storage.write('checkpoint', utf8(whole.replace('\n0\n', '\n1\n')));
    expect(await start().log.tick()).toMatchObject({ status: 'refused', fault: { code: 'badSignature' } });
  });

  it('lets a set-back log go on after its entries were taken back from the bundles, and not from bundles that were changed', async () => {
    const { live, backup } = await setBack();
    const { log, database } = backup.start({ storage: live.storage });
    // One of the lost entries is appended again before anybody looks.
    await append(log, database, ['leaf 6', 'brand new']);
    expect(await log.tick()).toMatchObject({ status: 'refused' });
    const path = 'tile/entries/000.p/10';
    const bundle = (await live.storage.read(path)) ?? new Uint8Array(0);
    await live.storage.write(
      path,
      bundle.map((byte, at) => (at === bundle.length - 1 ? byte ^ 1 : byte)),
    );
    expect(await log.recover()).toMatchObject({ ok: false, fault: { code: 'inconsistent' } });
    await live.storage.write(path, bundle);

    expect(await log.recover()).toEqual({ ok: true, value: 6 });
    expect(await log.tick()).toMatchObject({ status: 'done', sequenced: 1, published: { status: 'published', size: 11n } });
    expect(await log.audit()).toEqual([]);
    for (const key of ['leaf 6', 'brand new']) {
      const proof = await log.proofFor(key);
      expect(proof.status === 'proven' && verifyEntryProof(proof.file, utf8(key), TRUST).ok).toBe(true);
    }
    expect(await log.recover()).toEqual({ ok: true, value: 0 });
  });
});
