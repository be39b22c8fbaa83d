import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inLedgerOrder, type Movement, type MovementEntry, recordOf } from './rules';

const START = { pending: 0, available: 0, withdrawing: 0 };
type Account = MovementEntry['account'];

const movementOf = (change: Partial<Movement>): Movement => ({
  transactionId: '01',
  promoterId: 'p',
  kind: 'commissionEarned',
  postedAt: 5,
  referenceType: 'commission',
  referenceId: 'line:2',
  detail: null,
  entries: [],
  ...change,
});
const entry = (account: Account, amountFen: number, balanceAfterFen: number, accountVersion = 1): MovementEntry => ({
  account,
  amountFen,
  balanceAfterFen,
  accountVersion,
});

describe('the record of a movement', () => {
  it('says what was computed and where the money stands, and names lines by pseudonym alone', () => {
    const detail = JSON.stringify({ baseFen: 9_999, rateBp: 200, lineId: 'line', orderId: 'order', promoterId: 'p', level: 2 });
    expect(recordOf(movementOf({ detail, entries: [entry('pending', 199, 299)] }))).toEqual({
      recordId: '01',
      promoterId: 'p',
      kind: 'commissionEarned',
      amountFen: 199,
      at: 5,
      details: { baseFen: 9_999, rateBp: 200, level: 2, pendingFen: 199, pendingAfterFen: 299 },
      pseudonyms: { line: 'line' },
    });
  });

  it('of what only changes place has the amount zero', () => {
    const held = movementOf({
      kind: 'withdrawalHeld',
      referenceType: 'withdrawal',
      referenceId: 'w',
      entries: [entry('available', -500, 100), entry('withdrawing', 500, 500)],
    });
    expect(recordOf(held)).toMatchObject({
      amountFen: 0,
      details: { availableFen: -500, availableAfterFen: 100, reservedFen: 500, reservedAfterFen: 500 },
      pseudonyms: { withdrawal: 'w' },
    });
    expect(recordOf({ ...held, referenceType: 'ticket', referenceId: 't' }).pseudonyms).toEqual({});
  });
});

describe('movements in the order of the ledger', () => {
  /** A history as a ledger makes it: versions count up along each account, instants may stand still, ids of several machines do not ascend. */
  const history = fc
    .array(
      fc.record({
        accounts: fc.uniqueArray(fc.constantFrom<Account>('pending', 'available', 'withdrawing'), { minLength: 1, maxLength: 2 }),
        laterMs: fc.integer({ min: 0, max: 2 }),
        id: fc.nat({ max: 999_999 }),
      }),
      { maxLength: 30 },
    )
    .map((steps) => {
      const versions = { ...START };
      let postedAt = 0;
      return steps.map(({ accounts, laterMs, id }, position): Movement => {
        postedAt += laterMs;
        const entries = accounts.map((account) => {
          versions[account] += 1;
          return entry(account, 1, versions[account], versions[account]);
        });
        return movementOf({ transactionId: `${String(id).padStart(6, '0')}-${position}`, postedAt, entries });
      });
    });
  const along = (account: Account, movements: readonly Movement[]) =>
    movements.flatMap(({ entries }) => entries.filter((one) => one.account === account).map(({ accountVersion }) => accountVersion));

  it('follow each account without a gap, whole or in portions, however they come', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 7 }), fc.integer(), (movements, limit, seed) => {
        const ordered: Movement[] = [];
        let versions = START;
        for (;;) {
          // As the database is asked: of each account the next few entries.
          const ids = new Set(
            (['pending', 'available', 'withdrawing'] as const).flatMap((account) =>
              movements
                .filter(({ entries }) => entries.some((one) => one.account === account && one.accountVersion > versions[account]))
                .slice(0, limit)
                .map(({ transactionId }) => transactionId),
            ),
          );
          const found = movements.filter(({ transactionId }) => ids.has(transactionId));
          const portion = inLedgerOrder(seed % 2 === 0 ? found : [...found].reverse(), versions);
          if (portion.movements.length === 0) break;
          ordered.push(...portion.movements);
          versions = { ...portion.versions };
        }
        expect(ordered.map(({ transactionId }) => transactionId).sort()).toEqual(
          movements.map(({ transactionId }) => transactionId).sort(),
        );
        for (const account of ['pending', 'available', 'withdrawing'] as const)
          expect(along(account, ordered)).toEqual(along(account, ordered).map((_, position) => position + 1));
      }),
    );
  });

  it('by instant and id alone would be wrong when two machines write within one millisecond', () => {
    const first = movementOf({ transactionId: 'B', entries: [entry('available', 5, 5, 1)] });
    const second = movementOf({ transactionId: 'A', entries: [entry('available', -5, 0, 2)] });
    expect(inLedgerOrder([second, first], START).movements).toEqual([first, second]);
    expect(inLedgerOrder([second], START)).toEqual({ movements: [], versions: START });
  });
});
