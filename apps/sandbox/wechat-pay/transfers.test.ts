import { constants, publicEncrypt } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../clock';
import { newTestWorld } from '../testing/merchant';
import { openidOf } from '../wechat-open/model';
import { balances } from './books';

let test: ReturnType<typeof newTestWorld>;
afterEach(async () => test.app.close());

const BASE = '/v3/fund-app/mch-transfer/transfer-bills';
const REPORTS = [
  { info_type: '岗位类型', info_content: '推广员' },
  { info_type: '报酬说明', info_content: '三月佣金' },
];
const send = (number: string, amountFen: number, extra: object = {}) =>
  test.call('POST', BASE, {
    appid: test.world.credentials.miniProgram.appid,
    out_bill_no: number,
    transfer_scene_id: '1005',
    openid: 'oPayee00000000000000000000001',
    transfer_amount: amountFen,
    transfer_remark: '佣金',
    notify_url: 'http://127.0.0.1:9/hooks/transfer',
    transfer_scene_report_infos: REPORTS,
    ...extra,
  });
const state = async (number: string) => {
  const { body } = await test.call('GET', `${BASE}/out-bill-no/${number}`);
  return [body?.state, body?.fail_reason];
};
const encrypted = (text: string) =>
  publicEncrypt(
    { key: test.world.credentials.wechatPay.publicKeyPem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    Buffer.from(text),
  ).toString('base64');

describe('a transfer to a user', () => {
  it('locks the money, waits for the payee, and pays once', async () => {
    test = newTestWorld();
    const made = await send('BILL1', 1_500);
    expect(made.body).toMatchObject({ state: 'WAIT_USER_CONFIRM', out_bill_no: 'BILL1' });
    expect(balances(test.world)).toMatchObject({ transferring: 1_500, receivers: 0 });
    const packageInfo = made.body?.package_info as string;
    expect((await test.control('POST', '/sandbox/transfers/confirm', { packageInfo })).body.state).toBe('SUCCESS');
    expect((await test.control('POST', '/sandbox/transfers/confirm', { packageInfo })).status).toBe(409);
    expect(await state('BILL1')).toEqual(['SUCCESS', undefined]);
    expect(balances(test.world)).toMatchObject({ transferring: 0, receivers: 1_500 });
    expect([...test.world.state.notices.values()].map((notice) => [notice.operation, notice.objectKey])).toEqual([
      ['transfer.notice', 'BILL1'],
    ]);
  });

  it('repeats by number with its package, and refuses another amount under it', async () => {
    test = newTestWorld();
    const first = await send('BILL1', 1_500);
    expect((await send('BILL1', 1_500)).body).toEqual(first.body);
    expect((await send('BILL1', 1_501)).body?.code).toBe('INVALID_REQUEST');
    expect(balances(test.world).transferring).toBe(1_500);
  });

  it('lapses after 24 hours and gives the money back, not before', async () => {
    test = newTestWorld();
    await send('BILL1', 1_500);
    await test.advance(24 * HOUR_MS);
    expect(await state('BILL1')).toEqual(['WAIT_USER_CONFIRM', undefined]);
    await test.advance(HOUR_MS);
    expect(await state('BILL1')).toEqual(['FAIL', 'OVERDUE_CLOSE']);
    expect(balances(test.world)).toMatchObject({ transferring: 0, available: 10_000_000 });
    expect((await test.control('POST', '/sandbox/transfers/confirm', { outBillNo: 'BILL1' })).status).toBe(409);
  });

  it('can be cancelled before the payee confirms; when both cross, the query tells who won', async () => {
    test = newTestWorld();
    await send('BILL1', 100);
    expect((await test.call('POST', `${BASE}/out-bill-no/BILL1/cancel`)).body?.state).toBe('CANCELING');
    await test.advance(DAY_MS);
    expect(await state('BILL1')).toEqual(['CANCELLED', undefined]);
    await send('BILL2', 100);
    await test.control('POST', '/faults', { party: 'wechat-pay', operation: 'transfer.cancel', fault: 'transferConfirmWhileCancel' });
    expect((await test.call('POST', `${BASE}/out-bill-no/BILL2/cancel`)).body?.state).toBe('CANCELING');
    expect(await state('BILL2')).toEqual(['SUCCESS', undefined]);
    expect(balances(test.world)).toMatchObject({ transferring: 0, receivers: 100 });
  });

  it.each([
    ['a missing scene report', { transfer_scene_report_infos: REPORTS.slice(1) }, 400, 'PARAM_ERROR'],
    ['a scene that was not granted', { transfer_scene_id: '1010' }, 403, 'NO_AUTH'],
    ['a number with a hyphen', { out_bill_no: 'BILL-1' }, 400, 'PARAM_ERROR'],
    ['2000 yuan without a name', { transfer_amount: 200_000 }, 400, 'PARAM_ERROR'],
    ['a name below 0.3 yuan', { transfer_amount: 29, user_name: 'bm90IGVuY3J5cHRlZA==' }, 400, 'PARAM_ERROR'],
    ['a name encrypted with another key', { user_name: 'bm90IGVuY3J5cHRlZA==' }, 400, 'PARAM_ERROR'],
    ['more than the balance', { transfer_amount: 199_999, transfer_remark: 'x' }, 403, 'NOT_ENOUGH'],
  ])('refuses %s', async (_name, extra, status, code) => {
    test = newTestWorld({ openingBalanceFen: 100_000 });
    const refused = await send('BILL1', 100, extra);
    expect([refused.status, refused.body?.code]).toEqual([status, code]);
    expect(test.world.state.wechatPay.transfers.size).toBe(0);
  });

  it('fails when the encrypted name is not the name of the payee', async () => {
    test = newTestWorld();
    const [person] = [...test.world.state.wechatOpen.people.values()];
    const openid = openidOf(test.world, person!, test.world.credentials.miniProgram.appid);
    await send('BILL1', 300_000, { openid, user_name: encrypted(person!.realName) });
    await send('BILL2', 300_000, { openid, user_name: encrypted('别人') });
    for (const outBillNo of ['BILL1', 'BILL2']) await test.control('POST', '/sandbox/transfers/confirm', { outBillNo });
    expect([await state('BILL1'), await state('BILL2')]).toEqual([
      ['SUCCESS', undefined],
      ['FAIL', 'NAME_NOT_CORRECT'],
    ]);
  });

  it('waits for funds by fault and goes on after a top-up, same bill', async () => {
    test = newTestWorld({ openingBalanceFen: 1 });
    await test.control('POST', '/faults', { party: 'wechat-pay', operation: 'transfer.create', fault: 'transferFundsLow' });
    expect((await send('BILL1', 500)).body?.state).toBe('PROCESSING');
    await test.control('POST', '/sandbox/top-up', { amountFen: 500 });
    expect((await send('BILL1', 500)).body?.state).toBe('WAIT_USER_CONFIRM');
  });
});
