/**
 * Model-based: random histories of commissions, refunds, withdrawals, repeats, folds and rebuilds against a plain model in memory.
 * After every step the outcome must be the model's and every balance equal; at the end the offline check must be clean.
 */
import { bp, fen } from '@qianxing/money';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkLedger } from './check';
import {
  clawback,
  clawbackDue,
  commissionDue,
  earn,
  payoutSettled,
  promoterAccount,
  release,
  withdrawalHeld,
  withdrawalPaid,
  withdrawalReturned,
} from './commission';
import type { Posting } from './model';
import { describeEachDatabase } from './testing/each';
import { type Fixture, fixtureOn } from './testing/fixture';
import { inTransaction } from './testing/port';

interface Line {
  readonly lineId: string;
  readonly level: 1 | 2 | 3;
  readonly promoterId: string;
  readonly baseFen: number;
  readonly rateBp: number;
  refundedFen: number;
  refunds: number;
  released: boolean;
}

interface Withdrawal {
  readonly withdrawalId: string;
  readonly promoterId: string;
  readonly amountFen: number;
  ended: boolean;
  settledFen: number;
}

interface Model {
  readonly lines: Line[];
  readonly withdrawals: Withdrawal[];
  readonly balances: Map<string, number>;
  readonly posted: Posting[];
}

type Command = fc.AsyncCommand<Model, Fixture>;
const PROMOTERS = ['1', '2', '3'];
const KINDS = ['pending', 'available', 'withdrawing'] as const;

const terms = (line: Line) => ({
  lineId: line.lineId,
  level: line.level,
  promoterId: line.promoterId,
  baseFen: fen(line.baseFen),
  rateBp: bp(line.rateBp),
});
const balanceOf = (model: Model, promoterId: string, kind: string) => model.balances.get(`${promoterId}/${kind}`) ?? 0;
const at = <T>(items: readonly T[], index: number): T => items[index % items.length]!;

function record(model: Model, posting: Posting): void {
  model.posted.push(posting);
  for (const { account, amountFen } of posting.entries) {
    const key = `${account.ownerId}/${account.kind}`;
    model.balances.set(key, (model.balances.get(key) ?? 0) + amountFen);
  }
}

async function compare(model: Model, { ledger, sql }: Fixture): Promise<void> {
  const accounts = PROMOTERS.flatMap((promoterId) => KINDS.map((kind) => promoterAccount(promoterId, kind)));
  const found = await ledger.balances(sql, accounts);
  expect(found.map(({ balanceFen }) => balanceFen)).toEqual(accounts.map(({ ownerId, kind }) => balanceOf(model, ownerId, kind)));
}

/** A command that posts what `decide` says and expects its verdict. */
function posting(
  name: string,
  ready: (model: Model) => boolean,
  decide: (model: Model) => { posting: Posting | undefined; expected: string; after?: () => void },
): Command {
  return {
    check: ready,
    toString: () => name,
    async run(model, fixture) {
      const { posting: wanted, expected, after } = decide(model);
      if (wanted === undefined) {
        after?.();
        return;
      }
      fixture.clock.nowMs += 1_000;
      const [outcome] = await fixture.post(wanted);
      expect(outcome?.status === 'refused' ? outcome.refusal.code : outcome?.status).toBe(expected);
      if (expected === 'posted') {
        record(model, wanted);
        after?.();
      }
      await compare(model, fixture);
    },
  };
}

const earnCommand = (promoter: number, level: 1 | 2 | 3, baseFen: number, rateBp: number): Command =>
  posting(
    `earn ${promoter} ${level} ${baseFen} ${rateBp}`,
    () => true,
    (model) => {
      const line: Line = {
        lineId: `L${model.lines.length}`,
        level,
        promoterId: at(PROMOTERS, promoter),
        baseFen,
        rateBp,
        refundedFen: 0,
        refunds: 0,
        released: false,
      };
      return { posting: earn(terms(line)), expected: 'posted', after: () => void model.lines.push({ ...line }) };
    },
  );

const hasLines = ({ lines }: Model) => lines.some((line) => commissionDue(terms(line)) > 0);
const earnedLine = ({ lines }: Model, index: number) =>
  at(
    lines.filter((line) => commissionDue(terms(line)) > 0),
    index,
  );

const releaseCommand = (index: number): Command =>
  posting(`release ${index}`, hasLines, (model) => {
    const line = earnedLine(model, index);
    const due = commissionDue(terms(line), fen(line.refundedFen));
    if (line.released) return { posting: release({ ...terms(line), amountFen: fen(due + 1) }), expected: 'keyReused' };
    return {
      posting: release({ ...terms(line), amountFen: due }),
      expected: 'posted',
      after: () => {
        line.released = true;
      },
    };
  });

const refundCommand = (index: number, permille: number, wrongSide: boolean): Command =>
  posting(`refund ${index} ${permille} ${wrongSide}`, hasLines, (model) => {
    const line = earnedLine(model, index);
    const refundedAfter = line.refundedFen + Math.ceil(((line.baseFen - line.refundedFen) * permille) / 1_000);
    const before = fen(line.refundedFen);
    const taken = clawbackDue(terms(line), before, fen(refundedAfter));
    const from = line.released !== wrongSide ? 'available' : 'pending';
    const posted = clawback({
      ...terms(line),
      refundId: `R${line.refunds}`,
      from,
      refundedBeforeFen: before,
      refundedAfterFen: fen(refundedAfter),
    });
    // After release the line holds nothing in pending; before it a claw-back from available only makes a debt, which the caller must not ask for.
    if (wrongSide && !line.released) return { posting: undefined, expected: 'posted' };
    if (wrongSide && taken > 0)
      return { posting: posted, expected: balanceOf(model, line.promoterId, 'pending') < taken ? 'insufficient' : 'notHeld' };
    return {
      posting: posted,
      expected: 'posted',
      after: () => {
        line.refundedFen = refundedAfter;
        line.refunds += 1;
      },
    };
  });

const holdCommand = (promoter: number, amountFen: number): Command =>
  posting(
    `hold ${promoter} ${amountFen}`,
    () => true,
    (model) => {
      const withdrawal: Withdrawal = {
        withdrawalId: `W${model.withdrawals.length}`,
        promoterId: at(PROMOTERS, promoter),
        amountFen,
        ended: false,
        settledFen: 0,
      };
      const enough = balanceOf(model, withdrawal.promoterId, 'available') >= amountFen;
      return {
        posting: withdrawalHeld({ ...withdrawal, amountFen: fen(amountFen) }),
        expected: enough ? 'posted' : 'insufficient',
        after: () => void model.withdrawals.push({ ...withdrawal }),
      };
    },
  );

const endCommand = (index: number, outcome: 'paid' | 'failed' | 'cancelled'): Command =>
  posting(
    `end ${index} ${outcome}`,
    ({ withdrawals }) => withdrawals.length > 0,
    (model) => {
      const withdrawal = at(model.withdrawals, index);
      const input = { ...withdrawal, amountFen: fen(withdrawal.amountFen) };
      const taxFen = Math.floor(withdrawal.amountFen / 5);
      const wanted =
        outcome === 'paid'
          ? withdrawalPaid({ ...input, payoutNo: `P${withdrawal.withdrawalId}`, taxFen: fen(taxFen), feeFen: fen(0) })
          : withdrawalReturned({ ...input, outcome });
      const previous = model.posted.find(({ key }) => key === wanted.key);
      const expected = previous === undefined ? 'posted' : previous.kind === wanted.kind ? 'replayed' : 'keyReused';
      return {
        posting: wanted,
        expected,
        after: () => {
          withdrawal.ended = true;
          if (outcome === 'paid') withdrawal.settledFen = withdrawal.amountFen - taxFen;
        },
      };
    },
  );

const settleCommand = (index: number): Command =>
  posting(
    `settle ${index}`,
    ({ withdrawals }) => withdrawals.length > 0,
    (model) => {
      const withdrawal = at(model.withdrawals, index);
      const { withdrawalId } = withdrawal;
      const settled = model.posted.some(({ key }) => key === `settle:P${withdrawalId}`);
      const amountFen = fen(withdrawal.settledFen || 1);
      const expected = settled ? 'replayed' : withdrawal.ended ? 'posted' : 'requiredMissing';
      // A returned withdrawal has nothing to settle; the outside bill would not name it.
      if (withdrawal.ended && withdrawal.settledFen === 0) return { posting: undefined, expected };
      return { posting: payoutSettled({ payoutNo: `P${withdrawalId}`, withdrawalId, amountFen }), expected };
    },
  );

const repeatCommand = (index: number, changed: boolean): Command =>
  posting(
    `repeat ${index} ${changed}`,
    ({ posted }) => posted.length > 0,
    (model) => {
      const wanted = at(model.posted, index);
      return changed
        ? { posting: { ...wanted, detail: { ...wanted.detail, changed: true } }, expected: 'keyReused' }
        : { posting: wanted, expected: 'replayed' };
    },
  );

const foldCommand: Command = {
  check: () => true,
  toString: () => 'fold',
  async run(model, fixture) {
    await inTransaction(fixture.session, (sql) => fixture.ledger.fold(sql));
    await compare(model, fixture);
  },
};

const rebuildCommand: Command = {
  check: () => true,
  toString: () => 'wipe and rebuild',
  async run(model, fixture) {
    await inTransaction(fixture.session, async (sql) => {
      await sql.execute('UPDATE ledgerAccount SET balanceFen = 0, version = 0, lastPostedAt = NULL', []);
      await sql.execute('DELETE FROM ledgerDelta', []);
      await fixture.ledger.rebuildBalances(sql);
    });
    await compare(model, fixture);
  },
};

const index = fc.nat(50);
const level = fc.constantFrom(1 as const, 2 as const, 3 as const);
const commands = fc.commands(
  [
    fc.tuple(index, level, fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 1, max: 10_000 })).map((input) => earnCommand(...input)),
    fc
      .tuple(index, level, fc.integer({ min: 1_000, max: 100_000 }), fc.integer({ min: 100, max: 3_000 }))
      .map((input) => earnCommand(...input)),
    index.map(releaseCommand),
    index.map(releaseCommand),
    fc.tuple(index, fc.integer({ min: 0, max: 1_000 }), fc.boolean()).map((input) => refundCommand(...input)),
    fc.tuple(index, fc.integer({ min: 2, max: 2_000 })).map((input) => holdCommand(...input)),
    fc.tuple(index, fc.constantFrom('paid' as const, 'failed' as const, 'cancelled' as const)).map((input) => endCommand(...input)),
    index.map(settleCommand),
    fc.tuple(index, fc.boolean()).map((input) => repeatCommand(...input)),
    fc.constant(foldCommand),
    fc.constant(rebuildCommand),
  ],
  { maxCommands: 60, size: 'max' },
);

describeEachDatabase('the ledger against a model', (open) => {
  it('given any history, when it is played, then outcomes and balances are the model’s and the check is clean (I1–I8, I10)', async () => {
    const database = await open();
    const numRuns = database.dialect === 'sqlite' ? 60 : 4;
    await database.close();
    await fc.assert(
      fc.asyncProperty(commands, async (history) => {
        const used = await open();
        try {
          const fixture = await fixtureOn(used);
          const model: Model = { lines: [], withdrawals: [], balances: new Map(), posted: [] };
          await fc.asyncModelRun(() => ({ model, real: fixture }), history);
          expect(await checkLedger(fixture.sql, { now: fixture.clock.nowMs })).toEqual([]);
          expect(await fixture.count('ledgerTransaction')).toBe(model.posted.length);
        } finally {
          await used.close();
        }
      }),
      { numRuns },
    );
  }, 120_000);
});
