// Bundles an application of ours into one file: our own TypeScript goes in, packages from node_modules stay outside.
// usage: node scripts/bundle.mjs apps/server/main.ts apps/server/dist/qianxing.js
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import { root } from './stamps.mjs';

const [, , entry, outfile] = process.argv;
const up = relative(resolve(root, dirname(outfile)), root)
  .split(sep)
  .join('/');

/** Imports of @qianxing/* are bundled, every other bare import stays an import. */
const packagesStayOutside = {
  name: 'packages-stay-outside',
  setup(builder) {
    builder.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@qianxing/') ? undefined : { path, external: true },
    );
  },
};

/** A source that finds its data files by import.meta.url goes on finding them beside itself, not beside the bundle. */
const filesStayWhereTheyAre = {
  name: 'files-stay-where-they-are',
  setup(builder) {
    builder.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes('import.meta.')) return undefined;
      const here = JSON.stringify(`${up}/${relative(root, path).split(sep).join('/')}`);
      const contents = source
        .replaceAll('import.meta.url', `new URL(${here}, import.meta.url).href`)
        .replaceAll('import.meta.dirname', `qianxingFolderOf(${here})`);
      return { contents, loader: 'ts' };
    });
  },
};

await build({
  absWorkingDir: root,
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  banner: {
    js: [
      "import { fileURLToPath as qianxingPathOf } from 'node:url';",
      "const qianxingFolderOf = (file) => qianxingPathOf(new URL('.', new URL(file, import.meta.url)));",
    ].join('\n'),
  },
  plugins: [packagesStayOutside, filesStayWhereTheyAre],
}).catch(() => process.exit(1)); // esbuild has said what is wrong
