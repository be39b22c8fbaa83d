import { describe, expect, it } from 'vitest';
import { compileMessage } from '../i18n';
import { catalogue, texts } from './index';

const zh = catalogue('zh');
const en = catalogue('en');
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
/** The language's own name, and what is a name in Chinese. */
const CHINESE_IN_ENGLISH = ['account.chinese'];

describe('the catalogues', () => {
  it('have the same keys, and every area its own', () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    expect(Object.keys(zh)).toHaveLength(Object.values(texts).reduce((sum, area) => sum + Object.keys(area).length, 0));
  });
  it('have no blank text and no text with spaces around it', () => {
    for (const [key, text] of [...Object.entries(zh), ...Object.entries(en)]) expect(text.trim() === text && text !== '', key).toBe(true);
  });
  it('name the same placeholders in both languages', () => {
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) expect(placeholders(en[key]), key).toEqual(placeholders(zh[key]));
  });
  it('hold no Chinese in the English texts', () => {
    const chinese = Object.entries(en).filter(([key, text]) => /[\u4e00-\u9fff]/.test(text) && !CHINESE_IN_ENGLISH.includes(key));
    expect(chinese).toEqual([]);
  });
});

describe('a message', () => {
  it('becomes a function that fills its placeholders, at any place and more than once', () => {
    const values: Record<string, unknown> = { a: 1, b: '二' };
    const context = { named: (name: string) => values[name] };
    expect(compileMessage('{a}-{b}-{a}')(context)).toBe('1-二-1');
    expect(compileMessage('无')(context)).toBe('无');
    expect(compileMessage('缺{c}。')(context)).toBe('缺。');
  });
});
