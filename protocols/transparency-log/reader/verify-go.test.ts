import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toBase64, utf8 } from '../core/bytes';
import { formatVerifierKey } from '../core/key';
import { openSqliteForTests } from '../testing/databases';
import { append, LOG_KEY, type LogFixture, logFixture, texts } from '../testing/fixture';

/** Debian's golang-golang-x-mod-dev, or wherever QIANXING_TEST_GOPATH has golang.org/x/mod. */
const gopath = process.env.QIANXING_TEST_GOPATH ?? '/usr/share/gocode';
const program = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'go'))
  .find((path) => existsSync(path));
const isPresent = program !== undefined && existsSync(join(gopath, 'src/golang.org/x/mod/sumdb/note'));
const isCi = process.env.CI === 'true' || process.env.CI === '1';
const notice = 'go or golang.org/x/mod is missing (Debian: apt-get install golang-go golang-golang-x-mod-dev)';
if (!isPresent && !isCi) console.warn(`SKIPPED: ${notice}`);

describe.skipIf(!isPresent && !isCi)('verify.go, which shares no line with us', () => {
  const SIZE = 66_100;
  let fixture: LogFixture;
  let folder: string;
  let binary: string;

  beforeAll(async () => {
    if (!isPresent) throw new Error(notice);
    folder = mkdtempSync(join(tmpdir(), 'transparency-log-go-'));
    binary = join(folder, 'verify');
    const source = new URL('../verify.go', import.meta.url).pathname;
    const cache = join(tmpdir(), 'qianxing-go-cache');
    mkdirSync(cache, { recursive: true });
    const env = {
      PATH: process.env.PATH,
      HOME: homedir(),
      GO111MODULE: 'off',
      GOPATH: gopath,
      GOFLAGS: '',
      GOPROXY: 'off',
      GOCACHE: cache,
      GOTOOLCHAIN: 'local',
    };
    await promisify(execFile)(program ?? 'go', ['build', '-o', binary, source], { env });
    fixture = await logFixture(openSqliteForTests);
    const { log, database } = fixture.start();
    await append(log, database, texts(0, 300));
    await log.tick();
    writeFileSync(join(folder, 'early'), (await fixture.storage.read('checkpoint')) ?? '');
    for (let from = 300; from < SIZE; from += 2_000) await append(log, database, texts(from, Math.min(2_000, SIZE - from)));
    await log.tick();
    const proof = await log.proofFor('leaf 65999');
    writeFileSync(join(folder, 'proof'), proof.status === 'proven' ? proof.file : '');
  }, 180_000);
  afterAll(async () => {
    await fixture?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const verify = async (logFolder: string, ...more: string[]) => {
    try {
      return (await promisify(execFile)(binary, [logFolder, formatVerifierKey(LOG_KEY), ...more])).stdout;
    } catch (error) {
      return String((error as { stdout?: string }).stdout);
    }
  };

  it('accepts the log, its growth and a proof', async () => {
    const entry = toBase64(utf8('leaf 65999'));
    const said = await verify(fixture.folder, '-from', join(folder, 'early'), '-proof', join(folder, 'proof'), '-entry', entry);
    expect(said).toMatch(/^OK 66100 entries, root /);
  });

  it('refuses what was changed', async () => {
    expect(await verify(fixture.folder, '-proof', join(folder, 'proof'), '-entry', toBase64(utf8('another')))).toMatch(/^FAULT/);
    for (const path of ['checkpoint', 'tile/entries/000', 'tile/0/100', 'tile/1/001.p/2']) {
      const copy = join(folder, 'copy');
      cpSync(fixture.folder, copy, { recursive: true });
      const bytes = readFileSync(join(copy, path));
      writeFileSync(
        join(copy, path),
        bytes.map((byte, at) => (at === 20 ? byte ^ 1 : byte)),
      );
      expect(await verify(copy)).toMatch(/^FAULT/);
      rmSync(copy, { recursive: true });
    }
  });
});
