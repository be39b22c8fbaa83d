import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Credentials, receive, startPayment } from './example';
import { API_V3_KEY, APP_ID, MCH_ID, MERCHANT_SERIAL, merchant, PUBLIC_KEY_ID, platform, privatePem, publicPem } from './testing/keys';
import { type Loopback, refusal, signed, startLoopback } from './testing/loopback';
import { notificationOf, paidOrder } from './testing/notification';

let wechat: Loopback;
beforeAll(async () => {
  wechat = await startLoopback();
});
afterAll(() => wechat.close());

const nowSeconds = () => Math.floor(Date.now() / 1000);
const credentials = (): Credentials => ({
  baseUrl: wechat.url,
  mchId: MCH_ID,
  appId: APP_ID,
  merchantSerialNo: MERCHANT_SERIAL,
  merchantPrivateKeyPem: privatePem(merchant.privateKey),
  apiV3Key: API_V3_KEY,
  publicKeyId: PUBLIC_KEY_ID,
  publicKeyPem: publicPem(platform.publicKey),
});

describe('the example of the README', () => {
  it('is printed there word for word', () => {
    const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
    expect(read('README.md')).toContain(read('example.ts'));
  });

  it('gives the call parameters, or says what to do', async () => {
    const timestamp = nowSeconds();
    wechat.answerWith(
      signed({ prepay_id: 'wx1' }, { timestamp }),
      refusal(403, 'NO_AUTH', { timestamp }),
      refusal(500, 'SYSTEM_ERROR', { timestamp }),
    );
    expect(await startPayment(credentials(), 'openid-1')).toMatchObject({ package: 'prepay_id=wx1', signType: 'RSA' });
    expect(await startPayment(credentials(), 'openid-1')).toBe('refused: NO_AUTH');
    expect(await startPayment(credentials(), 'openid-1')).toBe('ask again: serverError');
  });

  it('stores a verified payment and nothing else', () => {
    const stored: string[] = [];
    const store = (id: string, what: string) => stored.push(`${id} ${what}`);
    const received = notificationOf(paidOrder, { timestamp: nowSeconds() });
    const forged = { ...received, body: Buffer.from(received.body.toString().replace('TRANSACTION', 'transaction')) };
    expect(receive(credentials(), forged, store).httpStatus).toBe(401);
    expect(stored).toEqual([]);
    expect(receive(credentials(), received, store).httpStatus).toBe(204);
    expect(stored).toEqual(['EV-2026110110345600000000000001 T20261101000001']);
  });
});
