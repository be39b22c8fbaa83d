import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds the whole project. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export type Files = Readonly<Record<string, string>>;

export interface House {
  readonly folder: string;
  /** Writes files, given by path from the house's root. */
  put(files: Files): void;
  /** Runs a tool of the real project inside this house. */
  run(tool: string, ...args: string[]): { exitCode: number; output: string };
  remove(): void;
}

/**
 * Builds a small house of the same shape in a temporary folder, with the real configuration files named in `configuration`, so that a
 * violation can be planted without touching the real one. Folders with a package.json become packages that can be imported by name.
 */
export function buildHouse(files: Files, configuration: readonly string[]): House {
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-house-'));
  const house: House = {
    folder,
    put(more) {
      for (const [path, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
    },
    run(tool, ...args) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', tool), ...args], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1' },
      });
      return { exitCode: status ?? -1, output: stdout + stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  for (const path of configuration) cpSync(join(root, path), join(folder, path));
  house.put(files);
  for (const [path, text] of Object.entries(files)) {
    if (!path.endsWith('/package.json')) continue;
    const link = join(folder, 'node_modules', JSON.parse(text).name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(folder, dirname(path)), link);
  }
  return house;
}

/** A package of the house: a manifest and its sources. */
export function room(path: string, sources: Files, dependencies: Readonly<Record<string, string>> = {}): Files {
  const name = path.split('/').at(-1) ?? path;
  const exports = { '.': './index.ts', ...(sources['contract.ts'] === undefined ? {} : { './contract': './contract.ts' }) };
  const manifest = { name: `@house/${name}`, version: '0.1.0', private: true, type: 'module', exports, dependencies };
  const inside = Object.fromEntries(Object.entries(sources).map(([file, text]) => [`${path}/${file}`, text]));
  return { [`${path}/package.json`]: `${JSON.stringify(manifest, null, 2)}\n`, ...inside };
}
