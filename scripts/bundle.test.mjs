import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './processes.mjs';
import { root } from './stamps.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qianxing-bundle-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('bundling', () => {
  it('given a source that reads a file beside itself, when the bundle lies elsewhere, then it still reads that file', async () => {
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep/words.txt'), 'found');
    writeFileSync(
      join(folder, 'deep/main.ts'),
      "import { readFileSync } from 'node:fs';\nconst beside: URL = new URL('./words.txt', import.meta.url);\nconsole.log(readFileSync(beside, 'utf8'), import.meta.dirname.endsWith('deep') || import.meta.dirname.endsWith('deep/'));\n",
    );
    const outfile = join(folder, 'out/bundle.js');
    const built = await run(process.execPath, ['scripts/bundle.mjs', join(folder, 'deep/main.ts'), outfile], { cwd: root });
    expect(built.output).toBe('');
    const { code, output } = await run(process.execPath, [outfile]);
    expect(output.trim()).toBe('found true');
    expect(code).toBe(0);
  });

  it('given imports of ours and of others, when bundled, then ours go in and others stay imports', async () => {
    const entry = join(root, 'apps/server/index.ts');
    const outfile = join(folder, 'server.js');
    writeFileSync(
      join(folder, 'main.ts'),
      `export * as server from ${JSON.stringify(entry)};\nexport { default as fastify } from 'fastify';\n`,
    );
    const built = await run(process.execPath, ['scripts/bundle.mjs', join(folder, 'main.ts'), outfile], { cwd: root });
    expect(built.output).toBe('');
    const text = readFileSync(outfile, 'utf8');
    expect(text).toMatch(/from ['"]fastify['"]/);
    expect(text).not.toMatch(/from ['"]@qianxing\//);
  });

  it('given posters, when bundled, then the threads that draw them are found, and the program ends by itself', async () => {
    // Within the tree, where packages are found from the bundle.
    const within = mkdtempSync(join(root, 'node_modules/.qianxing-bundle-'));
    try {
      writeFileSync(
        join(folder, 'main.ts'),
        [
          `import { createPosters } from ${JSON.stringify(join(root, 'services/promotion/poster/posters.ts'))};`,
          "const content = { url: 'https://shop.example/r/abcd2345', title: '轮胎', priceText: null, sellerName: '千星', promoterName: '小喆' };",
          'const png = await createPosters({ now: () => 0 } as never).draw(content, undefined);',
          "console.log(png?.subarray(1, 4).toString('latin1'));",
        ].join('\n'),
      );
      const outfile = join(within, 'bundle.mjs');
      const built = await run(process.execPath, ['scripts/bundle.mjs', join(folder, 'main.ts'), outfile], { cwd: root });
      expect(built.output).toBe('');
      expect(await run(process.execPath, [outfile])).toMatchObject({ code: 0, output: 'PNG\n' });
    } finally {
      rmSync(within, { recursive: true, force: true });
    }
  });
});
