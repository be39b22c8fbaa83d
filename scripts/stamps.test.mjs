import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashOf, isFresh, root, stamp } from './stamps.mjs';

let place;
const put = (path, text) => {
  mkdirSync(join(root, place, path, '..'), { recursive: true });
  writeFileSync(join(root, place, path), text);
};
beforeEach(() => {
  place = relative(root, mkdtempSync(join(tmpdir(), 'qianxing-stamps-')));
  put('src/a.ts', 'one');
});
afterEach(() => rmSync(join(root, place), { recursive: true, force: true }));

describe('stamps', () => {
  it('given a stamp, when nothing has changed, then it is fresh; when a content, a name or a fact changes, then it is not', () => {
    const hash = () => hashOf([`${place}/src`], 'v20');
    stamp(place, 'build', hash());
    expect(isFresh(place, 'build', hash())).toBe(true);
    expect(isFresh(place, 'build', hashOf([`${place}/src`], 'v22'))).toBe(false);
    put('src/a.ts', 'two');
    expect(isFresh(place, 'build', hash())).toBe(false);
    put('src/a.ts', 'one');
    expect(isFresh(place, 'build', hash())).toBe(true);
    put('src/b.ts', '');
    expect(isFresh(place, 'build', hash())).toBe(false);
  });

  it('given tests, outputs and packages, when they change, then nothing is stale', () => {
    const before = hashOf([place]);
    put('src/a.test.ts', 'a test');
    put('dist/out.js', 'output');
    put('node_modules/x/index.js', 'a package');
    expect(hashOf([place])).toBe(before);
  });
});
