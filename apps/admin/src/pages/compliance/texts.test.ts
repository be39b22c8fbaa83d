// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { lineAt, offsetOf, pointerIn, readJson } from './json-place';
import { countDiff, readDiff } from './unified-diff';

describe('unified diff', () => {
  const diff = [
    'Index: plan',
    '===================================================================',
    '--- before',
    '+++ after',
    '@@ -3,4 +3,3 @@',
    '   "a": 1,',
    '-  "b": 2,',
    '-  "--c": 3,',
    '+  "b": 4,',
    '   "d": 5',
    '@@ -20,2 +19,3 @@',
    '   "x": 1',
    '+  "++y": 2',
    '\\ No newline at end of file',
    '',
  ].join('\n');

  it('becomes lines with their numbers on both sides; headers and remarks are left out', () => {
    expect(readDiff(diff)).toEqual([
      { kind: 'same', text: '  "a": 1,', beforeLine: 3, afterLine: 3 },
      { kind: 'removed', text: '  "b": 2,', beforeLine: 4, afterLine: null },
      { kind: 'removed', text: '  "--c": 3,', beforeLine: 5, afterLine: null },
      { kind: 'added', text: '  "b": 4,', beforeLine: null, afterLine: 4 },
      { kind: 'same', text: '  "d": 5', beforeLine: 6, afterLine: 5 },
      { kind: 'gap', text: '', beforeLine: null, afterLine: null },
      { kind: 'same', text: '  "x": 1', beforeLine: 20, afterLine: 19 },
      { kind: 'added', text: '  "++y": 2', beforeLine: null, afterLine: 20 },
    ]);
    expect(countDiff(readDiff(diff))).toEqual({ removed: 2, added: 2 });
  });

  it('of nothing is nothing', () => {
    expect(readDiff('')).toEqual([]);
  });
});

describe('JSON that somebody typed', () => {
  it('is read, or its fault has a place', () => {
    expect(readJson('{"a": [1]}')).toEqual({ value: { a: [1] } });
    expect(readJson('{\n  "a": 1,\n  b: 2\n}')).toEqual({ fault: { line: 3, column: 3 } });
    expect(readJson('{\n  "a": 1')).toEqual({ fault: { line: 2, column: 9 } });
  });

  it('has lines and columns that count from one', () => {
    expect([lineAt('ab\ncd', 0), lineAt('ab\ncd', 3), lineAt('ab\ncd', 5)]).toEqual([
      { line: 1, column: 1 },
      { line: 2, column: 1 },
      { line: 2, column: 3 },
    ]);
  });

  it('shows where a field stands, whatever stands before it', () => {
    const text = '{ "a\\"}": "],{", "b/c": [ {"x": 1}, "s", {"y~": {"z": true}} ], "e": [] }';
    const from = (pointer: string) => {
      const offset = offsetOf(text, pointer);
      return offset === null ? null : text.slice(offset, offset + 6);
    };
    expect(from('/b~1c/2/y~0/z')).toBe('true}}');
    expect(from('/b~1c/1')).toBe('"s", {');
    expect(from('/e')).toBe('[] }');
    expect(from('')).toBe('{ "a\\"');
    expect([from('/b~1c/3'), from('/e/0'), from('/nothing'), from('/b~1c/1/x')]).toEqual([null, null, null, null]);
  });

  it('takes the field from what the server says', () => {
    expect(pointerIn('The subject cannot be read: /commission/levels/0/rateBps: Expected integer')).toBe('/commission/levels/0/rateBps');
    expect(pointerIn('plan: an object is needed')).toBeNull();
  });
});
