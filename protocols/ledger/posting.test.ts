import { type Fen, fen } from '@qianxing/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commissionChart, platformAccount, promoterAccount } from './commission';
import { ulidMaker } from './identifier';
import type { Posting } from './model';
import { addressOf, ENTRY_LIMIT_FEN, faultOf, requestHash } from './posting';

const good: Posting = {
  key: 'earn:L1:1',
  kind: 'commissionEarned',
  reference: { type: 'commission', id: 'L1:1' },
  entries: [
    { account: platformAccount('commissionExpense'), amountFen: fen(-500) },
    { account: promoterAccount('7', 'pending'), amountFen: fen(500) },
  ],
  detail: { baseFen: 10_000, rateBp: 500 },
};
const withAmounts = (...amounts: number[]): Posting => ({
  ...good,
  entries: amounts.map((amount, position) => ({ account: promoterAccount(String(position), 'pending'), amountFen: amount as Fen })),
});
const hashOf = (posting: Posting) =>
  requestHash(
    posting,
    posting.entries.map(({ account }) => addressOf(account)),
  );

describe('the shape of a posting', () => {
  it('accepts a balanced posting on accounts of the chart', () => {
    expect(faultOf(commissionChart, good)).toBeUndefined();
    expect(faultOf(commissionChart, withAmounts(-ENTRY_LIMIT_FEN, ENTRY_LIMIT_FEN))).toBeUndefined();
  });

  it.each<[string, Posting, RegExp]>([
    ['an empty key', { ...good, key: '' }, /key/],
    ['a key of 97 characters', { ...good, key: 'k'.repeat(97) }, /key/],
    ['a key with a line break at its end', { ...good, key: 'earn\n' }, /key/],
    ['a kind with spaces', { ...good, kind: 'two words' }, /kind/],
    ['a long reference', { ...good, reference: { type: 'commission', id: 'x'.repeat(65) } }, /reference\.id/],
    ['a strange reference type', { ...good, reference: { type: '佣金', id: 'x' } }, /reference\.type/],
    ['itself as requirement', { ...good, requiresKey: good.key }, /itself/],
    ['a reversal of nothing known', { ...good, reversesId: 'nothing', requiresKey: 'x' }, /reversesId/],
    ['a reversal without the key', { ...good, reversesId: '01M81C7M6N6SJTJE3WNBJ43RJ8' }, /requiresKey/],
    ['a detail that is a novel', { ...good, detail: { text: 'x'.repeat(9_000) } }, /detail/],
    ['one entry', withAmounts(0), /2 to 64/],
    ['65 entries', withAmounts(...Array.from({ length: 64 }, () => 1), -64), /2 to 64/],
    ['a sum that is not zero', withAmounts(-500, 499), /sum to -1/],
    ['a zero amount', withAmounts(0, 0), /not an amount/],
    ['half a fen', withAmounts(-0.5, 0.5), /not an amount/],
    ['more than the limit', withAmounts(-ENTRY_LIMIT_FEN - 1, ENTRY_LIMIT_FEN + 1), /not an amount/],
    ['not a number', withAmounts(Number.NaN, 1), /not an amount/],
    [
      'an account kind that every object has',
      {
        ...good,
        entries: [
          { account: { ownerType: 'a', ownerId: 'b', kind: 'constructor' }, amountFen: fen(1) },
          { account: promoterAccount('7', 'pending'), amountFen: fen(-1) },
        ],
      },
      /no account kind/,
    ],
    [
      'an owner with a slash',
      {
        ...good,
        entries: [
          { account: promoterAccount('a/b', 'pending'), amountFen: fen(1) },
          { account: promoterAccount('7', 'pending'), amountFen: fen(-1) },
        ],
      },
      /owner/,
    ],
    [
      'one account twice',
      {
        ...good,
        entries: [
          { account: promoterAccount('7', 'pending'), amountFen: fen(1) },
          { account: promoterAccount('7', 'pending'), amountFen: fen(-1) },
        ],
      },
      /twice/,
    ],
  ])('refuses %s', (_name, posting, reason) => {
    expect(faultOf(commissionChart, posting)).toMatch(reason);
  });
});

describe('the request hash', () => {
  it('does not depend on the order of entries and detail fields', () => {
    const turned = { ...good, entries: [...good.entries].reverse(), detail: { rateBp: 500, baseFen: 10_000 } };
    expect(hashOf(turned)).toBe(hashOf(good));
  });

  it.each<[string, Partial<Posting>]>([
    ['key', { key: 'earn:L1:2' }],
    ['kind', { kind: 'other' }],
    ['reference type', { reference: { type: 'order', id: 'L1:1' } }],
    ['reference id', { reference: { type: 'commission', id: 'L1:2' } }],
    ['amounts', { entries: withAmounts(-1, 1).entries }],
    ['requirement', { requiresKey: 'x' }],
    ['reversal', { reversesId: '01M81C7M6N6SJTJE3WNBJ43RJ8' }],
    ['detail', { detail: { baseFen: 10_001, rateBp: 500 } }],
  ])('changes with the %s', (_name, change) => {
    expect(hashOf({ ...good, ...change })).not.toBe(hashOf(good));
  });
});

describe('transaction ids', () => {
  it('given a clock that moves as it likes, when ids are made, then they ascend and carry the latest instant', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 47 }), { minLength: 2, maxLength: 50 }), (instants) => {
        const make = ulidMaker();
        const ids = instants.map(make);
        expect([...ids].sort()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
      }),
    );
  });

  it('encodes the instant as the ULID specification does', () => {
    // The specification's own example: 1469918176385 ms is 01ARYZ6S41.
    expect(ulidMaker()(1_469_918_176_385).slice(0, 10)).toBe('01ARYZ6S41');
  });
});
