// What is stale is told by content: a stamp holds the hash of everything that went into an installation or a build.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const ignored = new Set(['node_modules', 'dist', '.types', '.git', '.cache', 'artefacts']);

function* files(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (ignored.has(entry.name) || /\.test\.m?ts$|\.test\.mjs$/.test(entry.name)) continue;
    if (entry.isDirectory()) yield* files(join(path, entry.name));
    else if (entry.isFile()) yield join(path, entry.name);
  }
}

/** SHA-256 over names and contents of the files and folders given (relative to the root), and over `facts`. */
export function hashOf(paths, facts = '') {
  const hash = createHash('sha256').update(facts);
  for (const path of paths)
    for (const file of files(join(root, path))) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

/** Stamps lie in the node_modules of the place they belong to: a new installation takes them away with it. */
const stampPath = (place, name) => join(root, place, 'node_modules', '.cache', 'qianxing', `${name}.stamp`);

export function isFresh(place, name, hash) {
  const path = stampPath(place, name);
  return existsSync(path) && readFileSync(path, 'utf8') === hash;
}

export function stamp(place, name, hash) {
  const path = stampPath(place, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, hash);
}
