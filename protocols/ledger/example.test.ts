import { describe, expect, it } from 'vitest';
import { playCommission } from './example/commission';

describe('the example', () => {
  it('tells the story that the README prints', async () => {
    expect(await playCommission()).toEqual([
      'earn:4711:1: posted',
      'release:4711:1: posted',
      'withdraw:W1:hold: posted',
      'withdraw:W1:end: posted',
      'withdraw:W1:end: refused, keyReused',
      'clawback:R1:4711:1: posted',
      '2026-11-03 commissionReleased 24.95 → 24.95',
      '2026-11-04 withdrawalHeld -20.00 → 4.95',
      '2026-11-07 commissionClawedBack -24.95 → -20.00',
      'check: 0 findings',
    ]);
  });
});
