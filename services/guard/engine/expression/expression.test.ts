import { describe, expect, it } from 'vitest';
import { compileExpression } from './compile';
import { ExpressionError, isClosure, MissingField, type ReadField } from './values';

const read: ReadField = (node, key) => {
  if (Object.hasOwn(node, key)) return (node as Record<string, unknown>)[key];
  throw new MissingField(`/${key}`);
};

function run(text: string, subject: unknown = {}): unknown {
  const value = compileExpression(text)(new Map(), read);
  return isClosure(value) ? value.closure(subject) : value;
}

describe('the language of the predicates', () => {
  it.each<[string, unknown, unknown]>([
    ['p => p.list.filter(x => x > 1).map(x => x * 2).includes(6)', { list: [1, 2, 3] }, true],
    ['p => p.list.reduce((sum, x) => sum + x, 0)', { list: [1, 2, 3] }, 6],
    ['p => Math.max(0, ...p.list, 9)', { list: [1, 20] }, 20],
    ['p => p.a == null && p.b != null', { a: null, b: 0 }, true],
    ['p => (p.a ?? 7) - 1', { a: null }, 6],
    ['p => p.name.replace(/上线(?!时间)/g, "x")', { name: '上线上线时间' }, 'x上线时间'],
    ['p => /a/g.test(p.name) && /a/g.test(p.name)', { name: 'a' }, true],
    ['p => p.kind === "a" ? "yes" : "no"', { kind: 'b' }, 'no'],
    ['p => p.list.length >= 2 && !(p.list.length > 2)', { list: [0, 0] }, true],
    ['p => ["a", "b"].every(f => p[f])', { a: true, b: true }, true],
  ])('computes %s', (text, subject, expected) => {
    expect(run(text, subject)).toEqual(expected);
  });

  it.each([
    'p => p.constructor',
    'p => p.list.constructor',
    'p => p.name["length"]["constructor"]',
    'p => p.list.push(1)',
    'p => p.list.map.call(1)',
    'p => Math.constructor("x")',
    'p => process',
    'p => globalThis',
    'p => this',
    'p => p.name > 1',
    'p => p.name + 1',
    'p => p.name == 1',
    'p => p.list(1)',
    'p => Math.max("1")',
  ])('lets nobody out by %s', (text) => {
    expect(() => run(text, { list: [1], name: 'n' })).toThrow(/./);
    try {
      run(text, { list: [1], name: 'n' });
    } catch (error) {
      expect(error instanceof ExpressionError || error instanceof MissingField).toBe(true);
    }
  });

  it.each([
    'p => { return 1 }',
    'p => p?.a',
    'new Date()',
    'import("node:fs")',
    'p => p.a = 1',
    'p => p.a++',
    '`text`',
    'async p => 1',
    '(p, ...q) => q',
    '({a}) => a',
    'function () {}',
    'a, b',
    'p => typeof p',
    '1n',
    'p => p.a; 1',
    'p =>',
  ])('does not know %s', (text) => {
    expect(() => run(text)).toThrow(ExpressionError);
  });

  it('says which field is missing, unless what is there decides already', () => {
    expect(() => run('p => p.a || p.b', { b: false })).toThrow(MissingField);
    expect(() => run('p => p.a || 0', {})).toThrow(MissingField);
    expect(run('p => p.a || p.b', { b: true })).toBe(true);
    expect(run('p => p.b && p.a', { b: false })).toBe(false);
  });
});
