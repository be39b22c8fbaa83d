import { testDatabases } from '@qianxing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paymentContract } from './contract';
import { openRoom, type Room, successOf } from './payment-for-tests';
import type { PaymentTables } from './tables';

describe.each(testDatabases())('the checks of payments on $name', (kind) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(kind);
  });
  afterEach(() => room.close());

  const paid = async () => {
    const payment = successOf(await room.open(room.trade()));
    room.provider.pay(payment.paymentNo);
    successOf(await room.call(paymentContract.payment, room.buyer(), { params: { paymentId: payment.paymentId } }));
    return payment.paymentId;
  };
  const spoil = (change: Partial<PaymentTables['payment_payments']>) =>
    room.database.transaction((transaction) =>
      transaction.withTables<PaymentTables>().updateTable('payment_payments').set(change).execute(),
    );

  it.each([
    ['payment.refundedMatchesRefunds', paidRoom, { refundedFen: 1 }],
    ['payment.sharedMatchesShares', paidRoom, { sharedFen: 1 }],
    ['payment.endedIsNotOpen', paidRoom, { openKey: 'x' }],
    ['payment.openIsPursued', openedRoom, { nextQueryAt: null }],
  ] as const)('%s notices what was spoilt, and only that', async (check, prepare, change) => {
    const paymentId = await prepare();
    expect(await room.findings()).toEqual([]);
    await spoil(change);
    expect((await room.findings()).map((finding) => [finding.check, finding.subject])).toEqual([[check, paymentId]]);
  });

  it('payment.transferEndIsConsistent notices a success that was not paid in full', async () => {
    await room.askPayout('k', 100);
    await room.database.transaction((transaction) =>
      transaction.withTables<PaymentTables>().updateTable('payment_transfers').set({ status: 'succeeded', paidFen: 99 }).execute(),
    );
    expect((await room.findings()).map((finding) => finding.check)).toEqual(['payment.transferEndIsConsistent']);
  });

  function paidRoom(): Promise<string> {
    return paid();
  }
  async function openedRoom(): Promise<string> {
    return successOf(await room.open(room.trade())).paymentId;
  }
});
