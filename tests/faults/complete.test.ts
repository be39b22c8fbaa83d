import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMIT, FAILPOINTS } from './failpoints';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PRODUCT = ['services', 'platform', 'protocols', 'apps/server'];
const SKIPPED = new Set(['node_modules', 'dist', '.types', 'testing']);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sources(join(folder, entry.name));
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [join(folder, entry.name)] : [];
  });
}

const texts = PRODUCT.flatMap((folder) => sources(join(root, folder))).map((file) => readFileSync(file, 'utf8'));

describe('the list of failpoints', () => {
  it('names exactly those that the sources of the product have, each once', () => {
    const named = texts.flatMap((text) => [...text.matchAll(/\bfailpoint\('([^']+)'\)/g)].map(([, name]) => name)).sort();
    expect(named.length).toBeGreaterThan(20);
    expect([...Object.values(FAILPOINTS).flat(), COMMIT].sort()).toEqual(named);
  });

  it('can be read from the sources: no failpoint is named by anything but a literal', () => {
    const calls = texts.flatMap((text) => [...text.matchAll(/(?<!function )\bfailpoint\((.)/g)].map(([, first]) => first));
    expect(new Set(calls)).toEqual(new Set(["'"]));
  });
});
