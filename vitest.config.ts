import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{platform,protocols,services,tests,bench}/**/*.test.ts', 'apps/{server,sandbox}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.types/**', 'tests/{e2e,faults,editions}/**'],
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 30_000,
  },
});
