import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyEntryProof } from '../core/account';
import { utf8 } from '../core/bytes';
import { formatCheckpoint, openCheckpoint } from '../core/checkpoint';
import { leafHash } from '../core/hash';
import { formatNote } from '../core/note';
import { appendLeaves, EMPTY_RANGE, rangeRoot } from '../core/tree';
import { openSqliteForTests } from '../testing/databases';
import { append, type LogFixture, logFixture, roguePen, TRUST, texts } from '../testing/fixture';
import { proveFromSource, verifyAdvanceFromSource } from './prove';
import { folderSource, httpSource, type LogSource } from './source';
import { verifyLog } from './verify-log';

const SIZE = 66_000;
let fixture: LogFixture;
let honest: LogSource;
/** The checkpoint somebody kept at 700 leaves. */
let early: string;

beforeAll(async () => {
  fixture = await logFixture(openSqliteForTests);
  const { log, database } = fixture.start();
  for (let from = 0; from < 700; from += 350) await append(log, database, texts(from, 350));
  await log.tick();
  early = new TextDecoder().decode(await fixture.storage.read('checkpoint'));
  for (let from = 700; from < SIZE; from += 1_900) await append(log, database, texts(from, Math.min(1_900, SIZE - from)));
  await log.tick();
  honest = folderSource(fixture.folder);
}, 120_000);
afterAll(() => fixture.close());

const changed = (files: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array | undefined>>): LogSource => ({
  name: 'changed',
  async read(path) {
    const bytes = await honest.read(path);
    const change = files[path];
    return bytes && change ? change(bytes) : bytes;
  },
});
const bend = (at: number) => (bytes: Uint8Array) => bytes.map((byte, position) => (position === at ? byte ^ 1 : byte));

describe('the whole log read by a stranger', () => {
  it('verifies, also from a checkpoint kept earlier', async () => {
    expect(await verifyLog(honest, { trust: TRUST })).toMatchObject({
      ok: true,
      value: { checkpoint: { size: 66_000n }, files: 2 * 258 + 2 + 1 },
    });
    expect(await verifyLog(honest, { trust: TRUST, from: early })).toMatchObject({ ok: true, value: { fromSize: 700n } });
  });

  it.each([
    ['an entry', 'tile/entries/100', bend(5), 'badProof', 'tile/0/100'],
    ['the length of an entry', 'tile/entries/100', bend(1), 'missing', 'tile/entries/100'],
    ['the last entry', 'tile/entries/257.p/208', bend(3), 'badProof', 'tile/0/257.p/208'],
    ['a leaf hash', 'tile/0/007', bend(8_191), 'badProof', 'tile/0/007'],
    ['a hash above', 'tile/1/000', bend(0), 'badProof', 'tile/1/000'],
    ['a hash at the top', 'tile/2/000.p/1', bend(31), 'badProof', 'tile/2/000.p/1'],
    ['a tile too long', 'tile/0/007', (bytes: Uint8Array) => Uint8Array.from([...bytes, 0]), 'missing', 'tile/0/007'],
    ['a tile that is gone', 'tile/1/001.p/1', () => undefined, 'missing', 'tile/1/001.p/1'],
    ['a bundle that is gone', 'tile/entries/000', () => undefined, 'missing', 'tile/entries/000'],
    ['no checkpoint', 'checkpoint', () => undefined, 'missing', 'no checkpoint'],
    ['a bit of the checkpoint', 'checkpoint', bend(20), 'badSignature', 'signature'],
  ] as const)('%s changed: refused, and named', async (_what, path, change, code, named) => {
    const outcome = await verifyLog(changed({ [path]: change }), { trust: TRUST });
    expect(outcome).toMatchObject({ ok: false, fault: { code, message: expect.stringContaining(named) } });
  });

  it('an operator who rewrites everything consistently is caught by whoever kept a checkpoint', async () => {
    const other = await logFixture(openSqliteForTests);
    const { log, database } = other.start();
    await append(log, database, ['rewritten', ...texts(1, 800)]);
    await log.tick();
    const source = folderSource(other.folder);
    expect((await verifyLog(source, { trust: TRUST })).ok).toBe(true);
    expect(await verifyLog(source, { trust: TRUST, from: early })).toMatchObject({ fault: { code: 'inconsistent' } });
    const late = new TextDecoder().decode(await honest.read('checkpoint'));
    expect(await verifyLog(source, { trust: TRUST, from: late })).toMatchObject({ fault: { code: 'rolledBack' } });
    await other.close();
  });

  it('a checkpoint signed for a root that the entries do not have is refused', async () => {
    const root = rangeRoot(appendLeaves(EMPTY_RANGE, [leafHash(utf8('x'))]));
    const text = formatCheckpoint({ origin: TRUST.origin, size: BigInt(SIZE), root });
    const forged = formatNote({ text, signatures: [roguePen().sign(text)] });
    expect(await verifyLog(changed({ checkpoint: () => utf8(forged) }), { trust: TRUST })).toMatchObject({
      fault: { code: 'badProof', message: 'the entries do not hash to the root of the checkpoint' },
    });
  });

  it('proofs are made from the published files alone', async () => {
    for (const index of [0n, 65_535n, 65_536n, 65_999n]) {
      const file = await proveFromSource(honest, index, TRUST);
      expect(file.ok && verifyEntryProof(file.value, utf8(`leaf ${index}`), TRUST).ok).toBe(true);
    }
    expect(await proveFromSource(honest, 66_000n, TRUST)).toMatchObject({ fault: { code: 'missing' } });
    expect(await proveFromSource(changed({ 'tile/2/000.p/1': bend(3) }), 65_999n, TRUST)).toMatchObject({ ok: false });
    const kept = openCheckpoint(early, TRUST);
    if (!kept.ok) throw new Error(kept.fault.message);
    expect(await verifyAdvanceFromSource(kept.value, honest, TRUST)).toMatchObject({ ok: true, value: { size: 66_000n } });
    expect(await verifyAdvanceFromSource(kept.value, changed({ 'tile/0/002': bend(0) }), TRUST)).toMatchObject({ ok: false });
  });

  it('over HTTP just the same, partial files that were replaced included, endless answers not', async () => {
    const server = createServer(async (request, response) => {
      const path = (request.url ?? '').slice('/log/'.length);
      if (path === 'tile/0/007') {
        response.writeHead(200).end(Buffer.alloc(100_000));
        return;
      }
      const bytes = await honest.read(path);
      response.writeHead(bytes ? 200 : 404).end(bytes);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const source = httpSource(`http://127.0.0.1:${(server.address() as AddressInfo).port}/log/`);
    await expect(verifyLog(source, { trust: TRUST })).rejects.toThrow('too long');
    const atEarly: LogSource = { name: 'early', read: async (path) => (path === 'checkpoint' ? utf8(early) : source.read(path)) };
    expect(await verifyLog(atEarly, { trust: TRUST })).toMatchObject({ ok: true, value: { checkpoint: { size: 700n } } });
    server.close();
    server.closeAllConnections();
  });
});
