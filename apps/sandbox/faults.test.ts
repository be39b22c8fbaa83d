import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Wechatpay } from 'wechatpay-axios-plugin';
import { newKeyMaterial } from './credentials';
import { faultCatalogue } from './fault-catalogue';
import { type Sandbox, startSandbox } from './sandbox';

/** An independent client as the judge of our answers: it signs and verifies by its own code. */
interface Answer {
  status: number;
  data: Record<string, unknown>;
}
type Call = (path: string, body?: unknown) => Promise<Answer>;

let sandbox: Sandbox;
let post: Call;
let get: Call;

beforeAll(async () => {
  const keys = newKeyMaterial();
  sandbox = await startSandbox({ port: 0, keys, withCatalogue: false });
  const { wechatPay } = sandbox.credentials;
  const client = new Wechatpay({
    mchid: wechatPay.mchid,
    serial: wechatPay.merchantSerial,
    privateKey: wechatPay.merchantPrivateKeyPem,
    certs: { [wechatPay.publicKeyId]: wechatPay.publicKeyPem },
    baseURL: sandbox.url,
  });
  const chain = (path: string) =>
    path.split('/').reduce((node, part) => (node as Record<string, unknown>)[part], client as unknown) as {
      post: (body: unknown) => Promise<Answer>;
      get: (o: object) => Promise<Answer>;
    };
  post = (path, body) => chain(path).post(body);
  get = (number) => chain('v3/pay/transactions/out-trade-no/{number}').get({ number, params: { mchid: wechatPay.mchid } });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  await fetch(`${sandbox.url}/faults`, { method: 'DELETE' });
});

const order = (outTradeNo: string) => ({
  appid: sandbox.credentials.officialAccount.appid,
  mchid: sandbox.credentials.wechatPay.mchid,
  description: '轮胎',
  out_trade_no: outTradeNo,
  notify_url: 'http://127.0.0.1:9/hooks',
  amount: { total: 100 },
});
const arm = async (fault: string, operation = 'transaction.create', parameters: object = {}) => {
  const response = await fetch(`${sandbox.url}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ party: 'wechat-pay', operation, fault, parameters }),
  });
  expect(response.status).toBe(201);
};
const NATIVE = 'v3/pay/transactions/native';
const orders = async () =>
  ((await (await fetch(`${sandbox.url}/sandbox/transactions`)).json()) as { transactions: { outTradeNo: string }[] }).transactions.map(
    (entry) => entry.outTradeNo,
  );

describe('the sandbox over the wire, judged by wechatpay-axios-plugin', () => {
  it('its calls are accepted and our answers verify', async () => {
    const placed = await post(NATIVE, order('WIRE001'));
    expect(placed.data.code_url).toMatch(/^weixin:\/\/wxpay\/bizpayurl\?pr=/);
    const seen = await get('WIRE001');
    expect(seen.data).toMatchObject({ out_trade_no: 'WIRE001', trade_state: 'NOTPAY' });
  });

  it.each(['unsigned', 'wrongSerial', 'tamperedSignature', 'signatureProbe'])(
    '%s: the work is done, the answer does not verify',
    async (fault) => {
      await arm(fault);
      const number = `WIRE${fault.slice(0, 8)}`;
      await expect(post(NATIVE, order(number))).rejects.toThrow();
      expect(await orders()).toContain(number);
    },
  );

  it('timeout after success and a cut answer: done, but no answer; the repeat is the same order', async () => {
    for (const [number, fault] of [
      ['WIRE010', 'timeoutAfterSuccess'],
      ['WIRE011', 'truncatedBody'],
    ] as const) {
      await arm(fault);
      await expect(post(NATIVE, order(number))).rejects.toThrow();
      expect(await orders()).toContain(number);
      expect((await post(NATIVE, order(number))).status).toBe(200);
    }
  });

  it('connection reset and 500: nothing was done', async () => {
    await arm('connectionReset');
    await expect(post(NATIVE, order('WIRE020'))).rejects.toThrow();
    await arm('serverError');
    await expect(post(NATIVE, order('WIRE021'))).rejects.toMatchObject({ response: { status: 500, data: { code: 'SYSTEM_ERROR' } } });
    await arm('frequencyLimited');
    await expect(post(NATIVE, order('WIRE022'))).rejects.toMatchObject({ response: { status: 429, data: { code: 'FREQUENCY_LIMITED' } } });
    await arm('errorCode', '*', { code: 'NEVER_HEARD_OF', status: 418 });
    await expect(post(NATIVE, order('WIRE023'))).rejects.toMatchObject({ response: { status: 418, data: { code: 'NEVER_HEARD_OF' } } });
    for (const number of ['WIRE020', 'WIRE021', 'WIRE022', 'WIRE023']) expect(await orders()).not.toContain(number);
  });

  it('an order can be unknown right after it was made', async () => {
    await arm('notFoundAfterCreate');
    await post(NATIVE, order('WIRE030'));
    await expect(get('WIRE030')).rejects.toMatchObject({ response: { status: 404 } });
    expect((await get('WIRE030')).status).toBe(200);
  });
});

describe('the fault list', () => {
  it('refuses unknown parties and faults, and names what exists', async () => {
    const send = (body: object) =>
      fetch(`${sandbox.url}/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    expect((await send({ party: 'bank', operation: '*', fault: 'lost' })).status).toBe(400);
    expect((await send({ party: 'sms', operation: '*', fault: 'meteor' })).status).toBe(400);
    expect((await send({ party: 'sms', operation: '*', fault: 'toString' })).status).toBe(400);
    const listed = (await (await fetch(`${sandbox.url}/faults`)).json()) as { faults: unknown[]; catalogue: object };
    expect(listed.faults).toEqual([]);
    expect(Object.keys(listed.catalogue)).toEqual(Object.keys(faultCatalogue));
  });

  it('stands complete in the README', () => {
    const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
    expect(Object.keys(faultCatalogue).filter((name) => !readme.includes(`| \`${name}\` `))).toEqual([]);
  });
});
