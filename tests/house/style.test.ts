import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildHouse, type House } from './plant';

const clean = "export const greeting = 'hello';\n";
let house: House;
beforeEach(() => {
  house = buildHouse({ 'services/order/index.ts': clean }, ['biome.json', '.gitignore']);
});
afterEach(() => house.remove());

const lint = () => house.run('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');

const planted: readonly [what: string, text: string, named: string][] = [
  ['any', 'export const anything = (value: any): unknown => value;\n', 'noExplicitAny'],
  ['a non-null assertion', 'export const first = (list: string[]): string => list[0]!;\n', 'noNonNullAssertion'],
  ['a silenced compiler', '// @ts-ignore\nexport const silenced: number = 1;\n', 'noTsIgnore'],
  ['an unused import', "import { join } from 'node:path';\nexport const one = 1;\n", 'noUnusedImports'],
  ['an unused variable', 'const idle = 1;\nexport const one = 1;\n', 'noUnusedVariables'],
  ['other people’s formatting', 'export const one = "1"\n', 'format'],
];

describe('style', () => {
  it('given clean code, when it is linted, then nothing is found', () => {
    const { exitCode, output } = lint();
    expect(exitCode, output).toBe(0);
  });

  it.each(planted)('given %s, when the code is linted, then it is found', (_, text, named) => {
    house.put({ 'services/order/planted.ts': text });
    const { exitCode, output } = lint();
    expect(exitCode).not.toBe(0);
    expect(output).toContain('services/order/planted.ts');
    expect(output).toContain(named);
  });

  it('given an assertion in a test, when the code is linted, then it is allowed there', () => {
    house.put({ 'services/order/planted.test.ts': 'export const first = (list: string[]): string => list[0]!;\n' });
    expect(lint().exitCode).toBe(0);
  });
});
