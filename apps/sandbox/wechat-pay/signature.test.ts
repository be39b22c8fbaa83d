import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newKeyMaterial } from '../credentials';
import { answerMessage, encryptGcm, parseAuthorization, paySignMessage, requestMessage, signRsa, verifyRsa } from './signature';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const NONCE = '0123456789ABCDEF0123456789ABCDEF';
const NONE = Buffer.alloc(0);

describe('WeChat Pay canonical strings, against the vectors of the protocol reference §20', () => {
  it('request with a body', () => {
    const message = requestMessage('POST', '/v3/pay/transactions/jsapi', '1700000000', NONCE, Buffer.from('{"x":1}'));
    expect(message.length).toBe(84);
    expect(sha256(message)).toBe('93e9210f61fe468c21ee85fb4bd8a129d8c46c0b007eeb978562c6935c87e7e8');
  });

  it('request without a body keeps the query as on the wire', () => {
    const path = '/v3/pay/transactions/out-trade-no/T20250101000001?mchid=1900000109';
    const message = requestMessage('GET', path, '1700000000', NONCE, NONE);
    expect(message.length).toBe(116);
    expect(sha256(message)).toBe('8037cc8025df59b5c33abfeb46a00262fec022f32f8748e7406950a9c683a8d7');
  });

  it('answer with a body and answer without one', () => {
    expect(sha256(answerMessage('1700000000', NONCE, Buffer.from('{"prepay_id":"wx1"}')))).toBe(
      'f4e702b85e8b31a0bded66bf7e2b18bc70a513db7814ab5d2115157e05f3490e',
    );
    expect(sha256(answerMessage('1700000000', NONCE, NONE))).toBe('92e4735a0c6ce6046402f161ae16a340f16c2dfe40ee8dba8977842fae10400c');
  });

  it('client-side payment call', () => {
    const message = paySignMessage(
      'wx2421b1c4370ec43b',
      '1554208460',
      '593BEC0C930BF1AFEB40B4A08C8FB242',
      'prepay_id=wx201410272009395522657a690389285100',
    );
    expect(sha256(message)).toBe('bf5c0eab11b7710ea376aaa5038ad079fb8175af60d6cbf676fa3bcc4d218bcb');
  });

  it('AES-GCM', () => {
    expect(encryptGcm('0123456789abcdef0123456789abcdef', 'abcdefghijkl', 'transaction', '{"a":1}')).toBe(
      'Eu6onfHUEIuHuUJ2U2443mIzhnIIlMg=',
    );
  });
});

describe('RSA signatures', () => {
  const { credentials, platformKeys } = newKeyMaterial();
  const message = Buffer.from('message\n');
  const signature = signRsa(credentials.wechatPay.merchantPrivateKeyPem, message);

  it('accepts the right key and refuses another key, another message and text that is no base64', () => {
    expect(verifyRsa(platformKeys.merchantPublicKeyPem, message, signature)).toBe(true);
    expect(verifyRsa(credentials.wechatPay.publicKeyPem, message, signature)).toBe(false);
    expect(verifyRsa(platformKeys.merchantPublicKeyPem, Buffer.from('message'), signature)).toBe(false);
    expect(verifyRsa(platformKeys.merchantPublicKeyPem, message, `WECHATPAY/SIGNTEST/${signature.slice(19)}`)).toBe(false);
    expect(verifyRsa(platformKeys.merchantPublicKeyPem, message, `${signature.slice(0, -4)} ===`)).toBe(false);
  });
});

describe('the Authorization header', () => {
  it('is read in any field order', () => {
    const header = 'WECHATPAY2-SHA256-RSA2048 signature="s=",serial_no="AB",timestamp="1",nonce_str="n",mchid="1900000109"';
    expect(parseAuthorization(header)).toEqual({ mchid: '1900000109', nonce: 'n', timestamp: '1', serial: 'AB', signature: 's=' });
  });

  it.each([
    undefined,
    'Bearer x',
    'WECHATPAY2-SHA256-RSA2048 mchid="1"',
    'WECHATPAY2-SHA256-RSA2048 mchid="1",mchid="2",nonce_str="n",timestamp="1",serial_no="A",signature="s"',
    'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="n",timestamp="1",serial_no="A",signature="s",extra="x"',
  ])('refuses %s', (header) => {
    expect(parseAuthorization(header)).toBeUndefined();
  });
});
