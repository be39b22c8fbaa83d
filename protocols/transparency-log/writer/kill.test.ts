import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../core/checkpoint';
import { signerKey } from '../core/key';
import { createSigner } from '../core/note';
import { folderSource } from '../reader/source';
import { verifyLog } from '../reader/verify-log';
import { type KilledWriterPlan, writeUntilKilled } from '../testing/killed-writer';
import { sqliteLogDatabase } from '../testing/sqlite';
import { createLog } from './log';
import { logMigrations } from './migrations';
import { folderStorage } from './storage';

const ORIGIN = 'killed.example/log';
const seed = Array.from({ length: 32 }, (_, at) => at);
const key = signerKey(ORIGIN, 'ed25519', Uint8Array.from(seed));

/** Runs writers until one of them has said so many lines, then kills all. Answers the keys that were acknowledged. */
async function runAndKill(plans: readonly KilledWriterPlan[], afterLines: number): Promise<string[]> {
  const entry = writeUntilKilled.name;
  const programs = plans.map(async (plan) => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { ${entry} } from '../testing/killed-writer'; await ${entry}(${JSON.stringify(plan)});`,
        resolveDir: import.meta.dirname,
        loader: 'ts',
      },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: ['@photostructure/sqlite'],
    });
    return outputFiles[0]?.text ?? '';
  });
  const children = (await Promise.all(programs)).map((program) => {
    const child = spawn(process.execPath, ['--input-type=module', '-'], { cwd: import.meta.dirname, stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(program);
    return child;
  });
  const acknowledged = await Promise.all(
    children.map(
      (child) =>
        new Promise<string[]>((resolve) => {
          let said = '';
          child.stdout.on('data', (part: Buffer) => {
            said += part.toString();
            if (said.split('\n').length > afterLines) for (const other of children) other.kill('SIGKILL');
          });
          child.on('close', () =>
            resolve(
              said
                .slice(0, said.lastIndexOf('\n') + 1)
                .split('\n')
                .filter((line) => line !== ''),
            ),
          );
        }),
    ),
  );
  return acknowledged.flat();
}

describe('writers killed with SIGKILL', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'transparency-log-kill-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lose nothing that was acknowledged, and what they published stays a beginning of the log', async () => {
    const file = join(folder, 'log.db');
    await sqliteLogDatabase(file, logMigrations('sqlite')).close();
    const plan = (run: string): KilledWriterPlan => ({ file, folder: join(folder, 'log'), origin: ORIGIN, seed, run });
    const storage = folderStorage(join(folder, 'log'));
    const acknowledged: string[] = [];
    const checkpoints: Uint8Array[] = [];
    for (const [round, afterLines] of [30, 180, 75].entries()) {
      acknowledged.push(...(await runAndKill([plan(`a${round}`), plan(`b${round}`)], afterLines)));
      const shown = await storage.read('checkpoint');
      if (shown) checkpoints.push(shown);
    }
    expect(acknowledged.length).toBeGreaterThan(250);

    const database = sqliteLogDatabase(file);
    const log = createLog({ database, origin: ORIGIN, signer: createSigner(key), logKey: key, storage });
    expect(await log.tick()).toMatchObject({ status: 'done', published: { status: 'published' } });
    for (const leafKey of acknowledged) {
      const [row] = await database.reading.query('SELECT COUNT(*) AS n, MIN(leafIndex) AS leafIndex FROM logEntry WHERE leafKey = ?', [
        leafKey,
      ]);
      expect([leafKey, Number(row?.n), row?.leafIndex === null]).toEqual([leafKey, 1, false]);
    }
    expect(await log.audit()).toEqual([]);
    const trust = { origin: ORIGIN, logKey: key };
    expect(checkpoints.length).toBeGreaterThan(0);
    for (const from of checkpoints) {
      expect(openCheckpoint(from, trust).ok).toBe(true);
      expect(await verifyLog(folderSource(join(folder, 'log')), { trust, from })).toMatchObject({ ok: true });
    }
    await database.close();
  });
});
