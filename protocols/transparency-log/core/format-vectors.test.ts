import { describe, expect, it } from 'vitest';
import { readVectors } from '../testing/vectors';
import { fromBase64, toBase64, utf8 } from './bytes';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint';
import { EMPTY_ROOT } from './hash';
import { formatVerifierKey, parseSignerKey, parseVerifierKey, type SignerKey, signerKey, type VerifierKey, verifierKey } from './key';
import { createSigner, formatNote, formatSignatures, parseNote, parseSignatureLines, verifyNote } from './note';
import type { Checked } from './outcome';
import { isSatisfied, parsePolicy } from './policy';
import { formatProofFile, parseProofFile } from './proof-file';
import { entriesPath, newTiles, nodesAt, parseLogPath, TILE_WIDTH, tilePath } from './tile';

const must = <T>(checked: Checked<T>): T => {
  if (!checked.ok) throw new Error(checked.fault.message);
  return checked.value;
};
const faultOf = (checked: Checked<unknown>) => (checked.ok ? 'accepted' : checked.fault.code);
const key = (text: string): VerifierKey => must(parseVerifierKey(text));
const verified = (note: string, keys: readonly VerifierKey[]) => {
  const parsed = parseNote(note);
  return parsed.ok ? verifyNote(parsed.value, keys) : parsed;
};

describe('golang.org/x/mod signed notes', () => {
  const vectors = readVectors<{
    vkeys: { PeterNeumann: string; EnochRoot: string };
    skeys: { PeterNeumann: string };
    text: string;
    signedByPeter: string;
    signedByBoth: string;
    badVkeys: { why: string; vkey: string | null }[];
    malformedNotes: { why: string; hex: string }[];
    invalidSignature: { note: string };
    unverified: { note: string };
  }>('golang-mod/note.json');
  const peter = key(vectors.vkeys.PeterNeumann);
  const enoch = key(vectors.vkeys.EnochRoot);
  const names = (checked: ReturnType<typeof verified>) => must(checked).map((signature) => signature.key.name);

  it('verifies, and ignores who is not known', () => {
    expect(names(verified(vectors.signedByPeter, [peter]))).toEqual(['PeterNeumann']);
    expect(names(verified(vectors.signedByBoth, [peter, enoch]))).toEqual(['PeterNeumann', 'EnochRoot']);
    expect(names(verified(vectors.signedByBoth, [peter]))).toEqual(['PeterNeumann']);
    expect(names(verified(vectors.signedByBoth, [enoch]))).toEqual(['EnochRoot']);
  });

  it('signs to the same bytes', () => {
    const signer = createSigner(must(parseSignerKey(vectors.skeys.PeterNeumann)));
    const second = createSigner(signerKey('EnochRoot', 'ed25519', new Uint8Array(32)));
    const { text } = vectors;
    expect(formatNote({ text, signatures: [signer.sign(text)] })).toBe(vectors.signedByPeter);
    expect(formatNote({ text, signatures: [signer.sign(text), second.sign(text)] })).toBe(vectors.signedByBoth);
  });

  it('refuses a whole note for one wrong signature of a known key, and a note without known signature', () => {
    expect(faultOf(verified(vectors.invalidSignature.note, [peter, enoch]))).toBe('badSignature');
    expect(faultOf(verified(vectors.unverified.note, []))).toBe('notSigned');
  });

  it.each(vectors.malformedNotes)('refuses: $why', ({ hex }) => {
    const parsed = parseNote(Uint8Array.from(Buffer.from(hex, 'hex')));
    expect(faultOf(parsed)).toBe('malformed');
  });

  it('refuses bad keys: the published ones, every cut and every changed character', () => {
    const good = vectors.vkeys.PeterNeumann;
    const bad = vectors.badVkeys.flatMap(({ vkey }) => (vkey === null ? [] : [vkey]));
    for (let start = 0; start < good.length; start += 1)
      for (let end = start; end <= good.length; end += 1) if (end - start < good.length) bad.push(good.slice(start, end));
    for (let position = 0; position < good.length; position += 1)
      bad.push(good.slice(0, position) + String.fromCharCode(good.charCodeAt(position) + 1) + good.slice(position + 1));
    expect(bad.filter((text) => parseVerifierKey(text).ok)).toEqual([]);
    expect(formatVerifierKey(peter)).toBe(good);
  });
});

describe('golang.org/x/mod tile paths and trees', () => {
  const vectors = readVectors<{
    tilePaths: { path: string; H: number; L: number; N: number; W: number; invalid?: boolean }[];
    c2spPathExample: { index: number; path: string };
    tree: { text: string; n: number };
    badTrees: string[];
  }>('golang-mod/tlog.json');

  it('writes and reads the index part of every path', () => {
    for (const { path, H, L, N, W, invalid } of vectors.tilePaths) {
      // Their paths name the height of a tile; ours is always 8, and entries are not called data.
      const ours = path.replace(`tile/${H}/`, 'tile/').replace('data', 'entries');
      if (invalid) {
        expect(parseLogPath(ours)).toBeUndefined();
        continue;
      }
      const width = path.includes('.p/') ? W : TILE_WIDTH;
      expect(L < 0 ? entriesPath(BigInt(N), width) : tilePath({ level: L, index: BigInt(N), width })).toBe(ours);
      expect(parseLogPath(ours)).toMatchObject({ kind: L < 0 ? 'entries' : 'tile', index: BigInt(N), width });
    }
    const { index, path } = vectors.c2spPathExample;
    expect(tilePath({ level: 0, index: BigInt(index), width: TILE_WIDTH })).toBe(`tile/0/${path}`);
  });

  it('reads the tree as a checkpoint and refuses the bad ones', () => {
    expect(must(parseCheckpoint(vectors.tree.text))).toMatchObject({ origin: 'go.sum database tree', size: 123456789012n });
    const [, ...bad] = vectors.badTrees;
    expect(bad.filter((text) => parseCheckpoint(text).ok)).toEqual([]);
  });
});

describe('C2SP examples', () => {
  const vectors = readVectors<{
    signedNote: { vkey: string; note: string };
    cosignatureLine: string;
    cosignatureTimestamp: number;
    tileLayout: { size: number; tiles: Record<string, { full: number; partial: number }> }[];
  }>('c2sp/examples.json');

  it('verifies the signed note', () => {
    expect(verified(vectors.signedNote.note, [key(vectors.signedNote.vkey)]).ok).toBe(true);
  });

  it('reads name and time of the cosignature', () => {
    const [signature] = must(parseSignatureLines(`${vectors.cosignatureLine}\n`));
    expect(signature?.name).toBe('witness.example.com/w1');
    expect(new DataView(signature!.bytes.slice().buffer).getBigUint64(0)).toBe(BigInt(vectors.cosignatureTimestamp));
    expect(formatSignatures([signature!])).toBe(`${vectors.cosignatureLine}\n`);
  });

  it.each(vectors.tileLayout)('lays out $size leaves', ({ size, tiles }) => {
    const found = [...newTiles(0n, BigInt(size))];
    for (const [level, { full, partial }] of Object.entries(tiles)) {
      const here = found.filter((tile) => tile.level === Number(level));
      expect(here.filter(({ width }) => width === TILE_WIDTH)).toHaveLength(full);
      expect(here.filter(({ width }) => width < TILE_WIDTH).map(({ width }) => width)).toEqual(partial === 0 ? [] : [partial]);
    }
    expect(nodesAt(BigInt(size), Object.keys(tiles).length)).toBe(0n);
  });
});

describe('sigsum', () => {
  const vectors = readVectors<{
    logSeedHex: string;
    logPublicKeyHex: string;
    validCheckpoint: string;
    cosignature: {
      witnessName: string;
      witnessPublicKeyHex: string;
      checkpointBody: string;
      timestamp: number;
      line: string;
      ignored: string[];
    };
    sumdb: { vkey: string; checkpoint: string };
  }>('sigsum-go/checkpoint.json');
  const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
  const seed = bytes(vectors.logSeedHex);

  it('verifies and reproduces the checkpoint', () => {
    const origin = vectors.validCheckpoint.split('\n')[0]!;
    const logKey = verifierKey(origin, 'ed25519', bytes(vectors.logPublicKeyHex));
    const opened = must(openCheckpoint(vectors.validCheckpoint, { origin, logKey }));
    expect(opened.size).toBe(10n);
    const text = formatCheckpoint(opened);
    const signer = createSigner(signerKey(origin, 'ed25519', seed));
    expect(formatNote({ text, signatures: [signer.sign(text)] })).toBe(vectors.validCheckpoint);
  });

  it('reproduces and verifies the cosignature, and ignores another name or key id', () => {
    const { witnessName, witnessPublicKeyHex, checkpointBody, timestamp, line, ignored } = vectors.cosignature;
    const signer = createSigner(signerKey(witnessName, 'cosignature', seed), () => timestamp);
    expect(formatSignatures([signer.sign(checkpointBody)])).toBe(line);
    const witness = verifierKey(witnessName, 'cosignature', bytes(witnessPublicKeyHex));
    const [signature] = must(verified(`${checkpointBody}\n${line}`, [witness]));
    expect(signature?.timeSeconds).toBe(BigInt(timestamp));
    for (const other of ignored) expect(faultOf(verified(`${checkpointBody}\n${other}\n`, [witness]))).toBe('notSigned');
  });

  it('verifies a checkpoint of the Go checksum database, whose key is not called like its origin', () => {
    const trust = { origin: 'go.sum database tree', logKey: key(vectors.sumdb.vkey) };
    expect(must(openCheckpoint(vectors.sumdb.checkpoint, trust)).size).toBe(30055305n);
  });
});

describe('transparency-dev/formats: checkpoints', () => {
  const { cases } = readVectors<{ cases: { desc: string; text: string; wantErr: boolean }[] }>(
    'transparency-dev-formats/checkpoint-body.json',
  );

  it.each(cases)('$desc', ({ text, wantErr, desc }) => {
    expect(parseCheckpoint(text).ok).toBe(false);
    // Their roots are no hashes; with one of 32 bytes in its place everything but extension lines is accepted.
    const lines = text.split('\n');
    const mended = wantErr ? text : [lines[0], lines[1], toBase64(EMPTY_ROOT), ...lines.slice(3)].join('\n');
    expect(parseCheckpoint(mended).ok).toBe(!wantErr && !desc.includes('trailing'));
  });
});

describe('transparency-dev/formats: cosignature keys', () => {
  const vectors = readVectors<{
    validVkeys: { name: string; vkey: string }[];
    invalidVkeys: string[];
    timestamp: { sigBase64: string; time: number };
  }>('transparency-dev-formats/cosignature.json');

  it('reads Ed25519 keys and refuses ML-DSA-44 and the rest', () => {
    expect(vectors.validVkeys.map(({ vkey }) => parseVerifierKey(vkey).ok)).toEqual([true, true, false]);
    expect(vectors.invalidVkeys.filter((vkey) => parseVerifierKey(vkey).ok)).toEqual([]);
  });

  it('reads the time', () => {
    const payload = fromBase64(vectors.timestamp.sigBase64)!;
    expect(new DataView(payload.slice(4).buffer).getBigUint64(0)).toBe(BigInt(vectors.timestamp.time));
  });
});

describe('transparency-dev/formats: proof files', () => {
  const vectors = readVectors<{
    marshal: { index: number; hashes: ('h1' | 'h2')[]; extra?: string; checkpoint: string; want: string }[];
    reject: { why: string; proof: string }[];
  }>('transparency-dev-formats/tlog-proof.json');
  const digests = { h1: 'hash1', h2: 'hash2' };
  const hash = async (name: 'h1' | 'h2') => new Uint8Array(await crypto.subtle.digest('SHA-256', Buffer.from(digests[name])));

  it('writes and reads as published', async () => {
    for (const { index, hashes, extra, checkpoint, want } of vectors.marshal) {
      const file = {
        ...(extra === undefined ? {} : { extra: utf8(extra) }),
        index: BigInt(index),
        hashes: await Promise.all(hashes.map(hash)),
        checkpoint,
      };
      const text = want
        .replace('<h1 base64>', toBase64(await hash('h1')))
        .replace('<h2 base64>', toBase64(await hash('h2')))
        .replace('<extra base64>', toBase64(utf8(extra ?? '')));
      expect(formatProofFile(file)).toBe(text);
      expect(must(parseProofFile(text))).toEqual(file);
    }
  });

  it.each(vectors.reject)('refuses: $why', ({ proof }) => {
    const whole = proof.replace(/a+\.\.\.\(65\*1024 times a\)/, 'a'.repeat(65 * 1024));
    expect(faultOf(parseProofFile(whole))).toBe('malformed');
  });
});

describe('transparency-dev/formats: policies', () => {
  const vectors = readVectors<{
    keys: Record<string, string>;
    rejectPolicies: { why: string; policy: string }[];
    satisfied: { policy: string; cases: { cosigned: string[]; ok: boolean }[] };
  }>('transparency-dev-formats/tlog-policy.json');
  const cosigning = (text: string | undefined, name?: string) => {
    const { publicKey, name: ownName } = key(text ?? '');
    return formatVerifierKey(verifierKey(name ?? ownName, 'cosignature', publicKey));
  };
  const w1 = cosigning(vectors.keys.wit1_ed25519_vkey);
  const w2 = cosigning(vectors.keys.wit2_ed25519_vkey);
  const w3 = cosigning(vectors.keys.wit3_ed25519_vkey);
  const filled = (policy: string) =>
    policy
      .replaceAll('{wit1 as 0x04 vkey}', w1)
      .replaceAll('{wit2 as 0x04 vkey}', w2)
      .replaceAll('{wit1 key as 0x04 vkey named impostor.example.com}', cosigning(vectors.keys.wit1_ed25519_vkey, 'impostor.example.com'))
      .replace('{w1}', w1)
      .replace('{w2}', w2)
      .replace('{w3}', w3);

  it.each(vectors.rejectPolicies)('refuses: $why', ({ policy }) => {
    expect(filled(policy)).not.toContain('{');
    expect(faultOf(parsePolicy(filled(policy)))).toBe('malformed');
  });

  it('counts groups inside groups', () => {
    const policy = must(parsePolicy(filled(vectors.satisfied.policy)));
    for (const { cosigned, ok } of vectors.satisfied.cases) expect(isSatisfied(policy, new Set(cosigned))).toBe(ok);
  });

  it('refuses what the specification does and no vector shows', () => {
    const log = `log ${vectors.keys.wit3_ed25519_vkey}\n`;
    const bad = [
      `${log}${log}quorum none\n`,
      `log ${w1}\nquorum none\n`,
      `witness a ${w1} http://a b\nquorum a\n`,
      `witness a ${w1}\ngroup g 01 a\nquorum g\n`,
    ];
    expect(bad.filter((policy) => parsePolicy(policy).ok)).toEqual([]);
  });

  it('reads what is in order: comments, blanks, logs, URLs, none', () => {
    const text = `# who watches\n\n log ${vectors.keys.wit3_ed25519_vkey} https://log.example.com\nwitness a\t${w1} https://w.example.com/\nquorum none\n`;
    const policy = must(parsePolicy(text));
    expect(policy.witnesses).toMatchObject([{ name: 'a', url: 'https://w.example.com/' }]);
    expect(policy.logs).toMatchObject([{ url: 'https://log.example.com' }]);
    expect(isSatisfied(policy, new Set())).toBe(true);
  });

  it('keeps seeds apart from public keys', () => {
    const signer: SignerKey = must(parseSignerKey(vectors.keys.wit1_skey!));
    expect(formatVerifierKey(signer)).toBe(vectors.keys.wit1_ed25519_vkey);
  });
});
