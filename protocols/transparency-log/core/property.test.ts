import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes, fromBase64, fromUtf8, toBase64, utf8 } from './bytes';
import { leafHash, nodeHash } from './hash';
import { consistencyPath, inclusionPath } from './path';
import { type LeafRange, verifyConsistency, verifyInclusion } from './proof';
import { formatBundle, newTiles, parseBundle, parseLogPath, tilePath, tileWidth } from './tile';
import { hashRanges, proveConsistency, proveInclusion, type ReadTile, rootFromTiles } from './tile-proof';
import { appendLeaves, EMPTY_RANGE, rangeRoot, readRange } from './tree';

/** The definition, word for word: the largest power of two smaller than n divides the list. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leafHash(leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

/** Tiles of a tree held in memory, by the definition: each hash is the root of 256^level leaves. */
const naiveTiles =
  (leaves: readonly Uint8Array[]): ReadTile =>
  async ({ level, index, width }) => {
    const step = 256 ** level;
    const first = Number(index) * 256;
    const hashes = Array.from({ length: width }, (_, at) => naiveRoot(leaves.slice((first + at) * step, (first + at + 1) * step)));
    return Uint8Array.from(hashes.flatMap((hash) => [...hash]));
  };

const leavesOf = (count: number) => Array.from({ length: count }, (_, index) => utf8(`leaf ${index}`));
const flip = (bytes: Uint8Array, bit: number) => bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

describe('trees against the definition', () => {
  it('grow to the naive root, in any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 8 }), (pieces) => {
        const leaves = leavesOf(pieces.reduce((sum, piece) => sum + piece, 0));
        let range = EMPTY_RANGE;
        for (const piece of pieces) {
          const from = Number(range.size);
          range = appendLeaves(range, leaves.slice(from, from + piece).map(leafHash));
          // Kept as bytes in between, as the head row keeps it.
          range = readRange(range.size, Uint8Array.from(range.hashes.flatMap((hash) => [...hash])));
        }
        expect(range.size).toBe(BigInt(leaves.length));
        if (leaves.length > 0) expect(rangeRoot(range)).toEqual(naiveRoot(leaves));
      }),
    );
  });

  it('every inclusion and consistency proof of up to 40 leaves verifies, and not with any bit of it flipped', async () => {
    const size = 40;
    const leaves = leavesOf(size);
    const readTile = naiveTiles(leaves);
    let accepted = 0;
    for (let total = 1; total <= size; total += 3) {
      const root = naiveRoot(leaves.slice(0, total));
      for (let index = 0; index < total; index += 1) {
        const proof = await proveInclusion(readTile, BigInt(index), BigInt(total));
        const leaf = leafHash(leaves[index]!);
        expect(verifyInclusion(BigInt(index), BigInt(total), leaf, proof, root)).toBe(true);
        for (let at = 0; at < proof.length; at += 1) {
          const bent = proof.map((hash, position) => (position === at ? flip(hash, (index * 7 + at) % 256) : hash));
          if (verifyInclusion(BigInt(index), BigInt(total), leaf, bent, root)) accepted += 1;
        }
      }
      for (let old = 1; old <= total; old += 1) {
        const proof = await proveConsistency(readTile, BigInt(old), BigInt(total));
        const oldRoot = naiveRoot(leaves.slice(0, old));
        expect(verifyConsistency(BigInt(old), BigInt(total), oldRoot, root, proof)).toBe(true);
        for (let at = 0; at < proof.length; at += 1) {
          const bent = proof.map((hash, position) => (position === at ? flip(hash, (old * 5 + at) % 256) : hash));
          if (verifyConsistency(BigInt(old), BigInt(total), oldRoot, root, bent)) accepted += 1;
        }
      }
    }
    expect(accepted).toBe(0);
  });

  it('refuse every other index, size, leaf and root, and proofs that are longer, shorter or turned around', () => {
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 400 }), fc.nat(), fc.nat(), async (size, pick, bit) => {
        const leaves = leavesOf(size);
        const readTile = naiveTiles(leaves);
        const index = BigInt(pick % size);
        const root = naiveRoot(leaves);
        const leaf = leafHash(leaves[Number(index)]!);
        const proof = await proveInclusion(readTile, index, BigInt(size));
        const verify = (changes: { index?: bigint; size?: bigint; leaf?: Uint8Array; proof?: Uint8Array[]; root?: Uint8Array }) =>
          verifyInclusion(
            changes.index ?? index,
            changes.size ?? BigInt(size),
            changes.leaf ?? leaf,
            changes.proof ?? proof,
            changes.root ?? root,
          );
        expect(verify({})).toBe(true);
        const wrong = [
          verify({ index: index ^ 1n }),
          verify({ index: -1n }),
          verify({ index: BigInt(size) }),
          verify({ leaf: flip(leaf, bit % 256) }),
          verify({ root: flip(root, bit % 256) }),
          verify({ proof: proof.slice(1) }),
          verify({ proof: proof.slice(0, -1) }),
          verify({ proof: [...proof, root] }),
          verify({ leaf: leaf.slice(1) }),
        ];
        expect(wrong).toEqual(wrong.map(() => false));
        if (proof.length > 1) expect(verify({ proof: [...proof].reverse() })).toBe(false);
      }),
      { numRuns: 12 },
    );
  });
});

describe('tiles', () => {
  const leaves = leavesOf(70_000);
  const hashes = leaves.map(leafHash);
  const rows: Uint8Array[][] = [hashes, [], []];
  const range = appendLeaves(EMPTY_RANGE, hashes, ({ level, hash }) => {
    if (level > 0 && level % 8 === 0) rows[level / 8]?.push(hash);
  });
  const readTile: ReadTile = async ({ level, index, width }) => {
    const first = Number(index) * 256;
    return Uint8Array.from((rows[level] ?? []).slice(first, first + width).flatMap((hash) => [...hash]));
  };

  it('lead to the root of 70,000 leaves, and to earlier roots', async () => {
    expect(await rootFromTiles(readTile, 70_000n)).toEqual(rangeRoot(range));
    const early = rangeRoot(appendLeaves(EMPTY_RANGE, hashes.slice(0, 65_537)));
    expect(await rootFromTiles(readTile, 65_537n, 70_000n)).toEqual(early);
  });

  it('prove what stands at their borders', async () => {
    for (const index of [0n, 255n, 256n, 65_535n, 65_536n, 69_887n, 69_888n, 69_999n]) {
      const proof = await proveInclusion(readTile, index, 70_000n);
      expect(verifyInclusion(index, 70_000n, hashes[Number(index)]!, proof, rangeRoot(range))).toBe(true);
    }
    for (const old of [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999]) {
      const proof = await proveConsistency(readTile, BigInt(old), 70_000n);
      const oldRoot = rangeRoot(appendLeaves(EMPTY_RANGE, hashes.slice(0, old)));
      expect(verifyConsistency(BigInt(old), 70_000n, oldRoot, rangeRoot(range), proof)).toBe(true);
    }
  });

  it('are read once each, and one that is too short is not believed', async () => {
    const read: string[] = [];
    const counting: ReadTile = (tile) => {
      read.push(tilePath(tile));
      return readTile(tile);
    };
    await proveInclusion(counting, 12_345n, 70_000n);
    expect(new Set(read).size).toBe(read.length);
    const short: ReadTile = async (tile) => (await readTile(tile)).slice(32);
    await expect(proveInclusion(short, 12_345n, 70_000n)).rejects.toThrow(RangeError);
  });

  it('that are new between two sizes are exactly those whose width changed', () => {
    const size = fc.bigInt({ min: 0n, max: 200_000n });
    fc.assert(
      fc.property(size, size, (one, other) => {
        const [old, now] = one < other ? [one, other] : [other, one];
        const named = new Set([...newTiles(old, now)].map(tilePath));
        for (const { level, index, width } of newTiles(0n, now)) {
          expect(named.has(tilePath({ level, index, width }))).toBe(tileWidth(old, level, index) !== width);
        }
        expect(named.size).toBe([...newTiles(old, now)].length);
      }),
      { numRuns: 20 },
    );
  });

  it('have paths that are read back, and no other path is read', () => {
    const tile = fc.record({
      level: fc.integer({ min: 0, max: 63 }),
      index: fc.bigInt({ min: 0n, max: 2n ** 50n }),
      width: fc.integer({ min: 1, max: 256 }),
    });
    fc.assert(
      fc.property(tile, (one) => {
        expect(parseLogPath(tilePath(one))).toEqual({ kind: 'tile', ...one });
      }),
    );
    const bad = [
      '',
      '/checkpoint',
      'tile/64/000',
      'tile/00/000',
      'tile/0/0',
      'tile/0/1000',
      'tile/0/x000/001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
    ];
    bad.push('tile/0/000.p/01', 'tile/0/../0', 'tile/entries/000.p/', 'tile/0/000/', 'tile/0/x001/x002', 'tile/0/000.p/257', 'tile/-1/000');
    expect(bad.filter((path) => parseLogPath(path) !== undefined)).toEqual([]);
  });

  it('and bundles keep entries of every length; a cut or a wrong width is refused', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 20 }), (entries) => {
        const bundle = formatBundle(entries);
        const parsed = parseBundle(bundle, entries.length);
        expect(parsed.ok && parsed.value.every((entry, at) => equalBytes(entry, entries[at]!))).toBe(true);
        expect(parseBundle(bundle, entries.length + 1).ok).toBe(false);
        expect(parseBundle(bundle.slice(0, -1), entries.length).ok).toBe(false);
      }),
    );
    expect(() => formatBundle([new Uint8Array(65_536)])).toThrow(RangeError);
  });
});

describe('sizes of 64 bits', () => {
  /** A perfect tree of 2⁶³ equal leaves: every subtree of one height has one hash. */
  const heights = [leafHash(utf8('the same'))];
  for (let height = 1; height <= 64; height += 1) heights.push(nodeHash(heights[height - 1]!, heights[height - 1]!));
  const hashOf = ({ start, end }: LeafRange): Uint8Array => {
    let power = 0;
    while (2n << BigInt(power) <= end - start) power += 1;
    const left = heights[power]!;
    const middle = start + (1n << BigInt(power));
    return middle === end ? left : nodeHash(left, hashOf({ start: middle, end }));
  };
  const size = 2n ** 63n + 2n ** 40n + 12_345n;

  it('are exact above 2³¹ and 2⁵³', () => {
    const root = hashOf({ start: 0n, end: size });
    for (const index of [0n, 2n ** 31n + 1n, 2n ** 53n + 1n, size - 1n]) {
      const proof = inclusionPath(index, size).map(hashOf);
      expect(proof.length).toBeLessThanOrEqual(64);
      expect(verifyInclusion(index, size, heights[0]!, proof, root)).toBe(true);
      expect(verifyInclusion(index, size, heights[1]!, proof, root)).toBe(false);
    }
    for (const old of [2n ** 31n + 5n, 2n ** 53n + 3n, size - 1n]) {
      const proof = consistencyPath(old, size).map(hashOf);
      expect(verifyConsistency(old, size, hashOf({ start: 0n, end: old }), root, proof)).toBe(true);
      expect(verifyConsistency(old - 1n, size, hashOf({ start: 0n, end: old }), root, proof)).toBe(false);
    }
  });

  it('end at 2⁶⁴', () => {
    expect(
      verifyInclusion(
        0n,
        2n ** 64n,
        heights[0]!,
        Array.from({ length: 64 }, (_, at) => heights[at]!),
        heights[64]!,
      ),
    ).toBe(false);
    expect(() => inclusionPath(0n, 2n ** 64n)).toThrow(RangeError);
    expect(() => consistencyPath(0n, 2n ** 64n)).toThrow(RangeError);
    expect(() => consistencyPath(5n, 4n)).toThrow(RangeError);
  });

  it('reading a subtree that is no node needs its parts', async () => {
    const leaves = leavesOf(7);
    const [hash] = await hashRanges(naiveTiles(leaves), [{ start: 4n, end: 7n }], 7n);
    expect(hash).toEqual(naiveRoot(leaves.slice(4)));
  });
});

describe('bytes', () => {
  it('base64 and UTF-8 agree with the platform, and every text has one spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        let expected: string | undefined;
        try {
          expected = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        } catch {}
        expect(fromUtf8(bytes)).toBe(expected);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(Buffer.from(utf8(text)).equals(Buffer.from(text))).toBe(true);
      }),
    );
    expect(
      ['A', 'AA==A', 'AB==', 'AAB=', 'AA=A', 'AA\n=', 'A===', '====', 'AA-_'].filter((text) => fromBase64(text) !== undefined),
    ).toEqual([]);
    expect(() => utf8('\ud800')).toThrow(RangeError);
  });
});
