import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonValue, parseJson, parseJsonObject, stringifyJson } from './json';

describe('lossless JSON', () => {
  it('keeps integers beyond 2^53 exactly and leaves everything else to JSON.parse', () => {
    const text =
      '{"order_id":9007199254740993,"low":-92233720368547758089,"safe":9007199254740991,"rate":0.1,"list":[12345678901234567890]}';
    expect(parseJson(text)).toEqual({
      order_id: 9007199254740993n,
      low: -92233720368547758089n,
      safe: 9007199254740991,
      rate: 0.1,
      list: [12345678901234567890n],
    });
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it('does not touch digits inside strings, also behind escaped quotes', () => {
    const value = { a: 'say "12345678901234567890" \\', '12345678901234567890': 'x\\"12345678901234567890', big: 12345678901234567890n };
    expect(parseJson(stringifyJson(value))).toEqual(value);
  });

  it('refuses what JSON.parse refuses', () => {
    for (const bad of ['{"a":012345678901234567890}', '12345678901234567890x', '{"a":12345678901234567890', '"12345678901234567890', '']) {
      expect(() => parseJson(bad)).toThrow(SyntaxError);
    }
  });

  it('reads what JSON.parse reads, for any document without large integers', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const plain = JSON.stringify(JSON.parse(text));
        fc.pre(!/\d{16}/.test(plain));
        expect(JSON.stringify(parseJson(text))).toBe(plain);
      }),
    );
  });

  it('gives back any tree with large integers that it wrote', () => {
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'binary' }),
        fc.maxSafeInteger(),
        fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }),
        fc.bigInt({ min: -(2n ** 70n), max: -(2n ** 53n) }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('tree')),
        fc.dictionary(fc.string(), tie('tree'), { noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const parsed = parseJson(stringifyJson(value));
        expect(stringifyJson(parsed)).toBe(stringifyJson(value));
      }),
    );
  });

  it('leaves out undefined members', () => {
    expect(stringifyJson({ a: undefined, b: [1], c: { d: undefined } })).toBe('{"b":[1],"c":{}}');
  });

  it('takes only objects in valid UTF-8', () => {
    expect(parseJsonObject(Buffer.from('{"a":1}'))).toEqual({ a: 1 });
    expect(parseJsonObject(Buffer.from('[1]'))).toBeUndefined();
    expect(parseJsonObject(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBeUndefined();
  });
});
