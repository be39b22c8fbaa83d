import { testDatabases } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { promotionContract } from '../contract';
import { memberOf, openRoom, RETURN_WINDOW_MS, type Room } from '../testing/room';

for (const kind of testDatabases()) {
  describe(`commission on ${kind.name}`, () => {
    let room: Room;
    beforeEach(async () => {
      room = await openRoom(kind);
    });
    afterEach(async () => {
      expect(await room.findings()).toEqual([]);
      await room.close();
    });

    it('given four promoters in line, when the last one buys, then three earn 5, 2 and 1 percent and the fourth nothing', async () => {
      const [top, third, second, first] = await room.line(4);
      const buyer = await room.register(await room.visit(first!.code));
      const facts = await room.order(buyer.memberId, [9_999, 12_345]);
      expect(facts.lines[0]!.beneficiaries!.levels.map(({ level, promoterNo, rateBp }) => [level, promoterNo, rateBp])).toEqual([
        [1, first!.memberNo, 500],
        [2, second!.memberNo, 200],
        [3, third!.memberNo, 100],
      ]);
      await room.steps.placed(facts);
      expect(await room.balances(first!.actor)).toMatchObject({ estimatedFen: 499 + 617, pendingFen: 0, availableFen: 0 });
      await room.steps.paid(facts);
      expect(await room.balances(first!.actor)).toMatchObject({ estimatedFen: 0, pendingFen: 499 + 617, availableFen: 0 });
      expect(await room.balances(second!.actor)).toMatchObject({ pendingFen: 199 + 246 });
      expect(await room.balances(third!.actor)).toMatchObject({ pendingFen: 99 + 123 });
      expect(await room.balances(top!.actor)).toMatchObject({ estimatedFen: 0, pendingFen: 0, availableFen: 0 });
      await room.steps.completed(facts);
      expect(await room.balances(first!.actor)).toMatchObject({ pendingFen: 0, availableFen: 499 + 617 });
    });

    it('given the goods are received, then the promoter sees the day on which the commission becomes available', async () => {
      const promoter = await room.enrol();
      const buyer = await room.register(await room.visit(promoter.code));
      const facts = await room.order(buyer.memberId, [10_000]);
      await room.steps.placed(facts);
      await room.steps.paid(facts);
      const list = async () => {
        const answered = await room.call(promotionContract.commissions, promoter.actor);
        return answered.ok ? answered.value.items : [];
      };
      expect((await list())[0]).toMatchObject({ status: 'pending', availableFrom: null, dueFen: 500 });
      await room.steps.received(facts);
      const [commission] = await list();
      expect(Date.parse(commission!.availableFrom!)).toBe(room.clock.now() + RETURN_WINDOW_MS);
    });

    it('given an unpaid order is cancelled, then the expectation is void and no money ever moved', async () => {
      const promoter = await room.enrol();
      const buyer = await room.register(await room.visit(promoter.code));
      const facts = await room.order(buyer.memberId, [10_000]);
      await room.steps.placed(facts);
      await room.steps.cancelled(facts);
      expect(await room.balances(promoter.actor)).toMatchObject({ estimatedFen: 0, pendingFen: 0, availableFen: 0 });
      const answered = await room.call(promotionContract.commissions, promoter.actor);
      expect(answered.ok && answered.value.items).toMatchObject([{ status: 'reversed', dueFen: 0, originalFen: 500, reversedFen: 500 }]);
      const statement = await room.call(promotionContract.statement, promoter.actor);
      expect(statement.ok && statement.value.items).toEqual([]);
    });

    it('given commission was released and withdrawn, when the order is refunded, then the balance is a debt that later commission repays', async () => {
      const promoter = await room.rich(1_000);
      await room.call(promotionContract.requestWithdrawal, promoter.actor, { body: { amountFen: 1_000, rail: 'transfer' } });
      await room.steps.refunded(promoter.order, 0, 20_000, 20_000);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: -1_000, reservedFen: 1_000 });
      const terms = await room.call(promotionContract.withdrawalTerms, promoter.actor);
      expect(terms.ok && terms.value.availableFen).toBe(0);
      const next = await room.order(promoter.buyer.memberId, [30_000]);
      await room.steps.placed(next);
      await room.steps.paid(next);
      await room.steps.completed(next);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 500 });
    });

    it('given a paused promoter in the middle, then that level is paid to nobody and the others keep their own rates', async () => {
      const [top, middle, first] = await room.line(3);
      const buyer = await room.register(await room.visit(first!.code));
      await room.call(promotionContract.setPromoterStatus, staff, {
        params: { promoterId: middle!.promoterId },
        body: { status: 'paused', reason: '身份复核' },
      });
      const chain = await room.service.api.beneficiaries(buyer.memberId);
      expect(chain?.levels.map(({ level, promoterNo, rateBp }) => [level, promoterNo, rateBp])).toEqual([
        [1, first!.memberNo, 500],
        [3, top!.memberNo, 100],
      ]);
      expect(await room.service.api.beneficiaries(top!.memberId)).toBeNull();
    });

    it('explains an amount so that it can be computed again by hand', async () => {
      const [above, promoter] = await room.line(2);
      const buyer = await room.register(await room.visit(promoter!.code));
      const facts = await room.order(buyer.memberId, [9_999]);
      await room.steps.placed(facts);
      await room.steps.paid(facts);
      await room.steps.refunded(facts, 0, 3_333, 3_333);
      await room.steps.completed(facts);
      const list = await room.call(promotionContract.commissions, promoter!.actor);
      const commissionId = list.ok ? list.value.items[0]!.commissionId : '';
      const answered = await room.call(promotionContract.commission, promoter!.actor, { params: { commissionId } });
      if (!answered.ok) throw new Error(answered.problem.code);
      const { value } = answered;
      expect(value).toMatchObject({
        rateBp: 500,
        baseFen: 9_999,
        refundedBaseFen: 3_333,
        remainingBaseFen: 6_666,
        dueFen: 333,
        rounding: 'floor',
      });
      expect(value.formulaZh).toBe('（实付 99.99 元 − 已退 33.33 元）× 5%，舍去不足一分的部分 = 3.33 元');
      expect(value.chain.map(({ level, isYou }) => [level, isYou])).toEqual([
        [0, false],
        [1, true],
        [2, false],
      ]);
      expect(value.timeline.map(({ kind, amountFen }) => [kind, amountFen])).toEqual([
        ['estimated', 499],
        ['pending', 499],
        ['clawed_back', -166],
        ['available', 333],
      ]);
      for (const { entries } of value.ledger) expect(entries.reduce((sum, entry) => sum + entry.amountFen, 0)).toBe(0);
      // Nobody else's commission is shown, nor even that it exists.
      const foreign = await room.call(promotionContract.commission, above!.actor, { params: { commissionId } });
      expect(foreign).toMatchObject({ ok: false, problem: { code: 'promotion.commissionNotFound' } });
      const stranger = await room.call(promotionContract.commission, memberOf('nobody'), { params: { commissionId } });
      expect(stranger.ok).toBe(false);
    });
  });
}

const staff = { kind: 'staff', staffId: 's1', username: 'staff', permissions: [], sessionId: 's' } as const;
