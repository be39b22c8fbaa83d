// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TONES } from '../format/status';
import { NAVIGATION } from '../layout/navigation';
import type { Permission } from '../session/staff-store';
import { messages, words } from './index';
import { pairsOf } from './words';

const source = fileURLToPath(new URL('..', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.(?:vue|ts)$/.test(name) && !name.endsWith('.test.ts'),
);
const pairs = pairsOf(words);
const keys = new Set(pairs.map((pair) => pair.key));
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

/** All of them: the compiler asks for a new one. */
const PERMISSIONS: Record<Permission, true> = {
  'dashboard.read': true,
  'catalog.read': true,
  'catalog.write': true,
  'order.read': true,
  'order.write': true,
  'afterSale.write': true,
  'payment.read': true,
  'payment.write': true,
  'fulfilment.read': true,
  'fulfilment.write': true,
  'promotion.read': true,
  'promotion.write': true,
  'withdrawal.review': true,
  'compliance.read': true,
  'compliance.sign': true,
  'member.read': true,
  'member.reveal': true,
  'staff.write': true,
  'audit.read': true,
  'operations.read': true,
  'operations.write': true,
};

function leaves(value: unknown, prefix = ''): string[] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${prefix}.${key}`))
    : [prefix];
}

describe('words', () => {
  it('are the same keys in Chinese and English', () => {
    expect(leaves(messages.en)).toEqual(leaves(messages.zh));
  });

  it('say something in both languages, with the same placeholders', () => {
    for (const { key, zh, en } of pairs) {
      expect(zh.trim(), key).not.toBe('');
      expect(en.trim(), key).not.toBe('');
      expect(placeholders(en), key).toEqual(placeholders(zh));
      expect(/[\u4e00-\u9fff]/.test(en), `${key} is Chinese in English`).toBe(false);
    }
  });

  it('hold no sign that the message format would read as its own', () => {
    for (const { key, zh, en } of pairs) for (const text of [zh, en]) expect(/[@|]/.test(text), key).toBe(false);
  });

  it('exist for every literal key the pages use', () => {
    const used = files.flatMap((file) =>
      [...readFileSync(join(source, file), 'utf8').matchAll(/\bt\('([\w.-]+)'/g)].map((match) => ({ file, key: match[1]! })),
    );
    expect(used.length).toBeGreaterThan(300);
    expect(used.filter(({ key }) => !keys.has(key))).toEqual([]);
  });

  it('exist under every computed key the pages use', () => {
    const groups = files.flatMap((file) =>
      [...readFileSync(join(source, file), 'utf8').matchAll(/\bt\(`([\w.-]+)\.?\$\{/g)].map((match) => match[1]!),
    );
    for (const group of groups)
      expect(
        [...keys].some((key) => key.startsWith(group)),
        group,
      ).toBe(true);
  });

  it('exist for every state', () => {
    for (const [kind, states] of Object.entries(TONES))
      for (const state of Object.keys(states)) expect(keys.has(`status.${kind}.${state}`), `${kind} ${state}`).toBe(true);
  });

  it('exist for every permission', () => {
    for (const permission of Object.keys(PERMISSIONS)) expect(keys.has(`permission.${permission}`), permission).toBe(true);
  });

  it('exist for every page of the menu', () => {
    for (const group of NAVIGATION) {
      expect(keys.has(`navGroup.${group.name}`)).toBe(true);
      for (const item of group.items) expect(keys.has(`nav.${item.name}`), item.name).toBe(true);
    }
  });

  it('never call a result 合规: a section may have that name, a verdict may not', () => {
    const verdicts = pairs.filter(({ key }) =>
      /^(?:status\.(?:verdict|severity|standing)|compliance|publish|banner|repair|check|copy)\./.test(key),
    );
    expect(verdicts.length).toBeGreaterThan(60);
    expect(verdicts.filter(({ zh, en }) => zh.includes('合规') || /complian/i.test(en))).toEqual([]);
  });

  it('are all used somewhere', () => {
    const text = files.map((file) => readFileSync(join(source, file), 'utf8')).join('\n');
    const literal = (key: string) => text.includes(`t('${key}'`) || text.includes(`"${key}"`);
    const computed = [...text.matchAll(/\bt\(\s*`([\w.-]+\.)\$\{/g)].map((match) => match[1]!);
    const unused = [...keys].filter(
      (key) =>
        !literal(key) && !computed.some((group) => key.startsWith(group)) && !/^(?:status|nav|keys|notice|import\.figure)\./.test(key),
    );
    expect(unused).toEqual([]);
  });
});
