import { createDecipheriv } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, SECOND_MS } from './clock';
import { newInbox, newTestWorld, type Received } from './testing/merchant';
import { RETRY_GAPS_MS } from './wechat-pay/notifications';
import { answerMessage, verifyRsa } from './wechat-pay/signature';

type World = ReturnType<typeof newTestWorld>;
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function start(statuses: number[] = []) {
  const test = newTestWorld();
  const inbox = await newInbox(statuses);
  cleanUps.push(
    () => inbox.close(),
    async () => {
      test.delivery.stop();
      await test.app.close();
    },
  );
  const pay = async (number: string) => {
    await test.placeAndPay(number, 8_800, { notify_url: `${inbox.url}/hooks/pay` });
    await test.delivery.settle();
  };
  const arm = (fault: string, operation = 'transaction.notice', parameters = {}) =>
    test.control('POST', '/faults', { party: 'wechat-pay', operation, fault, parameters });
  return { test, inbox, pay, arm };
}

const header = (received: Received, name: string) => String(received.headers[name] ?? '');
const verified = ({ world }: World, received: Received) =>
  verifyRsa(
    world.credentials.wechatPay.publicKeyPem,
    answerMessage(header(received, 'wechatpay-timestamp'), header(received, 'wechatpay-nonce'), received.body),
    header(received, 'wechatpay-signature'),
  );
function decrypted({ world }: World, received: Received): Record<string, unknown> {
  const { resource } = JSON.parse(received.body.toString()) as { resource: { ciphertext: string; nonce: string; associated_data: string } };
  const bytes = Buffer.from(resource.ciphertext, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', world.credentials.wechatPay.apiV3Key, resource.nonce);
  decipher.setAAD(Buffer.from(resource.associated_data)).setAuthTag(bytes.subarray(-16));
  return JSON.parse(decipher.update(bytes.subarray(0, -16)).toString('utf8') + decipher.final('utf8')) as Record<string, unknown>;
}
const idOf = (received: Received) => (JSON.parse(received.body.toString()) as { id: string }).id;

describe('a payment notice', () => {
  it('is signed, encrypted, and sent once when it is accepted', async () => {
    const { test, inbox, pay } = await start();
    await pay('ORDER400');
    expect(inbox.received).toHaveLength(1);
    const [received] = inbox.received;
    expect(verified(test, received!)).toBe(true);
    expect(header(received!, 'wechatpay-serial')).toBe(test.world.credentials.wechatPay.publicKeyId);
    expect(decrypted(test, received!)).toMatchObject({
      out_trade_no: 'ORDER400',
      trade_state: 'SUCCESS',
      amount: { total: 8_800, currency: 'CNY' },
    });
    await test.advance(24 * HOUR_MS);
    expect(inbox.received).toHaveLength(1);
  });

  it('is repeated on the documented schedule with one id until it is accepted', async () => {
    const { test, inbox, pay } = await start([500, 400, 302]);
    await pay('ORDER401');
    await test.advance(15 * SECOND_MS - 1);
    expect(inbox.received).toHaveLength(1);
    await test.advance(1);
    expect(inbox.received).toHaveLength(2);
    await test.advance(15 * SECOND_MS);
    await test.advance(30 * SECOND_MS);
    expect(inbox.received).toHaveLength(4);
    expect(new Set(inbox.received.map(idOf)).size).toBe(1);
    expect(inbox.received.every((received) => verified(test, received))).toBe(true);
    await test.advance(24 * HOUR_MS);
    expect(inbox.received).toHaveLength(4);
  });

  it('is given up after fifteen repeats over 24 hours and 4 minutes', async () => {
    expect(RETRY_GAPS_MS.reduce((sum, gap) => sum + gap, 0)).toBe(24 * HOUR_MS + 4 * 60 * SECOND_MS);
    const { test, inbox, pay } = await start(Array.from({ length: 99 }, () => 500));
    await pay('ORDER402');
    for (const gap of RETRY_GAPS_MS) await test.advance(gap);
    await test.advance(48 * HOUR_MS);
    expect(inbox.received).toHaveLength(16);
    expect([...test.world.state.notices.values()][0]).toMatchObject({ status: 'givenUp', nextAttemptAtMs: null });
  });

  it('lost: never sent, though the order is paid', async () => {
    const { test, inbox, pay, arm } = await start();
    await arm('lost');
    await pay('ORDER403');
    await test.advance(48 * HOUR_MS);
    expect(inbox.received).toHaveLength(0);
    expect(test.world.state.wechatPay.transactions.get('ORDER403')!.state).toBe('SUCCESS');
  });

  it('late: comes after the delay, not before', async () => {
    const { test, inbox, pay, arm } = await start();
    await arm('late', 'transaction.notice', { delayMs: HOUR_MS });
    await pay('ORDER404');
    await test.advance(HOUR_MS - 1);
    expect(inbox.received).toHaveLength(0);
    await test.advance(1);
    expect(inbox.received).toHaveLength(1);
  });

  it.each([
    ['duplicate', 2, 1],
    ['duplicateOtherId', 2, 2],
    ['tenCopies', 10, 1],
  ])('%s: arrives %i times under %i ids', async (fault, times, ids) => {
    const { inbox, pay, arm } = await start();
    await arm(fault);
    await pay('ORDER405');
    expect(inbox.received).toHaveLength(times);
    expect(new Set(inbox.received.map(idOf)).size).toBe(ids);
  });

  it('out of order: overtaken by the next notice', async () => {
    const { test, inbox, pay, arm } = await start();
    await arm('outOfOrder');
    await pay('ORDER406');
    expect(inbox.received).toHaveLength(0);
    await pay('ORDER407');
    expect(inbox.received.map((received) => decrypted(test, received).out_trade_no)).toEqual(['ORDER407', 'ORDER406']);
  });

  it.each(['noticeWrongKey', 'noticeSignatureProbe', 'noticeTampered', 'noticeTimestampChanged', 'noticeMissingHeaders'])(
    '%s: the first does not verify, the repeat does',
    async (fault) => {
      const { test, inbox, pay, arm } = await start([401]);
      await arm(fault);
      await pay('ORDER408');
      await test.advance(15 * SECOND_MS);
      expect(inbox.received.map((received) => verified(test, received))).toEqual([false, true]);
    },
  );

  it('noticeFuture verifies but is six minutes ahead; noticeUnknownSerial names another key', async () => {
    const { test, inbox, pay, arm } = await start([401, 200, 401]);
    await arm('noticeFuture');
    await pay('ORDER409');
    expect(Number(header(inbox.received[0]!, 'wechatpay-timestamp')) * 1_000 - test.world.clock.now()).toBe(360_000);
    await test.advance(15 * SECOND_MS);
    await arm('noticeUnknownSerial');
    await pay('ORDER410');
    expect(header(inbox.received[2]!, 'wechatpay-serial')).not.toBe(test.world.credentials.wechatPay.publicKeyId);
  });

  it.each([
    ['amountMismatch', { amount: { total: 8_799 } }],
    ['currencyMismatch', { amount: { currency: 'USD' } }],
    ['mchidMismatch', { mchid: '1900000000' }],
    ['appidMismatch', { appid: 'wx0000000000000000' }],
    ['openidMismatch', { payer: { openid: 'oSomebodyElse0000000000000000' } }],
  ])('%s: a valid signature over a wrong fact, while the query tells the truth', async (fault, wrong) => {
    const { test, inbox, pay, arm } = await start();
    await arm(fault);
    await pay('ORDER411');
    expect(verified(test, inbox.received[0]!)).toBe(true);
    expect(decrypted(test, inbox.received[0]!)).toMatchObject(wrong);
    const truth = await test.call('GET', `/v3/pay/transactions/out-trade-no/ORDER411?mchid=${test.world.credentials.wechatPay.mchid}`);
    expect(truth.body).not.toMatchObject(wrong);
  });

  it('wrong cipher key cannot be decrypted; empty associated data can', async () => {
    const { test, inbox, pay, arm } = await start();
    await arm('noticeWrongCipherKey');
    await pay('ORDER412');
    expect(() => decrypted(test, inbox.received[0]!)).toThrow();
    await arm('noticeEmptyAssociatedData');
    await pay('ORDER413');
    expect(decrypted(test, inbox.received[1]!).out_trade_no).toBe('ORDER413');
  });

  it('can be replayed byte for byte, sent again, and delayed by the control interface', async () => {
    const { test, inbox, pay } = await start();
    await pay('ORDER414');
    const [notice] = [...test.world.state.notices.values()];
    await test.control('POST', `/sandbox/notices/${notice!.noticeId}/replay`);
    expect(inbox.received[1]!.headers['wechatpay-signature']).toBe(inbox.received[0]!.headers['wechatpay-signature']);
    expect(inbox.received[1]!.body.equals(inbox.received[0]!.body)).toBe(true);
    await test.control('POST', `/sandbox/notices/${notice!.noticeId}/resend`);
    expect(inbox.received[2]!.headers['wechatpay-signature']).not.toBe(inbox.received[0]!.headers['wechatpay-signature']);
    await test.control('POST', `/sandbox/notices/${notice!.noticeId}/delay`, { byMs: HOUR_MS });
    await test.delivery.settle();
    expect(inbox.received).toHaveLength(3);
    await test.advance(HOUR_MS);
    expect(inbox.received).toHaveLength(4);
  });
});
