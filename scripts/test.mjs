// npm test: everything that must hold, the quick checks first. Installs and builds what is missing or stale by itself.
import { mkdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { exists, install, isInstalled, places, requireNode } from './install.mjs';
import { endChildrenOnSignals } from './processes.mjs';
import { giveUp, green, red, runInOrder, say, yellow } from './progress.mjs';
import { noTests, plus, resultsFolder } from './results.mjs';

const inCi = process.env.CI === 'true' || process.env.CI === '1';

requireNode();
let stopServers = async () => {};
endChildrenOnSignals(() => stopServers(), 130);
const { values: flags } = parseArgs({ options: { only: { type: 'string' }, from: { type: 'string' }, help: { type: 'boolean' } } });
rmSync(resultsFolder, { recursive: true, force: true });
mkdirSync(resultsFolder, { recursive: true });

const missing = places.filter((place) => exists(place.folder) && !isInstalled(place));
await runInOrder(missing.map((place) => ({ name: place.folder, work: () => install(place).then(() => true) })));
const { stages, stageNames, ...servers } = await import('./stages.mjs'); // needs what has just been installed
stopServers = servers.stopServers;

if (flags.help) {
  say(`npm test -- [--only STAGE,STAGE] [--from STAGE]\nstages: ${stageNames.join(' ')}`);
  process.exit(0);
}

function chosen() {
  const wanted = flags.only?.split(',');
  for (const name of [...(wanted ?? []), ...(flags.from ? [flags.from] : [])])
    if (!stageNames.includes(name))
      giveUp(`没有名为 ${name} 的阶段；可选：${stageNames.join(' ')}`, `No stage is called ${name}; there are: ${stageNames.join(' ')}`);
  const from = flags.from ? stageNames.indexOf(flags.from) : 0;
  return new Set(stageNames.filter((name, position) => position >= from && (wanted?.includes(name) ?? true)));
}

const run = chosen();
const sinceMs = performance.now();
const reports = [];
for (const group of stages) {
  const tasks = group
    .filter(({ name }) => run.has(name))
    .map((stage) => ({
      name: stage.name,
      after: stage.after,
      work: async () => {
        const startedMs = performance.now();
        const outcome = await stage.work();
        reports.push({ name: stage.name, seconds: (performance.now() - startedMs) / 1000, tests: noTests, ...outcome });
        return outcome.good;
      },
    }));
  await runInOrder(tasks);
}

const tests = reports.reduce((sum, report) => plus(sum, report.tests), noTests);
const failedChecks = reports.filter((report) => !report.good && report.tests.failed === 0).length;
const skippedStages = reports.filter((report) => report.skipped !== undefined);
const notStarted = [...run].filter((name) => !reports.some((report) => report.name === name));
const skipped = tests.skipped + skippedStages.length;

say(`\n${'─'.repeat(72)}`);
for (const { name, seconds, good, skipped: reason, tests: count } of reports) {
  const mark = reason !== undefined ? yellow('skipped') : good ? green('passed ') : red('failed ');
  const tally =
    count.passed + count.failed + count.skipped > 0 ? `  ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped` : '';
  say(`${mark}  ${name.padEnd(14)} ${seconds.toFixed(1).padStart(7)} s${tally}`);
}
for (const name of notStarted) say(`${red('not run')}  ${name}`);
for (const report of reports.filter(({ notice }) => notice !== undefined)) say(`\n${yellow('!')} ${report.notice}`);
if (inCi && skipped > 0) say(red('\nIn CI nothing may be skipped.'));
say(`\ntotal ${((performance.now() - sinceMs) / 1000).toFixed(1)} s`);
say(`${tests.passed} passed, ${tests.failed + failedChecks} failed, ${skipped} skipped`);
const good = reports.every((report) => report.good) && notStarted.length === 0 && !(inCi && skipped > 0);
process.exit(good ? 0 : 1);
