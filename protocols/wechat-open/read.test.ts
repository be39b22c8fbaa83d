import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asInteger, asList, asText, parseJson } from './json';
import { parseXml } from './xml';

describe('lossless JSON', () => {
  it('given integers beyond 2^53, then they become their digits; all else is as JSON.parse reads it', () => {
    expect(parseJson('{"msgid":9007199254740993,"n":-9007199254740993,"s":"9007199254740993 \\" 9007199254740993"}')).toEqual({
      msgid: '9007199254740993',
      n: '-9007199254740993',
      s: '9007199254740993 " 9007199254740993',
    });
    expect(parseJson('[9007199254740991, 1.5, 1e20, true, null]')).toEqual([9007199254740991, 1.5, 1e20, true, null]);
  });

  it('given text that is not JSON, then undefined, also where quoting digits would have mended it', () => {
    for (const text of ['', '{', '01234567890123456789', '12345678901234567890x', '{12345678901234567890:1', "{'a':1}"]) {
      expect(parseJson(text)).toBeUndefined();
    }
  });

  it('given any value of safe numbers, then it survives the round trip', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/\d{16}/.test(text));
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('given any unsigned 64-bit id, then its digits are exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (id) => {
        const parsed = parseJson(`{"id":${id}}`) as { id: string | number };
        expect(asText(parsed.id)).toBe(String(id));
      }),
    );
  });

  it('given loose types, then readers take digits as integers and one entry as a list', () => {
    expect([asInteger('12'), asInteger(12), asInteger('1.5'), asInteger(1.5), asInteger('99999999999999999')]).toEqual([
      12,
      12,
      undefined,
      undefined,
      undefined,
    ]);
    expect(asList({ a: 1 })).toEqual([{ a: 1 }]);
    expect(asList(undefined)).toEqual([]);
  });
});

describe('XML of the push', () => {
  it('given nesting, CDATA, entities and empty elements, then they are read', () => {
    const text = '<?xml version="1.0"?>\n<xml> <A><B><![CDATA[<x>&]]></B><C/></A> <D>1&lt;2</D><E></E> </xml>';
    expect(parseXml(text)).toEqual({ A: { B: '<x>&', C: '' }, D: '1<2', E: '' });
  });

  it('given a document type, an attribute, a stray end or an unknown entity, then nothing is read', () => {
    const bad = [
      '<!DOCTYPE xml [<!ENTITY a "b">]><xml><A>&a;</A></xml>',
      '<xml><A>&a;</A></xml>',
      '<xml a="1"><A>1</A></xml>',
      '<xml><A>1</B></xml>',
      '<xml><A>1</A></xml><xml/>',
      '<xml>text</xml>',
      '<xml>text<A>1</A></xml>',
      '<xml><A><![CDATA[x</A></xml>',
      '<xml><A>1</A>',
      '',
    ];
    for (const text of bad) expect(parseXml(text)).toBeUndefined();
  });

  it('given a member called __proto__, then it stays a member', () => {
    const parsed = parseXml('<xml><__proto__><polluted>1</polluted></__proto__></xml>');
    expect(Object.keys(parsed ?? {})).toEqual(['__proto__']);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it('given nesting without end, then it is refused before the stack is', () => {
    expect(parseXml(`${'<a>'.repeat(10_000)}${'</a>'.repeat(10_000)}`)).toBeUndefined();
  });

  it('given any text as leaf in CDATA, then it comes back unchanged', () => {
    fc.assert(
      fc.property(fc.string(), (leaf) => {
        fc.pre(!leaf.includes(']]>'));
        expect(parseXml(`<xml><A><![CDATA[${leaf}]]></A></xml>`)).toEqual({ A: leaf });
      }),
    );
  });
});
