import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { completeLock } from './complete-lock.mjs';
import { root } from './stamps.mjs';

describe('completing a lock file', () => {
  it('given platform packages that the registry did not show, then each gets an entry that other platforms pass over', () => {
    const packages = {
      'node_modules/tool': {
        version: '2.0.0',
        dev: true,
        optionalDependencies: {
          '@tool/cli-linux-x64-musl': '2.0.0',
          '@tool/cli-darwin-arm64': '2.0.0',
          '@tool/binding-linux-arm-gnueabihf': '2.0.0',
        },
      },
      'node_modules/@tool/cli-darwin-arm64': { version: '2.0.0', integrity: 'kept' },
    };
    expect(completeLock(packages)).toEqual(['@tool/cli-linux-x64-musl', '@tool/binding-linux-arm-gnueabihf']);
    expect(packages['node_modules/@tool/cli-linux-x64-musl']).toEqual({
      version: '2.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    expect(packages['node_modules/@tool/binding-linux-arm-gnueabihf']).toMatchObject({ cpu: ['arm'], libc: ['glibc'], os: ['linux'] });
    expect(packages['node_modules/@tool/cli-darwin-arm64']).toEqual({ version: '2.0.0', integrity: 'kept' });
    expect(completeLock(packages)).toEqual([]);
  });

  it('given an optional package that is not for one platform, then it is left to npm', () => {
    const packages = {
      'node_modules/tool': { version: '2.0.0', optionalDependencies: { colours: '1.0.0', '@tool/cli-linux-x64': '^2.0.0' } },
    };
    expect(completeLock(packages)).toEqual([]);
    expect(Object.keys(packages)).toEqual(['node_modules/tool']);
  });

  it.each(
    ['package-lock.json', 'apps/shop/package-lock.json', 'apps/admin/package-lock.json'].filter((path) => existsSync(join(root, path))),
  )('%s installs on every platform (if not: node scripts/complete-lock.mjs)', (path) => {
    expect(completeLock(JSON.parse(readFileSync(join(root, path), 'utf8')).packages)).toEqual([]);
  });
});
