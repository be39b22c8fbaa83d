interface PaidLine {
  readonly quantity: number;
  readonly payableFen: number;
  /** Units for which a refund may still be asked. */
  readonly afterSaleQuantity: number;
}

/**
 * What a refund of `quantity` more units will probably be: a difference of cumulative shares of what was paid, so that all parts together are
 * exactly what was paid. The server decides.
 */
export function refundEstimateFen(line: PaidLine, quantity: number): number {
  const taken = line.quantity - line.afterSaleQuantity;
  const upTo = Math.min(line.quantity, taken + quantity);
  const shareFen = (units: number) => Math.floor((line.payableFen * units) / line.quantity);
  return shareFen(upTo) - shareFen(taken);
}
