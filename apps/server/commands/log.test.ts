import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, type Migration, migrate, openSqlite } from '@qianxing/database';
import {
  createLog,
  createSigner,
  folderStorage,
  logMigrations,
  parsePolicy,
  parseSignerKey,
  type TransparencyLog,
  verifierKey,
} from '@qianxing/transparency-log';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLogCommand } from './log';
import { logDatabase } from './log-database';
import { runWitnessCommand } from './witness';

const ORIGIN = 'shop.example/log';
const folder = mkdtempSync(join(tmpdir(), 'qianxing-log-command-'));
/** Beside the built server, so that it finds the packages. */
const program = join(import.meta.dirname, `../dist/witness-${process.pid}.mjs`);
const inFolder = (name: string) => join(folder, name);
let database: Database;
let log: TransparencyLog;
let vkey: string;
let witnessKey: string;
let witness: ChildProcess;

/** What a command wrote, and its exit code. */
async function run(command: typeof runLogCommand, ...args: string[]) {
  let out = '';
  let err = '';
  const code = await command(
    args,
    (text) => {
      out += text;
    },
    (text) => {
      err += text;
    },
  );
  return { code, out, err };
}

const migrations: Migration[] = logMigrations('sqlite').map(({ id, statements }) => ({
  id,
  up: async ({ execute }) => {
    for (const statement of statements) await execute(statement);
  },
}));

async function append(...texts: string[]) {
  const port = logDatabase(database);
  await port.transaction((sql) =>
    log.append(
      sql,
      texts.map((text) => ({ leafKey: text, entry: Buffer.from(text) })),
    ),
  );
  return log.tick();
}

/** Starts `qianxing witness` as a process of its own and answers its URL. */
async function startWitness(): Promise<string> {
  const source = `import { runWitnessCommand } from './witness';
    process.exit(await runWitnessCommand(process.argv.slice(2), (text) => process.stdout.write(text), (text) => process.stderr.write(text)));`;
  await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    plugins: [
      {
        name: 'packages-stay-outside',
        setup: (builder) =>
          builder.onResolve({ filter: /^[^./]/ }, ({ path }) => (path.startsWith('@qianxing/') ? undefined : { path, external: true })),
      },
    ],
  });
  const args = ['--key', inFolder('witness.key'), '--data', inFolder('witness'), '--log', vkey, '--listen', '127.0.0.1:0'];
  witness = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    witness.once('exit', () => reject(new Error(`the witness ended: ${said}`)));
    witness.stdout?.on('data', (part) => {
      said += part;
      const url = /listens on (\S+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
  });
}

beforeAll(async () => {
  vkey = (await run(runLogCommand, 'key', ORIGIN, '--out', inFolder('log.key'))).out.trim();
  const read = parseSignerKey(readFileSync(inFolder('log.key'), 'utf8').trim());
  if (!read.ok) throw new Error(read.fault.message);
  const key = read.value;
  witnessKey = (await run(runWitnessCommand, 'key', 'w.example', '--out', inFolder('witness.key'))).out.trim();
  const url = await startWitness();
  writeFileSync(inFolder('policy'), `witness w ${witnessKey} ${url}\nquorum w\n`);
  const policy = parsePolicy(readFileSync(inFolder('policy'), 'utf8'));
  if (!policy.ok) throw new Error(policy.fault.message);
  database = openSqlite({ file: inFolder('log.db'), durability: 'none' });
  await migrate(database, migrations);
  log = createLog({
    database: logDatabase(database),
    origin: ORIGIN,
    signer: createSigner(key),
    logKey: verifierKey(key.name, key.algorithm, key.publicKey),
    storage: folderStorage(inFolder('log')),
    policy: policy.value,
  });
  expect(await append('one', 'two', 'three')).toMatchObject({ status: 'done', published: { status: 'published', size: 3n } });
  writeFileSync(inFolder('early'), readFileSync(inFolder('log/checkpoint')));
  const port = logDatabase(database);
  const record = { promoterId: '7', recordId: 'earn:1:1', kind: 'earn', amountFen: 2_495, at: 0, details: { base: 24_950, rateBp: 1_000 } };
  await port.transaction((sql) => log.appendRecords(sql, [record]));
  await append(...Array.from({ length: 300 }, (_, at) => `more ${at}`));
  const [mine] = await log.recordProofs('7');
  writeFileSync(inFolder('mine.tlog-proof'), mine?.proof.status === 'proven' ? mine.proof.file : '');
}, 60_000);

afterAll(async () => {
  witness?.kill('SIGTERM');
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(program, { force: true });
});

describe('qianxing log', () => {
  const trust = () => ['--vkey', vkey];

  it('verifies a folder, from a kept checkpoint, with the policy', async () => {
    const done = await run(
      runLogCommand,
      'verify',
      inFolder('log'),
      ...trust(),
      '--from',
      inFolder('early'),
      '--policy',
      inFolder('policy'),
    );
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toContain('✓ 304 条 entries');
    expect(done.out).toContain('cosigned by w');
  });

  it('names the first fault and exits with 1', async () => {
    const path = inFolder('log/tile/entries/000');
    const whole = readFileSync(path);
    writeFileSync(
      path,
      whole.map((byte, at) => (at === 3 ? byte ^ 1 : byte)),
    );
    const bent = await run(runLogCommand, 'verify', inFolder('log'), ...trust());
    writeFileSync(path, whole);
    expect(bent).toMatchObject({ code: 1, out: '', err: expect.stringContaining('tile/0/000 is not the hashes of its entries') });
    expect(await run(runLogCommand, 'verify', inFolder('nowhere'), ...trust())).toMatchObject({
      code: 1,
      err: expect.stringContaining('missing'),
    });
    writeFileSync(inFolder('strict'), `witness w ${witnessKey}\nwitness v ${await newWitnessKey()}\ngroup both all w v\nquorum both\n`);
    const strict = await run(runLogCommand, 'verify', inFolder('log'), ...trust(), '--policy', inFolder('strict'));
    expect(strict).toMatchObject({ code: 1, err: expect.stringContaining('quorumMissing') });
  });

  it('makes and verifies proof files', async () => {
    const made = await run(runLogCommand, 'proof', inFolder('log'), ...trust(), '--index', '1', '--out', inFolder('two.tlog-proof'));
    expect(made).toMatchObject({ code: 0 });
    const entry = Buffer.from('two').toString('base64');
    const verify = (more: string[]) =>
      run(runLogCommand, 'proof', inFolder('two.tlog-proof'), ...trust(), '--policy', inFolder('policy'), ...more);
    expect(await verify(['--entry', entry])).toMatchObject({ code: 0, out: expect.stringContaining('entry 1') });
    expect(await verify(['--entry', Buffer.from('three').toString('base64')])).toMatchObject({ code: 1 });
    expect(await verify([])).toMatchObject({ code: 1, err: expect.stringContaining('carries no record') });
    const printed = await run(runLogCommand, 'proof', inFolder('log'), ...trust(), '--index', '1');
    expect(printed.out).toBe(readFileSync(inFolder('two.tlog-proof'), 'utf8'));
    expect(await run(runLogCommand, 'proof', inFolder('log'), ...trust(), '--index', '304')).toMatchObject({ code: 1 });
  });

  it('shows the record that a promoter’s file proves', async () => {
    const shown = await run(runLogCommand, 'proof', inFolder('mine.tlog-proof'), ...trust());
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('"amount": 2495') });
  });

  it('compares two states', async () => {
    const consistent = await run(runLogCommand, 'consistency', inFolder('early'), inFolder('log'), ...trust());
    expect(consistent).toMatchObject({ code: 0, out: expect.stringContaining('begins with 3') });
    expect(await run(runLogCommand, 'consistency', inFolder('log'), inFolder('early'), ...trust())).toMatchObject({
      code: 1,
      err: expect.stringContaining('rolledBack'),
    });
    expect(await run(runLogCommand, 'consistency', inFolder('log'), inFolder('log'), ...trust())).toMatchObject({ code: 0 });
  });

  it('says how it is used, and exits with 2', async () => {
    expect(await run(runLogCommand, 'verify', inFolder('log'), '--vkey', 'nonsense')).toMatchObject({ code: 2 });
    expect(await run(runLogCommand, 'verify', ...trust())).toMatchObject({ code: 2 });
    expect(await run(runLogCommand, 'dance', 'x', ...trust())).toMatchObject({ code: 2 });
    expect(await run(runLogCommand, '--help')).toMatchObject({ code: 0, out: expect.stringContaining('qianxing log verify') });
    expect(await run(runWitnessCommand, '--key', 'x')).toMatchObject({ code: 2 });
  });

  it('keeps keys to their owner and never writes over one', async () => {
    expect(statSync(inFolder('log.key')).mode & 0o777).toBe(0o600);
    await expect(run(runLogCommand, 'key', ORIGIN, '--out', inFolder('log.key'))).rejects.toThrow('EEXIST');
    expect(await run(runLogCommand, 'key', 'with blank', '--out', inFolder('none.key'))).toMatchObject({ code: 2 });
  });
});

describe('qianxing witness', () => {
  it('killed and started again it still refuses another history', async () => {
    witness.removeAllListeners('exit');
    const ended = new Promise((resolve) => witness.once('exit', resolve));
    witness.kill('SIGKILL');
    await ended;
    const url = await startWitness();
    const checkpoint = readFileSync(inFolder('early'), 'utf8');
    const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: `old 0\n\n${checkpoint}` });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([409, 'text/x.tlog.size', '304\n']);
    witness.removeAllListeners('exit');
    const stopped = new Promise((resolve) => witness.once('exit', resolve));
    witness.kill('SIGTERM');
    expect(await stopped).toBe(0);
  });
});

async function newWitnessKey(): Promise<string> {
  return (await run(runWitnessCommand, 'key', 'v.example', '--out', inFolder('v.key'))).out.trim();
}
