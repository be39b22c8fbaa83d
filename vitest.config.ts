import { defineConfig } from 'vitest/config';

const never = ['**/node_modules/**', '**/dist/**', '**/.types/**'];

/**
 * Three sets of tests. `unit` holds everything that runs in seconds beside the code: rules, properties, services over HTTP and the
 * conformance suites of the ports. `faults` kills and delays whole processes; `e2e` drives a browser. They run one after another:
 * `npx vitest run --project unit services/order`.
 */
export default defineConfig({
  test: {
    pool: 'threads',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{platform,protocols,services,tests,bench}/**/*.test.ts',
            'apps/{server,sandbox}/**/*.test.ts',
            'scripts/**/*.test.mjs',
          ],
          exclude: [...never, 'tests/{e2e,faults,editions}/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['tests/{faults,editions}/**/*.test.ts'],
          exclude: never,
          globalSetup: ['tests/faults/template.setup.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/e2e/harness/template.ts'],
          exclude: never,
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
