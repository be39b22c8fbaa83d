import { describe, expect, it } from 'vitest';
import { refundEstimateFen } from './after-sale-estimate';

describe('the expected refund', () => {
  it('is exactly what was paid when everything goes back, in whatever parts', () => {
    for (let quantity = 1; quantity <= 7; quantity += 1)
      for (let payableFen = 0; payableFen <= 101; payableFen += 1) {
        let left = quantity;
        let sum = 0;
        for (let part = 1; left > 0; part = part === 1 ? 2 : 1) {
          const taken = Math.min(part, left);
          sum += refundEstimateFen({ quantity, payableFen, afterSaleQuantity: left }, taken);
          left -= taken;
        }
        expect(sum).toBe(payableFen);
      }
  });
  it('never exceeds what is left', () => {
    expect(refundEstimateFen({ quantity: 3, payableFen: 100, afterSaleQuantity: 1 }, 5)).toBe(34);
  });
});
