import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createKeyRing, createWechatPay, type WechatPayConfiguration } from '../index';

/** Fresh keys per test file: WeChat Pay's, the merchant's, and a stranger's. */
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

export const platform = rsa();
export const merchant = rsa();
export const stranger = rsa();

export const PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000001092026110100112233445566';
export const MERCHANT_SERIAL = '3775B6A45ACD588826D15E583A95F5DD12345678';
export const API_V3_KEY = '0123456789abcdef0123456789abcdef';
export const MCH_ID = '1900000109';
export const APP_ID = 'wx0000000000000001';
export const NOW_MS = 1_793_000_000_000;

export const publicPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
export const privatePem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

function testConfiguration(baseUrl: string, changes: Partial<WechatPayConfiguration> = {}): WechatPayConfiguration {
  return {
    baseUrl,
    mchId: MCH_ID,
    appIds: [APP_ID],
    merchantSerialNo: MERCHANT_SERIAL,
    merchantPrivateKeyPem: privatePem(merchant.privateKey),
    apiV3Key: API_V3_KEY,
    keyRing: createKeyRing([{ publicKeyId: PUBLIC_KEY_ID, publicKeyPem: publicPem(platform.publicKey) }]),
    clock: { now: () => NOW_MS },
    ...changes,
  };
}

export const testClient = (baseUrl: string, changes: Partial<WechatPayConfiguration> = {}) =>
  createWechatPay(testConfiguration(baseUrl, changes));

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content]);
  const size = Buffer.from(content.length.toString(16).padStart(content.length > 255 ? 4 : 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | size.length]), size, content]);
}

/** A self-signed X.509 version 1 certificate, the least that node:crypto reads. */
export function selfSignedCertificate(serial: string, keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject }): string {
  const algorithm = der(0x30, der(0x06, Buffer.from('2a864886f70d01010b', 'hex')), der(0x05));
  const name = der(0x30);
  const validity = der(0x30, der(0x17, Buffer.from('260101000000Z')), der(0x17, Buffer.from('360101000000Z')));
  const spki = keys.publicKey.export({ type: 'spki', format: 'der' });
  const body = der(0x30, der(0x02, Buffer.from(serial, 'hex')), algorithm, name, validity, name, spki);
  const signature = der(0x03, Buffer.from([0]), sign('RSA-SHA256', body, keys.privateKey));
  const lines =
    der(0x30, body, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
