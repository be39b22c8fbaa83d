// The stages of npm test, quick ones first. Stages of one group run two at a time, groups one after another.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTarget, targetNames } from './build.mjs';
import { exists } from './install.mjs';
import { mariadbPath, startMariadb } from './mariadb.mjs';
import { npm, run } from './processes.mjs';
import { say, step } from './progress.mjs';
import { vitest } from './results.mjs';
import { root } from './stamps.mjs';

const cruised = ['platform', 'protocols', 'services', 'apps/server', 'apps/sandbox', 'bench', 'tests'];
const tool = (path, ...args) => [process.execPath, [join(root, 'node_modules', path), ...args]];

/** Runs `work`, shows the whole output of a failure and the names of skipped tests. */
async function shown(name, title, work) {
  const outcome = await step(`${name}: ${title}`, work, ({ good }) => good);
  if (!outcome.good && outcome.output) say(`\n${outcome.output}\n`);
  for (const test of outcome.skippedNames ?? []) say(`  skipped: ${test}`);
  return outcome;
}

const check = (name, title, command, args, cwd = root) => ({
  name,
  work: () =>
    shown(name, title, async () => {
      const { code, output } = await run(command, args, { cwd });
      return { good: code === 0, output };
    }),
});

const skippedStage = (name, what, why, remedy) => {
  say(`\n!!! ${name}: 跳过 skipped. ${why}\n!!! ${remedy}\n`);
  return { good: true, skipped: why, notice: `${what}: ${why} ${remedy}` };
};

// ---- servers and browsers a machine may lack ---------------------------------------------------------------------------------------

const firstExisting = (paths) => paths.find((path) => path && existsSync(path));
const chromiumPath = () =>
  firstExisting([process.env.QIANXING_TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']);
const openServers = new Set();

/** Ends the database servers that stages have started; for the case that the run is broken off. */
export const stopServers = () => Promise.all([...openServers].map((server) => server.stop()));

/** Runs `work` with the address of a real MariaDB in the environment, or without one and with a loud notice. */
async function withMariadb(name, work) {
  if (mariadbPath() === undefined) {
    const outcome = await work({});
    const { notice } = skippedStage(
      name,
      'MariaDB',
      '没有 MariaDB，相关测试未运行。MariaDB is missing, its tests did not run.',
      'sudo apt-get install -y mariadb-server',
    );
    return { ...outcome, notice };
  }
  const mariadb = await step('MariaDB: 启动 starting on a free loopback port', () => startMariadb());
  openServers.add(mariadb);
  try {
    return await work({ QIANXING_TEST_MYSQL_URL: mariadb.url });
  } finally {
    openServers.delete(mariadb);
    await mariadb.stop();
  }
}

const withoutChromium = (name) =>
  skippedStage(
    name,
    'Chromium',
    '没有 Chromium，浏览器测试未运行。Chromium is missing, the browser tests did not run.',
    'sudo apt-get install -y chromium fonts-noto-cjk',
  );

async function built(names) {
  for (const name of names) if (!(await buildTarget(name))) return false;
  return true;
}

const notBuilt = { good: false, output: 'A build that this stage needs has failed.' };

/** The types that the front ends keep must be those that the contracts give. A stale file is left as it was. */
const apiTypes = {
  name: 'api-types',
  work: () =>
    shown('api-types', 'the front ends’ types follow the contracts', async () => {
      const document = await run(process.execPath, ['scripts/openapi.mjs'], { cwd: root });
      if (document.code !== 0) return { good: false, output: document.output };
      for (const folder of ['apps/shop', 'apps/admin'].filter(exists)) {
        const path = join(root, folder, 'src/api/schema.gen.ts');
        const before = readFileSync(path, 'utf8');
        const [command, args] = npm('run', 'api');
        const { code, output } = await run(command, args, { cwd: join(root, folder) });
        const after = readFileSync(path, 'utf8');
        if (after !== before) writeFileSync(path, before);
        if (code !== 0) return { good: false, output };
        if (after !== before)
          return {
            good: false,
            output: `stale: ${folder}/src/api/schema.gen.ts (run: node scripts/openapi.mjs && npm run api --prefix ${folder})`,
          };
      }
      return { good: true };
    }),
};

/** Files, exports and packages that nothing uses: the server side in one run, each front end by its own knip configuration. */
const unused = {
  name: 'unused',
  work: () =>
    shown('unused', 'knip', async () => {
      const runs = [];
      for (const folder of ['.', 'apps/shop', 'apps/admin'].filter(exists))
        runs.push(await run(...tool('knip/bin/knip.js', '--no-config-hints', '--directory', folder), { cwd: root }));
      return { good: runs.every(({ code }) => code === 0), output: runs.map(({ output }) => output).join('') };
    }),
};

// ---- stages ------------------------------------------------------------------------------------------------------------------------

const unit = {
  name: 'unit',
  work: () =>
    withMariadb('unit', (env) =>
      shown('unit', '规则、服务、端口 rules, services, ports', () => vitest('unit', '.', ['--project', 'unit'], env)),
    ),
};

const faults = {
  name: 'faults',
  work: () =>
    withMariadb('faults', async (env) => {
      if (!(await built(['server', 'sandbox']))) return notBuilt;
      return shown('faults', '杀进程、断连、重放 kills, cuts, replays', () =>
        vitest('faults', '.', ['--project', 'faults', '--passWithNoTests'], env),
      );
    }),
};

const e2e = {
  name: 'e2e',
  work: async () => {
    const chromium = chromiumPath();
    if (chromium === undefined) return withoutChromium('e2e');
    if (!(await built(['server', 'sandbox', 'h5', 'mp-weixin', 'admin']))) return notBuilt;
    return shown('e2e', '真实浏览器 in a real browser', () =>
      vitest('e2e', '.', ['--project', 'e2e', '--passWithNoTests'], { QIANXING_TEST_CHROMIUM: chromium }),
    );
  },
};

function frontEndStages(name) {
  const folder = `apps/${name}`;
  if (!exists(folder)) return [];
  const { scripts } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const types = ['types', 'type-check', 'typecheck'].find((script) => scripts[script]);
  return [
    ...(types ? [check(`${name}-types`, 'vue-tsc', ...npm('run', types), join(root, folder))] : []),
    { name: `${name}-unit`, work: () => shown(`${name}-unit`, 'vitest', () => vitest(`${name}-unit`, folder, ['--passWithNoTests'])) },
  ];
}

/** The real mini-program output, run in a browser. */
const miniProgram = {
  name: 'mini-program',
  work: async () => {
    const chromium = chromiumPath();
    if (chromium === undefined) return withoutChromium('mini-program');
    if (!(await built(['mp-weixin']))) return notBuilt;
    return shown('mini-program', 'the built mini program in Chromium', async () => {
      const [command, args] = npm('run', 'test:mp');
      const { code, output } = await run(command, args, { cwd: join(root, 'apps/shop'), env: { QIANXING_TEST_CHROMIUM: chromium } });
      return { good: code === 0, output };
    });
  },
};

const builds = targetNames.map((name) => ({ name: `build-${name}`, work: async () => ({ good: await buildTarget(name) }) }));

export const stages = [
  [check('references', 'tsconfig.json and package.json follow the imports', process.execPath, ['scripts/references.mjs', '--check'])],
  [
    check('types', 'tsc -b', ...tool('typescript/bin/tsc', '-b')),
    check('lint', 'biome check', ...tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.')),
    check(
      'boundaries',
      'dependency-cruiser',
      ...tool('dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', ...cruised),
    ),
    unused,
  ],
  [unit],
  [apiTypes, ...frontEndStages('shop'), ...frontEndStages('admin')],
  builds,
  [faults],
  ...(exists('apps/shop') ? [[miniProgram]] : []),
  [e2e],
];

export const stageNames = stages.flat().map(({ name }) => name);
