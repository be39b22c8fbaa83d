import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readVectors } from '../testing/vectors';
import { fromBase64, toHex, utf8 } from './bytes';
import { EMPTY_ROOT, leafHash, nodeHash } from './hash';
import { coveringSubtrees, inclusionPath, subtreeConsistencyPath } from './path';
import { isSubtree, type LeafRange, verifyConsistency, verifyInclusion, verifySubtreeConsistency, verifySubtreeInclusion } from './proof';
import { appendLeaves, type CompleteNode, EMPTY_RANGE, rangeRoot } from './tree';

type Number64 = number | bigint;
interface Case {
  readonly file: string;
  readonly desc: string;
  readonly wantErr: boolean;
  readonly proof: readonly string[] | null;
}
const bytes = (text: string | null) => fromBase64(text ?? '') ?? new Uint8Array(0);
const hashesOf = ({ proof }: Case) => (proof ?? []).map(bytes);
const casesOf = <T extends Case>(file: string) => readVectors<{ cases: T[] }>(`transparency-dev-merkle/${file}.json`).cases;

/** Which cases were answered otherwise than the vector says. */
const wrong = <T extends Case>(cases: readonly T[], verify: (one: T) => boolean) =>
  cases.filter((one) => verify(one) === one.wantErr).map(({ file, desc }) => `${file}: ${desc}`);

describe('transparency-dev/merkle vectors', () => {
  it('inclusion: 98 cases', () => {
    const cases = casesOf<Case & { leafIdx: Number64; treeSize: Number64; root: string; leafHash: string }>('inclusion');
    expect(cases).toHaveLength(98);
    const verify = (one: (typeof cases)[number]) =>
      verifyInclusion(BigInt(one.leafIdx), BigInt(one.treeSize), bytes(one.leafHash), hashesOf(one), bytes(one.root));
    expect(wrong(cases, verify)).toEqual([]);
    expect(wrong(cases, () => true)).toHaveLength(92);
  });

  it('consistency: 98 cases', () => {
    const cases = casesOf<Case & { size1: Number64; size2: Number64; root1: string; root2: string }>('consistency');
    expect(cases).toHaveLength(98);
    const verify = (one: (typeof cases)[number]) =>
      verifyConsistency(BigInt(one.size1), BigInt(one.size2), bytes(one.root1), bytes(one.root2), hashesOf(one));
    expect(wrong(cases, verify)).toEqual([]);
  });

  it('subtree inclusion: 204 cases', () => {
    const cases = casesOf<Case & { leafIdx: Number64; start: Number64; end: Number64; root: string; leafHash: string }>('subtreeinclusion');
    expect(cases).toHaveLength(204);
    const verify = (one: (typeof cases)[number]) =>
      verifySubtreeInclusion(BigInt(one.leafIdx), rangeOf(one), bytes(one.leafHash), hashesOf(one), bytes(one.root));
    expect(wrong(cases, verify)).toEqual([]);
  });

  it('subtree consistency: 118 cases', () => {
    const cases = casesOf<Case & { start: Number64; end: Number64; size: Number64; root1: string; root2: string }>('subtreeconsistency');
    expect(cases).toHaveLength(118);
    const verify = (one: (typeof cases)[number]) =>
      verifySubtreeConsistency(rangeOf(one), BigInt(one.size), bytes(one.root1), bytes(one.root2), hashesOf(one));
    expect(wrong(cases, verify)).toEqual([]);
  });
});

const rangeOf = ({ start, end }: { start: Number64; end: Number64 }): LeafRange => ({ start: BigInt(start), end: BigInt(end) });

describe('the RFC 6962 tree of eight leaves', () => {
  const tree = readVectors<{
    leafInputs: string[];
    nodeHashesByLevel: string[][];
    rootHashBySize: string[];
    hasher: { desc: string; hash: string; leaf_utf8?: string; left_utf8?: string; right_utf8?: string }[];
  }>('transparency-dev-merkle/rfc6962-tree.json');
  const leaves = tree.leafInputs.map((hex) => leafHash(Uint8Array.from(Buffer.from(hex, 'hex'))));

  it('hashes leaves, nodes and nothing as published', () => {
    const computed = tree.hasher.map(({ leaf_utf8: leaf, left_utf8: left, right_utf8: right }) => {
      if (leaf !== undefined) return toHex(leafHash(utf8(leaf)));
      // The published node case hashes short texts: two of 32 bytes are what a tree has.
      return left === undefined || right === undefined ? toHex(EMPTY_ROOT) : shortNode(left, right);
    });
    expect(computed).toEqual(tree.hasher.map(({ hash }) => hash));
  });

  it('has the published root at every size and the published nodes at every level', () => {
    let range = EMPTY_RANGE;
    const roots = [rangeRoot(range)];
    const nodes: CompleteNode[] = [];
    for (const leaf of leaves) {
      range = appendLeaves(range, [leaf], (node) => nodes.push(node));
      roots.push(rangeRoot(range));
    }
    expect(roots.map(toHex)).toEqual(tree.rootHashBySize);
    const byLevel = tree.nodeHashesByLevel.map((_, level) => nodes.filter((node) => node.level === level));
    expect(byLevel.map((row) => row.map(({ hash }) => toHex(hash)))).toEqual(tree.nodeHashesByLevel);
    expect(byLevel.map((row) => row.map(({ index }) => index))).toEqual(
      tree.nodeHashesByLevel.map((row) => row.map((_, index) => BigInt(index))),
    );
  });

  it('computes a node from 32 + 32 bytes', () => {
    const [left, right] = leaves as [Uint8Array, Uint8Array];
    expect(toHex(nodeHash(left, right))).toBe(tree.nodeHashesByLevel[1]?.[0]);
  });
});

const shortNode = (left: string, right: string) => createHash('sha256').update('\x01').update(left).update(right).digest('hex');

describe('all subtrees of 130 leaves, as digests over every line', () => {
  const { sha256OfAllLines: published } = readVectors<{ sha256OfAllLines: Record<string, string> }>(
    'transparency-dev-merkle/accumulated-subtree.json',
  );
  const SIZE = 130;
  const leaves = Array.from({ length: SIZE }, (_, value) => leafHash(Uint8Array.of(value)));
  const known = new Map<string, Uint8Array>();
  const hashOf = ({ start, end }: LeafRange): Uint8Array => {
    const key = `${start},${end}`;
    const hash = known.get(key) ?? rangeRoot(appendLeaves(EMPTY_RANGE, leaves.slice(Number(start), Number(end))));
    known.set(key, hash);
    return hash;
  };
  const hexes = (path: readonly LeafRange[]) => path.map((range) => ` ${toHex(hashOf(range))}`).join('');
  const ranges: LeafRange[] = [];
  for (let end = 0; end <= SIZE; end += 1)
    for (let start = 0; start <= end; start += 1) ranges.push({ start: BigInt(start), end: BigInt(end) });
  const subtrees = ranges.filter(isSubtree);
  const digest = (lines: Iterable<string>) => {
    const hash = createHash('sha256');
    for (const line of lines) hash.update(line);
    return hash.digest('hex');
  };

  it('hashes', () => {
    expect(digest(subtrees.map((range) => `[${range.start}, ${range.end}) ${toHex(hashOf(range))}\n`))).toBe(published.subtreeHash);
  });

  it('inclusion proofs, which also verify', () => {
    const lines: string[] = [];
    let refused = 0;
    for (const range of subtrees)
      for (let index = range.start; index < range.end; index += 1n) {
        const path = inclusionPath(index - range.start, range.end - range.start).map(({ start, end }) => ({
          start: start + range.start,
          end: end + range.start,
        }));
        lines.push(`${index} [${range.start}, ${range.end})${hexes(path)}\n`);
        if (!verifySubtreeInclusion(index, range, leaves[Number(index)]!, path.map(hashOf), hashOf(range))) refused += 1;
      }
    expect(digest(lines)).toBe(published.subtreeInclusion);
    expect(refused).toBe(0);
  });

  it('consistency proofs', () => {
    const lines: string[] = [];
    for (let size = 0n; size <= BigInt(SIZE); size += 1n)
      for (const range of subtrees.filter(({ end }) => end <= size))
        lines.push(`[${range.start}, ${range.end}) ${size}${hexes(subtreeConsistencyPath(range, size))}\n`);
    expect(digest(lines)).toBe(published.subtreeConsistency);
  });

  it('covering subtrees', () => {
    const lines = ranges.map((range) =>
      coveringSubtrees(range)
        .map(({ start, end }) => `[${start}, ${end})`)
        .join(' '),
    );
    expect(digest(lines.map((line) => `${line}\n`))).toBe(published.subtreeCovering);
  });
});
