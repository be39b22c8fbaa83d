import { afterEach, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../clock';
import { newInbox, newTestWorld } from '../testing/merchant';
import { kuaidi100Sign } from './sign';

let test: ReturnType<typeof newTestWorld>;
let inbox: Awaited<ReturnType<typeof newInbox>>;
const ACKNOWLEDGED = '{"result":true,"returnCode":"200","message":"成功"}';
async function start(answer = ACKNOWLEDGED) {
  test = newTestWorld();
  inbox = await newInbox([], answer);
}
afterEach(async () => {
  test.delivery.stop();
  await test.app.close();
  await inbox.close();
});

const form = async (url: string, fields: Record<string, string>) =>
  (
    await test.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    })
  ).json() as Record<string, unknown>;
const subscribe = (number: string, extra: object = {}, company = 'yuantong') =>
  form('/poll', {
    schema: 'json',
    param: JSON.stringify({
      company,
      number,
      from: '山东青岛',
      to: '广东深圳',
      key: test.world.credentials.kuaidi100.key,
      parameters: { callbackurl: `${inbox.url}/hooks/k?t=1`, salt: 'salt123', ...extra },
    }),
  });
const query = (param: object, sign?: string) => {
  const { customer, key } = test.world.credentials.kuaidi100;
  const text = JSON.stringify(param);
  return form('/poll/query.do', { customer, param: text, sign: sign ?? kuaidi100Sign(text, key, customer) });
};
const move = async (number: string, name: string) => {
  await test.control('POST', `/sandbox/parcels/${number}/move`, { move: name });
  await test.delivery.settle();
};
const pushes = () =>
  inbox.received.map((received) => {
    const fields = new URLSearchParams(received.body.toString());
    const param = fields.get('param') ?? '';
    return {
      right: fields.get('sign') === kuaidi100Sign(param, 'salt123'),
      ...(JSON.parse(param) as { status: string; comNew: string; lastResult: { state: string; data: unknown[] } }),
    };
  });

describe('signatures, against the vectors of the protocol reference §20', () => {
  it('query and push', async () => {
    await start();
    expect(kuaidi100Sign('{"com":"yuantong","num":"YT1234567890123"}', 'KEYKEY12', 'CUSTOMER0001')).toBe(
      '832E06DEEC721454CD5DAFD6383219FC',
    );
    expect(kuaidi100Sign('{"status":"polling"}', 'salt123')).toBe('D3E37349DAA1504C5808621A3D636F88');
  });
});

describe('a subscription', () => {
  it('is taken once; a repeat while it is followed is 501; a wrong key, carrier or number is refused', async () => {
    await start();
    expect((await subscribe('YT1234567890123')).returnCode).toBe('200');
    expect((await subscribe('YT1234567890123')).returnCode).toBe('501');
    expect((await subscribe('YT1')).returnCode).toBe('700');
    expect((await subscribe('YT1234567890124', {}, 'pigeon')).returnCode).toBe('700');
    test.world.credentials.kuaidi100.key.length;
    const foreign = await form('/poll', {
      schema: 'json',
      param: JSON.stringify({ company: 'yuantong', number: 'YT1234567890125', key: 'x', parameters: {} }),
    });
    expect(foreign.returnCode).toBe('600');
    expect([...test.world.state.kuaidi100.parcels.keys()]).toEqual(['YT1234567890123']);
  });

  it('pushes the full track, signed with the salt, at every movement, and shuts down when signed for', async () => {
    await start();
    await subscribe('YT1234567890123');
    for (const name of ['pickedUp', 'inTransit', 'outForDelivery', 'delivered']) await move('YT1234567890123', name);
    expect(pushes().map((push) => [push.status, push.lastResult.state, push.lastResult.data.length, push.right])).toEqual([
      ['polling', '1', 1, true],
      ['polling', '0', 2, true],
      ['polling', '5', 3, true],
      ['shutdown', '3', 4, true],
    ]);
    expect((await subscribe('YT1234567890123')).returnCode).toBe('200');
  });

  it('repeats a push three times, thirty minutes apart, unless the answer is exactly right', async () => {
    await start('ok');
    await subscribe('YT1234567890123');
    await move('YT1234567890123', 'pickedUp');
    for (let repeat = 0; repeat < 5; repeat += 1) await test.advance(30 * MINUTE_MS);
    expect(inbox.received).toHaveLength(4);
  });

  it('with the wrong salt does not verify; the parcel has moved all the same', async () => {
    await start();
    await subscribe('YT1234567890123');
    await test.control('POST', '/faults', { party: 'kuaidi100', operation: 'push', fault: 'noticeWrongKey' });
    await move('YT1234567890123', 'pickedUp');
    expect(pushes()[0]!.right).toBe(false);
    expect((await query({ com: 'yuantong', num: 'YT1234567890123' })).state).toBe('1');
  });

  it('is aborted after three days without a record, and at most four times a month', async () => {
    await start();
    for (let time = 0; time < 4; time += 1) {
      expect((await subscribe('YT1234567890123')).returnCode).toBe('200');
      await test.advance(3 * DAY_MS);
    }
    expect(pushes().map((push) => push.status)).toEqual(['abort', 'abort', 'abort', 'abort']);
    expect((await subscribe('YT1234567890123')).returnCode).toBe('500');
  });

  it('is corrected to another carrier by abort with comNew, and a new stream begins', async () => {
    await start();
    await subscribe('YT1234567890123');
    await test.control('POST', '/sandbox/parcels/YT1234567890123/abort', { newCompany: 'zhongtong' });
    await test.delivery.settle();
    expect(pushes().map((push) => [push.status, push.comNew])).toEqual([
      ['abort', 'zhongtong'],
      ['polling', ''],
    ]);
  });
});

describe('a query', () => {
  it('needs the right sign and, for some carriers, the phone', async () => {
    await start();
    await subscribe('SF1234567890123', { phone: '13800001234' }, 'shunfeng');
    await move('SF1234567890123', 'pickedUp');
    expect((await query({ com: 'shunfeng', num: 'SF1234567890123' }, 'WRONG')).returnCode).toBe('503');
    expect((await query({ com: 'shunfeng', num: 'SF1234567890123' })).returnCode).toBe('408');
    expect(await query({ com: 'shunfeng', num: 'SF1234567890123', phone: '1234' })).toMatchObject({
      message: 'ok',
      state: '1',
      ischeck: '0',
    });
    expect((await query({ com: 'yuantong', num: 'YT0000000000000' })).returnCode).toBe('500');
  });
});
