import { type Fen, fen } from './fen';

/** Rate in integer basis points: 10,000 bp = 100 %. */
export type Bp = number & { readonly __unit: 'bp' };

export const BP_WHOLE = 10_000;

/** @throws RangeError when the value is not an integer from 0 to 10,000. */
export function bp(value: number): Bp {
  if (!Number.isSafeInteger(value) || value < 0 || value > BP_WHOLE) throw new RangeError(`not a rate in basis points: ${value}`);
  return value as Bp;
}

/** `floor(rateBp × amountFen / 10000)` in exact integer arithmetic; the amount must not be negative. */
export function shareOf(amount: Fen, rate: Bp): Fen {
  if (amount < 0) throw new RangeError(`negative base: ${amount}`);
  return fen(Number((BigInt(amount) * BigInt(rate)) / BigInt(BP_WHOLE)));
}
