// Writes docs/openapi.json from the contracts of all services; the front ends generate their types from it.
// usage: node scripts/openapi.mjs [PATH]
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './stamps.mjs';

const bundle = join(root, 'apps/server/dist', `openapi-${process.pid}.mjs`);
const target = process.argv[2] ?? join(root, 'docs/openapi.json');
try {
  execFileSync(process.execPath, [join(root, 'scripts/bundle.mjs'), 'apps/server/openapi.ts', bundle], { cwd: root, stdio: 'inherit' });
  execFileSync(process.execPath, [bundle, target], { cwd: root, stdio: 'inherit' });
} finally {
  rmSync(bundle, { force: true });
  rmSync(`${bundle}.map`, { force: true });
}
