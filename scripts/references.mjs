// Writes each workspace's tsconfig.json, package.json dependencies and lock file entry from the imports found in its sources,
// so that project references cannot drift from reality. `--check` fails instead of writing.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const check = process.argv.includes('--check');
const folders = ['platform', 'protocols', 'services']
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
  .concat(['apps/server', 'apps/sandbox', 'bench', 'tests'])
  .filter((folder) => existsSync(join(root, folder, 'package.json')));
const folderOf = new Map(folders.map((folder) => [JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name, folder]));

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (['node_modules', 'dist', '.types'].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

function importedPackages(folder, own) {
  const found = new Set();
  for (const file of sources(join(root, folder))) {
    for (const [, name] of readFileSync(file, 'utf8').matchAll(/(?:from|import|import\()\s*['"](@qianxing\/[a-z0-9-]+)/g))
      if (name !== own) found.add(name);
  }
  return [...found].filter((name) => folderOf.has(name)).sort();
}

/**
 * The TypeScript project a workspace belongs to. Services hear each other's events, so their contracts import each other in both
 * directions, which project references do not allow: all services are one project, and dependency-cruiser keeps them apart.
 */
const projectOf = (folder) => (folder.startsWith('services/') ? 'services' : folder);
const projects = new Map();

let stale = 0;
function put(path, text) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (before === text) return;
  stale += 1;
  if (check) console.error(`stale: ${relative(root, path)} (run: npm run references)`);
  else writeFileSync(path, text);
}

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));

for (const folder of folders) {
  const manifestPath = join(root, folder, 'package.json');
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
  const imports = importedPackages(folder, manifest.name);
  const others = Object.entries(manifest.dependencies ?? {}).filter(([name]) => !name.startsWith('@qianxing/'));
  const dependencies = Object.fromEntries([...imports.map((name) => [name, '0.1.0']), ...others].sort(([a], [b]) => (a < b ? -1 : 1)));
  if (Object.keys(dependencies).length > 0) manifest.dependencies = dependencies;
  else delete manifest.dependencies;
  put(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
  const locked = lock.packages[folder];
  if (locked !== undefined) {
    const packages = Object.entries(locked.dependencies ?? {}).filter(([name]) => !name.startsWith('@qianxing/'));
    const ours = imports.map((name) => [name, '0.1.0']);
    const all = Object.fromEntries([...ours, ...packages].sort(([a], [b]) => (a < b ? -1 : 1)));
    lock.packages[folder] = Object.fromEntries(
      Object.entries({ ...locked, dependencies: all }).filter(([key]) => key !== 'dependencies' || Object.keys(all).length > 0),
    );
  }
  const project = projectOf(folder);
  projects.set(project, new Set([...(projects.get(project) ?? []), ...imports.map((name) => projectOf(folderOf.get(name)))]));
}

for (const [project, references] of projects) {
  references.delete(project);
  const own = existsSync(join(root, project, 'tsconfig.own.json'))
    ? JSON.parse(readFileSync(join(root, project, 'tsconfig.own.json'), 'utf8'))
    : {};
  const config = {
    extends: `${relative(join(root, project), root)}/tsconfig.base.json`,
    compilerOptions: { rootDir: '.', outDir: '.types', tsBuildInfoFile: '.types/tsconfig.tsbuildinfo', ...own.compilerOptions },
    include: ['**/*.ts', '**/*.json', ...(own.include ?? [])],
    exclude: [
      '**/node_modules',
      '**/dist',
      '**/.types',
      '**/package.json',
      '**/tsconfig.json',
      'tsconfig.own.json',
      ...(own.exclude ?? []),
    ],
    references: [...references].sort().map((path) => ({ path: relative(join(root, project), join(root, path)) })),
  };
  put(join(root, project, 'tsconfig.json'), `${JSON.stringify(config, null, 2)}\n`);
}
put(join(root, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`);
put(join(root, 'tsconfig.json'), `${JSON.stringify({ files: [], references: [...projects.keys()].map((path) => ({ path })) }, null, 2)}\n`);
if (check && stale > 0) process.exit(1);
