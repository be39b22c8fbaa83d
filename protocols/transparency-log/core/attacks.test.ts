import { readdirSync, readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { roguePen, TRUST, texts } from '../testing/fixture';
import { verifyAdvance, verifyEntryProof } from './account';
import { concatBytes, equalBytes, fromUtf8, toBase64, utf8 } from './bytes';
import { formatCheckpoint, openCheckpoint, type Trust } from './checkpoint';
import { leafHash } from './hash';
import { signerKey, verifierKey } from './key';
import { createSigner, formatNote, type Signer } from './note';
import type { Checked } from './outcome';
import { inclusionPath } from './path';
import type { LeafRange } from './proof';
import { formatProofFile } from './proof-file';
import { appendLeaves, EMPTY_RANGE, rangeRoot } from './tree';

const pen = roguePen();
const witnessKey = signerKey('w.example', 'cosignature', new Uint8Array(32).fill(9));
const witnessPen = createSigner(witnessKey, () => 1_700_000_000);
const policy = {
  logs: [],
  witnesses: [{ name: 'w', key: verifierKey('w.example', 'cosignature', witnessKey.publicKey) }],
  groups: [],
  quorum: 'w',
};
const WITNESSED: Trust = { ...TRUST, policy };
const hashesOf = (entries: readonly string[]) => entries.map((entry) => leafHash(utf8(entry)));
const rootOf = (hashes: readonly Uint8Array[], { start, end }: LeafRange = { start: 0n, end: BigInt(hashes.length) }) =>
  rangeRoot(appendLeaves(EMPTY_RANGE, hashes.slice(Number(start), Number(end))));
const note = (text: string, signers: readonly Signer[]) => formatNote({ text, signatures: signers.map((signer) => signer.sign(text)) });
const checkpoint = (entries: readonly string[], signers: readonly Signer[] = [pen, witnessPen]) =>
  note(formatCheckpoint({ origin: TRUST.origin, size: BigInt(entries.length), root: rootOf(hashesOf(entries)) }), signers);
const proofFile = (entries: readonly string[], index: number, signers?: readonly Signer[]) =>
  formatProofFile({
    index: BigInt(index),
    hashes: inclusionPath(BigInt(index), BigInt(entries.length)).map((range) => rootOf(hashesOf(entries), range)),
    checkpoint: checkpoint(entries, signers),
  });
const code = (checked: Checked<unknown>) => (checked.ok ? 'accepted' : checked.fault.code);
const must = <T>(checked: Checked<T>): T => {
  if (!checked.ok) throw new Error(checked.fault.message);
  return checked.value;
};

describe('a proof file', () => {
  const entries = texts(0, 11);
  const entry = utf8('leaf 6');
  const file = proofFile(entries, 6);

  it('with any byte of it changed, added or taken away is refused', () => {
    expect(code(verifyEntryProof(file, entry, WITNESSED))).toBe('accepted');
    const bytes = utf8(file);
    const accepted: number[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = bytes.map((byte, position) => (position === at ? byte ^ (1 << (at % 8)) : byte));
      const text = fromUtf8(flipped);
      if (text !== undefined && verifyEntryProof(text, entry, WITNESSED).ok) accepted.push(at);
    }
    expect(accepted).toEqual([]);
    for (let at = 0; at < bytes.length; at += 7) {
      const cut = fromUtf8(concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1)));
      const grown = fromUtf8(concatBytes(bytes.subarray(0, at), utf8('A'), bytes.subarray(at)));
      for (const text of [cut, grown]) if (text !== undefined) expect(verifyEntryProof(text, entry, WITNESSED).ok).toBe(false);
    }
  });

  it('of another entry, index or tree is refused', () => {
    expect(code(verifyEntryProof(file, utf8('leaf 7'), WITNESSED))).toBe('badProof');
    expect(code(verifyEntryProof(file.replace('index 6', 'index 7'), entry, WITNESSED))).toBe('badProof');
    expect(code(verifyEntryProof(file.replace(checkpoint(entries), checkpoint(texts(0, 12))), entry, WITNESSED))).toBe('badProof');
    const long = file.replace('index 6\n', `index 6\n${`${toBase64(leafHash(entry))}\n`.repeat(65)}`);
    expect(code(verifyEntryProof(long, entry, WITNESSED))).toBe('malformed');
  });
});

describe('history rewritten by whoever has the log key (A89)', () => {
  const before = texts(0, 9);
  const kept = must(openCheckpoint(checkpoint(before), TRUST));
  const rewritten = before.map((entry, at) => (at === 4 ? 'leaf 4, but better' : entry));

  it.each([
    ['an edited leaf, and the log went on', [...rewritten, 'more'], 'badProof'],
    ['an edited leaf, same size', rewritten, 'inconsistent'],
    ['a leaf deleted and another in its place', [...before.filter((_, at) => at !== 4), 'filler'], 'inconsistent'],
    ['a leaf deleted', before.filter((_, at) => at !== 4), 'rolledBack'],
    ['a record dated back', ['backdated', ...before], 'badProof'],
    ['the end cut off', before.slice(0, 5), 'rolledBack'],
  ])('%s: a browser that kept a checkpoint refuses', (_what, entries, expected) => {
    const next = must(openCheckpoint(checkpoint(entries), TRUST));
    const hashes = hashesOf(entries);
    // The best proof that the rewritten tree can offer, and the one the honest tree would.
    const size = Number(next.size);
    for (const proof of [[], inclusionPath(0n, next.size).map((range) => rootOf(hashes, range)), hashes.slice(0, 3)])
      expect([size, code(verifyAdvance(kept, next, proof))]).toEqual([size, expected]);
  });
});

describe('a split view (A90)', () => {
  const mine = checkpoint(texts(0, 5), [pen]);
  const yours = checkpoint(texts(1, 5), [pen]);

  it('without the witness is refused; two of one size are proof of fraud', () => {
    expect(code(openCheckpoint(yours, WITNESSED))).toBe('quorumMissing');
    const [one, other] = [must(openCheckpoint(mine, TRUST)), must(openCheckpoint(yours, TRUST))];
    expect(code(verifyAdvance(one, other, []))).toBe('inconsistent');
    expect(equalBytes(one.root, other.root)).toBe(false);
  });
});

describe('forged checkpoints (A91)', () => {
  const text = formatCheckpoint({ origin: TRUST.origin, size: 5n, root: rootOf(hashesOf(texts(0, 5))) });
  const stranger = createSigner(signerKey('stranger.example', 'ed25519', new Uint8Array(32).fill(5)));
  const namesake = createSigner(signerKey(TRUST.origin, 'ed25519', new Uint8Array(32).fill(6)));
  const good = note(text, [pen]);
  /** Signed correctly whatever it says; written past the format's own checks. */
  const forcedNote = (words: string, signer: Signer = pen) => {
    const { name, keyId, bytes } = signer.sign(words);
    const id = Uint8Array.of(keyId >>> 24, (keyId >>> 16) & 255, (keyId >>> 8) & 255, keyId & 255);
    return `${words}\n— ${name} ${toBase64(concatBytes(id, bytes))}\n`;
  };
  const bent = good.replace(/.{3}=\n$/u, 'AAA=\n');
  const cases: readonly [string, string, string][] = [
    ['another origin', forcedNote(text.replace(TRUST.origin, 'other.example/log')), 'wrongOrigin'],
    ['a size with a leading zero', forcedNote(text.replace('\n5\n', '\n05\n')), 'malformed'],
    ['a size with a plus', forcedNote(text.replace('\n5\n', '\n+5\n')), 'malformed'],
    ['a size above 64 bits', forcedNote(text.replace('\n5\n', '\n18446744073709551616\n')), 'malformed'],
    ['an extra line', forcedNote(`${text}extra\n`), 'malformed'],
    ['a short root', forcedNote(text.replace(/\n[^\n]{44}\n$/u, '\nAAAA\n')), 'malformed'],
    ['carriage returns', forcedNote(text.replaceAll('\n', '\r\n')), 'malformed'],
    ['another key under the name of the log', note(text, [namesake]), 'notSigned'],
    ['a stranger alone', note(text, [stranger]), 'notSigned'],
    ['the known key wrong beside a good unknown one', bent + note(text, [stranger]).split('\n\n')[1], 'badSignature'],
    ['a witness, but not the log', note(text, [witnessPen]), 'notSigned'],
    ['the signature of another text', good.replace('\n5\n', '\n6\n'), 'badSignature'],
    ['a NUL', good.replace('\n5\n', '\n5\0\n'), 'malformed'],
    ['nothing', '', 'malformed'],
  ];

  it.each(cases)('%s: refused', (what, forged, expected) => {
    expect(code(openCheckpoint(good, TRUST))).toBe('accepted');
    expect(forged).not.toBe(good);
    expect(code(openCheckpoint(forged, what.includes('witness') ? WITNESSED : TRUST))).toBe(expected);
  });
});

describe('the verifier for browsers', () => {
  it('imports nothing but core and noble, uses nothing of Node, and is small', async () => {
    const bundle = await build({
      entryPoints: [new URL('../verify.ts', import.meta.url).pathname],
      bundle: true,
      write: false,
      minify: true,
      metafile: true,
      platform: 'browser',
      format: 'esm',
      target: 'es2020',
    });
    const inputs = Object.keys(bundle.metafile.inputs);
    const others = inputs.filter((path) => !/protocols\/transparency-log\/(core\/|verify\.ts)|node_modules\/@noble\//u.test(path));
    expect(others).toEqual([]);
    expect(bundle.outputFiles[0]?.contents.length).toBeLessThan(60_000);
  });

  it('needs neither TextDecoder nor atob nor WebCrypto nor Buffer', () => {
    const sources = readdirSync(new URL('.', import.meta.url)).filter((name) => !name.endsWith('.test.ts'));
    const named = sources.filter((name) =>
      /\b(?:TextDecoder|TextEncoder|atob|btoa|Buffer|process|crypto\.|fetch|structuredClone|replaceAll|toSorted)\b(?! \()/u.test(
        readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/gu, ''),
      ),
    );
    expect(named).toEqual([]);
  });
});
