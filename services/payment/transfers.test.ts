import { newId } from '@qianxing/ids';
import { fen } from '@qianxing/money';
import { orderCompleted } from '@qianxing/order/contract';
import { armFailpoint, testDatabases } from '@qianxing/testing';
import { DAY_MS, HOUR_MS } from '@qianxing/time';
import type { TransferState } from '@qianxing/wechat-pay';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paymentContract, transferAwaitingConfirmation, transferFailed, transferSucceeded } from './contract';
import { openRoom, PAYABLE_FEN, type Room, successOf } from './payment-for-tests';
import { takeForSharing } from './store';
import { APP_IDS, MERCHANT_ID, PROMOTER, rejected, unknown } from './wechat-pay-for-tests';

describe.each(testDatabases())('payouts on $name', (kind) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(kind);
  });
  afterEach(async () => {
    expect(await room.findings()).toEqual([]);
    expect(await room.deadLetters()).toBe(0);
    await room.close();
  });
  const pursue = () => room.runJob('payment.pursueTransfers');
  const ends = async () => ({ succeeded: await room.told(transferSucceeded), failed: await room.told(transferFailed) });

  describe('by transfer', () => {
    it('given a request, then the promoter is asked once to confirm, and the end is told once', async () => {
      await room.askPayout('withdrawal:1', 5_000);
      await room.askPayout('withdrawal:1', 5_000);
      expect(await room.service.api.transferConfirmation('withdrawal:1')).toBeUndefined();
      await pursue();
      const { transferNo } = await room.transfer('withdrawal:1');
      await room.pursueAll();
      await room.pursueAll();
      expect(await room.told(transferAwaitingConfirmation)).toEqual([{ payoutKey: 'withdrawal:1', transferNo }]);
      expect(await room.service.api.transferConfirmation('withdrawal:1')).toEqual({
        transferNo,
        packageInfo: `package-${transferNo}`,
        appId: APP_IDS.transfer,
        merchantId: MERCHANT_ID,
        confirmUrl: `https://sandbox.example/package-${transferNo}`,
      });
      expect(await ends()).toEqual({ succeeded: [], failed: [] });
      room.provider.transferEnds(transferNo, 'SUCCESS');
      const finishedAt = room.clock.now();
      await room.notice(paymentContract.transferNotice, { id: newId(), kind: 'transfer', transfer: { outBillNo: transferNo } });
      await room.pursueAll();
      expect(await room.transfer('withdrawal:1')).toMatchObject({ status: 'succeeded', paidFen: 5_000, finishedAt, nextAttemptAt: null });
      const told = { payoutKey: 'withdrawal:1', transferNo, amountFen: 5_000, finishedAt };
      expect(await ends()).toEqual({ succeeded: [told], failed: [] });
      expect(await room.service.api.transferConfirmation('withdrawal:1')).toBeUndefined();
      expect(room.provider.numbersOf('transfer')).toEqual([transferNo]);
    });

    it('given an amount that needs the real name, then it is sent each time and stored nowhere', async () => {
      room.realNames.set('withdrawal:1', '陈宇航');
      await room.askPayout('withdrawal:1', 200_000);
      room.provider.next('transfer', { answer: unknown });
      await pursue();
      await room.pursueAll();
      await room.pursueAll();
      expect(room.provider.namesSent()).toEqual(['陈宇航', '陈宇航']);
      expect(JSON.stringify(await room.transfer('withdrawal:1'))).not.toContain('陈宇航');
    });

    it('given no name or an amount too small for one, then none is sent', async () => {
      room.realNames.set('small', '陈宇航');
      await room.askPayout('small', 29);
      await room.askPayout('nameless', 199_999);
      await pursue();
      expect(room.provider.namesSent()).toEqual([undefined, undefined]);
      expect((await room.transfer('small')).status).toBe('awaiting_confirmation');
    });

    it.each([true, false])('given no answer (carried out: %s), then it is asked about before it is sent again', async (carriedOut) => {
      await room.askPayout('k', 5_000);
      room.provider.next('transfer', { answer: unknown, carriedOut });
      await pursue();
      expect((await room.transfer('k')).status).toBe('unknown');
      await room.pursueAll();
      await room.pursueAll();
      expect((await room.transfer('k')).status).toBe('awaiting_confirmation');
      expect(room.provider.numbersOf('transfer')).toHaveLength(carriedOut ? 1 : 2);
      expect(new Set(room.provider.numbersOf('transfer')).size).toBe(1);
      expect(await room.told(transferAwaitingConfirmation)).toHaveLength(1);
    });

    it('given the process dies after sending, then nothing is sent twice', async () => {
      await room.askPayout('k', 5_000);
      const disarm = armFailpoint('payment.afterTransferSent', () => {
        throw new Error('killed');
      });
      await expect(pursue()).rejects.toThrow('killed');
      disarm();
      expect((await room.transfer('k')).status).toBe('created');
      await pursue();
      await room.pursueAll();
      expect((await room.transfer('k')).status).toBe('awaiting_confirmation');
      expect(new Set(room.provider.numbersOf('transfer')).size).toBe(1);
    });

    it.each([
      ['FAIL', 'failed', 'OVERDUE_CLOSE', 'OVERDUE_CLOSE'],
      ['CANCELLED', 'cancelled', undefined, 'CANCELLED'],
    ] as const)('given the provider ends it as %s, then it is %s, told once, and nothing was paid', async (state, status, reason, code) => {
      await room.askPayout('k', 5_000);
      await pursue();
      const { transferNo } = await room.transfer('k');
      room.provider.transferEnds(transferNo, state, reason);
      await room.pursueAll();
      await room.pursueAll();
      expect(await room.transfer('k')).toMatchObject({ status, problem: code, paidFen: 0 });
      const { succeeded, failed } = await ends();
      expect([succeeded, failed.map((event) => [event.code, event.paidFen])]).toEqual([[], [[code, 0]]]);
    });

    it('given two answers disagree at the same moment, then exactly one end happens', async () => {
      await room.askPayout('k', 5_000);
      await pursue();
      const { transferNo } = await room.transfer('k');
      room.provider.transferEnds(transferNo, 'SUCCESS');
      const disarm = armFailpoint('payment.afterTransferSent', async () => {
        disarm();
        room.provider.transferEnds(transferNo, 'FAIL', 'x');
        await room.notice(paymentContract.transferNotice, { id: newId(), kind: 'transfer', transfer: { outBillNo: transferNo } });
      });
      room.clock.advance(DAY_MS);
      await pursue();
      const { succeeded, failed } = await ends();
      expect(succeeded.length + failed.length).toBe(1);
      expect((await room.transfer('k')).status).toBe('failed');
    });

    it('given a refusal of the creation, then it fails; given one that may pass, then it is tried again', async () => {
      await room.askPayout('refused', 5_000);
      room.provider.next('transfer', { answer: rejected('USER_ACCOUNT_ABNORMAL', 'businessRule') });
      await pursue();
      expect(await room.transfer('refused')).toMatchObject({ status: 'failed', problem: 'USER_ACCOUNT_ABNORMAL' });
      await room.askPayout('poor', 5_000);
      room.provider.next('transfer', { answer: rejected('NOT_ENOUGH', 'topUp') });
      await pursue();
      expect(await room.transfer('poor')).toMatchObject({ status: 'created', problem: 'NOT_ENOUGH' });
      await room.pursueAll();
      expect((await room.transfer('poor')).status).toBe('awaiting_confirmation');
      expect((await ends()).failed.map((event) => event.payoutKey)).toEqual(['refused']);
    });

    it.each(['ACCEPTED', 'PROCESSING', 'TRANSFERING', 'CANCELING'] satisfies TransferState[])(
      'given state %s, then it is not over, and the promoter is not asked a second time',
      async (state) => {
        await room.askPayout('k', 5_000);
        await pursue();
        const { transferNo } = await room.transfer('k');
        room.provider.transferEnds(transferNo, state);
        await room.pursueAll();
        expect((await room.transfer('k')).status).toBe('processing');
        room.provider.transferEnds(transferNo, 'WAIT_USER_CONFIRM');
        await room.pursueAll();
        expect((await room.transfer('k')).status).toBe('awaiting_confirmation');
        expect(await room.told(transferAwaitingConfirmation)).toHaveLength(1);
        expect(await ends()).toEqual({ succeeded: [], failed: [] });
      },
    );

    it('given the provider tells of another amount, then it is not believed', async () => {
      await room.askPayout('k', 5_000);
      await pursue();
      room.provider.transferEnds((await room.transfer('k')).transferNo, 'SUCCESS', undefined, fen(4_000));
      await room.pursueAll();
      expect(await room.transfer('k')).toMatchObject({ status: 'awaiting_confirmation', problem: 'amountDiffers' });
      expect(await ends()).toEqual({ succeeded: [], failed: [] });
    });
  });

  describe('by profit sharing', () => {
    const paid = async () => {
      const payment = successOf(await room.open(room.trade()));
      room.provider.pay(payment.paymentNo);
      successOf(await room.call(paymentContract.payment, room.buyer(), { params: { paymentId: payment.paymentId } }));
      return payment;
    };
    const shared = async (paymentId: string) => (await room.payment(paymentId)).sharedFen;
    const numbers = async (key: string) => (await room.shares((await room.transfer(key)).transferId)).map((share) => share.shareNo);

    it('given money in two payments, then each shares its part under a number of its own', async () => {
      const [a, b] = [await paid(), await paid()];
      await room.askPayout('k', 3_000, [
        { paymentId: a.paymentId, amountFen: 1_000 },
        { paymentId: b.paymentId, amountFen: 2_000 },
      ]);
      expect([await shared(a.paymentId), await shared(b.paymentId)]).toEqual([1_000, 2_000]);
      const shareable = await room.service.api.shareablePayments([a.tradeId, b.tradeId, newId()]);
      expect(shareable.get(a.tradeId)).toEqual({ paymentId: a.paymentId, shareableFen: PAYABLE_FEN - 1_000 });
      await pursue();
      expect(room.provider.numbersOf('addReceiver')).toEqual([PROMOTER]);
      const shares = await numbers('k');
      expect(new Set(room.provider.numbersOf('share'))).toEqual(new Set(shares));
      await room.pursueAll();
      expect((await room.transfer('k')).status).toBe('processing');
      for (const number of shares) room.provider.shareEnds(number, 'SUCCESS');
      await room.pursueAll();
      await room.pursueAll();
      expect(await room.transfer('k')).toMatchObject({ status: 'succeeded', paidFen: 3_000 });
      const { succeeded, failed } = await ends();
      expect([succeeded.length, failed.length]).toEqual([1, 0]);
    });

    it('given one part is closed, then the payout fails with what was paid, and the part is free again', async () => {
      const [a, b] = [await paid(), await paid()];
      await room.askPayout('k', 3_000, [
        { paymentId: a.paymentId, amountFen: 1_000 },
        { paymentId: b.paymentId, amountFen: 2_000 },
      ]);
      await pursue();
      const shares = await room.shares((await room.transfer('k')).transferId);
      for (const share of shares) room.provider.shareEnds(share.shareNo, share.paymentId === a.paymentId ? 'SUCCESS' : 'CLOSED');
      await room.pursueAll();
      expect(await room.transfer('k')).toMatchObject({ status: 'failed', paidFen: 1_000, problem: 'NO_RELATION' });
      expect([await shared(a.paymentId), await shared(b.paymentId)]).toEqual([1_000, 0]);
      expect((await ends()).failed).toMatchObject([{ payoutKey: 'k', amountFen: 3_000, paidFen: 1_000, code: 'NO_RELATION' }]);
    });

    it('given no answer about a share, then it is asked about under its number until it ended', async () => {
      const { paymentId } = await paid();
      await room.askPayout('k', 1_000, [{ paymentId, amountFen: 1_000 }]);
      room.provider.next('share', { answer: unknown, carriedOut: true });
      room.provider.next('queryShare', { answer: unknown });
      await pursue();
      await room.pursueAll();
      const [share] = await numbers('k');
      room.provider.shareEnds(share ?? '', 'SUCCESS');
      await room.pursueAll();
      expect((await room.transfer('k')).status).toBe('succeeded');
      expect(room.provider.numbersOf('share')).toEqual([share]);
    });

    it('given a share that never arrived, then it is sent again under its number', async () => {
      const { paymentId } = await paid();
      await room.askPayout('k', 1_000, [{ paymentId, amountFen: 1_000 }]);
      room.provider.next('share', { answer: unknown });
      await pursue();
      await room.pursueAll();
      await room.pursueAll();
      const [share] = await numbers('k');
      expect(room.provider.numbersOf('share')).toEqual([share, share]);
    });

    it('given a promoter who cannot receive shares, then the payout fails before anything is sent and all is free again', async () => {
      const { paymentId } = await paid();
      await room.askPayout('k', 1_000, [{ paymentId, amountFen: 1_000 }]);
      room.provider.next('addReceiver', { answer: unknown });
      room.provider.next('addReceiver', { answer: rejected('RULE_LIMIT', 'businessRule') });
      await pursue();
      expect((await room.transfer('k')).status).toBe('created');
      await room.pursueAll();
      expect(await room.transfer('k')).toMatchObject({ status: 'failed', paidFen: 0, problem: 'RULE_LIMIT' });
      expect(await shared(paymentId)).toBe(0);
      expect(room.provider.numbersOf('share')).toEqual([]);
      expect((await ends()).failed).toHaveLength(1);
    });

    it('given parts that are not there or do not add up, then nothing is set aside and it fails once', async () => {
      const [a, b] = [await paid(), await paid()];
      await room.askRefund('r', a.paymentId, PAYABLE_FEN - 500);
      await room.askPayout('tooMuch', 1_501, [
        { paymentId: b.paymentId, amountFen: 1_000 },
        { paymentId: a.paymentId, amountFen: 501 },
      ]);
      await room.askPayout('notTheSum', 900, [{ paymentId: b.paymentId, amountFen: 1_000 }]);
      expect([await shared(a.paymentId), await shared(b.paymentId)]).toEqual([0, 0]);
      expect((await ends()).failed.map((event) => [event.payoutKey, event.code, event.paidFen])).toEqual([
        ['tooMuch', 'notShareable', 0],
        ['notTheSum', 'notShareable', 0],
      ]);
      await pursue();
      expect(room.provider.numbersOf('share')).toEqual([]);
    });

    it('given many payouts want the same money at once, then together they never get more than there is', async () => {
      const { paymentId } = await paid();
      const take = () => room.database.transaction((transaction) => takeForSharing(transaction, paymentId, 15_000));
      expect((await Promise.all([take(), take(), take(), take()])).filter((covered) => covered)).toHaveLength(2);
      expect(await shared(paymentId)).toBe(30_000);
      await room.database.transaction((transaction) =>
        transaction
          .withTables<{ payment_payments: { sharedFen: number } }>()
          .updateTable('payment_payments')
          .set({ sharedFen: 0 })
          .execute(),
      );
    });

    it('given the trade completed, then a day later the rest is unfrozen once, after every open share', async () => {
      const { paymentId, tradeId } = await paid();
      await room.askPayout('k', 1_000, [{ paymentId, amountFen: 1_000 }]);
      await pursue();
      const order = { tradeId, orderId: newId(), orderNo: '1', memberId: newId(), merchantId: newId(), warehouseId: newId(), lines: [] };
      await room.publish(orderCompleted, order.orderId, { ...order, completedAt: room.clock.now() });
      room.clock.advance(DAY_MS - 1);
      expect(await room.runJob('payment.unfreeze')).toBe(0);
      room.clock.advance(1);
      expect(await room.runJob('payment.unfreeze')).toBe(1);
      // Waits for the share, and does not ask to be run again at once.
      expect(await room.runJob('payment.unfreeze')).toBe(0);
      expect(room.provider.numbersOf('unfreeze')).toEqual([]);
      const [share] = await numbers('k');
      room.provider.shareEnds(share ?? '', 'SUCCESS');
      await room.pursueAll();
      room.provider.next('unfreeze', { answer: unknown });
      room.clock.advance(HOUR_MS);
      expect(await room.runJob('payment.unfreeze')).toBe(1);
      expect((await room.payment(paymentId)).unfrozenAt).toBeNull();
      room.clock.advance(HOUR_MS);
      await room.runJob('payment.unfreeze');
      expect((await room.payment(paymentId)).unfrozenAt).toBe(room.clock.now());
      room.clock.advance(DAY_MS);
      expect(await room.runJob('payment.unfreeze')).toBe(0);
      expect(new Set(room.provider.numbersOf('unfreeze')).size).toBe(1);
      expect(await room.service.api.shareablePayments([tradeId])).toEqual(new Map());
    });
  });

  it('lists for staff', async () => {
    await room.askPayout('a', 1);
    await room.askPayout('b', 2);
    const page = successOf(await room.call(paymentContract.staffTransfers, room.staff, { query: { limit: 1 } }));
    const rest = successOf(await room.call(paymentContract.staffTransfers, room.staff, { query: { limit: 1, cursor: page.nextCursor } }));
    expect([...page.items, ...rest.items].map((row) => row.payoutKey).sort()).toEqual(['a', 'b']);
    expect(rest.nextCursor).toBeNull();
    expect((await room.service.api.countsByStatus()).transfers).toEqual({ created: 2 });
  });
});
