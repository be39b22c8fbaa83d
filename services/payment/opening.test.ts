import { newId } from '@qianxing/ids';
import { armFailpoint, testDatabases } from '@qianxing/testing';
import { MINUTE_MS } from '@qianxing/time';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paymentContract, paymentSucceeded } from './contract';
import { codeOf, MEMBER, OTHER_MEMBER, openRoom, PAYABLE_FEN, type Room, successOf } from './payment-for-tests';
import { rejected, unknown } from './wechat-pay-for-tests';

describe.each(testDatabases())('opening a payment on $name', (kind) => {
  let room: Room;
  beforeEach(async () => {
    room = await openRoom(kind);
  });
  afterEach(async () => {
    expect(await room.findings()).toEqual([]);
    await room.close();
  });
  const allPayments = () => room.tables.selectFrom('payment_payments').selectAll().orderBy('paymentId').execute();

  it('given a trade, then the amount is the trade’s and the buyer is led back to the payment’s own page', async () => {
    const payment = successOf(await room.open(room.trade()));
    expect(payment).toMatchObject({ status: 'pending', amountFen: PAYABLE_FEN, channel: 'h5' });
    const url = payment.handover?.kind === 'redirect' ? new URL(payment.handover.url) : undefined;
    expect(url?.searchParams.get('redirect_url')).toBe(`https://shop.example/pay/${payment.paymentId}`);
    expect(room.provider.amountOf(payment.paymentNo)).toBe(PAYABLE_FEN);
  });

  it.each([
    ['jsapi', 'jsapi'],
    ['mini_program', 'jsapi'],
    ['app', 'app'],
    ['native', 'qr'],
  ] as const)('given channel %s, then the client gets a handover of kind %s', async (channel, handover) => {
    expect(successOf(await room.open(room.trade(), channel)).handover?.kind).toBe(handover);
  });

  it('given somebody without WeChat, when they pay inside WeChat, then they are asked to sign in first', async () => {
    const tradeId = room.trade({ memberId: OTHER_MEMBER });
    const body = { tradeId, channel: 'jsapi' };
    expect(codeOf(await room.call(paymentContract.openPayment, room.buyer(OTHER_MEMBER), { body }))).toBe('payment.openIdMissing');
    expect(await allPayments()).toEqual([]);
  });

  it.each([
    ['of somebody else', { memberId: OTHER_MEMBER }, 'payment.tradeNotFound'],
    ['that is paid', { status: 'paid' }, 'payment.alreadyPaid'],
    ['that is cancelled', { status: 'cancelled' }, 'payment.tradeClosed'],
    ['that is over', { expiresAt: 0 }, 'payment.tradeClosed'],
    ['that costs nothing', { payableFen: 0 }, 'payment.nothingToPay'],
  ] as const)('given a trade %s, then nothing is opened', async (_name, change, code) => {
    expect(codeOf(await room.open(room.trade(change)))).toBe(code);
    expect(room.provider.calls).toEqual([]);
    expect(await allPayments()).toEqual([]);
  });

  it('given an address of another site, then the buyer is not sent there', async () => {
    const body = { tradeId: room.trade(), channel: 'h5', returnUrl: 'https://evil.example/x' };
    expect(codeOf(await room.call(paymentContract.openPayment, room.buyer(), { body }))).toBe('request.invalid');
    expect(await allPayments()).toEqual([]);
  });

  it('given the same channel again, then the same number is used; an H5 address is asked for anew, a prepay id is kept', async () => {
    const [h5, app] = [room.trade(), room.trade()];
    const first = successOf(await room.open(h5));
    expect(successOf(await room.open(h5)).paymentNo).toBe(first.paymentNo);
    expect(room.provider.numbersOf('prepay')).toEqual([first.paymentNo, first.paymentNo]);
    const kept = successOf(await room.open(app, 'app'));
    expect(successOf(await room.open(app, 'app'))).toEqual(kept);
    expect(room.provider.numbersOf('prepay')).toHaveLength(3);
  });

  it('given another channel, then the earlier payment is closed first', async () => {
    const tradeId = room.trade();
    const first = successOf(await room.open(tradeId));
    const second = successOf(await room.open(tradeId, 'app'));
    expect(second.paymentNo).not.toBe(first.paymentNo);
    expect((await room.payment(first.paymentId)).status).toBe('closed');
    const operations = room.provider.calls.map((call) => `${call.operation} ${call.number}`);
    expect(operations).toEqual([`prepay ${first.paymentNo}`, `close ${first.paymentNo}`, `prepay ${second.paymentNo}`]);
  });

  it('given the earlier payment was paid meanwhile, when another channel is chosen, then it settles and nothing new is opened', async () => {
    const tradeId = room.trade();
    const first = successOf(await room.open(tradeId));
    room.provider.pay(first.paymentNo);
    expect(codeOf(await room.open(tradeId, 'app'))).toBe('payment.alreadyPaid');
    expect((await room.payment(first.paymentId)).status).toBe('succeeded');
    expect(await room.told(paymentSucceeded)).toHaveLength(1);
    expect(await allPayments()).toHaveLength(1);
  });

  it('given closing the earlier one is uncertain, when another channel is chosen, then nothing new is opened', async () => {
    const tradeId = room.trade();
    const first = successOf(await room.open(tradeId));
    room.provider.next('close', { answer: unknown });
    expect(codeOf(await room.open(tradeId, 'app'))).toBe('payment.unknown');
    expect((await room.payment(first.paymentId)).status).toBe('pending');
    expect(await allPayments()).toHaveLength(1);
    expect(successOf(await room.open(tradeId, 'app')).channel).toBe('app');
  });

  it.each([false, true])('given no answer (carried out: %s), when it is tried again, then with the same number', async (carriedOut) => {
    const tradeId = room.trade();
    room.provider.next('prepay', { answer: unknown, carriedOut });
    expect(codeOf(await room.open(tradeId))).toBe('payment.unknown');
    const [row] = await allPayments();
    expect(row).toMatchObject({ status: 'unknown', openKey: tradeId });
    expect(successOf(await room.open(tradeId)).paymentNo).toBe(row?.paymentNo);
    expect(new Set(room.provider.numbersOf('prepay'))).toEqual(new Set([row?.paymentNo]));
    expect(await allPayments()).toHaveLength(1);
  });

  it('given no answer and nothing at the provider, when another channel is chosen, then the number is given up', async () => {
    const tradeId = room.trade();
    room.provider.next('prepay', { answer: unknown });
    await room.open(tradeId);
    expect(successOf(await room.open(tradeId, 'app')).channel).toBe('app');
    expect((await allPayments()).map((row) => row.status).sort()).toEqual(['closed', 'pending']);
  });

  it('given the process dies after writing the row, then the next try goes on with that number', async () => {
    const tradeId = room.trade();
    const disarm = armFailpoint('payment.afterInsert', () => {
      throw new Error('killed');
    });
    await expect(room.open(tradeId)).rejects.toThrow('killed');
    disarm();
    const [row] = await allPayments();
    expect(successOf(await room.open(tradeId)).paymentNo).toBe(row?.paymentNo);
  });

  it('given the process dies after the provider’s answer, then the next try goes on with that number', async () => {
    const tradeId = room.trade();
    const disarm = armFailpoint('payment.afterPrepay', () => {
      throw new Error('killed');
    });
    await expect(room.open(tradeId)).rejects.toThrow('killed');
    disarm();
    successOf(await room.open(tradeId));
    expect(new Set(room.provider.numbersOf('prepay')).size).toBe(1);
  });

  it('given the provider says it is paid, then it settles', async () => {
    const tradeId = room.trade();
    const payment = successOf(await room.open(tradeId));
    room.provider.pay(payment.paymentNo);
    expect(codeOf(await room.open(tradeId))).toBe('payment.alreadyPaid');
    expect((await room.payment(payment.paymentId)).status).toBe('succeeded');
    expect(await room.told(paymentSucceeded)).toHaveLength(1);
  });

  it('given a refusal of a new number, then the payment fails, the trade is free and nothing was charged', async () => {
    const tradeId = room.trade();
    room.provider.next('prepay', { answer: rejected('NO_AUTH', 'configuration') });
    expect(await room.open(tradeId)).toMatchObject({ ok: false, problem: { code: 'payment.refused', params: { code: 'NO_AUTH' } } });
    const [row] = await allPayments();
    expect(row).toMatchObject({ status: 'failed', problem: 'NO_AUTH', openKey: null, nextQueryAt: null });
    expect(successOf(await room.open(tradeId)).paymentNo).not.toBe(row?.paymentNo);
  });

  it('given a refusal of a number whose cashier may be open, then it is closed at the provider before it is given up', async () => {
    const tradeId = room.trade();
    const payment = successOf(await room.open(tradeId));
    room.provider.next('prepay', { answer: rejected('INVALID_REQUEST', 'query') });
    expect(codeOf(await room.open(tradeId))).toBe('payment.refused');
    expect((await room.payment(payment.paymentId)).status).toBe('closed');
    expect(room.provider.numbersOf('close')).toEqual([payment.paymentNo]);
    expect(successOf(await room.open(tradeId)).paymentNo).not.toBe(payment.paymentNo);
  });

  it('given a wrong amount was paid, when it is opened again, then the payment is not given up', async () => {
    const tradeId = room.trade();
    const payment = successOf(await room.open(tradeId));
    room.provider.pay(payment.paymentNo, { amount: { totalFen: room.provider.amountOf(payment.paymentNo), currency: 'USD' } });
    expect(codeOf(await room.open(tradeId))).toBe('payment.refused');
    expect(await room.payment(payment.paymentId)).toMatchObject({ status: 'unknown', problem: 'currencyDiffers', openKey: tradeId });
    expect(await room.told(paymentSucceeded)).toEqual([]);
  });

  it('given ten tries at once, then one payment is open', async () => {
    const tradeId = room.trade();
    const answers = await Promise.all(Array.from({ length: 10 }, () => room.open(tradeId)));
    expect(new Set(answers.map((answer) => successOf(answer).paymentNo)).size).toBe(1);
    expect(await allPayments()).toHaveLength(1);
  });

  it('given somebody else’s payment, then it does not exist', async () => {
    const payment = successOf(await room.open(room.trade()));
    const params = { paymentId: payment.paymentId };
    expect(codeOf(await room.call(paymentContract.payment, room.buyer(OTHER_MEMBER), { params }))).toBe('payment.paymentNotFound');
    expect(codeOf(await room.call(paymentContract.payment, room.buyer(MEMBER), { params: { paymentId: newId() } }))).toBe(
      'payment.paymentNotFound',
    );
    expect(room.provider.numbersOf('query')).toEqual([]);
  });

  it('given a page that looks again and again, then the provider is asked every two seconds and the next question stays due', async () => {
    const payment = successOf(await room.open(room.trade()));
    const due = (await room.payment(payment.paymentId)).nextQueryAt;
    for (let looks = 0; looks < 8; looks += 1) {
      successOf(await room.call(paymentContract.payment, room.buyer(), { params: { paymentId: payment.paymentId } }));
      room.clock.advance(500);
    }
    expect(room.provider.numbersOf('query')).toHaveLength(2);
    expect(await room.payment(payment.paymentId)).toMatchObject({ nextQueryAt: due, attempts: 0 });
    room.provider.pay(payment.paymentNo);
    room.clock.advance(MINUTE_MS);
    const paid = successOf(await room.call(paymentContract.payment, room.buyer(), { params: { paymentId: payment.paymentId } }));
    expect(paid).toMatchObject({ status: 'succeeded', handover: null });
  });
});
