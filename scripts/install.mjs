// Installs what is missing or stale in the three places that have a lock file: the server side, the shop, the back office.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, run } from './processes.mjs';
import { giveUp, say, step, yellow } from './progress.mjs';
import { hashOf, isFresh, root, stamp } from './stamps.mjs';

export const places = [
  { name: 'shop', folder: 'apps/shop', title: '安装商城依赖 installing the shop’s packages' },
  { name: 'server', folder: '.', title: '安装服务端依赖 installing the server’s packages' },
  { name: 'admin', folder: 'apps/admin', title: '安装后台依赖 installing the back office’s packages' },
];

export const exists = (folder) => existsSync(join(root, folder, 'package.json'));

/** Ends with a clear message if this Node is too old for the packages in use. */
export function requireNode() {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node.replace('>=', '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  giveUp(
    `需要 Node.js ${wanted} 或更新版本，当前为 ${process.versions.node}。请升级后重试：https://nodejs.org/`,
    `Node.js ${wanted} or newer is needed, this is ${process.versions.node}. Update it and try again: https://nodejs.org/`,
  );
}

function explain(place, output) {
  const tail = output.trim().split('\n').slice(-25).join('\n');
  say(`\n${tail}`);
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i.test(output))
    giveUp(
      `${place.name}：连不上 npm 源。请检查网络或代理；当前的源可用 npm config get registry 查看，可用 npm config set registry <地址> 更换。`,
      `${place.name}: the npm registry cannot be reached. Check network and proxy; see it with "npm config get registry", change it with "npm config set registry <address>".`,
    );
  if (/ENOSPC/.test(output)) giveUp('磁盘空间不足（约需 1 GB）。', 'The disk is full (about 1 GB is needed).');
  if (/EACCES|EPERM/.test(output))
    giveUp(`没有写入 ${place.folder}/node_modules 的权限。`, `No permission to write ${place.folder}/node_modules.`);
  giveUp(`${place.name}：npm ci 失败，原因见上。`, `${place.name}: npm ci failed, the reason stands above.`);
}

const lockHash = (place) => hashOf([`${place.folder}/package-lock.json`], process.platform);

/** True if this script has installed what the lock file says, or somebody else has. */
export const isInstalled = (place) => isFresh(place.folder, 'install', lockHash(place)) || holdsWhatIsLocked(place);

/** npm writes its record of what it has installed last, so half an installation does not count. */
function holdsWhatIsLocked(place) {
  const record = join(root, place.folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, place.folder, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted)
    .filter(([path, { optional, extraneous }]) => path.includes('node_modules/') && !optional && !extraneous)
    .every(([path, { link, version }]) => (link ? path in installed : installed[path]?.version === version));
}

/** Installs one place exactly as its lock file says. Install scripts do not run: nothing here needs one. */
export async function install(place) {
  if (isInstalled(place)) return;
  const cwd = join(root, place.folder);
  const { code, output } = await step(
    place.title,
    async () => {
      const first = await run(...npm('ci', '--ignore-scripts', '--no-audit', '--no-fund'), { cwd });
      if (first.code === 0 || !/EUSAGE/.test(first.output)) return first;
      // A lock file written where a package for another operating system could not be seen lacks that package's entry.
      say(
        yellow('  锁文件缺少本平台的可选依赖，改用 npm install · lock file lacks an optional package of this platform, using npm install'),
      );
      return run(...npm('install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'), { cwd });
    },
    (answer) => answer.code === 0,
  );
  if (code !== 0) explain(place, output);
  stamp(place.folder, 'install', lockHash(place));
}
