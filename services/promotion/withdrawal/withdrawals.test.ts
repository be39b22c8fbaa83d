import { commissionChart, createLedger, type Ledger } from '@qianxing/ledger';
import { transferAwaitingConfirmation, transferFailed, transferSucceeded } from '@qianxing/payment/contract';
import { testDatabases } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAccounts } from '../account/account';
import type { PromotionContext } from '../context';
import { payoutRequested, promotionContract } from '../contract';
import { createRecorder } from '../proof/recorder';
import { promoterOfMember } from '../referral/store';
import { openRoom, type Room, staffOf, testOptions } from '../testing/room';
import { requestWithdrawal } from './requests';

for (const kind of testDatabases()) {
  describe(`withdrawals on ${kind.name}`, () => {
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
    const request = (promoter: Promoter, amountFen: number, key?: string, rail = 'transfer') =>
      room.call(promotionContract.requestWithdrawal, promoter.actor, {
        body: { amountFen, rail, ...(amountFen < testOptions.withdrawal.realNameFromFen ? {} : { realName: '陈立' }) },
        ...(key === undefined ? {} : { key }),
      });
    const idOf = async (requested: ReturnType<typeof request>) => {
      const answered = await requested;
      if (!answered.ok) throw new Error(answered.problem.code);
      return answered.value.withdrawalId;
    };
    const approve = (withdrawalId: string, staffId = 'one') =>
      room.call(promotionContract.approveWithdrawal, staffOf(staffId), { params: { withdrawalId } });
    const look = async (promoter: Promoter, withdrawalId: string) => {
      const answered = await room.call(promotionContract.withdrawal, promoter.actor, { params: { withdrawalId } });
      if (!answered.ok) throw new Error(answered.problem.code);
      return answered.value;
    };
    const payouts = () => room.emitted.filter(({ topic }) => topic === payoutRequested.topic).map(({ payload }) => payload as Payout);
    const succeed = (withdrawalId: string, amountFen: number) =>
      room.hear(transferSucceeded, {
        payoutKey: `withdrawal:${withdrawalId}`,
        transferNo: `T${withdrawalId}`,
        amountFen,
        finishedAt: room.clock.now(),
      });
    const failWith = (withdrawalId: string, amountFen: number, paidFen: number) =>
      room.hear(transferFailed, {
        payoutKey: `withdrawal:${withdrawalId}`,
        transferNo: `T${withdrawalId}`,
        amountFen,
        paidFen,
        finishedAt: room.clock.now(),
        code: 'ACCOUNT_FROZEN',
      });

    it('given a request is approved and the provider pays, then the money is gone from the account once', async () => {
      const promoter = await room.rich(5_000);
      const withdrawalId = await idOf(request(promoter, 3_000));
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 2_000, reservedFen: 3_000, paidFen: 0 });
      expect(payouts()).toEqual([]);
      await approve(withdrawalId);
      expect(payouts()).toEqual([
        {
          payoutKey: `withdrawal:${withdrawalId}`,
          memberId: promoter.memberId,
          openId: `openid-${promoter.memberId}`,
          amountFen: 3_000,
          rail: 'transfer',
          parts: [],
          remark: expect.stringContaining('推广佣金'),
        },
      ]);
      await room.hear(transferAwaitingConfirmation, { payoutKey: `withdrawal:${withdrawalId}`, transferNo: 'T' });
      expect(await look(promoter, withdrawalId)).toMatchObject({ status: 'awaiting_confirmation', actions: ['confirm'] });
      const confirmation = await room.call(promotionContract.confirmation, promoter.actor, { params: { withdrawalId } });
      expect(confirmation.ok && confirmation.value.packageInfo).toBe(`package withdrawal:${withdrawalId}`);
      await succeed(withdrawalId, 3_000);
      expect(await look(promoter, withdrawalId)).toMatchObject({ status: 'paid', actions: [], netFen: 3_000 });
      expect((await look(promoter, withdrawalId)).history.map(({ status }) => status)).toEqual([
        'reviewing',
        'approved',
        'sending',
        'awaiting_confirmation',
        'paid',
      ]);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 2_000, reservedFen: 0, paidFen: 3_000 });
      await expect(failWith(withdrawalId, 3_000, 0)).rejects.toThrow(/after it had ended as paid/);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 2_000, reservedFen: 0, paidFen: 3_000 });
    });

    it('given everything was withdrawn, then its commission is shown as paid; given a part, then not', async () => {
      const promoter = await room.rich(5_000);
      const statuses = async () => {
        const answered = await room.call(promotionContract.commissions, promoter.actor);
        return answered.ok ? answered.value.items.map(({ status }) => status) : [];
      };
      for (const [amountFen, expected] of [
        [3_000, 'available'],
        [2_000, 'paid'],
      ] as const) {
        const withdrawalId = await idOf(request(promoter, amountFen));
        await approve(withdrawalId);
        await succeed(withdrawalId, amountFen);
        expect(await statuses()).toEqual([expected]);
      }
    });

    it('given the payout fails, then all of it is available again and no tax is kept', async () => {
      const promoter = await room.rich(2_000_000);
      const withdrawalId = await idOf(request(promoter, 2_000_000));
      await approve(withdrawalId, 'one');
      await approve(withdrawalId, 'two');
      const frozen = await look(promoter, withdrawalId);
      // (20,000 × 80 % − 5,000) × 3 %
      expect(frozen).toMatchObject({ taxFen: 33_000, netFen: 1_967_000 });
      await failWith(withdrawalId, 1_967_000, 0);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 2_000_000, reservedFen: 0, paidFen: 0, taxWithheldFen: 0 });
      const terms = await room.call(promotionContract.withdrawalTerms, promoter.actor, { query: { amountFen: 2_000_000 } });
      expect(terms.ok && terms.value.taxFen).toBe(33_000);
      expect(await look(promoter, withdrawalId)).toMatchObject({ status: 'failed', problem: { code: 'ACCOUNT_FROZEN' } });
      await expect(succeed(withdrawalId, 1_967_000)).rejects.toThrow(/after it had ended as failed/);
    });

    it('given profit sharing arrives in part, then only the rest comes back', async () => {
      const promoter = await room.rich(5_000);
      room.world.payments.set(promoter.order.tradeId, { paymentId: 'p1', shareableFen: 90_000 });
      const withdrawalId = await idOf(request(promoter, 5_000, undefined, 'profit_sharing'));
      await approve(withdrawalId);
      expect(payouts()[0]?.parts).toEqual([{ tradeId: promoter.order.tradeId, paymentId: 'p1', amountFen: 5_000 }]);
      await failWith(withdrawalId, 5_000, 3_200);
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 1_800, reservedFen: 0, paidFen: 3_200 });
      expect(await look(promoter, withdrawalId)).toMatchObject({ status: 'failed', problem: { code: 'promotion.partlyPaid' } });
    });

    it('given payments can no longer be shared, then profit sharing is refused and nothing is set aside', async () => {
      const promoter = await room.rich(5_000);
      expect(await request(promoter, 5_000, undefined, 'profit_sharing')).toMatchObject({
        ok: false,
        problem: { code: 'promotion.notShareable' },
      });
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 5_000, reservedFen: 0 });
    });

    it('given an amount at the limit, then the same person twice is one and a second person is needed', async () => {
      const promoter = await room.rich(testOptions.withdrawal.twoPersonsFromFen);
      const withdrawalId = await idOf(request(promoter, testOptions.withdrawal.twoPersonsFromFen));
      expect(await approve(withdrawalId, 'one')).toMatchObject({
        ok: true,
        value: { status: 'reviewing', approvals: 1, approvalsNeeded: 2 },
      });
      expect(await approve(withdrawalId, 'one')).toMatchObject({ ok: false, problem: { code: 'promotion.secondPersonNeeded' } });
      expect(payouts()).toEqual([]);
      const both = await Promise.all([approve(withdrawalId, 'two'), approve(withdrawalId, 'three')]);
      expect(both.map((answer) => answer.ok).sort()).toEqual([false, true]);
      expect(payouts()).toHaveLength(1);
    });

    it('given a request under review, then the promoter may cancel, and afterwards nobody may approve', async () => {
      const promoter = await room.rich(1_000);
      const withdrawalId = await idOf(request(promoter, 1_000));
      const cancel = () => room.call(promotionContract.cancelWithdrawal, promoter.actor, { params: { withdrawalId } });
      expect(await cancel()).toMatchObject({ ok: true, value: { status: 'cancelled' } });
      expect(await cancel()).toMatchObject({ ok: true });
      expect(await approve(withdrawalId)).toMatchObject({ ok: false, problem: { code: 'promotion.notReviewable' } });
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 1_000, reservedFen: 0 });
      const stranger = await room.enrol();
      const foreign = await room.call(promotionContract.withdrawal, stranger.actor, { params: { withdrawalId } });
      expect(foreign).toMatchObject({ ok: false, problem: { code: 'promotion.withdrawalNotFound' } });
    });

    it('given staff reject with a reason, then the promoter reads it and has the money back, once', async () => {
      const promoter = await room.rich(1_000);
      const withdrawalId = await idOf(request(promoter, 1_000));
      const reject = () =>
        room.call(promotionContract.rejectWithdrawal, staffOf('one'), { params: { withdrawalId }, body: { reason: '姓名与微信实名不符' } });
      for (let times = 0; times < 3; times += 1) expect(await reject()).toMatchObject({ ok: true });
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 1_000, reservedFen: 0 });
      expect((await look(promoter, withdrawalId)).problem?.zh).toBe('审核未通过：姓名与微信实名不符');
    });

    it('given the same request twice, then it is one withdrawal; with another amount it is refused', async () => {
      const promoter = await room.rich(5_000);
      const first = await idOf(request(promoter, 1_000, 'key-one-two-three'));
      expect(await idOf(request(promoter, 1_000, 'key-one-two-three'))).toBe(first);
      expect(await request(promoter, 2_000, 'key-one-two-three')).toMatchObject({ ok: false, problem: { code: 'promotion.keyReused' } });
      expect(await room.balances(promoter.actor)).toMatchObject({ availableFen: 4_000, reservedFen: 1_000 });
    });

    it('keeps to the limits per request and per day', async () => {
      const promoter = await room.rich(5_000);
      expect(await request(promoter, 99)).toMatchObject({ ok: false, problem: { code: 'promotion.belowMinimum' } });
      expect(await request(promoter, 50_000_001)).toMatchObject({ ok: false, problem: { code: 'promotion.aboveMaximum' } });
      expect(await request(promoter, 5_001)).toMatchObject({ ok: false, problem: { code: 'promotion.balanceTooLow' } });
      for (let times = 0; times < 3; times += 1) expect(await request(promoter, 100)).toMatchObject({ ok: true });
      expect(await request(promoter, 100)).toMatchObject({ ok: false, problem: { code: 'promotion.tooManyToday' } });
      room.clock.advance(86_400_000);
      expect(await request(promoter, 100)).toMatchObject({ ok: true });
    });

    it('given the process died between approval and sending, then the job sends once', async () => {
      const promoter = await room.rich(1_000);
      const withdrawalId = await idOf(request(promoter, 1_000));
      const openId = room.needs.openId;
      Object.assign(room.needs, { openId: () => Promise.reject(new Error('gone')) });
      await expect(approve(withdrawalId)).rejects.toThrow('gone');
      Object.assign(room.needs, { openId });
      expect(payouts()).toEqual([]);
      const job = room.service.jobs.find(({ name }) => name === 'promotion.sendPayouts');
      expect(await job?.run()).toBe(1);
      expect(await job?.run()).toBe(0);
      expect(payouts()).toHaveLength(1);
    });

    describe('two withdrawals of the whole balance at once', () => {
      /** Both requests against one ledger; its chart decides whether a hold may take the balance below zero. */
      const race = async (ledger?: Ledger) => {
        const promoter = await room.rich(1_000);
        const row = await promoterOfMember(room.database.query, promoter.memberId);
        if (row === undefined) throw new Error('no promoter');
        const accounts = createAccounts(room.database, room.clock, createRecorder(room.database, room.proofLog.log), ledger);
        const { database, clock, events, needs } = room;
        const log = { info: () => {}, warn: () => {}, error: () => {} };
        const context = {
          platform: { database, clock, events, log },
          needs,
          options: testOptions,
          accounts,
        } as unknown as PromotionContext;
        const ask = (requestKey: string) =>
          requestWithdrawal(context, {
            promoter: row,
            amountFen: 1_000,
            rail: 'transfer',
            realName: undefined,
            requestKey,
            now: clock.now(),
          });
        const answers = await Promise.all([ask('first'), ask('second')]);
        return { granted: answers.filter((answer) => answer.ok).length, availableFen: (await room.balances(promoter.actor)).availableFen };
      };

      it('one succeeds', async () => {
        expect(await race()).toEqual({ granted: 1, availableFen: 0 });
      });

      it('without the floor under the balance both succeed, and the checks tell', async () => {
        sound = false;
        const available = { folded: false, overdraftBy: ['commissionClawedBack', 'adjustment', 'withdrawalHeld'] } as const;
        const unguarded = createLedger({ chart: { ...commissionChart, available }, now: room.clock.now });
        expect(await race(unguarded)).toEqual({ granted: 2, availableFen: -1_000 });
        expect((await room.findings()).map(({ check }) => check)).toContain('promotion.ledger');
      });
    });
  });
}

interface Payout {
  readonly parts: readonly unknown[];
}
