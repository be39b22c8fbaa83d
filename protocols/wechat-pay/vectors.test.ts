import { createHash, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Aes, Formatter, Rsa } from 'wechatpay-axios-plugin';
import { callCanonical } from './call-parameters';
import { decryptAesGcm, decryptSensitive, encryptSensitive } from './cipher';
import { createKeyRing } from './keys';
import { authorization, messageCanonical, randomNonce, requestCanonical, signText, verifyMessage } from './signature';
import { API_V3_KEY, MCH_ID, MERCHANT_SERIAL, merchant, NOW_MS, PUBLIC_KEY_ID, platform, publicPem } from './testing/keys';
import { signatureHeaders } from './testing/loopback';

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

const timestamp = '1700000000';
const nonce = '0123456789ABCDEF0123456789ABCDEF';
const keyRing = createKeyRing([{ publicKeyId: PUBLIC_KEY_ID, publicKeyPem: publicPem(platform.publicKey) }]);

describe('recorded vectors', () => {
  it('gives the recorded canonical string of a POST', () => {
    const canonical = requestCanonical({ method: 'POST', pathAndQuery: '/v3/pay/transactions/jsapi', timestamp, nonce, body: '{"x":1}' });
    expect(Buffer.byteLength(canonical)).toBe(84);
    expect(sha256(canonical)).toBe('93e9210f61fe468c21ee85fb4bd8a129d8c46c0b007eeb978562c6935c87e7e8');
  });

  it('gives the recorded canonical string of a GET', () => {
    const pathAndQuery = '/v3/pay/transactions/out-trade-no/T20250101000001?mchid=1900000109';
    const canonical = requestCanonical({ method: 'GET', pathAndQuery, timestamp, nonce, body: '' });
    expect(Buffer.byteLength(canonical)).toBe(116);
    expect(sha256(canonical)).toBe('8037cc8025df59b5c33abfeb46a00262fec022f32f8748e7406950a9c683a8d7');
  });

  it('gives the recorded canonical strings of answers with and without a body', () => {
    const withBody = messageCanonical(timestamp, nonce, Buffer.from('{"prepay_id":"wx1"}'));
    const without = messageCanonical(timestamp, nonce, Buffer.alloc(0));
    expect(sha256(withBody)).toBe('f4e702b85e8b31a0bded66bf7e2b18bc70a513db7814ab5d2115157e05f3490e');
    expect(sha256(without)).toBe('92e4735a0c6ce6046402f161ae16a340f16c2dfe40ee8dba8977842fae10400c');
  });

  it('gives the recorded canonical string of paySign, whose input WeChat Pay publishes', () => {
    const canonical = callCanonical(
      'wx2421b1c4370ec43b',
      '1554208460',
      '593BEC0C930BF1AFEB40B4A08C8FB242',
      'prepay_id=wx201410272009395522657a690389285100',
    );
    expect(sha256(canonical)).toBe('bf5c0eab11b7710ea376aaa5038ad079fb8175af60d6cbf676fa3bcc4d218bcb');
  });

  it('opens the recorded AES-GCM ciphertext and refuses it under another key, nonce or associated data', () => {
    const sealed = 'Eu6onfHUEIuHuUJ2U2443mIzhnIIlMg=';
    expect(decryptAesGcm(API_V3_KEY, 'abcdefghijkl', 'transaction', sealed)?.toString()).toBe('{"a":1}');
    expect(decryptAesGcm('x'.repeat(32), 'abcdefghijkl', 'transaction', sealed)).toBeUndefined();
    expect(decryptAesGcm(API_V3_KEY, 'abcdefghijkm', 'transaction', sealed)).toBeUndefined();
    expect(decryptAesGcm(API_V3_KEY, 'abcdefghijkl', 'refund', sealed)).toBeUndefined();
  });
});

describe('cross-check with wechatpay-axios-plugin', () => {
  it('signs what the other library verifies, and signs alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const ours = signText(text, merchant.privateKey);
        expect(ours).toBe(Rsa.sign(text, merchant.privateKey));
        expect(Rsa.verify(text, ours, merchant.publicKey)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('builds canonical strings like the other library', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.json(), (pathAndQuery, body) => {
        const request = { method: 'POST', pathAndQuery, timestamp, nonce, body };
        expect(requestCanonical(request)).toBe(Formatter.request('POST', pathAndQuery, timestamp, nonce, body));
        expect(messageCanonical(timestamp, nonce, Buffer.from(body)).toString()).toBe(Formatter.response(timestamp, nonce, body));
      }),
    );
  });

  it('writes an Authorization header with the five fields the other library writes', () => {
    const request = { method: 'POST', pathAndQuery: '/v3/x', timestamp, nonce, body: '{}' };
    const ours = authorization({ mchId: MCH_ID, merchantSerialNo: MERCHANT_SERIAL, privateKey: merchant.privateKey }, request);
    const signature = Rsa.sign(Formatter.request('POST', '/v3/x', timestamp, nonce, '{}'), merchant.privateKey);
    const theirs = Formatter.authorization(MCH_ID, nonce, signature, timestamp, MERCHANT_SERIAL);
    const fields = (header: string) =>
      header
        .slice(header.indexOf(' ') + 1)
        .split(',')
        .sort();
    expect(ours.startsWith('WECHATPAY2-SHA256-RSA2048 ')).toBe(true);
    expect(fields(ours)).toEqual(fields(theirs));
  });

  it('verifies what the other library signs, until one bit of the body changes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(), (text, at) => {
        const headers = signatureHeaders(text);
        const body = Buffer.from(text);
        expect(verifyMessage(headers, body, keyRing, NOW_MS)).toBeUndefined();
        const index = at % (body.length * 8);
        body[index >> 3] = (body[index >> 3] ?? 0) ^ (1 << (index & 7));
        expect(verifyMessage(headers, body, keyRing, NOW_MS)).toBe('signatureWrong');
      }),
      { numRuns: 25 },
    );
  });

  it('opens what the other library seals with AES-GCM, with and without associated data', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('', 'transaction', 'refund', 'mch_payment'), (text, aad) => {
        const sealed = Aes.AesGcm.encrypt(text, API_V3_KEY, 'abcdefghijkl', aad);
        expect(decryptAesGcm(API_V3_KEY, 'abcdefghijkl', aad, sealed)?.toString('utf8')).toBe(text);
      }),
    );
  });

  it('exchanges sensitive fields with the other library in both directions', () => {
    const name = '张三丰·Ñandú';
    expect(Rsa.decrypt(encryptSensitive(name, platform.publicKey), platform.privateKey)).toBe(name);
    expect(decryptSensitive(Rsa.encrypt(name, merchant.publicKey), merchant.privateKey)).toBe(name);
    expect(decryptSensitive(Rsa.encrypt(name, platform.publicKey), merchant.privateKey)).toBeUndefined();
  });
});

describe('nonce', () => {
  it('consists of 32 digits and letters and does not repeat', () => {
    const nonces = Array.from({ length: 500 }, randomNonce);
    for (const value of nonces) expect(value).toMatch(/^[0-9A-Za-z]{32}$/);
    expect(new Set(nonces).size).toBe(nonces.length);
  });
});

describe('signatures of messages', () => {
  const body = '{"prepay_id":"wx1"}';
  const check = (headers: Record<string, string>, nowMs = NOW_MS) => verifyMessage(headers, Buffer.from(body), keyRing, nowMs);

  it('are refused five minutes off the clock in either direction and accepted a second nearer', () => {
    const headers = signatureHeaders(body);
    for (const side of [-1, 1]) {
      expect(check(headers, NOW_MS + side * 299_000)).toBeUndefined();
      expect(check(headers, NOW_MS + side * 300_000)).toBe('timestampOutside');
    }
    expect(check({ ...headers, 'Wechatpay-Timestamp': 'now' })).toBe('timestampOutside');
  });

  it('are refused when another spelling of the same signature bytes is sent', () => {
    const headers = signatureHeaders(body);
    const signature = headers['Wechatpay-Signature'] ?? '';
    const sameBytes = signature.replace(/(.)==$/, (_whole, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}==`);
    expect(Buffer.from(sameBytes, 'base64').equals(Buffer.from(signature, 'base64'))).toBe(true);
    expect(check({ ...headers, 'Wechatpay-Signature': sameBytes })).toBe('signatureWrong');
    expect(check({ ...headers, 'Wechatpay-Signature': ` ${signature}` })).toBe('signatureWrong');
  });

  it('are refused when one of the four headers is missing or doubled', () => {
    const headers = signatureHeaders(body);
    for (const name of ['Wechatpay-Timestamp', 'Wechatpay-Nonce', 'Wechatpay-Serial', 'Wechatpay-Signature']) {
      const { [name]: value, ...rest } = headers;
      expect(check(rest)).toBe('headersMissing');
      expect(check({ ...headers, [name.toLowerCase()]: value ?? '' })).toBe('headersMissing');
    }
  });

  it('name probes, other schemes and unknown keys for what they are', () => {
    const headers = signatureHeaders(body);
    expect(check({ ...headers, 'Wechatpay-Signature': `WECHATPAY/SIGNTEST/${headers['Wechatpay-Signature']}` })).toBe('signatureProbe');
    expect(check({ ...headers, 'Wechatpay-Signature-Type': 'WECHATPAY2-SM2-WITH-SM3' })).toBe('wrongScheme');
    expect(check({ ...headers, 'Wechatpay-Serial': 'PUB_KEY_ID_0' })).toBe('serialUnknown');
  });

  it('cover the header timestamp and nonce', () => {
    const headers = signatureHeaders(body);
    expect(check({ ...headers, 'Wechatpay-Timestamp': String(Math.floor(NOW_MS / 1000) + 1) })).toBe('signatureWrong');
    expect(check({ ...headers, 'Wechatpay-Nonce': 'other' })).toBe('signatureWrong');
  });

  it('use PKCS#1 version 1.5 padding', () => {
    const message = messageCanonical(timestamp, nonce, Buffer.from(body));
    const signature = Buffer.from(signText(message.toString(), merchant.privateKey), 'base64');
    expect(verify('RSA-SHA256', message, merchant.publicKey, signature)).toBe(true);
    expect(sign('RSA-SHA256', message, merchant.privateKey).equals(signature)).toBe(true);
  });
});
