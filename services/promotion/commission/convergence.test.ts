import { testDatabases } from '@qianxing/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRoom } from '../testing/room';
import { dueOf } from './rules';
import { commissionsOfLine } from './store';

/** Weights that order the events of one order; the refunds of a line stay in their order, as the bus promises per aggregate. */
const shuffled = fc.record({
  paidFens: fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: 1, maxLength: 3 }),
  refundParts: fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }), { minLength: 3, maxLength: 3 }),
  fully: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  weights: fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 20, maxLength: 20 }),
  completed: fc.boolean(),
});

for (const kind of testDatabases()) {
  describe(`random partial refunds at random times on ${kind.name}`, () => {
    it('given any order of events, each delivered twice, then commission ends at exactly what is due, and at zero after a full refund', async () => {
      const room = await openRoom(kind);
      const [third, second, first] = await room.line(3);
      const buyer = await room.register(await room.visit(first!.code));
      await fc.assert(
        fc.asyncProperty(shuffled, async ({ paidFens, refundParts, fully, weights, completed }) => {
          const facts = await room.order(buyer.memberId, paidFens);
          const refundedFens = paidFens.map(() => 0);
          const steps: { weight: number; run: () => Promise<void> }[] = [];
          const next = () => weights[steps.length % weights.length] ?? 0;
          const add = (run: () => Promise<void>, weight = next()) => steps.push({ weight, run });
          add(() => room.steps.placed(facts));
          add(() => room.steps.paid(facts));
          add(() => room.steps.received(facts));
          if (completed) add(() => room.steps.completed(facts));
          for (const [index, paidFen] of paidFens.entries()) {
            const parts = [...(refundParts[index] ?? []), ...(fully[index] ? [1] : [])];
            let weight = next();
            for (const part of parts) {
              const before = refundedFens[index] ?? 0;
              const amountFen = part === 1 ? paidFen - before : Math.floor((paidFen - before) * part);
              const after = before + amountFen;
              refundedFens[index] = after;
              weight += 1;
              if (amountFen > 0) add(() => room.steps.refunded(facts, index, after, amountFen), weight);
            }
          }
          for (const step of [...steps].sort((a, b) => a.weight - b.weight)) await step.run();
          for (const [promoter, rateBp] of [
            [first!, 500],
            [second!, 200],
            [third!, 100],
          ] as const) {
            for (const [index, line] of facts.lines.entries()) {
              const own = await commissionsOfLine(room.database.query, line.orderLineId);
              const commission = own.find(({ promoterId }) => promoterId === promoter.promoterId);
              const dueFen = dueOf({ baseFen: line.paidFen, rateBp }, refundedFens[index]);
              expect(commission).toMatchObject({ dueFen, originalFen: dueOf({ baseFen: line.paidFen, rateBp }) });
              if (fully[index]) expect(commission?.dueFen).toBe(0);
              const settled = completed ? 'available' : 'pending';
              expect(commission?.status).toBe(dueFen === 0 && (commission?.originalFen ?? 0) > 0 ? 'reversed' : settled);
            }
          }
        }),
        { numRuns: kind.name === 'SQLite' ? 60 : 10 },
      );
      // Ledger, commissions, sales and team counters agree with one another and with brute force.
      expect(await room.findings()).toEqual([]);
      await room.close();
    });
  });
}
