import { type Fen, fen } from './fen';

/**
 * Splits `total` in proportion to `weights` so that the parts sum to `total` exactly (largest remainder, Hamilton's method).
 * Ties go to the earlier index, so the result is deterministic. All weights zero: everything goes to the first.
 *
 * @param total amount in fen, may be negative
 * @param weights non-negative integers, at least one
 * @throws RangeError on an empty list or a negative or unsafe weight
 */
export function largestRemainder(total: Fen, weights: readonly number[]): Fen[] {
  if (weights.length === 0) throw new RangeError('no weights');
  for (const weight of weights) if (!Number.isSafeInteger(weight) || weight < 0) throw new RangeError(`bad weight: ${weight}`);
  const sign = total < 0 ? -1 : 1;
  const amount = BigInt(Math.abs(total));
  const sum = weights.reduce((acc, weight) => acc + BigInt(weight), 0n);
  if (sum === 0n) return weights.map((_, index) => fen(index === 0 ? total : 0));
  const parts = weights.map((weight, index) => {
    const scaled = amount * BigInt(weight);
    return { index, floor: scaled / sum, remainder: scaled % sum };
  });
  let left = amount - parts.reduce((acc, part) => acc + part.floor, 0n);
  const byRemainder = [...parts].sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const part of byRemainder) {
    if (left === 0n) break;
    part.floor += 1n;
    left -= 1n;
  }
  return parts.map((part) => fen(sign * Number(part.floor)));
}
