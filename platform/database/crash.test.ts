import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CrashPlan, type CrashTables, crashMigration, INITIAL_STOCK, writeUntilKilled } from './crash-writer';
import { migrate, openSqlite, sumInteger } from './index';

const here = import.meta.dirname;

/** Bundles the writer, so that plain Node can run it. */
async function bundleWriter(plan: CrashPlan): Promise<string> {
  const entry = writeUntilKilled.name;
  const { outputFiles } = await build({
    stdin: {
      contents: `import { ${entry} } from './crash-writer'; await ${entry}(${JSON.stringify(plan)});`,
      resolveDir: here,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['@photostructure/sqlite', 'kysely', 'mysql2', 'lru-cache'],
  });
  return outputFiles[0]?.text ?? '';
}

/** Runs the writer until it dies, killing it after `killAfter` acknowledgements (0: it dies by itself). Answers what it acknowledged. */
async function runAndKill(plan: CrashPlan, killAfter: number): Promise<{ acknowledged: number[]; signal: NodeJS.Signals | null }> {
  const program = await bundleWriter(plan);
  const child = spawn(process.execPath, ['--input-type=module', '-'], { cwd: here, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(program);
  let text = '';
  return new Promise((resolve) => {
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      if (killAfter > 0 && text.split('\n').length > killAfter) child.kill('SIGKILL');
    });
    child.on('close', (_code, signal) => {
      const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
      resolve({ acknowledged: lines.filter((line) => line !== '').map(Number), signal });
    });
  });
}

describe('a SQLite writer killed with SIGKILL', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qianxing-crash-'));
    file = join(folder, 'main.db');
    const database = openSqlite({ file });
    await migrate(database, [crashMigration]);
    await database.close();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What a new process finds after the crash. */
  async function recover(): Promise<{ sales: Set<number>; available: number }> {
    const database = openSqlite({ file });
    const tables = database.query.withTables<CrashTables>();
    const sales = await tables.selectFrom('sale').select('saleId').execute();
    const { available } = await tables.selectFrom('stock').select(sumInteger('available').as('available')).executeTakeFirstOrThrow();
    await database.close();
    return { sales: new Set(sales.map(({ saleId }) => saleId)), available };
  }

  it('has kept every acknowledged sale, and stock and sales agree, over several crashes', { timeout: 120_000 }, async () => {
    for (let round = 0; round < 3; round += 1) {
      const plan: CrashPlan = { file, firstSaleId: round * 1_000_000, acknowledge: 'afterCommit', dieBeforeCommit: 0 };
      const { acknowledged, signal } = await runAndKill(plan, 500);
      expect(signal).toBe('SIGKILL');
      expect(acknowledged.length).toBeGreaterThanOrEqual(500);
      const { sales, available } = await recover();
      expect(acknowledged.filter((saleId) => !sales.has(saleId))).toEqual([]);
      expect(available + sales.size).toBe(INITIAL_STOCK);
    }
  });

  it('leaves nothing of a batch when it dies right before the commit', { timeout: 60_000 }, async () => {
    const plan: CrashPlan = { file, firstSaleId: 0, acknowledge: 'afterCommit', dieBeforeCommit: 3 };
    const { acknowledged, signal } = await runAndKill(plan, 0);
    expect(signal).toBe('SIGKILL');
    const { sales, available } = await recover();
    expect(acknowledged.length).toBeGreaterThan(0);
    expect([...sales].sort((a, b) => a - b)).toEqual([...acknowledged].sort((a, b) => a - b));
    expect(available + sales.size).toBe(INITIAL_STOCK);
  });

  it('with acknowledgements before the commit loses some, so the tests above can fail', { timeout: 60_000 }, async () => {
    const plan: CrashPlan = { file, firstSaleId: 0, acknowledge: 'tooEarly', dieBeforeCommit: 3 };
    const { acknowledged } = await runAndKill(plan, 0);
    const { sales } = await recover();
    expect(acknowledged.filter((saleId) => !sales.has(saleId)).length).toBeGreaterThan(0);
  });
});
