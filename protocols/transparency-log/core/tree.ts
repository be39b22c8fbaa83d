import { EMPTY_ROOT, HASH_BYTES, nodeHash } from './hash';

/**
 * A tree reduced to the roots of its largest complete subtrees, left to right: all that is needed to append and to know the root.
 * One hash for each 1 bit of `size`, so at most 64.
 */
export interface CompactRange {
  readonly size: bigint;
  readonly hashes: readonly Uint8Array[];
}

export const EMPTY_RANGE: CompactRange = { size: 0n, hashes: [] };

/** A node that became complete: the root of leaves `[index × 2^level, (index + 1) × 2^level)`. Level 0 is a leaf. */
export interface CompleteNode {
  readonly level: number;
  readonly index: bigint;
  readonly hash: Uint8Array;
}

/** Appends leaf hashes in order. `onComplete` hears of every node that becomes complete, leaves included, each right after its children. */
export function appendLeaves(
  range: CompactRange,
  leafHashes: Iterable<Uint8Array>,
  onComplete?: (node: CompleteNode) => void,
): CompactRange {
  const hashes = [...range.hashes];
  let size = range.size;
  for (const leaf of leafHashes) {
    let hash = leaf;
    let level = 0;
    let index = size;
    onComplete?.({ level, index, hash });
    for (; index & 1n; index >>= 1n) {
      const left = hashes.pop();
      if (left === undefined) throw new RangeError('a compact range has fewer hashes than its size needs');
      hash = nodeHash(left, hash);
      level += 1;
      onComplete?.({ level, index: index >> 1n, hash });
    }
    hashes.push(hash);
    size += 1n;
  }
  return { size, hashes };
}

/** The RFC 9162 root of the tree. */
export function rangeRoot({ hashes }: CompactRange): Uint8Array {
  return hashes.length === 0 ? EMPTY_ROOT : foldRight(hashes);
}

/** Joins subtree roots from the right: what is shorter than a full subtree hangs at the right edge. */
export function foldRight(hashes: readonly Uint8Array[]): Uint8Array {
  const folded = hashes.reduceRight<Uint8Array | undefined>(
    (right, left) => (right === undefined ? left : nodeHash(left, right)),
    undefined,
  );
  if (folded === undefined) throw new RangeError('no hashes to fold');
  return folded;
}

/** How many hashes the compact range of a tree has. */
function rangeLength(size: bigint): number {
  let count = 0;
  for (let rest = size; rest > 0n; rest >>= 1n) if (rest & 1n) count += 1;
  return count;
}

/** @throws RangeError when `bytes` are not exactly the hashes of a compact range of that size. */
export function readRange(size: bigint, bytes: Uint8Array): CompactRange {
  if (bytes.length !== rangeLength(size) * HASH_BYTES) throw new RangeError('a compact range must have one hash for each bit of its size');
  const hashes = Array.from({ length: bytes.length / HASH_BYTES }, (_, position) =>
    bytes.slice(position * HASH_BYTES, (position + 1) * HASH_BYTES),
  );
  return { size, hashes };
}
