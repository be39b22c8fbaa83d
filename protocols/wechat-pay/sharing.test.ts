import { fen } from '@qianxing/money';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rsa } from 'wechatpay-axios-plugin';
import type { SharingInput } from './index';
import { APP_ID, PUBLIC_KEY_ID, platform, testClient } from './testing/keys';
import { type Loopback, refusal, signed, startLoopback } from './testing/loopback';

let wechat: Loopback;
beforeAll(async () => {
  wechat = await startLoopback();
});
afterAll(() => wechat.close());

const transactionId = '4200002026110100000000000001';
const sent = () => JSON.parse(wechat.requests.at(-1)?.body ?? 'null');
const sharing = () => testClient(wechat.url).sharing;

const orderAnswer = {
  transaction_id: transactionId,
  out_order_no: 'S1',
  order_id: '3008450740201411110007820472',
  state: 'FINISHED',
  receivers: [
    {
      type: 'PERSONAL_OPENID',
      account: 'openid-1',
      amount: 399,
      description: '推广佣金',
      result: 'SUCCESS',
      detail_id: '36011111111111111111111',
      create_time: '2026-11-10T10:00:00+08:00',
      finish_time: '2026-11-10T10:00:05+08:00',
    },
    { type: 'PERSONAL_OPENID', account: 'openid-2', amount: 100, result: 'CLOSED', fail_reason: 'RECEIVER_REAL_NAME_NOT_VERIFIED' },
  ],
};
const input: SharingInput = {
  appId: APP_ID,
  transactionId,
  outOrderNo: 'S1',
  receivers: [
    { type: 'PERSONAL_OPENID', account: 'openid-1', amountFen: fen(399), description: '推广佣金', name: '李四' },
    { type: 'PERSONAL_OPENID', account: 'openid-2', amountFen: fen(100), description: '推广佣金' },
  ],
  unfreezeUnsplit: false,
};

describe('receivers', () => {
  it('are added with their name encrypted to the key the header names', async () => {
    wechat.answerWith(signed({ type: 'PERSONAL_OPENID', account: 'openid-1', relation_type: 'DISTRIBUTOR' }));
    const person = { appId: APP_ID, type: 'PERSONAL_OPENID', account: 'openid-1', name: '李四', relation: 'DISTRIBUTOR' } as const;
    expect(await sharing().addReceiver(person)).toEqual({ kind: 'ok', value: undefined });
    const { name, ...others } = sent();
    expect(others).toEqual({ appid: APP_ID, type: 'PERSONAL_OPENID', account: 'openid-1', relation_type: 'DISTRIBUTOR' });
    expect(Rsa.decrypt(name, platform.privateKey)).toBe('李四');
    expect(wechat.requests[0]?.headers['wechatpay-serial']).toBe(PUBLIC_KEY_ID);
    expect(wechat.requests[0]?.url).toBe('/v3/profitsharing/receivers/add');
  });

  it('are deleted, and an answer about another receiver is unknown', async () => {
    const person = { appId: APP_ID, type: 'PERSONAL_OPENID', account: 'openid-1' } as const;
    wechat.answerWith(signed({ type: 'PERSONAL_OPENID', account: 'openid-1' }), signed({ type: 'PERSONAL_OPENID', account: 'openid-9' }));
    expect(await sharing().deleteReceiver(person)).toMatchObject({ kind: 'ok' });
    expect(sent()).toEqual({ appid: APP_ID, type: 'PERSONAL_OPENID', account: 'openid-1' });
    expect(await sharing().deleteReceiver(person)).toMatchObject({ kind: 'unknown', reason: 'unreadableAnswer' });
  });

  it('are not added without the name a merchant needs or the relation CUSTOM needs', async () => {
    wechat.answerWith(signed({}));
    const base = { appId: APP_ID, account: '1900000110' } as const;
    expect(await sharing().addReceiver({ ...base, type: 'MERCHANT_ID', relation: 'STORE' })).toMatchObject({ httpStatus: 0 });
    expect(await sharing().addReceiver({ ...base, type: 'PERSONAL_OPENID', relation: 'CUSTOM' })).toMatchObject({ httpStatus: 0 });
    expect(await sharing().addReceiver({ ...base, type: 'PERSONAL_OPENID', relation: 'USER', name: '长'.repeat(72) })).toMatchObject({
      httpStatus: 0,
    });
    expect(wechat.requests).toHaveLength(0);
  });
});

describe('a share', () => {
  it('is created with the documented members; FINISHED tells nothing about each receiver', async () => {
    wechat.answerWith(signed(orderAnswer));
    const outcome = await sharing().createOrder(input);
    const body = sent();
    expect(wechat.requests[0]).toMatchObject({ method: 'POST', url: '/v3/profitsharing/orders' });
    expect(Rsa.decrypt(body.receivers[0].name, platform.privateKey)).toBe('李四');
    expect(body.receivers[1]).toEqual({ type: 'PERSONAL_OPENID', account: 'openid-2', amount: 100, description: '推广佣金' });
    expect(body).toMatchObject({ appid: APP_ID, transaction_id: transactionId, out_order_no: 'S1', unfreeze_unsplit: false });
    expect(outcome).toMatchObject({
      kind: 'ok',
      value: {
        orderId: '3008450740201411110007820472',
        state: 'FINISHED',
        receivers: [
          { account: 'openid-1', amountFen: 399, result: 'SUCCESS', finishedAt: Date.UTC(2026, 10, 10, 2, 0, 5) },
          { account: 'openid-2', amountFen: 100, result: 'CLOSED', failReason: 'RECEIVER_REAL_NAME_NOT_VERIFIED' },
        ],
      },
    });
  });

  it('is not sent with a doubled receiver, none, too many or a zero amount', async () => {
    wechat.answerWith(signed(orderAnswer));
    const [first] = input.receivers;
    const many = Array.from({ length: 51 }, (_, index) => ({ ...first!, account: `openid-${index}` }));
    for (const receivers of [[], [first!, first!], many, [{ ...first!, amountFen: fen(0) }]]) {
      expect(await sharing().createOrder({ ...input, receivers })).toMatchObject({ kind: 'rejected', httpStatus: 0 });
    }
    expect(wechat.requests).toHaveLength(0);
  });

  it('over the ratio is rejected as a business rule', async () => {
    wechat.answerWith(refusal(403, 'RULE_LIMIT'));
    expect(await sharing().createOrder(input)).toMatchObject({ kind: 'rejected', code: 'RULE_LIMIT', advice: 'businessRule' });
  });

  it('is queried by both numbers, and unknown when the answer is about another', async () => {
    wechat.answerWith(signed(orderAnswer), signed({ ...orderAnswer, out_order_no: 'S2' }));
    expect(await sharing().queryOrder({ outOrderNo: 'S1', transactionId })).toMatchObject({ kind: 'ok' });
    expect(wechat.requests[0]?.url).toBe(`/v3/profitsharing/orders/S1?transaction_id=${transactionId}`);
    expect(await sharing().queryOrder({ outOrderNo: 'S1', transactionId })).toMatchObject({ kind: 'unknown' });
  });

  it('is ended by unfreezing, and what is left is read', async () => {
    wechat.answerWith(
      signed({ ...orderAnswer, out_order_no: 'U1', state: 'PROCESSING', receivers: [] }),
      signed({ transaction_id: transactionId, unsplit_amount: 27_931 }),
    );
    expect(await sharing().unfreeze({ transactionId, outOrderNo: 'U1', description: '解冻' })).toMatchObject({
      kind: 'ok',
      value: { state: 'PROCESSING' },
    });
    expect(wechat.requests[0]?.url).toBe('/v3/profitsharing/orders/unfreeze');
    expect(sent()).toEqual({ transaction_id: transactionId, out_order_no: 'U1', description: '解冻' });
    expect(await sharing().remaining(transactionId)).toEqual({ kind: 'ok', value: { transactionId, unsplitFen: 27_931 } });
    expect(wechat.requests[1]?.url).toBe(`/v3/profitsharing/transactions/${transactionId}/amounts`);
  });
});

describe('a return of a share', () => {
  const answer = {
    order_id: '3008450740201411110007820472',
    out_order_no: 'S1',
    out_return_no: 'B1',
    return_id: '3008450740201411110007820999',
    return_mchid: '1900000110',
    amount: 399,
    description: '用户退款',
    result: 'PROCESSING',
    create_time: '2026-11-12T10:00:00+08:00',
  };

  it('is created and queried', async () => {
    wechat.answerWith(signed(answer), signed({ ...answer, result: 'FAILED', fail_reason: 'BALANCE_NOT_ENOUGH' }));
    const asked = { outOrderNo: 'S1', outReturnNo: 'B1', returnMchId: '1900000110', amountFen: fen(399), description: '用户退款' };
    expect(await sharing().createReturn(asked)).toMatchObject({
      kind: 'ok',
      value: { returnId: answer.return_id, result: 'PROCESSING', amountFen: 399 },
    });
    expect(sent()).toEqual({ out_order_no: 'S1', out_return_no: 'B1', return_mchid: '1900000110', amount: 399, description: '用户退款' });
    const queried = await sharing().queryReturn({ outReturnNo: 'B1', outOrderNo: 'S1' });
    expect(queried).toMatchObject({ kind: 'ok', value: { result: 'FAILED', failReason: 'BALANCE_NOT_ENOUGH' } });
    expect(wechat.requests[1]?.url).toBe('/v3/profitsharing/return-orders/B1?out_order_no=S1');
  });

  it('is not sent naming both the order and its number, or neither', async () => {
    wechat.answerWith(signed(answer));
    const asked = { outReturnNo: 'B1', returnMchId: '1900000110', amountFen: fen(399), description: '用户退款' };
    expect(await sharing().createReturn(asked)).toMatchObject({ httpStatus: 0 });
    expect(await sharing().createReturn({ ...asked, orderId: '1', outOrderNo: 'S1' })).toMatchObject({ httpStatus: 0 });
    expect(wechat.requests).toHaveLength(0);
  });
});
