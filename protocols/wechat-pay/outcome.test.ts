import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { fen } from '@qianxing/money';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin';
import { outcomeOfError } from './error-codes';
import type { ExchangeReport, PrepayInput } from './index';
import { createKeyRing } from './index';
import {
  APP_ID,
  MCH_ID,
  MERCHANT_SERIAL,
  merchant,
  NOW_MS,
  PUBLIC_KEY_ID,
  platform,
  privatePem,
  publicPem,
  selfSignedCertificate,
  stranger,
  testClient,
} from './testing/keys';
import { cutInHalf, type Loopback, refusal, type SeenRequest, signed, silence, startLoopback } from './testing/loopback';
import { paidOrder } from './testing/notification';

const order: PrepayInput = {
  appId: APP_ID,
  description: '冬季轮胎 205/55 R16',
  outTradeNo: 'T20261101000001',
  totalFen: fen(39_900),
  notifyUrl: 'https://shop.example.com/hooks/wechat-pay',
};
const jsapiOrder = { ...order, payerOpenId: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' };

let wechat: Loopback;
beforeAll(async () => {
  wechat = await startLoopback();
});
afterAll(() => wechat.close());

/** Checks the request's signature with the other library, as WeChat Pay would. */
function isSignedByMerchant(request: SeenRequest): boolean {
  const header = request.headers.authorization ?? '';
  const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(header)?.[1] ?? '';
  const canonical = Formatter.request(request.method, request.url, field('timestamp'), field('nonce_str'), request.body);
  return (
    field('mchid') === MCH_ID && field('serial_no') === MERCHANT_SERIAL && Rsa.verify(canonical, field('signature'), merchant.publicKey)
  );
}

describe('a request', () => {
  it('without a body is signed over its path and query, and names the key ring’s key', async () => {
    wechat.answerWith(signed(paidOrder));
    await testClient(wechat.url).payments.queryByOutTradeNo(order.outTradeNo);
    const request = wechat.requests[0]!;
    expect(isSignedByMerchant(request)).toBe(true);
    expect(isSignedByMerchant({ ...request, url: request.url.replace('?', '?x=1&') })).toBe(false);
    expect(request.headers['wechatpay-serial']).toBe(PUBLIC_KEY_ID);
    expect(request.headers.accept).toBe('application/json');
    expect(request.headers['user-agent']).toBeTruthy();
  });

  it('carries its body as it was signed, and a changed byte would not verify', async () => {
    wechat.answerWith(signed({ prepay_id: 'wx1' }));
    await testClient(wechat.url).payments.prepayJsapi(jsapiOrder);
    const request = wechat.requests[0]!;
    expect(isSignedByMerchant(request)).toBe(true);
    expect(isSignedByMerchant({ ...request, body: `${request.body} ` })).toBe(false);
    expect(isSignedByMerchant({ ...request, url: '/v3/pay/transactions/app' })).toBe(false);
    expect(request.headers['content-type']).toBe('application/json');
  });

  it('never repeats a nonce', async () => {
    wechat.answerWith(signed({ prepay_id: 'wx1' }));
    const client = testClient(wechat.url);
    for (let i = 0; i < 5; i += 1) await client.payments.prepayJsapi(jsapiOrder);
    const nonces = wechat.requests.map((request) => /nonce_str="([^"]*)"/.exec(request.headers.authorization ?? '')?.[1]);
    expect(new Set(nonces).size).toBe(5);
  });

  it('is accepted where the other library’s request is: both reach the same stand-in', async () => {
    const theirs = new Wechatpay({
      mchid: MCH_ID,
      serial: MERCHANT_SERIAL,
      privateKey: privatePem(merchant.privateKey),
      certs: { [PUBLIC_KEY_ID]: publicPem(platform.publicKey) },
      baseURL: wechat.url,
    });
    wechat.answerWith(signed({ prepay_id: 'wx1' }, { timestamp: Math.floor(Date.now() / 1000) }));
    const chain = theirs as unknown as Record<
      'v3',
      { pay: { transactions: { jsapi: { post(body: object): Promise<{ data: unknown }> } } } }
    >;
    const answer = await chain.v3.pay.transactions.jsapi.post({ x: 1 });
    expect(answer.data).toEqual({ prepay_id: 'wx1' });
    expect(isSignedByMerchant(wechat.requests[0]!)).toBe(true);
  });
});

describe('an answer', () => {
  const prepay = () => testClient(wechat.url).payments.prepayJsapi(jsapiOrder);
  const query = () => testClient(wechat.url).payments.queryByOutTradeNo(order.outTradeNo);

  it('with a good signature is ok', async () => {
    wechat.answerWith(signed({ prepay_id: 'wx26112221580621e9b071c00d9e093b0000' }));
    expect(await prepay()).toEqual({ kind: 'ok', value: { prepayId: 'wx26112221580621e9b071c00d9e093b0000' } });
  });

  const distrusted = {
    'without signature': { unsigned: true },
    'signed by a stranger': { key: stranger.privateKey },
    'naming an unknown key': { serial: 'PUB_KEY_ID_0000000000000000000000000000000000' },
    'from six minutes ago': { timestamp: Math.floor(NOW_MS / 1000) - 360 },
    'from six minutes ahead': { timestamp: Math.floor(NOW_MS / 1000) + 360 },
    'that is a signature probe': { signature: 'WECHATPAY/SIGNTEST/abc' },
  };
  for (const [name, options] of Object.entries(distrusted)) {
    it(`${name} is unknown, and its content is not used`, async () => {
      wechat.answerWith(signed({ prepay_id: 'wx1' }, options));
      const outcome = await prepay();
      expect(outcome).toMatchObject({ kind: 'unknown', reason: 'unverifiedAnswer', httpStatus: 200, requestId: '08F78BA-0' });
      expect(outcome).not.toHaveProperty('value');
      expect(wechat.requests).toHaveLength(1);
    });
  }

  it('that refuses, signed, is rejected with the code in one spelling', async () => {
    wechat.answerWith(refusal(400, 'ORDERPAID'));
    expect(await testClient(wechat.url).payments.close(order.outTradeNo)).toEqual({
      kind: 'rejected',
      httpStatus: 400,
      code: 'ORDER_PAID',
      message: 'told to people',
      advice: 'query',
      requestId: '08F78BA-0',
    });
  });

  it('that refuses a change without a trustworthy signature is unknown, and says what it said', async () => {
    for (const options of [{ unsigned: true }, { key: stranger.privateKey }]) {
      wechat.answerWith(refusal(403, 'NOT_ENOUGH', options));
      expect(await prepay()).toMatchObject({ kind: 'unknown', reason: 'unverifiedAnswer', httpStatus: 403, code: 'NOT_ENOUGH' });
    }
  });

  it('that refuses a question without any signature is believed, with a wrong one not', async () => {
    wechat.answerWith(refusal(404, 'ORDERNOTEXIST', { unsigned: true }));
    expect(await query()).toMatchObject({ kind: 'rejected', code: 'ORDER_NOT_EXIST', advice: 'createAgain' });
    wechat.answerWith(refusal(404, 'ORDERNOTEXIST', { key: stranger.privateKey }));
    expect(await query()).toMatchObject({ kind: 'unknown', reason: 'unverifiedAnswer' });
  });

  it('that refuses a change unsigned is believed when configured so', async () => {
    wechat.answerWith(refusal(403, 'NOT_ENOUGH', { unsigned: true }));
    const client = testClient(wechat.url, { believeUnsignedErrors: true });
    expect(await client.payments.prepayJsapi(jsapiOrder)).toMatchObject({ kind: 'rejected', code: 'NOT_ENOUGH', advice: 'topUp' });
  });

  it('with 5xx, an overload code or an unknown code is unknown, whether signed or not', async () => {
    const cases = [
      [500, 'SYSTEM_ERROR', 'serverError'],
      [500, 'SYSTEMERROR', 'serverError'],
      [500, 'BIZ_ERR_NEED_RETRY', 'serverError'],
      [502, 'WHATEVER', 'serverError'],
      [429, 'FREQUENCY_LIMITED', 'rateLimited'],
      [403, 'FREQUENCY_LIMIT_EXCEED', 'rateLimited'],
      [429, 'RATELIMIT_EXCEEDED', 'rateLimited'],
      [400, 'NEVER_HEARD_OF', 'unknownCode'],
      [202, 'USERPAYING', 'unknownCode'],
    ] as const;
    for (const [status, code, reason] of cases) {
      for (const unsigned of [true, false]) {
        wechat.answerWith(refusal(status, code, { unsigned }));
        expect(await prepay(), `${status} ${code}`).toMatchObject({ kind: 'unknown', reason, httpStatus: status });
        expect(wechat.requests, 'no retry of its own').toHaveLength(1);
      }
    }
  });

  it('with a gateway’s HTML page or a redirect is unknown and followed nowhere', async () => {
    wechat.answerWith(signed('<html>502</html>', { status: 502, unsigned: true }));
    expect(await prepay()).toMatchObject({ kind: 'unknown', reason: 'serverError' });
    wechat.answerWith(signed('', { status: 302, unsigned: true, headers: { location: `${wechat.url}/elsewhere` } }));
    expect(await prepay()).toMatchObject({ kind: 'unknown', reason: 'unknownCode', httpStatus: 302 });
    expect(wechat.requests).toHaveLength(1);
  });

  it('cut in the middle is unknown', async () => {
    wechat.answerWith(cutInHalf({ prepay_id: 'wx1' }));
    expect(await prepay()).toMatchObject({ kind: 'unknown', reason: 'network' });
  });

  it('that never comes is unknown', async () => {
    wechat.answerWith(silence);
    const client = testClient(wechat.url, { timeoutMs: 20 });
    expect(await client.payments.prepayJsapi(jsapiOrder)).toMatchObject({ kind: 'unknown', reason: 'timeout' });
    expect(wechat.requests.length, 'no retry of its own').toBeLessThan(2);
  });

  it('that is signed but not of the documented shape, too large, or about another order is unknown', async () => {
    const odd = [{ prepay_id: 7.5 }, {}, 'not json', { prepay_id: 'x', pad: 'x'.repeat(2 * 1024 * 1024) }];
    for (const body of odd) {
      wechat.answerWith(signed(body));
      expect(await prepay()).toMatchObject({ kind: 'unknown', reason: 'unreadableAnswer' });
    }
    const wrongOrders = [
      { ...paidOrder, out_trade_no: 'T20261101000002' },
      { ...paidOrder, mchid: '1900000110' },
      { ...paidOrder, trade_state: 'WONDERFUL' },
      { ...paidOrder, amount: { total: 399.5 } },
      { ...paidOrder, amount: { total: -1 } },
      { ...paidOrder, transaction_id: undefined },
      { ...paidOrder, success_time: 'yesterday' },
    ];
    for (const body of wrongOrders) {
      wechat.answerWith(signed(body));
      expect(await query(), JSON.stringify(body)).toMatchObject({ kind: 'unknown', reason: 'unreadableAnswer' });
    }
  });

  it('of 204 is verified over the empty body', async () => {
    const close = () => testClient(wechat.url).payments.close(order.outTradeNo);
    wechat.answerWith(signed(undefined, { status: 204 }));
    expect(await close()).toEqual({ kind: 'ok', value: undefined });
    wechat.answerWith(signed(undefined, { status: 204, key: stranger.privateKey }));
    expect(await close()).toMatchObject({ kind: 'unknown', reason: 'unverifiedAnswer' });
  });

  it('is reported without bodies', async () => {
    const reports: ExchangeReport[] = [];
    const client = testClient(wechat.url, { onExchange: (report) => reports.push(report) });
    wechat.answerWith(refusal(403, 'NO_AUTH'), signed({ prepay_id: 'wx1' }));
    await client.payments.prepayJsapi(jsapiOrder);
    await client.payments.prepayJsapi(jsapiOrder);
    expect(reports).toEqual([
      { method: 'POST', path: '/v3/pay/transactions/jsapi', kind: 'rejected', httpStatus: 403, code: 'NO_AUTH', requestId: '08F78BA-0' },
      { method: 'POST', path: '/v3/pay/transactions/jsapi', kind: 'ok', httpStatus: 200, requestId: '08F78BA-0' },
    ]);
  });
});

describe('hosts', () => {
  /** A port on which nothing listens any more. */
  const deadOrigin = async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return `http://127.0.0.1:${port}`;
  };

  it('nobody listening is unknown', async () => {
    expect(await testClient(await deadOrigin()).payments.prepayJsapi(jsapiOrder)).toMatchObject({ kind: 'unknown', reason: 'network' });
  });

  it('the backup is used when no connection could be made', async () => {
    wechat.answerWith(signed({ prepay_id: 'wx1' }));
    const client = testClient(await deadOrigin(), { backupBaseUrls: [wechat.url] });
    expect(await client.payments.prepayJsapi(jsapiOrder)).toMatchObject({ kind: 'ok' });
    expect(wechat.requests).toHaveLength(1);
    expect(isSignedByMerchant(wechat.requests[0]!)).toBe(true);
  });

  it('the backup is not used once the first host may have seen the request', async () => {
    const backup = await startLoopback();
    backup.answerWith(signed({ prepay_id: 'wx1' }));
    const client = testClient(wechat.url, { backupBaseUrls: [backup.url], timeoutMs: 200 });
    for (const answer of [cutInHalf({ prepay_id: 'wx1' }), silence, refusal(500, 'SYSTEM_ERROR')]) {
      wechat.answerWith(answer);
      expect(await client.payments.prepayJsapi(jsapiOrder)).toMatchObject({ kind: 'unknown' });
    }
    expect(backup.requests).toHaveLength(0);
    await backup.close();
  });
});

describe('error codes', () => {
  it('are read in both spellings and whichever status comes with them', () => {
    for (const code of ['ORDER_NOT_EXIST', 'ORDERNOTEXIST']) {
      for (const status of [400, 404])
        expect(outcomeOfError(status, code, '')).toMatchObject({ kind: 'rejected', code: 'ORDER_NOT_EXIST' });
    }
    expect(outcomeOfError(500, 'OPENID_MISMATCH', '')).toMatchObject({ kind: 'rejected', advice: 'bug' });
    expect(outcomeOfError(401, 'SIGN_ERROR', '')).toMatchObject({ kind: 'rejected', advice: 'configuration' });
    expect(outcomeOfError(403, 'RULELIMIT', '')).toMatchObject({ kind: 'rejected', code: 'RULE_LIMIT', advice: 'businessRule' });
  });

  it('do not take names of object members for codes', () => {
    for (const code of ['constructor', '__proto__', 'toString']) {
      expect(outcomeOfError(400, code, '')).toMatchObject({ kind: 'unknown', reason: 'unknownCode' });
    }
  });
});

describe('key rings', () => {
  const oldKeys = stranger;
  const certificatePem = selfSignedCertificate('5157F09EFDC096DE15EBE81A47057A7232F1B8E1', oldKeys);
  const publicKey = { publicKeyId: PUBLIC_KEY_ID, publicKeyPem: publicPem(platform.publicKey) };

  it('with both keys verify answers of either during a migration', async () => {
    const client = testClient(wechat.url, { keyRing: createKeyRing([publicKey, { certificatePem }]) });
    wechat.answerWith(
      signed({ prepay_id: 'wx1' }),
      signed({ prepay_id: 'wx2' }, { serial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1', key: oldKeys.privateKey }),
      signed({ prepay_id: 'wx3' }, { serial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1', key: platform.privateKey }),
    );
    expect(await client.payments.prepayJsapi(jsapiOrder)).toMatchObject({ kind: 'ok' });
    expect(await client.payments.prepayJsapi(jsapiOrder)).toMatchObject({ kind: 'ok' });
    expect(await client.payments.prepayJsapi(jsapiOrder)).toMatchObject({ kind: 'unknown', reason: 'unverifiedAnswer' });
  });

  it('of a certificate name its serial in requests, and change it with the certificate', () => {
    const keyRing = createKeyRing([{ certificatePem }]);
    expect(keyRing.current.serial).toBe('5157F09EFDC096DE15EBE81A47057A7232F1B8E1');
    keyRing.renewCertificates([selfSignedCertificate('6157F09EFDC096DE15EBE81A47057A7232F1B8E1', platform), certificatePem]);
    expect(keyRing.current.serial).toBe('6157F09EFDC096DE15EBE81A47057A7232F1B8E1');
    expect(keyRing.find('5157f09efdc096de15ebe81a47057a7232f1b8e1')).toBeDefined();
    keyRing.renewCertificates([selfSignedCertificate('6157F09EFDC096DE15EBE81A47057A7232F1B8E1', platform)]);
    expect(keyRing.find('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')).toBeUndefined();
  });

  it('keep the public key when certificates are renewed', () => {
    const keyRing = createKeyRing([publicKey, { certificatePem }]);
    keyRing.renewCertificates([]);
    expect(keyRing.find('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')).toBeDefined();
    keyRing.renewCertificates([selfSignedCertificate('6157F09EFDC096DE15EBE81A47057A7232F1B8E1', stranger)]);
    expect(keyRing.current.serial).toBe(PUBLIC_KEY_ID);
    expect(keyRing.find(PUBLIC_KEY_ID)).toBeDefined();
  });

  it('are refused empty, with a bad id or with a key that is none', () => {
    expect(() => createKeyRing([])).toThrow(RangeError);
    expect(() => createKeyRing([{ publicKeyId: 'ABC', publicKeyPem: publicKey.publicKeyPem }])).toThrow(RangeError);
    expect(() => createKeyRing([{ publicKeyId: PUBLIC_KEY_ID, publicKeyPem: 'no key' }])).toThrow();
  });
});

describe('configuration', () => {
  it('that cannot be right stops the start', () => {
    const bad = [
      { baseUrl: 'nowhere' },
      { baseUrl: 'https://example.com/prefix' },
      { baseUrl: 'ftp://example.com' },
      { apiV3Key: 'short' },
      { previousApiV3Key: 'short' },
      { appIds: [] },
      { mchId: 'abc' },
      { merchantSerialNo: 'not hex' },
      { timeoutMs: 0 },
      { merchantPrivateKeyPem: privatePem(merchant.privateKey).slice(0, 100) },
    ];
    for (const change of bad) expect(() => testClient(change.baseUrl ?? wechat.url, change), JSON.stringify(change)).toThrow();
  });
});
