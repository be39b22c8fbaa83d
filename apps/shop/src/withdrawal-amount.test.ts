import { describe, expect, it } from 'vitest';
import { needsRealName, readRealName, readWithdrawalAmount } from './withdrawal-amount';

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

describe('the real name', () => {
  it.each([
    ['transfer', 199_999, false],
    ['transfer', 200_000, true],
    ['profit_sharing', 2_000_000, false],
  ] as const)('by %s of %d fen is needed: %s', (rail, amountFen, needed) => {
    expect(needsRealName(rail, amountFen, { realNameFromFen: 200_000 })).toBe(needed);
  });
  it.each([
    ['陈立', '陈立'],
    [' 陈宇航 ', '陈宇航'],
    ['阿卜杜拉·买买提', '阿卜杜拉·买买提'],
    ['Anne-Marie  O’Neill', 'Anne-Marie O’Neill'],
    ['', null],
    ['陈', null],
    ['陈2', null],
    ['13800000001', null],
    ['陈'.repeat(41), null],
  ])('%j is read as %j', (typed, name) => {
    expect(readRealName(typed)).toBe(name);
  });
});
