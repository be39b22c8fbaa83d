// Writes docs/openapi.json from the contracts of all services; the front ends generate their types from it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'node_modules/.cache/qianxing');
const bundle = join(folder, `openapi-${process.pid}.mjs`);
const target = process.argv[2] ?? join(root, 'docs/openapi.json');
mkdirSync(folder, { recursive: true });
await build({
  entryPoints: [join(root, 'apps/server/openapi.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  alias: {},
  plugins: [
    {
      name: 'bundle-own-workspaces',
      setup({ onResolve }) {
        onResolve({ filter: /^@qianxing\// }, () => ({ external: false }));
      },
    },
  ],
  logLevel: 'error',
});
try {
  execFileSync(process.execPath, [bundle, target], { stdio: 'inherit' });
} finally {
  rmSync(bundle, { force: true });
}
