import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { buildHouse, type Files, type House, root } from './plant';

const houses: House[] = [];
afterEach(() => {
  for (const house of houses.splice(0)) house.remove();
});

/** A front end of its own in a temporary folder, checked by the knip configuration of the real one. */
function frontEnd(configuration: string, files: Files): House {
  const house = buildHouse({ ...manifest({}), ...files }, []);
  cpSync(join(root, configuration), join(house.folder, configuration.split('/').at(-1) ?? configuration));
  houses.push(house);
  return house;
}

const manifest = (dependencies: Record<string, string>) => ({
  'package.json': JSON.stringify({ name: 'front-end', private: true, dependencies: { vue: '3.4.21', ...dependencies } }),
});
const page = (template: string, script = '') =>
  `<script setup lang="ts">\n${script}</script>\n<template>\n  <view>${template}</view>\n</template>\n`;
const knip = (house: House) => house.run('knip/bin/knip.js', '--no-config-hints');

const shop = {
  'src/main.ts': "import 'vue';\n",
  'src/pages.json': JSON.stringify({
    pages: [{ path: 'pages/home/index' }],
    subPackages: [{ root: 'goods', pages: [{ path: 'product/index' }] }],
  }),
  'src/pages/home/index.vue': page('<qx-price />'),
  'src/goods/product/index.vue': page('', "import { fen } from '../../money';\nconsole.log(fen);\n"),
  'src/components/qx-price.vue': page('0.00'),
  'src/money.ts': 'export const fen = 1;\n',
};

describe('nothing unused in the shop', { timeout: 120_000 }, () => {
  it('given pages listed in pages.json and a component used by its tag, then nothing is found', () => {
    const { exitCode, output } = knip(frontEnd('apps/shop/knip.ts', shop));
    expect(exitCode, output).toBe(0);
  });

  it('given a page that is not listed, a component without a tag, an export and a package nobody uses, then each is found', () => {
    const { exitCode, output } = knip(
      frontEnd('apps/shop/knip.ts', {
        ...shop,
        ...manifest({ 'left-pad': '1.0.0' }),
        'src/pages/lost/index.vue': page(''),
        'src/components/qx-lost.vue': page(''),
        'src/money.ts': 'export const fen = 1;\nexport const yuan = 100;\n',
      }),
    );
    expect(exitCode).not.toBe(0);
    for (const found of ['src/pages/lost/index.vue', 'src/components/qx-lost.vue', 'yuan', 'left-pad']) expect(output).toContain(found);
    expect(output).not.toContain('src/components/qx-price.vue');
  });
});

const admin = {
  'src/main.ts': "import Page from './Page.vue';\nconsole.log(Page);\n",
  'src/Page.vue': page('', "import { fen } from './money';\nconsole.log(fen);\n"),
  'src/money.ts': 'export const fen = 1;\n',
  'preview/serve.mjs': '',
  'index.html': '<script type="module" src="/src/main.ts"></script>',
};

describe('nothing unused in the back office', { timeout: 120_000 }, () => {
  it('given a page that is imported, then nothing is found', () => {
    const { exitCode, output } = knip(
      frontEnd('apps/admin/knip.json', { ...admin, 'src/main.ts': `import 'vue';\n${admin['src/main.ts']}` }),
    );
    expect(exitCode, output).toBe(0);
  });

  it('given a page nobody imports, an export and a package nobody uses, then each is found', () => {
    const { exitCode, output } = knip(
      frontEnd('apps/admin/knip.json', {
        ...admin,
        ...manifest({ 'left-pad': '1.0.0' }),
        'src/LostPage.vue': page(''),
        'src/money.ts': 'export const fen = 1;\nexport const yuan = 100;\n',
      }),
    );
    expect(exitCode).not.toBe(0);
    for (const found of ['src/LostPage.vue', 'yuan', 'left-pad']) expect(output).toContain(found);
    expect(output).not.toContain('src/Page.vue');
  });
});
