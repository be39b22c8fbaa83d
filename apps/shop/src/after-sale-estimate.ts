interface PaidLine {
  readonly quantity: number;
  readonly payableFen: number;
  readonly refundedQuantity: number;
  readonly refundedFen: number;
}

/**
 * What a refund of `quantity` units will probably be: the share of what was paid up to and including these units, less what went back already,
 * so that the last unit takes the rest. The server decides.
 */
export function refundEstimateFen(line: PaidLine, quantity: number): number {
  const upTo = Math.min(line.quantity, line.refundedQuantity + quantity);
  const dueFen = upTo === line.quantity ? line.payableFen : Math.floor((line.payableFen * upTo) / line.quantity);
  return Math.max(0, dueFen - line.refundedFen);
}
