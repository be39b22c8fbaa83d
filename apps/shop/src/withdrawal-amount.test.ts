import { describe, expect, it } from 'vitest';
import { readWithdrawalAmount } from './withdrawal-amount';

const limits = { availableFen: 50_000, minimumFen: 100, maximumFen: 20_000 };

describe('a typed withdrawal amount', () => {
  it('is taken between minimum and maximum, both included', () => {
    expect(readWithdrawalAmount('1', limits)).toEqual({ ok: true, amountFen: 100 });
    expect(readWithdrawalAmount('200.00', limits)).toEqual({ ok: true, amountFen: 20_000 });
  });
  it.each([
    ['', 'withdrawal.invalid'],
    ['0', 'withdrawal.invalid'],
    ['1.001', 'withdrawal.invalid'],
    ['0.99', 'withdrawal.tooSmall'],
    ['200.01', 'withdrawal.tooLarge'],
    ['500.01', 'withdrawal.moreThanAvailable'],
  ])('%j is refused with %s', (typed, complaint) => {
    expect(readWithdrawalAmount(typed, limits)).toMatchObject({ ok: false, complaint });
  });
  it('is refused while the balance is negative', () => {
    expect(readWithdrawalAmount('1', { ...limits, availableFen: -500 })).toMatchObject({ complaint: 'withdrawal.moreThanAvailable' });
  });
});
