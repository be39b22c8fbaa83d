import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './plant';

/** Files that git knows or would add, so that no build output is read. */
const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).stdout;
const paths = listed.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
const isText = (path: string) => /\.(ts|mts|mjs|cjs|js|vue|json|md|yaml|yml|css|scss|html|sh|sql)$|(^|\/)\.(ci\/run|npmrc)$/.test(path);
const texts = paths
  .filter((path) => isText(path) && path !== 'tests/house/texts.test.ts')
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
const where = (pattern: RegExp, among = texts) => among.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

/** Longest file of code; longer ones hide two topics. Data, catalogues, contracts, stand-ins and generated files may be as long as they must. */
const linesAtMost = 450;
const mayBeLong =
  /(^|\/)(data|locales?|catalogues?|migrations|demo|preview|test-support)\/|\.gen\.ts$|\.(json|md|html|css|scss)$|package-lock|catalogue|regions|(^|\/)contract\.ts$/;

describe('the texts of the project', () => {
  it('are found', () => {
    expect(texts.length).toBeGreaterThan(100);
  });

  it('name no place of one machine', () => {
    expect(where(/(^|[\s'\x22`(=:])\/(home|root|Users|work)\/[a-z]/m)).toEqual([]);
  });

  it('leave nothing to be done later', () => {
    expect(where(/\b(TODO|FIXME|XXX)\b/)).toEqual([]);
  });

  it('silence no compiler', () => {
    expect(
      where(
        /@ts-(ignore|nocheck)/,
        texts.filter(({ path }) => !path.startsWith('tests/house/') && !path.endsWith('.d.ts')),
      ),
    ).toEqual([]);
  });

  it('are of a length that one head can hold', () => {
    const long = texts.filter(({ path, text }) => !mayBeLong.test(path) && text.split('\n').length > linesAtMost);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('hold links to files that exist', () => {
    const broken = texts
      .filter(({ path }) => path.endsWith('.md'))
      .flatMap(({ path, text }) =>
        [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
          .map(([, target]) => target!)
          .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, path, '..', target)))
          .map((target) => `${path} → ${target}`),
      );
    expect(broken).toEqual([]);
  });
});
