// Runs Vitest and reads how many tests passed, failed and were skipped from its JSON report.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './processes.mjs';
import { root } from './stamps.mjs';

export const resultsFolder = join(root, 'node_modules', '.cache', 'qianxing', 'results');
export const noTests = { passed: 0, failed: 0, skipped: 0 };

export const plus = (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped });

/**
 * @param {string} name of the stage, names the report
 * @param {string} folder where Vitest is installed, relative to the root
 * @param {readonly string[]} args
 */
export async function vitest(name, folder, args, env = {}) {
  const cwd = join(root, folder);
  const reportPath = join(resultsFolder, `${name}.json`);
  const { code, output } = await run(
    process.execPath,
    [
      join(cwd, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
      ...args,
    ],
    { cwd, env: { NODE_ENV: 'test', ...env } },
  );
  if (!existsSync(reportPath)) return { good: false, output: `${output}\nVitest ended with exit code ${code} and wrote no report.` };
  const report = JSON.parse(readFileSync(reportPath, 'utf8'));
  const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  const tests = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  const skippedNames = report.testResults.flatMap((file) =>
    file.assertionResults.filter(({ status }) => ['pending', 'skipped', 'todo'].includes(status)).map(({ fullName }) => fullName),
  );
  return { good: code === 0, output, tests, skippedNames };
}
