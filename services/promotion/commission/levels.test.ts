import { testDatabases } from '@qianxing/testing';
import { describe, expect, it } from 'vitest';
import type { PromotionTables } from '../tables';
import { openRoom } from '../testing/room';
import { levelOf } from './rules';

for (const kind of testDatabases()) {
  describe(`at most three levels on ${kind.name}`, () => {
    it('given a fourth level, then neither rule nor reaction nor database takes it', async () => {
      expect(() => levelOf(4)).toThrow(RangeError);
      const room = await openRoom(kind);
      const [promoter] = await room.line(1);
      const buyer = await room.register(await room.visit(promoter!.code));
      const facts = await room.order(buyer.memberId, [1_000]);
      const forged = structuredClone(facts) as unknown as { lines: { beneficiaries: { levels: { level: number }[] } }[] };
      forged.lines[0]!.beneficiaries.levels[0]!.level = 4;
      await expect(room.steps.placed(forged as unknown as typeof facts)).rejects.toThrow(RangeError);
      await room.steps.placed(facts);
      const raise = room.inTransaction((transaction) =>
        transaction.withTables<PromotionTables>().updateTable('promotion_commissions').set({ level: 4 }).execute(),
      );
      await expect(raise).rejects.toThrow(/promotion_commissions_three|CHECK/i);
      const draft = room.inTransaction((transaction) =>
        transaction
          .withTables<PromotionTables>()
          .insertInto('promotion_plan_levels')
          .values({ planVersionId: facts.orderId, level: 4, rateBp: 100 })
          .execute(),
      );
      await expect(draft).rejects.toThrow(/promotion_plan_levels_level|CHECK/i);
      expect(await room.findings()).toEqual([]);
      await room.close();
    });

    it('given somebody changes amounts, counters or states by hand, then the checks tell which', async () => {
      const room = await openRoom(kind);
      const promoter = await room.rich(5_000);
      expect(await room.findings()).toEqual([]);
      const damages: readonly (readonly [string, keyof PromotionTables, Record<string, number | string | null>])[] = [
        ['promotion.commissionFollowsPlan', 'promotion_commissions', { dueFen: 4_999 }],
        ['promotion.commissionFollowsPlan', 'promotion_plan_levels', { rateBp: 501 }],
        ['promotion.commissionMatchesLedger', 'promotion_promoters', { paidFen: 1 }],
        ['promotion.teamCountersMatchBruteForce', 'promotion_teams', { netSalesFen: 99_999 }],
        ['promotion.teamCountersMatchBruteForce', 'promotion_members', { netSalesFen: 1 }],
        ['promotion.teamCountersMatchBruteForce', 'promotion_sales', { netFen: 1 }],
      ];
      for (const [check, table, change] of damages) {
        const read = () => room.database.query.withTables<Loose>().selectFrom(table).selectAll().execute();
        const before = await read();
        await room.inTransaction((transaction) => transaction.withTables<Loose>().updateTable(table).set(change).execute());
        expect([table, (await room.findings()).map((finding) => finding.check)]).toEqual([table, expect.arrayContaining([check])]);
        await room.inTransaction(async (transaction) => {
          await transaction.withTables<Loose>().deleteFrom(table).execute();
          await transaction.withTables<Loose>().insertInto(table).values(before).execute();
        });
      }
      expect(await room.findings()).toEqual([]);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 5_000 });
      await room.close();
    });
  });
}

type Loose = Record<keyof PromotionTables, Record<string, unknown>>;
