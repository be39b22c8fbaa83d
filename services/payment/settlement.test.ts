import { newId } from '@qianxing/ids';
import { fen } from '@qianxing/money';
import { tradeCancelled } from '@qianxing/order/contract';
import { armFailpoint, testDatabases } from '@qianxing/testing';
import { MINUTE_MS } from '@qianxing/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paymentContract, paymentSucceeded } from './contract';
import { codeOf, openRoom, PAYABLE_FEN, type Room, successOf } from './payment-for-tests';
import { succeedPayment } from './store';
import type { PaymentTables } from './tables';
import { rejected, unknown } from './wechat-pay-for-tests';

describe.each(testDatabases())('settling a payment on $name', (kind) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(kind);
  });
  afterEach(async () => {
    expect(await room.findings()).toEqual([]);
    expect(await room.deadLetters()).toBe(0);
    await room.close();
  });

  const opened = async () => {
    const tradeId = room.trade();
    return successOf(await room.open(tradeId));
  };
  const status = async (paymentId: string) => (await room.payment(paymentId)).status;
  const notify = (outTradeNo: string, id = newId(), signature = 'good') =>
    room.notice(paymentContract.paymentNotice, { id, kind: 'payment', payment: { outTradeNo, tradeState: 'SUCCESS' } }, signature);
  const notices = () => room.tables.selectFrom('payment_notices').selectAll().orderBy('receivedAt').execute();
  const pursue = () => room.runJob('payment.pursuePayments');

  describe('notices', () => {
    it('given a notice, then it is stored, answered, and believed only after the provider was asked', async () => {
      const payment = await opened();
      expect(await notify(payment.paymentNo)).toBe(204);
      expect(await status(payment.paymentId)).toBe('pending');
      expect(await room.told(paymentSucceeded)).toEqual([]);
      room.provider.pay(payment.paymentNo);
      expect(await notify(payment.paymentNo)).toBe(204);
      expect(await room.payment(payment.paymentId)).toMatchObject({
        status: 'succeeded',
        providerTransactionId: `4200-${payment.paymentNo}`,
        paidAt: room.clock.now(),
        openKey: null,
        nextQueryAt: null,
      });
      expect(await room.told(paymentSucceeded)).toMatchObject([{ paymentId: payment.paymentId, amountFen: PAYABLE_FEN }]);
      expect((await notices()).map((notice) => notice.result)).toEqual(['asked', 'asked']);
    });

    it('given the same notice sixteen times, then it is stored and settled once', async () => {
      const payment = await opened();
      room.provider.pay(payment.paymentNo);
      const id = newId();
      for (let times = 0; times < 16; times += 1) expect(await notify(payment.paymentNo, id)).toBe(204);
      expect(await notices()).toHaveLength(1);
      expect(await notify(payment.paymentNo)).toBe(204);
      expect((await notices()).map((notice) => notice.result).sort()).toEqual(['alreadySettled', 'asked']);
      expect(await room.told(paymentSucceeded)).toHaveLength(1);
    });

    it('given a forged notice, then it is refused, not stored, and nobody is asked', async () => {
      const payment = await opened();
      const asked = room.provider.calls.length;
      expect(await notify(payment.paymentNo, newId(), 'bad')).toBe(401);
      expect(await notices()).toEqual([]);
      expect(room.provider.calls).toHaveLength(asked);
      expect(await status(payment.paymentId)).toBe('pending');
    });

    it('given a notice about a number of nobody, then it is noted and nothing happens', async () => {
      expect(await notify('T1')).toBe(204);
      expect((await notices()).map((notice) => notice.result)).toEqual(['unknownNumber']);
      expect(room.provider.calls).toEqual([]);
    });

    it('given the process dies after storing the notice, then the job works it off', async () => {
      const payment = await opened();
      room.provider.pay(payment.paymentNo);
      const disarm = armFailpoint('payment.afterNotice', () => {
        throw new Error('killed');
      });
      await expect(notify(payment.paymentNo)).rejects.toThrow('killed');
      disarm();
      expect(await status(payment.paymentId)).toBe('pending');
      expect(await room.runJob('payment.processNotices')).toBe(1);
      expect(await room.runJob('payment.processNotices')).toBe(0);
      expect(await status(payment.paymentId)).toBe('succeeded');
    });

    it('given a notice after the payment was closed, then the money counts, even if the provider first gives no answer', async () => {
      const payment = await opened();
      room.clock.advance(31 * MINUTE_MS);
      await pursue();
      expect(await status(payment.paymentId)).toBe('closed');
      expect(await pursue()).toBe(0);
      room.provider.pay(payment.paymentNo);
      room.provider.next('query', { answer: unknown });
      expect(await notify(payment.paymentNo)).toBe(204);
      expect(await status(payment.paymentId)).toBe('closed');
      room.clock.advance(MINUTE_MS);
      await pursue();
      expect(await status(payment.paymentId)).toBe('succeeded');
      expect(await room.told(paymentSucceeded)).toHaveLength(1);
      expect(await pursue()).toBe(0);
    });

    it('given a late notice about a payment that is closed at the provider too, then it stays closed and is not asked for ever', async () => {
      const payment = await opened();
      room.clock.advance(31 * MINUTE_MS);
      await pursue();
      expect(await notify(payment.paymentNo)).toBe(204);
      expect(await room.payment(payment.paymentId)).toMatchObject({ status: 'closed', nextQueryAt: null });
    });

    it('shows staff what was heard and tried', async () => {
      const payment = await opened();
      await notify(payment.paymentNo);
      room.provider.pay(payment.paymentNo);
      const seen = successOf(
        await room.call(paymentContract.staffQueryPayment, room.staff, { params: { paymentId: payment.paymentId }, body: {} }),
      );
      expect(seen).toMatchObject({ status: 'succeeded', notices: [{ kind: 'payment', result: 'asked' }] });
      expect(seen.attempts.map((attempt) => [attempt.operation, attempt.outcome])).toEqual([['prepay.h5', 'ok']]);
      const missing = { params: { paymentId: newId() }, body: {} };
      expect(codeOf(await room.call(paymentContract.staffQueryPayment, room.staff, missing))).toBe('payment.paymentNotFound');
      const listed = successOf(await room.call(paymentContract.staffPayments, room.staff, { query: { text: payment.paymentNo } }));
      expect(listed.items.map((row) => row.paymentId)).toEqual([payment.paymentId]);
    });
  });

  describe('what does not match', () => {
    it.each([
      ['merchantDiffers', { mchId: '1' }],
      ['appIdDiffers', { appId: 'wxOther' }],
      ['numberDiffers', { outTradeNo: 'T1' }],
      ['currencyDiffers', { amount: { totalFen: fen(PAYABLE_FEN), currency: 'USD' } }],
      ['amountDiffers', { amount: { totalFen: fen(PAYABLE_FEN - 1), currency: 'CNY' } }],
      ['amountDiffers', { amount: { totalFen: fen(PAYABLE_FEN + 1), currency: 'CNY' } }],
      ['noTransactionId', { transactionId: undefined }],
    ])('%s never settles, whatever is tried; a person is told', async (problem, change) => {
      const payment = await opened();
      room.provider.pay(payment.paymentNo, change as Parameters<Room['provider']['pay']>[1]);
      await notify(payment.paymentNo);
      await pursue();
      room.clock.advance(MINUTE_MS * 61);
      await pursue();
      expect(await room.payment(payment.paymentId)).toMatchObject({ status: 'unknown', problem, paidAt: null });
      expect(await room.told(paymentSucceeded)).toEqual([]);
      expect(room.errors).toContain('a paid transaction does not match its payment');
    });
  });

  describe('exactly once', () => {
    it('given the buyer, the notice, staff and the job at once, then it settles once', async () => {
      const payment = await opened();
      room.provider.pay(payment.paymentNo);
      room.clock.advance(MINUTE_MS);
      const params = { paymentId: payment.paymentId };
      await Promise.all([
        notify(payment.paymentNo),
        room.call(paymentContract.payment, room.buyer(), { params }),
        room.call(paymentContract.staffQueryPayment, room.staff, { params, body: {} }),
        pursue(),
        room.open(payment.tradeId),
      ]);
      expect(await room.told(paymentSucceeded)).toHaveLength(1);
      expect(await status(payment.paymentId)).toBe('succeeded');
    });

    it('given two settle between question and answer, then the guarded update lets one of them through', async () => {
      const payment = await opened();
      room.provider.pay(payment.paymentNo);
      const params = { paymentId: payment.paymentId };
      let inner: Promise<unknown> | undefined;
      const disarm = armFailpoint('payment.beforeSettle', async () => {
        if (inner) return;
        inner = room.call(paymentContract.staffQueryPayment, room.staff, { params, body: {} });
        await inner;
      });
      await room.call(paymentContract.payment, room.buyer(), { params });
      disarm();
      expect(inner).toBeDefined();
      expect(await room.told(paymentSucceeded)).toHaveLength(1);
    });

    it('given the guard is taken away, then both would settle: the test above would notice', async () => {
      const payment = await opened();
      const settle = (guarded: boolean) =>
        room.database.transaction(async (transaction) => {
          const money = { providerTransactionId: 'T', paidAt: 1 };
          if (guarded) return succeedPayment(transaction, payment.paymentId, money);
          const { numUpdatedRows } = await transaction
            .withTables<PaymentTables>()
            .updateTable('payment_payments')
            .set({ status: 'succeeded', openKey: null, nextQueryAt: null, ...money })
            .where('paymentId', '=', payment.paymentId)
            .executeTakeFirst();
          return numUpdatedRows === 1n;
        });
      expect(await Promise.all([settle(false), settle(false)])).toEqual([true, true]);
      expect(await Promise.all([settle(true), settle(true)])).toEqual([false, false]);
      const fresh = await opened();
      const both = [1, 2].map(() =>
        room.database.transaction((transaction) => succeedPayment(transaction, fresh.paymentId, { providerTransactionId: 'T', paidAt: 1 })),
      );
      expect((await Promise.all(both)).filter((first) => first)).toHaveLength(1);
    });

    it('given the process dies before the commit, then nothing is told, and the next question settles it', async () => {
      const payment = await opened();
      room.provider.pay(payment.paymentNo);
      const disarm = armFailpoint('payment.beforeSettleCommit', () => {
        throw new Error('killed');
      });
      const params = { paymentId: payment.paymentId };
      await expect(room.call(paymentContract.payment, room.buyer(), { params })).rejects.toThrow('killed');
      disarm();
      expect(await status(payment.paymentId)).toBe('pending');
      expect(await room.told(paymentSucceeded)).toEqual([]);
      room.clock.advance(MINUTE_MS);
      await pursue();
      expect(await room.told(paymentSucceeded)).toHaveLength(1);
    });
  });

  describe('polling and closing', () => {
    it('given no notice ever comes, then the job asks with growing pauses and settles', async () => {
      const payment = await opened();
      expect(await pursue()).toBe(0);
      const asked: number[] = [];
      const start = room.clock.now();
      for (let second = 0; second < 120; second += 1) {
        room.clock.advance(1_000);
        if ((await pursue()) > 0) asked.push((room.clock.now() - start) / 1_000);
      }
      expect(asked).toEqual([5, 10, 20, 50, 110]);
      room.provider.pay(payment.paymentNo);
      room.clock.advance(3 * MINUTE_MS);
      await pursue();
      expect(await status(payment.paymentId)).toBe('succeeded');
    });

    it('given the trade is over, then the payment is closed on time however often it was asked about', async () => {
      const payment = await opened();
      for (let minute = 0; minute < 30; minute += 1) {
        room.clock.advance(MINUTE_MS);
        await pursue();
      }
      expect(await status(payment.paymentId)).toBe('closed');
      expect(room.provider.numbersOf('close')).toEqual([payment.paymentNo]);
      expect(await room.told(paymentSucceeded)).toEqual([]);
    });

    it('given the trade was cancelled, then its payment is closed at once', async () => {
      const payment = await opened();
      await room.publish(tradeCancelled, payment.tradeId, { tradeId: payment.tradeId, reason: 'buyer' });
      expect(await pursue()).toBe(1);
      expect(await room.payment(payment.paymentId)).toMatchObject({ status: 'closed', closeWanted: 0, openKey: null });
      expect(await pursue()).toBe(0);
    });

    it('given the buyer pays just before it is closed, then the money is told and the order service sends it back', async () => {
      const payment = await opened();
      await room.publish(tradeCancelled, payment.tradeId, { tradeId: payment.tradeId, reason: 'expired' });
      room.provider.next('close', { before: async () => room.provider.pay(payment.paymentNo) });
      await pursue();
      expect(await status(payment.paymentId)).toBe('succeeded');
      expect(await room.told(paymentSucceeded)).toHaveLength(1);
    });

    it('given closing gives no answer, then it is asked again until the end is known', async () => {
      const payment = await opened();
      await room.publish(tradeCancelled, payment.tradeId, { tradeId: payment.tradeId, reason: 'buyer' });
      room.provider.next('close', { answer: unknown, carriedOut: true });
      room.provider.next('query', { answer: unknown });
      await pursue();
      expect(await status(payment.paymentId)).toBe('pending');
      room.clock.advance(MINUTE_MS);
      await pursue();
      expect(await status(payment.paymentId)).toBe('closed');
    });

    it('given an uncertain opening that never arrived, then it ends with its trade', async () => {
      room.provider.next('prepay', { answer: unknown });
      const tradeId = room.trade();
      await room.open(tradeId);
      const row = await room.tables.selectFrom('payment_payments').selectAll().executeTakeFirstOrThrow();
      room.clock.advance(MINUTE_MS);
      await pursue();
      expect(await status(row.paymentId)).toBe('unknown');
      room.clock.advance(30 * MINUTE_MS);
      await pursue();
      expect(await status(row.paymentId)).toBe('closed');
      expect(await pursue()).toBe(0);
    });

    it('given the provider refuses a question, then the refusal is recorded and it is asked again', async () => {
      const payment = await opened();
      room.provider.next('query', { answer: rejected('NO_AUTH', 'configuration') });
      room.clock.advance(MINUTE_MS);
      await pursue();
      expect(await room.payment(payment.paymentId)).toMatchObject({ status: 'pending', attempts: 1 });
      const attempts = await room.tables
        .selectFrom('payment_attempts')
        .select(['operation', 'code'])
        .where('outcome', '=', 'rejected')
        .execute();
      expect(attempts).toEqual([{ operation: 'query', code: 'NO_AUTH' }]);
    });
  });
});
