import { afterAll, describe, expect, it } from 'vitest';
import { buildHouse, room } from './plant';

const workspaces = ['platform/*', 'protocols/*', 'services/*', 'apps/server', 'apps/sandbox', 'bench', 'tests'];
const manifest = (dependencies: Record<string, string>) => ({
  'package.json': JSON.stringify({ name: 'house', private: true, type: 'module', workspaces, dependencies }),
});

const house = buildHouse(
  {
    ...manifest({}),
    'scripts/start.mjs': '',
    ...room('platform/money', { 'index.ts': "export { fen } from './fen';\n", 'fen.ts': 'export const fen = 1;\n' }),
    ...room(
      'apps/server',
      { 'index.ts': 'export {};\n', 'main.ts': "import { fen } from '@house/money';\nconsole.log(fen);\n" },
      { '@house/money': '0.1.0' },
    ),
  },
  ['knip.json'],
);
afterAll(() => house.remove());

const knip = () => house.run('knip/bin/knip.js', '--no-config-hints');

describe('nothing unused', { timeout: 120_000 }, () => {
  it('given a house in order, when it is checked, then nothing is found', () => {
    const { exitCode, output } = knip();
    expect(exitCode, output).toBe(0);
  });

  it('given an unused file, export and dependency, when the house is checked, then each is found', () => {
    house.put({
      'platform/money/forgotten.ts': 'export const forgotten = 1;\n',
      'platform/money/fen.ts': 'export const fen = 1;\nexport const yuan = 100;\n',
      ...room('protocols/ledger', { 'index.ts': 'export {};\n' }, { undici: '1.0.0' }),
    });
    const { exitCode, output } = knip();
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/platform\/money\/forgotten\.ts/);
    expect(output).toMatch(/yuan/);
    expect(output).toMatch(/undici/);
  });
});
