import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeCursor, encodeCursor } from './index';
import { parseJsonBody } from './json-body';
import { languageOf } from './language';
import { createLoadGuard } from './load';
import { Closed, Nullable, OneOf, Type } from './schemas';
import { compileSerialiser } from './serialise';
import { createValidation } from './validation';

describe('a cursor', () => {
  it('comes back as what it was made of', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string({ maxLength: 40 }), (at, id) => {
        expect(decodeCursor(encodeCursor([at, id]), ['integer', 'string'])).toEqual({ ok: true, value: [at, id] });
      }),
    );
  });
  it('that is absent is the first page', () => {
    expect(decodeCursor(undefined, ['integer'])).toEqual({ ok: true, value: null });
  });
  it('of another shape, or any text, is refused', () => {
    const wrong = [
      encodeCursor([1, 'a', 2]),
      encodeCursor(['1', 'a']),
      encodeCursor([1.5, 'a']),
      encodeCursor([1, 2]),
      '',
      '!',
      'AAAA',
      'bnVsbA',
    ];
    for (const text of wrong)
      expect(decodeCursor(text, ['integer', 'string'])).toMatchObject({ ok: false, problem: { code: 'request.cursorInvalid' } });
    fc.assert(fc.property(fc.string(), (text) => decodeCursor(text, ['integer', 'string', 'string', 'integer']).ok === false));
  });
});

describe('the language of an answer', () => {
  it.each([
    [undefined, 'zh'],
    ['', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en', 'en'],
    ['en-GB,en;q=0.9', 'en'],
    ['fr-FR, en;q=0.5, zh;q=0.6', 'zh'],
    ['fr, de', 'zh'],
    ['*', 'zh'],
    ['en;q=0, zh', 'zh'],
    ['en;q=x', 'zh'],
    ['english', 'zh'],
    [`${'x,'.repeat(400)}en`, 'zh'],
  ] as const)('%s: %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

describe('a JSON body', () => {
  it('is what JSON.parse makes of it, whenever it is taken', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.json({ noUnicodeString: false }), fc.string()), (text) => {
        const parsed = parseJsonBody(text);
        if (parsed.ok && text.trim() !== '') expect(parsed.value).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });
  it('that is written by JSON.stringify from clean values is always taken', () => {
    const clean = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__' && !key.includes('\0')),
          tie('value'),
          { maxKeys: 4 },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(clean, fc.constantFrom(0, 2), (value, indent) => {
        expect(parseJsonBody(JSON.stringify(value, null, indent))).toEqual({ ok: true, value: JSON.parse(JSON.stringify(value)) });
      }),
    );
  });
});

describe('a union in a schema', () => {
  const check = createValidation()(
    'body',
    Closed({
      when: Nullable(Type.String({ format: 'date-time' })),
      pay: Type.Union([
        Closed({ kind: Type.Literal('card'), number: Type.String({ minLength: 4 }) }),
        Closed({ kind: Type.Literal('cash'), givenFen: Type.Integer() }),
      ]),
      size: Type.Union([Type.Literal('s'), Type.Literal('m')]),
      colour: OneOf('red', 'blue'),
    }),
  );
  const good = { when: null, pay: { kind: 'cash', givenFen: 1 }, size: 's', colour: 'red' };
  const faults = (change: object) => check({ ...good, ...change }, true).map(({ path, rule, en }) => `${path} ${rule}: ${en}`);
  it('is taken in every form', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ when: '2026-11-01T08:00:00+08:00', pay: { kind: 'card', number: '1234' }, size: 'm' })).toEqual([]);
  });
  it('tells of the branch that was meant, or what is allowed', () => {
    expect(faults({ pay: { kind: 'card', number: '1' } })).toEqual(['/pay/number minLength: needs at least 4 characters']);
    expect(faults({ pay: { kind: 'gold' } })).toEqual(['/pay/kind anyOf: must be one of: card, cash']);
    expect(faults({ size: 'xl' })).toEqual(['/size anyOf: must be one of: s, m']);
    expect(faults({ colour: 'green' })).toEqual(['/colour enum: must be one of: red, blue']);
    expect(faults({ when: 5 })).toEqual(['/when anyOf: must be text or null']);
    expect(faults({ when: 'tomorrow' })[0]).toContain('a time with offset');
  });
});

describe('the writer of answers', () => {
  it('writes what JSON.stringify writes for values that fit', () => {
    const schema = Closed({
      a: Nullable(Type.Integer()),
      b: Type.Optional(Nullable(Type.String())),
      c: Type.Array(Closed({ d: Nullable(Closed({ e: Type.Boolean() })), at: Type.String({ format: 'date-time' }) })),
      f: Type.Record(Type.String(), Type.Integer()),
      g: Type.Unknown(),
      h: OneOf('x', 'y'),
    });
    const write = compileSerialiser(schema);
    const value = fc.record(
      {
        a: fc.option(fc.integer()),
        b: fc.option(fc.string({ unit: 'grapheme' })),
        c: fc.array(fc.record({ d: fc.option(fc.record({ e: fc.boolean() })), at: fc.constant('2026-11-01T08:00:00.000+08:00') })),
        f: fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          fc.integer(),
        ),
        g: fc.constantFrom(1, 'x', null, [1, { a: 2 }]),
        h: fc.constantFrom('x', 'y'),
      },
      { requiredKeys: ['a', 'c', 'f', 'g', 'h'] },
    );
    fc.assert(
      fc.property(value, (each) => {
        expect(JSON.parse(write(each))).toEqual(JSON.parse(JSON.stringify(each)));
      }),
    );
  });
});

describe('the load guard', () => {
  afterEach(() => void vi.useRealTimers());

  it('refuses while the event loop is late and admits again when it is not', () => {
    vi.useFakeTimers();
    let delayMs = 0;
    const guard = createLoadGuard({ maxInFlight: 10, maxEventLoopDelayMs: 100 }, { read: () => delayMs, stop: () => undefined });
    const admits = () => {
      vi.advanceTimersByTime(500);
      const admitted = guard.enter();
      guard.leave();
      return admitted;
    };
    const answers = [0, 100, 101, 5_000, 100].map((delay) => {
      delayMs = delay;
      return admits();
    });
    expect(answers).toEqual([true, true, false, false, true]);
    guard.stop();
    delayMs = 5_000;
    expect([admits(), guard.inFlight()]).toEqual([true, 0]);
  });

  it('measures the real event loop unless that is switched off', () => {
    for (const maxEventLoopDelayMs of [0, 1_000]) {
      const guard = createLoadGuard({ maxInFlight: 1, maxEventLoopDelayMs });
      expect([guard.enter(), guard.enter(), guard.inFlight()]).toEqual([true, false, 2]);
      guard.stop();
    }
  });
});
