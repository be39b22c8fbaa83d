// Completes a lock file after `npm install`: npm leaves out optional packages for other operating systems that the registry in use does not
// hold, and `npm ci` of npm 11 then refuses the lock file. The entries written here let every platform install from one lock file.
// usage: node scripts/complete-lock.mjs [--check] [folder …]   (all three places by default)
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './stamps.mjs';

const systems = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/** Platform packages carry their platform in their name: `@biomejs/cli-linux-arm64-musl`. */
function platformOf(name) {
  const parts = name.split(/[/-]/);
  const os = parts.filter((part) => systems.includes(part));
  const cpu = parts.map((part) => (part.startsWith('arm') && part !== 'arm64' ? 'arm' : part)).filter((part) => processors.includes(part));
  const libc = parts.some((part) => part.startsWith('musl'))
    ? ['musl']
    : parts.some((part) => part.startsWith('gnu'))
      ? ['glibc']
      : undefined;
  return { cpu, ...(os.includes('linux') && libc !== undefined ? { libc } : {}), os };
}

/** Adds what is missing to `packages`, in place, and answers the names. */
export function completeLock(packages) {
  const added = [];
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const nested = `${path}/node_modules/${name}`;
      const top = `node_modules/${name}`;
      if (packages[nested]?.version ?? packages[top]?.version) continue;
      const platform = platformOf(name);
      if (!/^\d/.test(version) || platform.os.length === 0 || platform.cpu.length === 0) continue;
      packages[top] = {
        version,
        cpu: platform.cpu,
        ...(entry.dev ? { dev: true } : {}),
        ...(platform.libc ? { libc: platform.libc } : {}),
        optional: true,
        os: platform.os,
      };
      added.push(name);
    }
  }
  return added;
}

const sorted = (packages) => Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));

if (import.meta.url === `file://${process.argv[1]}`) {
  const check = process.argv.includes('--check');
  const folders = process.argv.slice(2).filter((argument) => argument !== '--check');
  for (const folder of folders.length > 0 ? folders : ['.', 'apps/shop', 'apps/admin']) {
    const path = join(root, folder, 'package-lock.json');
    if (!existsSync(path)) continue;
    const lock = JSON.parse(readFileSync(path, 'utf8'));
    const added = completeLock(lock.packages);
    if (added.length === 0) continue;
    process.stdout.write(`${folder}/package-lock.json ${check ? 'lacks' : 'completed by'} ${added.length}: ${added.join(' ')}\n`);
    if (check) process.exitCode = 1;
    else writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted(lock.packages) }, null, 2)}\n`);
  }
}
