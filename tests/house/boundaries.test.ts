import { afterAll, describe, expect, it } from 'vitest';
import { buildHouse, room } from './plant';

const money = "import type { Fen } from '@house/money';\nexport type Amount = Fen;\n";

const house = buildHouse(
  {
    'package.json': JSON.stringify({ name: 'house', private: true, type: 'module' }),
    'tests/index.ts': 'export {};\n',
    'bench/index.ts': 'export {};\n',
    ...room('platform/money', { 'index.ts': 'export type Fen = number;\n', 'inside.ts': 'export const inside = 1;\n' }),
    ...room('platform/time', { 'index.ts': money }),
    ...room('protocols/ledger', { 'index.ts': money }),
    ...room('services/order', {
      'index.ts': money,
      'contract.ts': 'export type Order = string;\n',
      'store.ts': 'export const store = 1;\n',
    }),
    ...room('services/payment', { 'index.ts': "import type { Order } from '@house/order/contract';\nexport type Paid = Order;\n" }),
    ...room('apps/server', { 'index.ts': "export * as order from '@house/order';\nexport * as ledger from '@house/ledger';\n" }),
    ...room('apps/sandbox', { 'index.ts': money }),
  },
  ['.dependency-cruiser.cjs'],
);
afterAll(() => house.remove());

function violations(): string[] {
  const folders = ['platform', 'protocols', 'services', 'apps/server', 'apps/sandbox', 'bench', 'tests'];
  const cruise = 'dependency-cruiser/bin/dependency-cruise.mjs';
  const { output } = house.run(cruise, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders);
  const { summary } = JSON.parse(output) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  return summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
}

/** One wrong arrow of each kind: the rule that must speak, the file it is planted in, the file's text. */
const planted: readonly [rule: string, file: string, text: string][] = [
  ['platform-knows-no-commerce', 'platform/time/planted.ts', "export * from '@house/order/contract';\n"],
  ['protocols-stand-alone', 'protocols/ledger/planted.ts', "export * from '@house/time';\n"],
  ['services-do-not-look-up', 'services/order/upward.ts', "export * from '@house/server';\n"],
  ['services-meet-at-contracts', 'services/payment/planted.ts', "export * from '@house/order';\n"],
  ['applications-are-separate', 'apps/server/planted.ts', "export * from '@house/sandbox';\n"],
  ['sandbox-verifies-by-itself', 'apps/sandbox/planted.ts', "export * from '@house/ledger';\n"],
  ['doors-not-windows', 'services/order/window.ts', "export * from '../../platform/money/inside';\n"],
  ['pure-core', 'services/order/rules.ts', "export * from './store';\n"],
  ['pure-core', 'services/order/model.ts', "export { readFileSync } from 'node:fs';\n"],
  ['no-cycles', 'services/order/chicken.ts', "import { egg } from './egg';\nexport const chicken = () => egg;\n"],
  ['no-product-on-tests', 'services/order/tested.ts', "export * from './some.test';\n"],
  ['declared-packages-only', 'services/order/undeclared.ts', "export * from 'kysely';\n"],
  ['no-unresolvable', 'services/payment/inner.ts', "export * from '@house/order/store';\n"],
];
/** What the planted files lean on. */
const besides = {
  'services/order/egg.ts': "import { chicken } from './chicken';\nexport const egg = () => chicken;\n",
  'services/order/some.test.ts': 'export const some = 1;\n',
  'node_modules/kysely/package.json': '{"name":"kysely","version":"1.0.0","main":"index.js"}',
  'node_modules/kysely/index.js': '',
};

describe('the arrows of the house', { timeout: 120_000 }, () => {
  it('given a house in order, when it is checked, then nothing is found', () => {
    expect(violations()).toEqual([]);
  });

  it('given one wrong arrow of each kind, when the house is checked, then each is found where it was planted', () => {
    house.put(besides);
    for (const [, file, text] of planted) house.put({ [file]: text });
    const found = violations();
    for (const [rule, file] of planted) expect(found).toContain(`${rule}: ${file}`);
  });
});
