import { equalBytes, isUint64 } from './bytes';
import { EMPTY_ROOT, isHash, nodeHash } from './hash';

/** Hashes of a proof, leaf side first. */
export type HashProof = readonly Uint8Array[];

/** Half-open range of leaves `[start, end)`. */
export interface LeafRange {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * Whether `proof` shows that the leaf with hash `leafHash` is number `index` (from 0) of the tree of `size` leaves with `root`.
 * RFC 9162 §2.1.3.2. Anything of a wrong length or out of range is refused before a hash is computed.
 */
export function verifyInclusion(index: bigint, size: bigint, leafHash: Uint8Array, proof: HashProof, root: Uint8Array): boolean {
  if (index < 0n || index >= size || !isUint64(size) || ![leafHash, root, ...proof].every(isHash)) return false;
  let node = index;
  let last = size - 1n;
  let hash = leafHash;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (node & 1n || node === last) {
      hash = nodeHash(sibling, hash);
      while (!(node & 1n) && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else hash = nodeHash(hash, sibling);
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equalBytes(hash, root);
}

/**
 * Whether `proof` shows that the tree of `size` leaves with `root` begins with the tree of `oldSize` leaves with `oldRoot`.
 * RFC 9162 §2.1.4.2. `oldSize` 0 is refused here: everything begins with nothing, there is nothing to prove.
 */
export function verifyConsistency(oldSize: bigint, size: bigint, oldRoot: Uint8Array, root: Uint8Array, proof: HashProof): boolean {
  return oldSize > 0n && verifySubtreeConsistency({ start: 0n, end: oldSize }, size, oldRoot, root, proof);
}

/**
 * Whether a range of leaves is a subtree: it begins at a multiple of the smallest power of two that is not smaller than its length
 * (draft-ietf-plants-merkle-tree-certs, "Subtrees"). A range that begins at 0 or is empty always is.
 */
export function isSubtree({ start, end }: LeafRange): boolean {
  if (start < 0n || start > end || !isUint64(end)) return false;
  if (start === 0n || start === end) return true;
  return start % powerAtLeast(end - start) === 0n;
}

function powerAtLeast(length: bigint): bigint {
  let power = 1n;
  while (power < length) power <<= 1n;
  return power;
}

/** `verifyInclusion` in a subtree; `index` counts from the beginning of the log. */
export function verifySubtreeInclusion(
  index: bigint,
  range: LeafRange,
  leafHash: Uint8Array,
  proof: HashProof,
  subtreeRoot: Uint8Array,
): boolean {
  return isSubtree(range) && verifyInclusion(index - range.start, range.end - range.start, leafHash, proof, subtreeRoot);
}

/**
 * Whether `proof` shows that the leaves `[start, end)` of the tree of `size` leaves with `root` have the hash `subtreeRoot`
 * (draft-ietf-plants-merkle-tree-certs, "Verifying Subtree Consistency Proofs"; with start 0 it is RFC 9162 §2.1.4.2).
 */
export function verifySubtreeConsistency(
  range: LeafRange,
  size: bigint,
  subtreeRoot: Uint8Array,
  root: Uint8Array,
  proof: HashProof,
): boolean {
  const { start, end } = range;
  if (!isSubtree(range) || end > size || !isUint64(size)) return false;
  // Where nothing is to be proven nothing is hashed: an empty subtree is in every tree, and the whole tree is itself.
  if (start === end) return proof.length === 0 && equalBytes(subtreeRoot, EMPTY_ROOT);
  if (start === 0n && end === size) return proof.length === 0 && equalBytes(subtreeRoot, root);
  if (![subtreeRoot, root, ...proof].every(isHash)) return false;
  let first = start;
  let last = end - 1n;
  let treeLast = size - 1n;
  const shift = () => {
    first >>= 1n;
    last >>= 1n;
    treeLast >>= 1n;
  };
  // Up to the node from which the proof begins: the subtree itself when it is a node of the tree, else its last complete part.
  if (last === treeLast) while (first !== last) shift();
  else while (first !== last && last & 1n) shift();
  const [begin, ...rest] = first === last ? [subtreeRoot, ...proof] : proof;
  if (begin === undefined) return false;
  let subtree = begin;
  let whole = begin;
  for (const sibling of rest) {
    if (treeLast === 0n) return false;
    if (last & 1n || last === treeLast) {
      if (first < last) subtree = nodeHash(sibling, subtree);
      whole = nodeHash(sibling, whole);
      while (!(last & 1n) && last !== 0n) shift();
    } else whole = nodeHash(whole, sibling);
    shift();
  }
  return treeLast === 0n && equalBytes(subtree, subtreeRoot) && equalBytes(whole, root);
}
