import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerToNotification, createKeyRing, type NotificationRefusal, type NotificationResult, type ReceivedNotification } from './index';
import { APP_ID, MCH_ID, NOW_MS, PUBLIC_KEY_ID, platform, publicPem, selfSignedCertificate, stranger, testClient } from './testing/keys';
import { signatureHeaders } from './testing/loopback';
import { envelopeOf, notificationOf, paidOrder } from './testing/notification';

const { open } = testClient('http://127.0.0.1:1').notifications;

const refusalOf = (result: NotificationResult): NotificationRefusal | undefined => (result.ok ? undefined : result.code);

const refundResource = {
  mchid: MCH_ID,
  out_trade_no: 'T20261101000001',
  transaction_id: '4200002026110100000000000001',
  out_refund_no: 'R1',
  refund_id: '50300807092026110100000000001',
  refund_status: 'SUCCESS',
  success_time: '2026-11-02T09:01:00+08:00',
  user_received_account: '支付用户零钱',
  amount: { total: 39_900, refund: 10_000, payer_total: 39_900, payer_refund: 10_000 },
};
const transferResource = {
  out_bill_no: 'W1',
  transfer_bill_no: '1330000071100999991182020050700019480001',
  state: 'SUCCESS',
  mch_id: MCH_ID,
  transfer_amount: 5_000,
  openid: 'openid-1',
  create_time: '2026-11-02T09:00:00+08:00',
  update_time: '2026-11-02T09:05:00+08:00',
};
const sharingResource = {
  mchid: MCH_ID,
  transaction_id: '4200002026110100000000000001',
  order_id: '1217752501201407033233368018',
  out_order_no: 'S1',
  receiver: { type: 'MERCHANT_ID', account: MCH_ID, amount: 888, description: '运费/交易分账' },
  success_time: '2026-11-02T09:00:00+08:00',
};

describe('a notification', () => {
  it('of a payment is verified, opened and read', () => {
    const result = open(notificationOf(paidOrder));
    expect(result).toMatchObject({
      ok: true,
      value: {
        id: 'EV-2026110110345600000000000001',
        createdAt: Date.UTC(2026, 10, 1, 2, 34, 57),
        eventType: 'TRANSACTION.SUCCESS',
        summary: '支付成功',
        kind: 'payment',
        payment: {
          outTradeNo: 'T20261101000001',
          tradeState: 'SUCCESS',
          appId: APP_ID,
          amount: { totalFen: 39_900, payerTotalFen: 38_900 },
        },
      },
    });
    expect(result.ok && JSON.parse(result.value.plaintext)).toEqual(paidOrder);
    expect(answerToNotification(result)).toEqual({ httpStatus: 204, body: '' });
  });

  it('of a refund, a transfer and a share is told apart', () => {
    const refund = notificationOf(refundResource, { eventType: 'REFUND.SUCCESS', originalType: 'refund', associatedData: 'refund' });
    expect(open(refund)).toMatchObject({
      ok: true,
      value: { kind: 'refund', refund: { outRefundNo: 'R1', state: 'SUCCESS', refundFen: 10_000 } },
    });
    const transfer = { eventType: 'MCHTRANSFER.BILL.FINISHED', originalType: 'mch_payment', associatedData: 'mch_payment' };
    const { mch_id, ...others } = transferResource;
    for (const resource of [transferResource, { ...others, mchid: mch_id, state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' }]) {
      expect(open(notificationOf(resource, transfer))).toMatchObject({
        ok: true,
        value: { kind: 'transfer', transfer: { mchId: MCH_ID, outBillNo: 'W1', state: resource.state, amountFen: 5_000 } },
      });
    }
  });

  it('of a share is recognised by its members under each of the four event types, and is never a payment', () => {
    for (const eventType of ['TRANSACTION.SUCCESS', 'PROFITSHARING', 'PROFITSHARING.SUCCESS', 'PROFITSHARING_RETURN']) {
      for (const originalType of ['transaction', 'profitsharing']) {
        const result = open(notificationOf(sharingResource, { eventType, originalType }));
        expect(result).toMatchObject({ ok: true, value: { kind: 'profitSharing', sharing: { outOrderNo: 'S1', amountFen: 888 } } });
      }
    }
  });

  it('of an unknown kind and of a combined order is handed over unread', () => {
    const complaint = notificationOf(
      { complaint_id: '1', action_type: 'CREATE_COMPLAINT' },
      { eventType: 'COMPLAINT.CREATE', originalType: 'complaint' },
    );
    expect(open(complaint)).toMatchObject({ ok: true, value: { kind: 'other', originalType: 'complaint', eventType: 'COMPLAINT.CREATE' } });
    expect(open(notificationOf({ ...paidOrder, sub_orders: [] }))).toMatchObject({ ok: true, value: { kind: 'other' } });
  });

  it('with empty associated data is opened', () => {
    expect(open(notificationOf(paidOrder, { associatedData: '' }))).toMatchObject({ ok: true });
  });

  it('sealed with the APIv3 key before the last change is opened when that is configured', () => {
    const old = 'fedcba9876543210fedcba9876543210';
    const received = notificationOf(paidOrder, { apiV3Key: old });
    expect(refusalOf(open(received))).toBe('decryptionFailed');
    const client = testClient('http://127.0.0.1:1', { previousApiV3Key: old });
    expect(client.notifications.open(received)).toMatchObject({ ok: true });
    expect(client.notifications.open(notificationOf(paidOrder))).toMatchObject({ ok: true });
  });

  it('signed by a platform certificate is accepted while the ring holds both keys', () => {
    const serial = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
    const keyRing = createKeyRing([
      { publicKeyId: PUBLIC_KEY_ID, publicKeyPem: publicPem(platform.publicKey) },
      { certificatePem: selfSignedCertificate(serial, stranger) },
    ]);
    const client = testClient('http://127.0.0.1:1', { keyRing });
    expect(client.notifications.open(notificationOf(paidOrder, { serial, key: stranger.privateKey }))).toMatchObject({ ok: true });
    expect(client.notifications.open(notificationOf(paidOrder))).toMatchObject({ ok: true });
    expect(refusalOf(open(notificationOf(paidOrder, { serial, key: stranger.privateKey })))).toBe('serialUnknown');
  });
});

describe('a refused notification', () => {
  const seconds = Math.floor(NOW_MS / 1000);
  const cases: Record<string, [ReceivedNotification, NotificationRefusal, number]> = {
    'signed by a stranger': [notificationOf(paidOrder, { key: stranger.privateKey }), 'signatureWrong', 401],
    'a signature probe': [notificationOf(paidOrder, { signature: 'WECHATPAY/SIGNTEST/AAAA' }), 'signatureProbe', 401],
    'ten minutes old (a replay)': [notificationOf(paidOrder, { timestamp: seconds - 600 }), 'timestampOutside', 401],
    'six minutes ahead': [notificationOf(paidOrder, { timestamp: seconds + 360 }), 'timestampOutside', 401],
    'under an unknown serial': [notificationOf(paidOrder, { serial: 'PUB_KEY_ID_1' }), 'serialUnknown', 401],
    'without headers': [{ headers: {}, body: Buffer.from(envelopeOf(paidOrder)) }, 'headersMissing', 400],
    'sealed with another APIv3 key': [notificationOf(paidOrder, { apiV3Key: 'x'.repeat(32) }), 'decryptionFailed', 500],
    'for another merchant': [notificationOf({ ...paidOrder, mchid: '1900000110' }), 'foreignMerchant', 403],
    'with another algorithm': [notificationOf(paidOrder, { algorithm: 'AEAD_SM4_GCM' }), 'envelopeInvalid', 400],
    'with a broken amount': [notificationOf({ ...paidOrder, amount: { total: '39900' } }), 'contentInvalid', 400],
    'with an unknown trade state': [notificationOf({ ...paidOrder, trade_state: 'GIFT' }), 'contentInvalid', 400],
    'with a sealed text that is not JSON': [notificationOf('hello'), 'contentInvalid', 400],
    'signed, but no envelope': [{ headers: signatureHeaders('{"a":1}'), body: Buffer.from('{"a":1}') }, 'envelopeInvalid', 400],
    'signed, but not JSON': [{ headers: signatureHeaders('hello'), body: Buffer.from('hello') }, 'envelopeInvalid', 400],
    'three megabytes long': [{ headers: signatureHeaders(''), body: Buffer.alloc(3 * 1024 * 1024) }, 'bodyTooLarge', 413],
  };
  for (const [name, [received, code, httpStatus]] of Object.entries(cases)) {
    it(`${name}: ${code}`, () => {
      const result = open(received);
      expect(result).toMatchObject({ ok: false, code });
      expect(result).not.toHaveProperty('value');
      const answer = answerToNotification(result);
      expect(answer.httpStatus).toBe(httpStatus);
      expect(JSON.parse(answer.body)).toEqual({ code: 'FAIL', message: code });
    });
  }

  it('is any signed one with a flipped bit, wherever in the body', () => {
    const { headers, body } = notificationOf(paidOrder);
    fc.assert(
      fc.property(fc.nat({ max: body.length * 8 - 1 }), (bit) => {
        const flipped = Buffer.from(body);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(refusalOf(open({ headers, body: flipped }))).toBe('signatureWrong');
      }),
      { numRuns: 150 },
    );
    expect(open({ headers, body })).toMatchObject({ ok: true });
  });

  it('is any with a changed character in one of its signature headers', () => {
    const { headers, body } = notificationOf(paidOrder);
    const names = ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Serial', 'Wechatpay-Signature'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), fc.integer({ min: 0, max: 6 }), (name, at, bit) => {
        const value = String(headers[name]);
        const index = at % value.length;
        const changed = String.fromCharCode(value.charCodeAt(index) ^ (1 << bit));
        const result = open({ headers: { ...headers, [name]: `${value.slice(0, index)}${changed}${value.slice(index + 1)}` }, body });
        expect(result.ok).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('is any cut or lengthened one', () => {
    const { headers, body } = notificationOf(paidOrder);
    fc.assert(
      fc.property(fc.nat({ max: body.length - 1 }), fc.uint8Array({ minLength: 1, maxLength: 20 }), (length, more) => {
        expect(refusalOf(open({ headers, body: body.subarray(0, length) }))).toBe('signatureWrong');
        expect(refusalOf(open({ headers, body: Buffer.concat([body, more]) }))).toBe('signatureWrong');
      }),
    );
  });

  it('is any with a sealed resource that was tampered with before signing, and never throws', () => {
    const envelope = JSON.parse(envelopeOf(paidOrder)) as { resource: { ciphertext: string } };
    const sealed = Buffer.from(envelope.resource.ciphertext, 'base64');
    fc.assert(
      fc.property(fc.nat({ max: sealed.length * 8 - 1 }), (bit) => {
        const flipped = Buffer.from(sealed);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const body = JSON.stringify({ ...envelope, resource: { ...envelope.resource, ciphertext: flipped.toString('base64') } });
        expect(refusalOf(open({ headers: signatureHeaders(body), body: Buffer.from(body) }))).toBe('decryptionFailed');
      }),
      { numRuns: 50 },
    );
  });

  it('never throws for any signed JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (text, isSealed) => {
        const body = isSealed ? envelopeOf(text) : text;
        const result = open({ headers: signatureHeaders(body), body: Buffer.from(body) });
        if (result.ok) expect(result.value.kind).toBe('other');
      }),
      { numRuns: 50 },
    );
  });
});
