import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { carriers, createKuaidi100, type Kuaidi100 } from './index';
import { type Loopback, type Received, type Reply, serve } from './loopback';

let other: Loopback | undefined;
afterEach(async () => {
  await other?.close();
  other = undefined;
});

async function answering(reply: (request: Received) => Reply | object, timeoutMs = 10_000): Promise<Kuaidi100> {
  other = await serve((request) => {
    const answer = reply(request);
    return 'body' in answer || 'status' in answer || 'fault' in answer ? answer : { body: JSON.stringify(answer) };
  });
  return createKuaidi100({ pollBaseUrl: other.url, key: 'KEYKEY12', customer: 'CUSTOMER0001', timeoutMs });
}

const lastForm = () => new URLSearchParams(other!.received.at(-1)!.body);
const parcel = { carrierCode: 'yuantong', trackingNumber: 'YT1234567890123' };

/** `status` inside the body, so it goes as text. */
const success = (more: object = {}) => ({
  body: JSON.stringify({
    message: 'ok',
    status: '200',
    state: '0',
    ischeck: '0',
    com: 'yuantong',
    nu: 'YT1234567890123',
    data: [],
    ...more,
  }),
});

describe('querying a parcel', () => {
  it('given a parcel, then the signature fits the very text sent, and only given members are sent', async () => {
    const kuaidi = await answering(() => success());
    expect(await kuaidi.track({ ...parcel, phone: '1234', to: '浙江杭州+&=' })).toMatchObject({
      kind: 'ok',
      value: { state: 'inTransit', events: [] },
    });
    const [form, request] = [lastForm(), other!.received[0]!];
    const param = form.get('param') ?? '';
    expect(request).toMatchObject({ method: 'POST', path: '/poll/query.do' });
    expect(form.get('customer')).toBe('CUSTOMER0001');
    expect(form.get('sign')).toBe(createHash('md5').update(`${param}KEYKEY12CUSTOMER0001`).digest('hex').toUpperCase());
    expect(JSON.parse(param)).toEqual({
      com: 'yuantong',
      num: 'YT1234567890123',
      phone: '1234',
      to: '浙江杭州+&=',
      resultv2: '4',
      show: '0',
      order: 'desc',
    });
  });

  it('given failures, then their code, and whether a later try makes sense', async () => {
    let returnCode = '';
    const kuaidi = await answering(() => ({ result: false, returnCode, message: 'm' }));
    for (returnCode of ['500', '501', '502']) expect(await kuaidi.track(parcel)).toMatchObject({ code: returnCode, retryable: true });
    for (returnCode of ['400', '408', '503', '600', '601']) {
      expect(await kuaidi.track(parcel)).toEqual({ kind: 'rejected', code: returnCode, message: 'm' });
    }
  });

  it('given faults of network or host or an answer not understood, then unknown', async () => {
    const replies = [
      { fault: 'hang' },
      { fault: 'cut' },
      { status: 502 },
      { body: '<html>' },
      { body: '[]' },
      { body: '{}' },
      success({ nu: '' }),
    ] as const;
    for (const reply of replies) {
      const kuaidi = await answering(() => reply, 200);
      expect((await kuaidi.track(parcel)).kind).toBe('unknown');
      await other!.close();
    }
  });
});

describe('subscribing', () => {
  const input = { ...parcel, callbackUrl: 'http://shop.example/hooks/kuaidi100?p=1', salt: 'salt1234' };

  it('given a parcel, then address and salt go along, the key authenticates, nothing is signed', async () => {
    const kuaidi = await answering(() => ({ result: true, returnCode: '200', message: '提交成功' }));
    expect(await kuaidi.subscribe(input)).toEqual({ kind: 'ok', value: { alreadySubscribed: false } });
    expect(other!.received[0]!.path).toBe('/poll');
    expect([...lastForm().keys()]).toEqual(['schema', 'param']);
    expect(lastForm().get('schema')).toBe('json');
    expect(JSON.parse(lastForm().get('param') ?? '')).toEqual({
      company: 'yuantong',
      number: 'YT1234567890123',
      key: 'KEYKEY12',
      parameters: { callbackurl: 'http://shop.example/hooks/kuaidi100?p=1', salt: 'salt1234', resultv2: '4' },
    });
  });

  it('given 501, then it is subscribed already: success; 500 may be tried later; the rest is final', async () => {
    let returnCode = '501';
    const kuaidi = await answering(() => ({ result: false, returnCode, message: 'm' }));
    expect(await kuaidi.subscribe(input)).toEqual({ kind: 'ok', value: { alreadySubscribed: true } });
    returnCode = '500';
    expect(await kuaidi.subscribe(input)).toMatchObject({ kind: 'rejected', code: '500', retryable: true });
    for (returnCode of ['600', '601', '700', '701', '702']) {
      expect(await kuaidi.subscribe(input)).toEqual({ kind: 'rejected', code: returnCode, message: 'm' });
    }
  });

  it('given a salt that could be guessed, then nothing is sent', async () => {
    const kuaidi = await answering(() => ({}));
    expect(await kuaidi.subscribe({ ...input, salt: '' })).toMatchObject({ code: 'input.salt' });
    expect(other!.received).toHaveLength(0);
  });
});

describe('carriers', () => {
  it('given the list, then codes of both worlds are unique and every carrier has two names', () => {
    expect(carriers.length).toBeGreaterThanOrEqual(15);
    expect(new Set(carriers.map(({ code }) => code)).size).toBe(carriers.length);
    const wechat = carriers.flatMap(({ wechatCode }) => wechatCode ?? []);
    expect(new Set(wechat).size).toBe(wechat.length);
    expect(carriers.every(({ zh, en }) => zh !== '' && en !== '')).toBe(true);
    expect(carriers.filter(({ needsPhone }) => needsPhone).map(({ code }) => code)).toEqual(['shunfeng', 'zhongtong', 'shunfengkuaiyun']);
  });
});
