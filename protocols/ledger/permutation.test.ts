import { bp, fen } from '@qianxing/money';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLedger } from './check';
import {
  clawback,
  commissionDue,
  earn,
  platformAccount,
  promoterAccount,
  release,
  withdrawalHeld,
  withdrawalPaid,
  withdrawalReturned,
} from './commission';
import type { Posting } from './model';
import { fixtureOn } from './testing/fixture';
import { sqliteDatabase } from './testing/sqlite';

const PROMOTER = '7';

interface LinePlan {
  readonly baseFen: number;
  readonly rateBp: number;
  /** Parts of the base that are refunded one after the other; together at most the base. */
  readonly refundsFen: readonly number[];
}

const linePlans = fc
  .record({
    baseFen: fc.integer({ min: 1_000, max: 50_000 }),
    rateBp: fc.integer({ min: 10, max: 5_000 }),
    cuts: fc.array(fc.nat(1_000), { maxLength: 4 }),
  })
  .map(({ baseFen, rateBp, cuts }): LinePlan => {
    const total = Math.max(
      1_000,
      cuts.reduce((sum, cut) => sum + cut, 0),
    );
    return { baseFen, rateBp, refundsFen: cuts.map((cut) => Math.floor((baseFen * cut) / total)) };
  });

/** Plays all events in an order picked by `choices`, as far as preconditions allow, and answers the final balances. */
async function play(plans: readonly LinePlan[], choices: fc.Stream<number>): Promise<number[]> {
  const database = sqliteDatabase();
  const fixture = await fixtureOn(database);
  const queues = [...plans.flatMap((plan, position) => lineQueues(plan, position)), ...withdrawalQueues()];
  const pick = choices[Symbol.iterator]();
  let waiting = queues;
  while (waiting.length > 0) {
    const ready = waiting.filter(({ steps }) => steps[0]?.ready() === true);
    const chosen = ready[(pick.next().value ?? 0) % ready.length];
    const step = chosen?.steps.shift();
    if (step === undefined) throw new Error('the events are stuck');
    const posting = step.post();
    const outcome = posting === undefined ? undefined : (await fixture.post(posting))[0];
    if (outcome?.status === 'refused' && outcome.refusal.code === 'insufficient') chosen?.steps.unshift(step);
    else if (outcome !== undefined) expect(outcome.status).toBe('posted');
    waiting = waiting.filter(({ steps }) => steps.length > 0);
  }
  expect(await checkLedger(fixture.sql, { now: fixture.clock.nowMs })).toEqual([]);
  const accounts = [
    ...(['pending', 'available', 'withdrawing'] as const).map((kind) => promoterAccount(PROMOTER, kind)),
    ...(['commissionExpense', 'payoutClearing', 'taxPayable'] as const).map((kind) => platformAccount(kind)),
  ];
  const balances = await fixture.ledger.balances(fixture.sql, accounts);
  await database.close();
  return balances.map(({ balanceFen }) => balanceFen);
}

interface Step {
  ready(): boolean;
  post(): Posting | undefined;
}

interface Queue {
  readonly steps: Step[];
}

/** Earning comes first; refunds keep their order among themselves; the release may fall anywhere between them. */
function lineQueues({ baseFen, rateBp, refundsFen }: LinePlan, position: number): Queue[] {
  const line = { lineId: `L${position}`, level: 1, promoterId: PROMOTER, baseFen: fen(baseFen), rateBp: bp(rateBp) } as const;
  const state = { earned: false, released: false, refundedFen: 0 };
  const ready = () => state.earned;
  const refund = (amountFen: number, number: number): Step => ({
    ready,
    post: () => {
      const before = fen(state.refundedFen);
      state.refundedFen += amountFen;
      const from = state.released ? 'available' : 'pending';
      return clawback({ ...line, refundId: `R${number}`, from, refundedBeforeFen: before, refundedAfterFen: fen(state.refundedFen) });
    },
  });
  const earning: Step = {
    ready: () => true,
    post: () => {
      state.earned = true;
      return earn(line);
    },
  };
  const releasing: Step = {
    ready,
    post: () => {
      state.released = true;
      return release({ ...line, amountFen: commissionDue(line, fen(state.refundedFen)) });
    },
  };
  return [{ steps: [earning, ...refundsFen.map(refund)] }, { steps: [releasing] }];
}

/** A commission without refund, large enough to carry two withdrawals at any time, whatever is clawed back from the others. */
function withdrawalQueues(): Queue[] {
  const always = () => true;
  const line = { lineId: 'big', level: 1, promoterId: PROMOTER, baseFen: fen(100_000_000), rateBp: bp(1_000) } as const;
  const one = { withdrawalId: 'W1', promoterId: PROMOTER, amountFen: fen(4_000_000) };
  const two = { withdrawalId: 'W2', promoterId: PROMOTER, amountFen: fen(3_000_000) };
  const steps = (...postings: (Posting | undefined)[]): Queue => ({
    steps: postings.map((posting) => ({ ready: always, post: () => posting })),
  });
  return [
    steps(earn(line), release({ ...line, amountFen: commissionDue(line) })),
    steps(withdrawalHeld(one), withdrawalPaid({ ...one, payoutNo: 'P1', taxFen: fen(640_000), feeFen: fen(0) })),
    steps(withdrawalHeld(two), withdrawalReturned({ ...two, outcome: 'cancelled' })),
  ];
}

describe('order of events (I9)', () => {
  it('given the same events in any two orders that respect their preconditions, then all balances end equal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(linePlans, { maxLength: 4 }),
        fc.infiniteStream(fc.nat(1_000)),
        fc.infiniteStream(fc.nat(1_000)),
        async (plans, one, two) => {
          const balances = await play(plans, one);
          expect(await play(plans, two)).toEqual(balances);
          const due = plans.reduce((sum, { baseFen, rateBp, refundsFen }) => {
            const refundedFen = refundsFen.reduce((total, amount) => total + amount, 0);
            return sum + commissionDue({ baseFen: fen(baseFen), rateBp: bp(rateBp) }, fen(refundedFen));
          }, 10_000_000);
          expect(balances).toEqual([0, due - 4_000_000, 0, -due, 3_360_000, 640_000]);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
