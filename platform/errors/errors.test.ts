import { describe, expect, it } from 'vitest';
import { defineProblems, fillMessage, ok, platformProblems } from './index';

describe('a failure', () => {
  const { catalogue, fail } = defineProblems('order', {
    outOfStock: { status: 409, zh: '{sku} 只剩 {left} 件', en: 'only {left} of {sku} left' },
  });

  it('is a value with the full code and what helps to repair it', () => {
    expect(fail('outOfStock', { params: { sku: 'T', left: 1 }, path: '/items/0' })).toEqual({
      ok: false,
      problem: { code: 'order.outOfStock', params: { sku: 'T', left: 1 }, path: '/items/0' },
    });
    expect(Object.keys(catalogue)).toEqual(['order.outOfStock']);
    expect([ok(), ok(1)]).toEqual([{ ok: true }, { ok: true, value: 1 }]);
  });
});

describe('a message', () => {
  it('is filled from its parameters; what is unknown stays visible', () => {
    expect(fillMessage('{a} and {b}', { a: 1 })).toBe('1 and {b}');
    expect(fillMessage('{constructor} {toString}', {})).toBe('{constructor} {toString}');
  });
  it('takes the words of its language first', () => {
    const params = { reason: 'r', reasonZh: '原因', reasonEn: 'cause' };
    expect([fillMessage('{reason}', params, 'zh'), fillMessage('{reason}', params, 'en'), fillMessage('{reason}', params)]).toEqual([
      '原因',
      'cause',
      'r',
    ]);
    expect(fillMessage('{reason}', { reason: 'r' }, 'zh')).toBe('r');
  });
  it('does not fill what came in as a parameter', () => {
    expect(fillMessage('{a}{b}', { a: '{b}', b: 'x' })).toBe('{b}x');
  });
});

describe('the platform catalogue', () => {
  it('has a client or server status, Chinese and English for every code', () => {
    for (const [code, { status, zh, en }] of Object.entries(platformProblems.catalogue)) {
      expect(code).toMatch(/^request\.[a-z][A-Za-z]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(zh).toMatch(/[\u4e00-\u9fff]/);
      expect(en).not.toMatch(/[\u4e00-\u9fff]/);
    }
  });
});
