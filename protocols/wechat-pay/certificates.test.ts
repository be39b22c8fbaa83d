import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aes } from 'wechatpay-axios-plugin';
import { createKeyRing } from './index';
import { API_V3_KEY, merchant, platform, selfSignedCertificate, stranger, testClient } from './testing/keys';
import { type Loopback, refusal, signed, startLoopback } from './testing/loopback';

let wechat: Loopback;
beforeAll(async () => {
  wechat = await startLoopback();
});
afterAll(() => wechat.close());

const OLD = '5157F09EFDC096DE15EBE81A47057A7232F1B8E1';
const NEW = '6157F09EFDC096DE15EBE81A47057A7232F1B8E1';
const oldPem = selfSignedCertificate(OLD, platform);
const newPem = selfSignedCertificate(NEW, stranger);

const item = (
  serial: string,
  pem: string,
  apiV3Key = API_V3_KEY,
  expires = '2031-01-01T00:00:00+08:00',
  effective = '2026-01-01T00:00:00+08:00',
) => ({
  serial_no: serial,
  effective_time: effective,
  expire_time: expires,
  encrypt_certificate: {
    algorithm: 'AEAD_AES_256_GCM',
    nonce: 'abcdefghijkl',
    associated_data: 'certificate',
    ciphertext: Aes.AesGcm.encrypt(pem, apiV3Key, 'abcdefghijkl', 'certificate'),
  },
});

describe('platform certificates', () => {
  const keyRing = () => createKeyRing([{ certificatePem: oldPem }]);

  it('are downloaded, newest first, when a known key or one of the listed certificates signed the list', async () => {
    const list = { data: [item(OLD, oldPem), item(NEW, newPem, API_V3_KEY, '2031-06-01T00:00:00+08:00', '2026-06-01T00:00:00+08:00')] };
    for (const signer of [
      { serial: OLD, key: platform.privateKey },
      { serial: NEW, key: stranger.privateKey },
    ]) {
      wechat.answerWith(signed(list, signer));
      const outcome = await testClient(wechat.url, { keyRing: keyRing() }).certificates.download();
      expect(outcome.kind === 'ok' && outcome.value.map(({ serial }) => serial)).toEqual([NEW, OLD]);
    }
  });

  it('renew a ring so that answers of the new key verify and old ones no longer', async () => {
    const ring = keyRing();
    const client = testClient(wechat.url, { keyRing: ring });
    wechat.answerWith(signed({ data: [item(NEW, newPem)] }, { serial: OLD }));
    const outcome = await client.certificates.download();
    if (outcome.kind !== 'ok') throw new Error(outcome.message);
    ring.renewCertificates(outcome.value.map(({ certificatePem }) => certificatePem));
    wechat.answerWith(
      signed(undefined, { status: 204, serial: NEW, key: stranger.privateKey }),
      signed(undefined, { status: 204, serial: OLD }),
    );
    expect(await client.payments.close('T20261101000001')).toMatchObject({ kind: 'ok' });
    expect(wechat.requests[0]?.headers['wechatpay-serial']).toBe(NEW);
    expect(await client.payments.close('T20261101000001')).toMatchObject({ kind: 'unknown', reason: 'unverifiedAnswer' });
  });

  it('are not taken when somebody else signed the list, or sealed or mislabelled a certificate', async () => {
    const client = testClient(wechat.url, { keyRing: keyRing() });
    const good = { serial: OLD, key: platform.privateKey };
    const cases = [
      [{ data: [item(NEW, newPem)] }, { serial: OLD, key: merchant.privateKey }, 'unverifiedAnswer'],
      [{ data: [item(NEW, newPem)] }, { unsigned: true }, 'unverifiedAnswer'],
      [{ data: [item(NEW, newPem, 'x'.repeat(32))] }, good, 'unreadableAnswer'],
      [{ data: [item(OLD, newPem)] }, good, 'unreadableAnswer'],
      [{ data: [item(NEW, 'no certificate')] }, good, 'unreadableAnswer'],
      [{ data: [item(NEW, newPem, API_V3_KEY, '2026-02-01T00:00:00+08:00')] }, good, 'unreadableAnswer'],
      [{ data: [] }, good, 'unreadableAnswer'],
      ['not json', good, 'unreadableAnswer'],
    ] as const;
    for (const [body, options, reason] of cases) {
      wechat.answerWith(signed(body, options));
      expect(await client.certificates.download(), JSON.stringify(body)).toMatchObject({ kind: 'unknown', reason });
    }
  });

  it('are not there for a merchant in public-key mode', async () => {
    wechat.answerWith(refusal(404, 'RESOURCE_NOT_EXISTS'));
    expect(await testClient(wechat.url).certificates.download()).toMatchObject({ kind: 'rejected', code: 'RESOURCE_NOT_EXISTS' });
  });
});
