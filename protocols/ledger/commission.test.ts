import { bp, fen } from '@qianxing/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clawback,
  clawbackDue,
  commissionChart,
  commissionDue,
  debtWrittenOff,
  earn,
  payoutSettled,
  release,
  taxRemitted,
  withdrawalHeld,
  withdrawalPaid,
  withdrawalReturned,
} from './commission';
import type { Posting } from './model';
import { faultOf } from './posting';

const amounts = fc.integer({ min: 0, max: 900_000_000_000 }).map(fen);
const rates = fc.integer({ min: 0, max: 10_000 }).map(bp);

describe('commission arithmetic', () => {
  it('rounds down to whole fen, exactly also at the largest base', () => {
    expect(commissionDue({ baseFen: fen(999), rateBp: bp(1_000) })).toBe(99);
    expect(commissionDue({ baseFen: fen(900_000_000_000), rateBp: bp(9_999) })).toBe(899_910_000_000);
    expect(commissionDue({ baseFen: fen(100), rateBp: bp(500) }, fen(101))).toBe(0);
  });

  it('given any way to split refunds, when all are clawed back, then the sum depends on the total refunded only and ends at zero', () => {
    fc.assert(
      fc.property(amounts, rates, fc.array(fc.nat(100), { minLength: 1, maxLength: 8 }), (baseFen, rateBp, weights) => {
        const terms = { baseFen, rateBp };
        const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
        let refunded = 0;
        let clawed = 0;
        for (const weight of weights) {
          const next = Math.min(baseFen, refunded + Math.floor((baseFen / total) * weight));
          const share = clawbackDue(terms, fen(refunded), fen(next));
          expect(share).toBeGreaterThanOrEqual(0);
          clawed += share;
          refunded = next;
          expect(commissionDue(terms) - clawed).toBe(commissionDue(terms, fen(refunded)));
        }
        clawed += clawbackDue(terms, fen(refunded), baseFen);
        expect(clawed).toBe(commissionDue(terms));
      }),
    );
  });

  it('refuses a refund that shrinks', () => {
    expect(() => clawbackDue({ baseFen: fen(100), rateBp: bp(500) }, fen(10), fen(9))).toThrow(RangeError);
  });
});

const line = { lineId: '01M81C7M6N6SJTJE3WNBJ43RJ8', level: 1, promoterId: '88572' } as const;
const terms = { baseFen: fen(49_900), rateBp: bp(500) };
const withdrawal = { withdrawalId: 'W1', promoterId: '88572', amountFen: fen(2_000) };
const entriesOf = (posting: Posting | undefined) =>
  Object.fromEntries(posting?.entries.map(({ account, amountFen }) => [account.kind, amountFen]) ?? []);

describe('commission postings', () => {
  const all: [string, Posting | undefined, string, Record<string, number>][] = [
    ['earn', earn({ ...line, ...terms }), `earn:${line.lineId}:1`, { commissionExpense: -2_495, pending: 2_495 }],
    ['release', release({ ...line, amountFen: fen(2_000) }), `release:${line.lineId}:1`, { pending: -2_000, available: 2_000 }],
    [
      'claw-back before release',
      clawback({ ...line, ...terms, refundId: 'R1', from: 'pending', refundedBeforeFen: fen(0), refundedAfterFen: fen(9_900) }),
      `clawback:R1:${line.lineId}:1`,
      { pending: -495, commissionExpense: 495 },
    ],
    [
      'claw-back after release',
      clawback({ ...line, ...terms, refundId: 'R2', from: 'available', refundedBeforeFen: fen(9_900), refundedAfterFen: fen(49_900) }),
      `clawback:R2:${line.lineId}:1`,
      { available: -2_000, commissionExpense: 2_000 },
    ],
    ['hold', withdrawalHeld(withdrawal), 'withdraw:W1:hold', { available: -2_000, withdrawing: 2_000 }],
    [
      'paid',
      withdrawalPaid({ ...withdrawal, payoutNo: 'P1', taxFen: fen(240), feeFen: fen(10) }),
      'withdraw:W1:end',
      { withdrawing: -2_000, payoutClearing: 1_750, taxPayable: 240, withdrawalFee: 10 },
    ],
    [
      'paid without tax',
      withdrawalPaid({ ...withdrawal, payoutNo: 'P1', taxFen: fen(0), feeFen: fen(0) }),
      'withdraw:W1:end',
      { withdrawing: -2_000, payoutClearing: 2_000 },
    ],
    ['failed', withdrawalReturned({ ...withdrawal, outcome: 'failed' }), 'withdraw:W1:end', { withdrawing: -2_000, available: 2_000 }],
    [
      'cancelled',
      withdrawalReturned({ ...withdrawal, outcome: 'cancelled' }),
      'withdraw:W1:end',
      { withdrawing: -2_000, available: 2_000 },
    ],
    [
      'settled',
      payoutSettled({ payoutNo: 'P1', withdrawalId: 'W1', amountFen: fen(1_750) }),
      'settle:P1',
      { payoutClearing: -1_750, bank: 1_750 },
    ],
    ['tax', taxRemitted({ declarationId: '2026-11', amountFen: fen(240) }), 'tax:2026-11', { taxPayable: -240, bank: 240 }],
    [
      'write-off',
      debtWrittenOff({ ticketId: 'T1', promoterId: '88572', amountFen: fen(5) }),
      'writeOff:T1',
      { debtWrittenOff: -5, available: 5 },
    ],
  ];

  it.each(all)('%s has its natural key, its entries and a sound shape', (_name, posting, key, entries) => {
    expect(posting?.key).toBe(key);
    expect(entriesOf(posting)).toEqual(entries);
    expect(posting === undefined ? 'nothing' : faultOf(commissionChart, posting)).toBeUndefined();
  });

  it('posts nothing where nothing is due', () => {
    expect(earn({ ...line, baseFen: fen(19), rateBp: bp(500) })).toBeUndefined();
    expect(release({ ...line, amountFen: fen(0) })).toBeUndefined();
    expect(
      clawback({ ...line, ...terms, refundId: 'R1', from: 'pending', refundedBeforeFen: fen(0), refundedAfterFen: fen(0) }),
    ).toBeUndefined();
  });

  it('keeps failed and cancelled apart from each other and from paid by content, not by key', () => {
    expect(withdrawalReturned({ ...withdrawal, outcome: 'failed' }).kind).not.toBe(
      withdrawalReturned({ ...withdrawal, outcome: 'cancelled' }).kind,
    );
  });

  it('throws on amounts that no caller may send', () => {
    expect(() => withdrawalHeld({ ...withdrawal, amountFen: fen(0) })).toThrow(RangeError);
    expect(() => release({ ...line, amountFen: fen(-1) })).toThrow(RangeError);
    expect(() => withdrawalPaid({ ...withdrawal, payoutNo: 'P', taxFen: fen(2_000), feeFen: fen(0) })).toThrow(RangeError);
    expect(() => withdrawalPaid({ ...withdrawal, payoutNo: 'P', taxFen: fen(-1), feeFen: fen(0) })).toThrow(RangeError);
  });
});
