import { transferFailed, transferSucceeded } from '@qianxing/payment/contract';
import { testDatabases } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { payoutRequested, promotionContract } from '../contract';
import type { PromotionTables } from '../tables';
import { openRoom, type Room, staffOf } from '../testing/room';

const NAME = '陈宇航';

for (const kind of testDatabases()) {
  describe(`the receiver’s real name on ${kind.name}`, () => {
    let room: Room;
    let sound = true;
    beforeEach(async () => {
      room = await openRoom(kind);
      sound = true;
    });
    afterEach(async () => {
      if (sound) expect(await room.findings()).toEqual([]);
      await room.close();
    });

    type Promoter = Awaited<ReturnType<Room['rich']>>;
    type Wish = { amountFen: number; rail?: 'transfer' | 'profit_sharing'; realName?: string };
    const request = (promoter: Promoter, { rail = 'transfer', ...wish }: Wish, key?: string) =>
      room.call(promotionContract.requestWithdrawal, promoter.actor, { body: { rail, ...wish }, ...(key === undefined ? {} : { key }) });
    const opened = async (promoter: Promoter, wish: Wish) => {
      const answered = await request(promoter, wish);
      if (!answered.ok) throw new Error(answered.problem.code);
      const { withdrawalId } = answered.value;
      return { withdrawalId, payoutKey: `withdrawal:${withdrawalId}` };
    };
    const approve = async (withdrawalId: string) => {
      for (const staffId of ['one', 'two'])
        await room.call(promotionContract.approveWithdrawal, staffOf(staffId), { params: { withdrawalId } });
    };
    const rows = () => room.database.query.withTables<PromotionTables>().selectFrom('promotion_withdrawals').selectAll().execute();
    const setSealed = (withdrawalId: string, realNameSealed: string | null) =>
      room.inTransaction((transaction) =>
        transaction
          .withTables<PromotionTables>()
          .updateTable('promotion_withdrawals')
          .set({ realNameSealed })
          .where('withdrawalId', '=', withdrawalId)
          .execute(),
      );
    const end = (payoutKey: string, amountFen: number) => ({ payoutKey, transferNo: 'T1', amountFen, finishedAt: room.clock.now() });

    it('given 1,999.99 yuan, then none is asked for and none is taken', async () => {
      const promoter = await room.rich(500_000);
      expect(await request(promoter, { amountFen: 199_999, realName: NAME })).toMatchObject({
        ok: false,
        problem: { code: 'promotion.realNameNotNeeded', path: '/realName' },
      });
      const { withdrawalId, payoutKey } = await opened(promoter, { amountFen: 199_999 });
      await approve(withdrawalId);
      expect(await room.service.api.payoutRealName(payoutKey)).toBeUndefined();
      expect(room.emitted.filter(({ topic }) => topic === payoutRequested.topic)).toHaveLength(1);
    });

    it('given 2,000.00 yuan without a name, then it is refused with the field, and nothing is set aside', async () => {
      const promoter = await room.rich(500_000);
      const terms = await room.call(promotionContract.withdrawalTerms, promoter.actor);
      expect(terms.ok && terms.value.realNameFromFen).toBe(200_000);
      expect(await request(promoter, { amountFen: 200_000 })).toMatchObject({
        ok: false,
        problem: { code: 'promotion.realNameNeeded', path: '/realName' },
      });
      expect(await rows()).toEqual([]);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 500_000, reservedFen: 0 });
    });

    it('given 2,000.00 yuan with a name, then payment may read it until the end, and nobody else ever', async () => {
      const promoter = await room.rich(500_000);
      const { withdrawalId, payoutKey } = await opened(promoter, { amountFen: 200_000, realName: NAME });
      expect(await room.service.api.payoutRealName(payoutKey)).toBe(NAME);
      await approve(withdrawalId);
      expect(await room.service.api.payoutRealName(payoutKey)).toBe(NAME);
      const shown = [
        await room.call(promotionContract.withdrawal, promoter.actor, { params: { withdrawalId } }),
        await room.call(promotionContract.staffWithdrawals, staffOf('one')),
        room.emitted,
        await rows(),
      ];
      expect(JSON.stringify(shown)).not.toContain(NAME);
      await room.hear(transferSucceeded, end(payoutKey, 200_000));
      expect(await room.service.api.payoutRealName(payoutKey)).toBeUndefined();
      expect(await rows()).toMatchObject([{ status: 'paid', realNameSealed: null }]);
    });

    it('given the sealed name is moved to another withdrawal, then it cannot be read there', async () => {
      const promoter = await room.rich(500_000);
      const first = await opened(promoter, { amountFen: 200_000, realName: NAME });
      const second = await opened(promoter, { amountFen: 200_000, realName: '周敏' });
      const sealed = (await rows()).find((row) => row.withdrawalId === first.withdrawalId)?.realNameSealed ?? null;
      await setSealed(second.withdrawalId, sealed);
      expect(await room.service.api.payoutRealName(first.payoutKey)).toBe(NAME);
      expect(await room.service.api.payoutRealName(second.payoutKey)).toBeUndefined();
    });

    it.each([
      [
        'cancelled',
        (withdrawalId: string, promoter: Promoter) =>
          room.call(promotionContract.cancelWithdrawal, promoter.actor, { params: { withdrawalId } }),
      ],
      [
        'rejected',
        (withdrawalId: string) =>
          room.call(promotionContract.rejectWithdrawal, staffOf('one'), { params: { withdrawalId }, body: { reason: '资料不符' } }),
      ],
    ])('given the withdrawal is %s, then its name is gone', async (status, finish) => {
      const promoter = await room.rich(500_000);
      const { withdrawalId } = await opened(promoter, { amountFen: 200_000, realName: NAME });
      expect((await rows())[0]?.realNameSealed).not.toBeNull();
      expect(await finish(withdrawalId, promoter)).toMatchObject({ ok: true });
      expect(await rows()).toMatchObject([{ status, realNameSealed: null }]);
    });

    it('given WeChat finds another name, then the promoter reads what to do, has the money back and may ask again', async () => {
      const promoter = await room.rich(500_000);
      const { withdrawalId, payoutKey } = await opened(promoter, { amountFen: 500_000, realName: '别人' });
      await approve(withdrawalId);
      await room.hear(transferFailed, { ...end(payoutKey, 500_000), paidFen: 0, code: 'NAME_NOT_CORRECT' });
      const failed = await room.call(promotionContract.withdrawal, promoter.actor, { params: { withdrawalId } });
      expect(failed).toMatchObject({ ok: true, value: { status: 'failed', problem: { code: 'NAME_NOT_CORRECT' } } });
      expect(failed.ok && failed.value.problem?.zh).toContain('核对姓名');
      expect(await rows()).toMatchObject([{ realNameSealed: null }]);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 500_000, reservedFen: 0 });
      expect(await request(promoter, { amountFen: 500_000, realName: NAME })).toMatchObject({ ok: true });
    });

    it('given a withdrawal from before names were asked for, then nothing is sent and the money is back', async () => {
      const promoter = await room.rich(500_000);
      const { withdrawalId } = await opened(promoter, { amountFen: 200_000, realName: NAME });
      await setSealed(withdrawalId, null);
      await approve(withdrawalId);
      expect(await rows()).toMatchObject([{ status: 'failed', problemCode: 'realNameMissing' }]);
      expect(room.emitted.filter(({ topic }) => topic === payoutRequested.topic)).toEqual([]);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 500_000, reservedFen: 0 });
    });

    it('given profit sharing, then no name is asked for at any amount', async () => {
      const promoter = await room.rich(500_000);
      room.world.payments.set(promoter.order.tradeId, { paymentId: 'p1', shareableFen: 1_000_000 });
      expect(await request(promoter, { amountFen: 300_000, rail: 'profit_sharing' })).toMatchObject({ ok: true });
      const named = await request(promoter, { amountFen: 200_000, rail: 'profit_sharing', realName: NAME });
      expect(named).toMatchObject({ ok: false, problem: { code: 'promotion.realNameNotNeeded' } });
    });

    it('given the same request again with its key, then it is the same withdrawal', async () => {
      const promoter = await room.rich(500_000);
      const ask = () => request(promoter, { amountFen: 200_000, realName: NAME }, 'key-one-two-three');
      expect(await ask()).toEqual(await ask());
      const other = await request(promoter, { amountFen: 200_000, realName: '周敏' }, 'key-one-two-three');
      expect(other).toMatchObject({ ok: false, problem: { code: 'promotion.keyReused' } });
      expect(await rows()).toHaveLength(1);
    });

    it('given the answer was lost and the payments are used up by the first, then the repetition still answers the first', async () => {
      const promoter = await room.rich(500_000);
      room.world.payments.set(promoter.order.tradeId, { paymentId: 'p1', shareableFen: 1_000_000 });
      const ask = () => request(promoter, { amountFen: 500_000, rail: 'profit_sharing' }, 'key-one-two-three');
      const first = await ask();
      room.world.payments.clear();
      room.world.withoutWechat.add(promoter.memberId);
      expect(first.ok).toBe(true);
      expect(await ask()).toEqual(first);
    });

    it('given a name is kept after the end all the same, then the checks tell', async () => {
      sound = false;
      const promoter = await room.rich(500_000);
      const { withdrawalId } = await opened(promoter, { amountFen: 200_000, realName: NAME });
      await room.call(promotionContract.cancelWithdrawal, promoter.actor, { params: { withdrawalId } });
      expect(await room.findings()).toEqual([]);
      await setSealed(withdrawalId, 'x');
      expect(JSON.stringify(await room.findings())).toContain('keeps the name');
    });
  });
}
