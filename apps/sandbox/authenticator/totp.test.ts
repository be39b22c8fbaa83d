import { describe, expect, it } from 'vitest';
import { totp } from './totp';

describe('authenticator', () => {
  // RFC 6238 appendix B, SHA-1: secret "12345678901234567890", eight digits there, the last six here.
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_234_567_890, '005924'],
    [20_000_000_000, '353130'],
  ])('shows the published code at second %i', (second, code) => {
    expect(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', second * 1_000).code).toBe(code);
  });

  it('tells how long a code still counts', () => {
    expect(totp('GEZDGNBVGY3TQOJQ', 30_000).secondsLeft).toBe(30);
    expect(totp('GEZDGNBVGY3TQOJQ', 59_001).secondsLeft).toBe(1);
  });
});
