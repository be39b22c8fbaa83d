import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import icons from '../build/icons.json';
import pages from './pages.json';

const source = fileURLToPath(new URL('.', import.meta.url));
const declared = [
  ...pages.pages.map(({ path }) => path),
  ...pages.subPackages.flatMap(({ root, pages: inside }) => inside.map(({ path }) => `${root}/${path}`)),
];
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.(?:vue|ts)$/.test(name) && !/\.(?:test|gen|d)\.ts$/.test(name),
);
const textOf = (name: string) => readFileSync(join(source, name), 'utf8');

describe('pages', () => {
  it('that are declared exist, and those that exist are declared', () => {
    for (const path of declared) expect(existsSync(join(source, `${path}.vue`)), path).toBe(true);
    const found = files
      .filter((name) => /^(?:pages|goods|trade|account|promotion)\/.*index\.vue$/.test(name))
      .map((name) => name.replace(/\.vue$/, ''));
    expect(found.sort()).toEqual([...declared].sort());
  });
  it('that are opened somewhere are declared', () => {
    const opened = files.flatMap((name) =>
      [...textOf(name).matchAll(/['"`]\/((?:pages|goods|trade|account|promotion)\/[\w/-]+)/g)].map((match) => match[1] ?? ''),
    );
    expect(opened.length).toBeGreaterThan(40);
    for (const path of opened) expect(declared).toContain(path);
  });
});

describe('sources', () => {
  it('name only icons that exist', () => {
    for (const name of files)
      for (const [, icon] of textOf(name).matchAll(/\bicon-([a-z]+)\b/g)) expect(Object.keys(icons), `${name}: ${icon}`).toContain(icon);
  });
  it('talk to the server through the client alone', () => {
    const others = files.filter((name) => /uni\.request\(|\bfetch\(/.test(textOf(name)));
    expect(others.sort()).toEqual(['platform/poster.ts', 'platform/transport.ts']);
  });
  it('name no other host', () => {
    for (const name of files) expect(textOf(name).match(/https?:\/\/(?!127\.0\.0\.1)[\w.-]+/g) ?? [], name).toEqual([]);
  });
});
