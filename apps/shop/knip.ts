import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// What uni-app finds by itself, without an import: the pages in pages.json, and components by their tag.
interface PageList {
  readonly pages: readonly { readonly path: string }[];
  readonly subPackages: readonly { readonly root: string; readonly pages: readonly { readonly path: string }[] }[];
}

const { pages, subPackages }: PageList = JSON.parse(readFileSync(join(__dirname, 'src/pages.json'), 'utf8'));
const pagePaths = [...pages, ...subPackages.flatMap((pack) => pack.pages.map(({ path }) => ({ path: `${pack.root}/${path}` })))];
const pageFiles = pagePaths.map(({ path }) => `src/${path}.vue`);

const vueFiles = readdirSync(join(__dirname, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.vue'));
const tags = vueFiles.flatMap((path) => readFileSync(join(__dirname, 'src', path), 'utf8').match(/<qx-[a-z-]+/g) ?? []);
const components = [...new Set(tags)].map((tag) => `src/components/${tag.slice(1)}.vue`);

export default {
  include: ['files', 'dependencies', 'unlisted', 'unresolved', 'exports', 'types', 'duplicates'],
  ignoreExportsUsedInFile: { interface: true, type: true },
  entry: ['src/main.ts', ...pageFiles, ...components, 'test-mp/run.mjs', 'test-mp/boot.mjs', '**/*.test.ts'],
  project: ['src/**/*.{ts,vue}', 'build/**/*.{ts,mjs}', 'test-mp/*.mjs', 'test-support/*.mjs'],
  // Read, not run: the compiler of uni-app wants to be started from this folder.
  vite: { config: [], entry: ['vite.config.mts'] },
  vitest: { config: [], entry: ['vitest.config.mts'] },
  ignoreIssues: { 'src/api/schema.gen.ts': ['types'] },
  ignoreDependencies: [
    // The targets and their components are found by the compiler, the component kit through pages.json.
    '@dcloudio/uni-app-plus',
    '@dcloudio/uni-components',
    '@dcloudio/uni-h5',
    '@dcloudio/uni-mp-weixin',
    'wot-design-uni',
    // Held so that the compiler and the components see one Vue 3.4.
    '@vue/runtime-core',
  ],
};
