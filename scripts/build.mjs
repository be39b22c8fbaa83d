// Builds what is stale. A build is stale when anything that goes into it has changed, or its output is gone.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exists } from './install.mjs';
import { npm, run } from './processes.mjs';
import { say, step } from './progress.mjs';
import { hashOf, isFresh, root, stamp } from './stamps.mjs';

const serverSources = ['platform', 'protocols', 'services', 'apps/server', 'package-lock.json', 'scripts/bundle.mjs'];
const sandboxSources = ['platform', 'apps/sandbox', 'package-lock.json', 'scripts/bundle.mjs'];
// The shop carries the verifier of the log.
const shopSources = ['apps/shop', 'design', 'protocols/transparency-log', 'package-lock.json'];
const bundle = (entry, outfile) => [process.execPath, ['scripts/bundle.mjs', entry, outfile]];

/**
 * `place` is the folder whose packages the build needs and in which its command runs; `output` is a file that must exist afterwards.
 */
const targets = {
  server: {
    title: '打包服务端 bundling the server',
    place: '.',
    inputs: serverSources,
    output: 'apps/server/dist/qianxing.js',
    command: () => bundle('apps/server/main.ts', 'apps/server/dist/qianxing.js'),
  },
  sandbox: {
    title: '打包沙箱 bundling the sandbox',
    place: '.',
    inputs: sandboxSources,
    output: 'apps/sandbox/dist/sandbox.js',
    command: () => bundle('apps/sandbox/main.ts', 'apps/sandbox/dist/sandbox.js'),
  },
  h5: {
    title: '构建商城 H5 building the shop (H5)',
    place: 'apps/shop',
    inputs: shopSources,
    output: 'apps/shop/dist/build/h5/index.html',
    command: () => npm('run', 'build'),
  },
  admin: {
    title: '构建后台 building the back office',
    place: 'apps/admin',
    inputs: ['apps/admin', 'design', 'services/promotion/plans'],
    output: 'apps/admin/dist/index.html',
    command: () => npm('run', 'build'),
  },
  'mp-weixin': {
    title: '构建商城小程序 building the shop (mini program)',
    place: 'apps/shop',
    inputs: shopSources,
    output: 'apps/shop/dist/build/mp-weixin/app.json',
    command: () => npm('run', 'build:mp-weixin'),
  },
  app: {
    title: '构建商城 App building the shop (App)',
    place: 'apps/shop',
    inputs: shopSources,
    output: 'apps/shop/dist/build/app/manifest.json',
    command: () => npm('run', 'build:app'),
  },
};

export const targetNames = Object.keys(targets);
export const placeOf = (name) => targets[name].place;

/** Builds one target if it is stale; shows the whole output of a build that fails. Answers whether the output is good. */
export async function buildTarget(name) {
  const target = targets[name];
  if (!exists(target.place)) {
    say(`  （跳过，尚无源码）skipped, no sources yet: ${target.place}`);
    return true;
  }
  const hash = hashOf(target.inputs, process.versions.node);
  if (isFresh(target.place, name, hash) && existsSync(join(root, target.output))) return true;
  const [command, args] = target.command();
  const { code, output } = await step(
    target.title,
    () => run(command, args, { cwd: join(root, target.place), env: { NODE_ENV: 'production' } }),
    (answer) => answer.code === 0 && existsSync(join(root, target.output)),
  );
  if (code !== 0 || !existsSync(join(root, target.output))) {
    say(output);
    say(`${name}: exit code ${code}; expected output ${target.output}`);
    return false;
  }
  stamp(target.place, name, hash);
  return true;
}
