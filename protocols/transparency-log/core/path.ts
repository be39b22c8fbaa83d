import { isUint64 } from './bytes';
import { isSubtree, type LeafRange } from './proof';

/** Largest power of two smaller than `size`; `size` > 1. */
function splitPoint(size: bigint): bigint {
  let power = 1n;
  while (power << 1n < size) power <<= 1n;
  return power;
}

/**
 * Which subtrees an inclusion proof is made of, in the order of the proof (PATH of RFC 9162 §2.1.3.1).
 *
 * @throws RangeError when the tree has no such leaf.
 */
export function inclusionPath(index: bigint, size: bigint): LeafRange[] {
  if (index < 0n || index >= size || !isUint64(size)) throw new RangeError(`a tree of ${size} leaves has no leaf ${index}`);
  const path: LeafRange[] = [];
  let start = 0n;
  let end = size;
  while (end - start > 1n) {
    const middle = start + splitPoint(end - start);
    if (index < middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * Which subtrees a consistency proof between two sizes is made of (PROOF of RFC 9162 §2.1.4.1). Nothing for size 0 and for equal sizes.
 *
 * @throws RangeError when the older size is larger.
 */
export function consistencyPath(oldSize: bigint, size: bigint): LeafRange[] {
  return oldSize === 0n && isUint64(size) ? [] : subtreeConsistencyPath({ start: 0n, end: oldSize }, size);
}

/**
 * The same for any subtree of a tree (SUBTREE_PROOF of draft-ietf-plants-merkle-tree-certs).
 *
 * @throws RangeError when the range is not a subtree of the tree.
 */
export function subtreeConsistencyPath(range: LeafRange, size: bigint): LeafRange[] {
  if (!isSubtree(range) || range.end > size || !isUint64(size)) throw new RangeError('not a subtree of the tree');
  if (range.start === range.end) return [];
  const path: LeafRange[] = [];
  let { start } = range;
  let low = 0n;
  let high = size;
  let isKnown = true;
  while (start !== low || range.end !== high) {
    const middle = low + splitPoint(high - low);
    if (range.end <= middle) {
      path.push({ start: middle, end: high });
      high = middle;
      continue;
    }
    path.push({ start: low, end: middle });
    // Only a range that begins with its part of the tree reaches over the middle; its left half is complete.
    if (start < middle) {
      start = middle;
      isKnown = false;
    }
    low = middle;
  }
  if (!isKnown) path.push({ start: low, end: high });
  return path.reverse();
}

/** One or two subtrees that together hold exactly the leaves `[start, end)` or more to the left (FIND_SUBTREES of the same draft). */
export function coveringSubtrees({ start, end }: LeafRange): readonly [LeafRange, LeafRange] {
  if (start < 0n || start > end || !isUint64(end)) throw new RangeError('not a range of leaves');
  if (end - start <= 1n)
    return [
      { start, end },
      { start: end, end },
    ];
  const last = end - 1n;
  const split = bitLength(start ^ last) - 1n;
  const middle = (last >> split) << split;
  const leftSplit = bitLength(~start & ((1n << split) - 1n));
  return [
    { start: (start >> leftSplit) << leftSplit, end: middle },
    { start: middle, end },
  ];
}

function bitLength(value: bigint): bigint {
  let length = 0n;
  for (let rest = value; rest > 0n; rest >>= 1n) length += 1n;
  return length;
}
