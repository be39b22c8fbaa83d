import { newId } from '@qianxing/ids';
import { armFailpoint, testDatabases } from '@qianxing/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paymentContract, refundFailed, refundSucceeded } from './contract';
import { codeOf, openRoom, PAYABLE_FEN, type Room, successOf } from './payment-for-tests';
import { takeForRefund } from './store';
import type { PaymentTables } from './tables';
import { rejected, unknown } from './wechat-pay-for-tests';

describe.each(testDatabases())('refunds on $name', (kind) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(kind);
  });
  afterEach(async () => {
    expect(await room.findings()).toEqual([]);
    expect(await room.deadLetters()).toBe(0);
    await room.close();
  });

  const paid = async () => {
    const payment = successOf(await room.open(room.trade()));
    room.provider.pay(payment.paymentNo);
    successOf(await room.call(paymentContract.payment, room.buyer(), { params: { paymentId: payment.paymentId } }));
    return payment;
  };
  const pursue = () => room.runJob('payment.pursueRefunds');
  const retry = (refundId: string) => room.call(paymentContract.retryRefund, room.staff, { params: { refundId }, body: {} });
  const notify = (outRefundNo: string) =>
    room.notice(paymentContract.refundNotice, { id: newId(), kind: 'refund', refund: { outRefundNo, state: 'SUCCESS' } });

  it('given a request, then it is sent, pursued until it ended, and told once', async () => {
    const { paymentId, paymentNo } = await paid();
    await room.askRefund('afterSale:1', paymentId, 1_000);
    await room.askRefund('afterSale:1', paymentId, 1_000);
    expect(await room.payment(paymentId)).toMatchObject({ refundedFen: 1_000 });
    expect(room.provider.calls.filter((call) => call.operation === 'refund')).toEqual([]);
    expect(await pursue()).toBe(1);
    const { refundNo } = await room.refund('afterSale:1');
    expect(await room.refund('afterSale:1')).toMatchObject({ status: 'processing', acceptedAt: room.clock.now() });
    await room.pursueAll();
    expect((await room.refund('afterSale:1')).status).toBe('processing');
    expect(await room.told(refundSucceeded)).toEqual([]);
    room.provider.refundEnds(refundNo, 'SUCCESS');
    await room.pursueAll();
    await room.pursueAll();
    expect(await room.refund('afterSale:1')).toMatchObject({ status: 'succeeded', nextAttemptAt: null, problem: null });
    expect(await room.told(refundSucceeded)).toMatchObject([{ refundKey: 'afterSale:1', paymentId, amountFen: 1_000 }]);
    expect(room.provider.numbersOf('refund')).toEqual([refundNo]);
    expect(paymentNo).not.toBe(refundNo);
  });

  it('given a notice, then it is only a reason to ask', async () => {
    const { paymentId } = await paid();
    await room.askRefund('k', paymentId, 1);
    await pursue();
    const { refundNo } = await room.refund('k');
    await notify(refundNo);
    expect((await room.refund('k')).status).toBe('processing');
    room.provider.refundEnds(refundNo, 'SUCCESS');
    await notify(refundNo);
    await notify(refundNo);
    expect((await room.refund('k')).status).toBe('succeeded');
    expect(await room.told(refundSucceeded)).toHaveLength(1);
  });

  it.each([true, false])('given no answer (carried out: %s), then it is sent again with the same number', async (carriedOut) => {
    const { paymentId } = await paid();
    await room.askRefund('k', paymentId, 500);
    room.provider.next('refund', { answer: unknown, carriedOut });
    room.provider.next('refund', { answer: unknown });
    await pursue();
    expect((await room.refund('k')).status).toBe('unknown');
    await room.pursueAll();
    await room.pursueAll();
    expect((await room.refund('k')).status).toBe('processing');
    expect(new Set(room.provider.numbersOf('refund')).size).toBe(1);
    expect(room.provider.numbersOf('refund')).toHaveLength(3);
  });

  it('given the process dies after sending, then the same number is sent again', async () => {
    const { paymentId } = await paid();
    await room.askRefund('k', paymentId, 500);
    const disarm = armFailpoint('payment.afterRefundSent', () => {
      throw new Error('killed');
    });
    await expect(pursue()).rejects.toThrow('killed');
    disarm();
    expect((await room.refund('k')).status).toBe('created');
    await pursue();
    expect((await room.refund('k')).status).toBe('processing');
    expect(new Set(room.provider.numbersOf('refund')).size).toBe(1);
  });

  it('given too little balance, then it is tried again until it is topped up', async () => {
    const { paymentId } = await paid();
    await room.askRefund('k', paymentId, 500);
    for (let times = 0; times < 3; times += 1) room.provider.next('refund', { answer: rejected('NOT_ENOUGH', 'topUp') });
    await pursue();
    expect(await room.refund('k')).toMatchObject({ status: 'created', problem: 'NOT_ENOUGH' });
    for (let times = 0; times < 3; times += 1) await room.pursueAll();
    expect((await room.refund('k')).status).toBe('processing');
    expect(new Set(room.provider.numbersOf('refund')).size).toBe(1);
    expect(await room.told(refundFailed)).toEqual([]);
  });

  it('given the buyer’s account cannot take it, then staff is told and may try again with the same number', async () => {
    const { paymentId } = await paid();
    await room.askRefund('k', paymentId, 500);
    await pursue();
    const { refundId, refundNo } = await room.refund('k');
    expect(codeOf(await retry(refundId))).toBe('payment.refundNotRetryable');
    room.provider.refundEnds(refundNo, 'ABNORMAL');
    await room.pursueAll();
    expect(await room.refund('k')).toMatchObject({ status: 'failed', problem: 'ABNORMAL', nextAttemptAt: null });
    expect(await room.told(refundFailed)).toMatchObject([{ refundKey: 'k', amountFen: 500, problem: 'ABNORMAL' }]);
    // The money stays set aside, so that it cannot be refunded twice.
    expect((await room.payment(paymentId)).refundedFen).toBe(500);
    await room.pursueAll();
    expect(await room.told(refundFailed)).toHaveLength(1);
    expect(successOf(await retry(refundId))).toMatchObject({ status: 'created', refundNo });
    room.provider.refundEnds(refundNo, 'SUCCESS');
    await pursue();
    expect((await room.refund('k')).status).toBe('succeeded');
    expect(new Set(room.provider.numbersOf('refund'))).toEqual(new Set([refundNo]));
    expect(await room.told(refundSucceeded)).toHaveLength(1);
    expect(codeOf(await retry(newId()))).toBe('payment.refundNotFound');
  });

  it('given a rule of the provider forbids it, then it fails and is told', async () => {
    const { paymentId } = await paid();
    await room.askRefund('k', paymentId, 500);
    room.provider.next('refund', { answer: rejected('TRADE_ERROR', 'businessRule') });
    await pursue();
    expect(await room.refund('k')).toMatchObject({ status: 'failed', problem: 'TRADE_ERROR' });
    expect(await room.told(refundFailed)).toHaveLength(1);
  });

  it('given more than was paid, then it fails at once, is never sent and never retried', async () => {
    const { paymentId } = await paid();
    await room.askRefund('a', paymentId, PAYABLE_FEN - 100);
    await room.askRefund('b', paymentId, 101);
    const { refundId } = await room.refund('b');
    expect(await room.refund('b')).toMatchObject({ status: 'failed', problem: 'exceedsPayment' });
    expect((await room.payment(paymentId)).refundedFen).toBe(PAYABLE_FEN - 100);
    expect(await room.told(refundFailed)).toMatchObject([{ refundKey: 'b', problem: 'exceedsPayment' }]);
    expect(codeOf(await retry(refundId))).toBe('payment.refundNotRetryable');
    await room.askRefund('c', paymentId, 100);
    expect((await room.refund('c')).status).toBe('created');
    await pursue();
    expect(room.provider.numbersOf('refund')).toHaveLength(2);
  });

  it('given an unpaid or unknown payment, then nothing is refunded', async () => {
    const unpaid = successOf(await room.open(room.trade()));
    await room.askRefund('a', unpaid.paymentId, 1);
    await room.askRefund('b', newId(), 1);
    expect((await room.refund('a')).problem).toBe('exceedsPayment');
    expect((await room.refund('b')).problem).toBe('exceedsPayment');
    await pursue();
    expect(room.provider.numbersOf('refund')).toEqual([]);
  });

  it('given many refunds at once, then together they never exceed the payment; without the guard they would', async () => {
    const { paymentId } = await paid();
    const take = () => room.database.transaction((transaction) => takeForRefund(transaction, paymentId, 10_000));
    const taken = await Promise.all(Array.from({ length: 10 }, take));
    expect(taken.filter((covered) => covered)).toHaveLength(3);
    const careless = () =>
      room.database.transaction((transaction) =>
        transaction
          .withTables<PaymentTables>()
          .updateTable('payment_payments')
          .set((eb) => ({ refundedFen: eb('refundedFen', '+', 10_000) }))
          .where('paymentId', '=', paymentId)
          .execute(),
      );
    // The CHECK constraint is what is left without the guard.
    await expect(careless()).rejects.toThrow();
    await room.tables.selectFrom('payment_payments').select('refundedFen').executeTakeFirstOrThrow();
    expect((await room.payment(paymentId)).refundedFen).toBe(30_000);
    await room.database.transaction((transaction) =>
      transaction
        .withTables<PaymentTables>()
        .updateTable('payment_payments')
        .set({ refundedFen: 0 })
        .where('paymentId', '=', paymentId)
        .execute(),
    );
  });

  it('given an answer about another amount, then it is not believed', async () => {
    const { paymentId } = await paid();
    await room.askRefund('k', paymentId, 500);
    const amount = { totalFen: 0, refundFen: 501, payerTotalFen: 0, payerRefundFen: 0, currency: 'CNY' };
    const answer = { kind: 'ok', value: { state: 'SUCCESS', createdAt: 1, successAt: 1, amount } };
    room.provider.next('refund', { answer: answer as never });
    await pursue();
    expect(await room.refund('k')).toMatchObject({ status: 'processing', problem: 'amountDiffers' });
    expect(await room.told(refundSucceeded)).toEqual([]);
  });

  it('lists for staff', async () => {
    const { paymentId, paymentNo } = await paid();
    await room.askRefund('a', paymentId, 1);
    const read = async (query: Record<string, unknown>) =>
      successOf(await room.call(paymentContract.staffRefunds, room.staff, { query })).items.map((row) => [row.refundKey, row.paymentNo]);
    expect(await read({})).toEqual([['a', paymentNo]]);
    expect(await read({ status: 'failed' })).toEqual([]);
    expect((await room.service.api.countsByStatus()).refunds).toEqual({ created: 1 });
  });

  it('given what is over and what is open, when it is counted, then only what is open, by ranges of an index', async () => {
    await paid();
    successOf(await room.open(room.trade()));
    expect((await room.service.api.countsByStatus()).payments).toEqual({ pending: 1 });
    if (kind.name !== 'SQLite') return;
    for (const table of ['payment_payments', 'payment_refunds', 'payment_transfers']) {
      const statement = `EXPLAIN QUERY PLAN SELECT status, COUNT(*) FROM ${table} WHERE status IN ('created', 'unknown') GROUP BY status`;
      const { rows } = await sql.raw<{ detail: string }>(statement).execute(room.database.query);
      expect(rows.map((row) => row.detail).join()).toContain(`SEARCH ${table} USING COVERING INDEX`);
    }
  });
});
