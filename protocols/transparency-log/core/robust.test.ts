import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roguePen, TRUST } from '../testing/fixture';
import { verifyAccount, verifyEntryProof, verifyRecordProof } from './account';
import { concatBytes, fromUtf8, utf8 } from './bytes';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint';
import { leafHash } from './hash';
import { formatVerifierKey, parseSignerKey, parseVerifierKey } from './key';
import { formatNote, parseNote, parseSignatureLines } from './note';
import type { Checked } from './outcome';
import { parsePolicy } from './policy';
import { formatProofFile, parseProofFile } from './proof-file';
import { openRecord, parseRecord } from './record';
import { formatBundle, parseBundle, parseLogPath } from './tile';

const text = formatCheckpoint({ origin: TRUST.origin, size: 5n, root: leafHash(utf8('root')) });
const note = formatNote({ text, signatures: [roguePen().sign(text)] });
const seeds: readonly string[] = [
  '',
  text,
  note,
  formatVerifierKey(TRUST.logKey),
  formatProofFile({ index: 3n, hashes: [leafHash(utf8('a')), leafHash(utf8('b'))], extra: utf8('extra'), checkpoint: note }),
  `log ${formatVerifierKey(TRUST.logKey)} https://a\ngroup g any a\nquorum none\n`,
  '{"after":5,"amount":5,"at":0,"id":"a","kind":"earn","n":1,"prev":"","promoter":"p","v":1}',
  'tile/0/x001/234.p/5',
];

/** Texts of the formats with pieces cut out, doubled and put in, among them halves of surrogate pairs and huge numbers. */
const bent = fc
  .record({
    seed: fc.constantFrom(...seeds),
    at: fc.nat(),
    length: fc.nat({ max: 12 }),
    piece: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\n', '\n\n', '\ud800', '\u0000', '—', '+', '=', '9'.repeat(40), ' ', '\u2028', 'e99'),
    ),
  })
  .map(({ seed, at, length, piece }) => {
    const position = at % (seed.length + 1);
    return seed.slice(0, position) + piece + seed.slice(position + length);
  });

describe('whatever comes', () => {
  it('is accepted or refused, never thrown at', () => {
    const parsers: ((input: string) => Checked<unknown> | undefined)[] = [
      parseNote,
      parseSignatureLines,
      parseCheckpoint,
      parseVerifierKey,
      parseSignerKey,
      parsePolicy,
      parseProofFile,
      parseRecord,
      (input) => openCheckpoint(input, TRUST),
      (input) => verifyRecordProof(input, TRUST),
      (input) => verifyEntryProof(input, utf8('x'), TRUST),
      (input) => verifyAccount([input, input], TRUST),
      (input) => void parseLogPath(input),
    ];
    fc.assert(
      fc.property(bent, (input) => {
        for (const parse of parsers) {
          const outcome = parse(input);
          if (outcome !== undefined && !outcome.ok) expect(outcome.fault.message).not.toBe('');
        }
      }),
      { numRuns: 400 },
    );
  });

  it('as bytes likewise', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.uint8Array(), fc.constantFrom(...seeds.map(utf8))).map((parts) => concatBytes(...parts)),
    );
    fc.assert(
      fc.property(bytes, fc.nat({ max: 5 }), (input, width) => {
        expect(parseNote(input).ok && fromUtf8(input) === undefined).toBe(false);
        openRecord(input);
        const bundle = parseBundle(input, width);
        if (bundle.ok) expect(formatBundle(bundle.value)).toEqual(input);
      }),
      { numRuns: 300 },
    );
  });

  it('is written back the same way when it is accepted', () => {
    fc.assert(
      fc.property(bent, (input) => {
        const parsed = parseNote(input);
        if (parsed.ok) expect(formatNote(parsed.value)).toBe(input);
        const file = parseProofFile(input);
        if (file.ok) expect(formatProofFile(file.value)).toBe(input);
        const key = parseVerifierKey(input);
        if (key.ok) expect(formatVerifierKey(key.value)).toBe(input);
        const checkpoint = parseCheckpoint(input);
        if (checkpoint.ok) expect(formatCheckpoint(checkpoint.value)).toBe(input);
      }),
      { numRuns: 400 },
    );
  });
});
