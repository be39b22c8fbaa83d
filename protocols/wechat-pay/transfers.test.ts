import { fen } from '@qianxing/money';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rsa } from 'wechatpay-axios-plugin';
import type { TransferInput } from './index';
import { APP_ID, MCH_ID, platform, testClient } from './testing/keys';
import { type Loopback, refusal, signed, startLoopback } from './testing/loopback';

let wechat: Loopback;
beforeAll(async () => {
  wechat = await startLoopback();
});
afterAll(() => wechat.close());

const transfers = () => testClient(wechat.url).transfers;
const billNo = '1330000071100999991182020050700019480001';
const input: TransferInput = {
  appId: APP_ID,
  outBillNo: 'W20261110000001',
  sceneId: '1005',
  openId: 'openid-1',
  amountFen: fen(5_000),
  remark: '11月佣金',
  notifyUrl: 'https://shop.example.com/hooks/transfer',
  userReceivePerception: '劳务报酬',
  sceneReports: [
    { infoType: '岗位类型', infoContent: '推广员' },
    { infoType: '报酬说明', infoContent: '11月推广佣金' },
  ],
};
const accepted = {
  out_bill_no: 'W20261110000001',
  transfer_bill_no: billNo,
  create_time: '2026-11-10T10:00:00.120+08:00',
  state: 'WAIT_USER_CONFIRM',
  package_info: 'affffddafdfafddffda==',
};
const found = {
  mch_id: MCH_ID,
  out_bill_no: 'W20261110000001',
  transfer_bill_no: billNo,
  appid: APP_ID,
  state: 'FAIL',
  transfer_amount: 5_000,
  transfer_remark: '11月佣金',
  fail_reason: 'OVERDUE_CLOSE',
  openid: 'openid-1',
  create_time: '2026-11-10T10:00:00+08:00',
  update_time: '2026-11-11T10:47:00+08:00',
};

describe('a transfer', () => {
  it('is created with its scene reports and comes back with the package for the receiver’s phone', async () => {
    wechat.answerWith(signed(accepted));
    const outcome = await transfers().create(input);
    expect(wechat.requests[0]).toMatchObject({ method: 'POST', url: '/v3/fund-app/mch-transfer/transfer-bills' });
    expect(JSON.parse(wechat.requests[0]?.body ?? '')).toEqual({
      appid: APP_ID,
      out_bill_no: 'W20261110000001',
      transfer_scene_id: '1005',
      openid: 'openid-1',
      transfer_amount: 5_000,
      transfer_remark: '11月佣金',
      notify_url: 'https://shop.example.com/hooks/transfer',
      user_recv_perception: '劳务报酬',
      transfer_scene_report_infos: [
        { info_type: '岗位类型', info_content: '推广员' },
        { info_type: '报酬说明', info_content: '11月推广佣金' },
      ],
    });
    expect(outcome).toEqual({
      kind: 'ok',
      value: {
        outBillNo: 'W20261110000001',
        transferBillNo: billNo,
        createdAt: Date.UTC(2026, 10, 10, 2, 0, 0, 120),
        state: 'WAIT_USER_CONFIRM',
        packageInfo: 'affffddafdfafddffda==',
      },
    });
  });

  it('of 2,000 yuan needs a name, which is sent encrypted', async () => {
    wechat.answerWith(signed(accepted));
    expect(await transfers().create({ ...input, amountFen: fen(200_000) })).toMatchObject({ kind: 'rejected', httpStatus: 0 });
    expect(wechat.requests).toHaveLength(0);
    await transfers().create({ ...input, amountFen: fen(200_000), userName: '王五' });
    expect(Rsa.decrypt(JSON.parse(wechat.requests[0]?.body ?? '').user_name, platform.privateKey)).toBe('王五');
    expect(await transfers().create({ ...input, amountFen: fen(199_999) })).toMatchObject({ kind: 'ok' });
  });

  it('below 0.3 yuan must go without a name', async () => {
    wechat.answerWith(signed(accepted));
    expect(await transfers().create({ ...input, amountFen: fen(29), userName: '王五' })).toMatchObject({ kind: 'rejected', httpStatus: 0 });
    expect(wechat.requests).toHaveLength(0);
    for (const [amountFen, userName] of [
      [29, undefined],
      [30, '王五'],
    ] as const)
      expect(await transfers().create({ ...input, amountFen: fen(amountFen), ...(userName ? { userName } : {}) })).toMatchObject({
        kind: 'ok',
      });
  });

  it('is not sent when it cannot be right', async () => {
    wechat.answerWith(signed(accepted));
    const bad: Partial<TransferInput>[] = [
      { outBillNo: 'W_1' },
      { outBillNo: 'W'.repeat(33) },
      { amountFen: fen(0) },
      { remark: '备'.repeat(33) },
      { sceneReports: [] },
      { sceneReports: [{ infoType: '岗位类型', infoContent: '' }] },
      { sceneId: '5' },
      { appId: 'wx-other' },
      { notifyUrl: 'https://shop.example.com/?a=1' },
    ];
    for (const change of bad) {
      expect(await transfers().create({ ...input, ...change }), JSON.stringify(change)).toMatchObject({ kind: 'rejected', httpStatus: 0 });
    }
    expect(wechat.requests).toHaveLength(0);
  });

  it('is queried by either number, in both spellings of the merchant number', async () => {
    const { mch_id, ...others } = found;
    wechat.answerWith(signed(found), signed({ ...others, mchid: mch_id }));
    const expected = {
      kind: 'ok',
      value: { mchId: MCH_ID, state: 'FAIL', failReason: 'OVERDUE_CLOSE', amountFen: 5_000, updatedAt: Date.UTC(2026, 10, 11, 2, 47) },
    };
    expect(await transfers().queryByOutBillNo('W20261110000001')).toMatchObject(expected);
    expect(await transfers().queryByTransferBillNo(billNo)).toMatchObject(expected);
    expect(wechat.requests.map((request) => request.url)).toEqual([
      '/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/W20261110000001',
      `/v3/fund-app/mch-transfer/transfer-bills/transfer-bill-no/${billNo}`,
    ]);
  });

  it('of another merchant, of another number or in an unknown state is unknown', async () => {
    for (const change of [{ mch_id: '1900000110' }, { out_bill_no: 'W2' }, { state: 'TRANSFERRING' }]) {
      wechat.answerWith(signed({ ...found, ...change }));
      expect(await transfers().queryByOutBillNo('W20261110000001')).toMatchObject({ kind: 'unknown', reason: 'unreadableAnswer' });
    }
  });

  it('is cancelled without a body; CANCELING is not yet cancelled', async () => {
    wechat.answerWith(signed({ ...accepted, state: 'CANCELING', update_time: '2026-11-10T10:01:00+08:00' }));
    expect(await transfers().cancel('W20261110000001')).toMatchObject({ kind: 'ok', value: { state: 'CANCELING' } });
    expect(wechat.requests[0]).toMatchObject({
      method: 'POST',
      url: '/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/W20261110000001/cancel',
      body: '',
    });
  });

  it('that nobody knows is told so', async () => {
    wechat.answerWith(refusal(404, 'NOT_FOUND'));
    expect(await transfers().queryByOutBillNo('W20261110000001')).toMatchObject({
      kind: 'rejected',
      code: 'NOT_FOUND',
      advice: 'createAgain',
    });
  });
});
