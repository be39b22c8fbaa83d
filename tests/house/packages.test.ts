import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './plant';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
interface LockEntry extends Manifest {
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly engines?: { readonly node?: string };
}

const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T;
const lockFiles = ['package-lock.json', 'apps/shop/package-lock.json', 'apps/admin/package-lock.json'].filter((path) =>
  existsSync(join(root, path)),
);
const lockOf = (path: string) => read<{ packages: Record<string, LockEntry> }>(path).packages;
const manifests = lockFiles.flatMap((lockFile) =>
  Object.entries(lockOf(lockFile))
    .filter(([folder]) => !folder.includes('node_modules'))
    .map(([folder, entry]) => ({ entry, path: join(lockFile, '..', folder, 'package.json') })),
);

describe.each(lockFiles)('%s', (lockFile) => {
  it('names no registry, so that every mirror can serve it', () => {
    const addresses = Object.values(lockOf(lockFile)).map(({ resolved }) => resolved ?? '');
    expect(addresses.filter((address) => address.includes('://'))).toEqual([]);
  });
});

describe('package.json', () => {
  it.each(manifests)('$path pins exact versions', ({ path }) => {
    const { dependencies = {}, devDependencies = {} } = read<Manifest>(path);
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(`${name}@${version}`).toMatch(/@\d+\.\d+\.\d+[\w.-]*$/);
  });

  it.each(manifests)('$path is what the lock file was made from', ({ path, entry }) => {
    const { dependencies = {}, devDependencies = {} } = read<Manifest>(path);
    expect({ dependencies: entry.dependencies ?? {}, devDependencies: entry.devDependencies ?? {} }).toEqual({
      dependencies,
      devDependencies,
    });
  });

  it('installs every package the product needs once and at the top, where the bundle looks for it', () => {
    const nested = Object.entries(lockOf('package-lock.json')).filter(
      ([path, { dev, optional }]) => /^(apps|services|platform|protocols)\/.*\/node_modules\//.test(path) && !dev && !optional,
    );
    expect(nested.map(([path]) => path)).toEqual([]);
  });

  it('needs no newer Node than the one promised', () => {
    const tooNew = Object.entries(lockOf('package-lock.json')).filter(([, { engines }]) => /^\s*>=?\s*2[1-9]/.test(engines?.node ?? ''));
    expect(tooNew.map(([path]) => path)).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  const documented = new Set(
    [...readFileSync(join(root, 'docs/dependencies.md'), 'utf8').matchAll(/^[|-] `([^`]+)`/gm)].map(([, name]) => name!),
  );
  const used = new Set(
    manifests.flatMap(({ path }) => {
      const { dependencies = {}, devDependencies = {} } = read<Manifest>(path);
      return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@qianxing/'));
    }),
  );

  it('gives a reason for every package in use', () => {
    expect([...used].filter((name) => !documented.has(name))).toEqual([]);
  });

  it('speaks of no package that has gone', () => {
    expect([...documented].filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('every room', () => {
  const rooms = manifests
    .map(({ path }) => path.replace(/\/?package\.json$/, ''))
    .filter((folder) => /^(services|protocols)\//.test(folder));

  it.each(rooms)('%s has a README that says where to start', (folder) => {
    expect(existsSync(join(root, folder, 'README.md'))).toBe(true);
  });
});
