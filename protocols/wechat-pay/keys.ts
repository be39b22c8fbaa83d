import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';

/**
 * Keys of WeChat Pay that answers and notifications are verified with. The key is chosen by the `Wechatpay-Serial` of
 * the message and never by trying.
 *
 * Source: https://pay.weixin.qq.com/doc/v3/merchant/4012153196 (WeChat Pay public key), 4012068829 (platform certificate).
 */
export interface KeyRing {
  /** Named in every request; selects the key that signs the answer, and encrypts sensitive fields. */
  readonly current: PlatformKey;
  /** `undefined` for a serial that is not in the ring: the message is then refused. */
  find(serial: string): KeyObject | undefined;
}

export interface PlatformKey {
  /** `PUB_KEY_ID_` and digits, or the hexadecimal serial number of a platform certificate. */
  readonly serial: string;
  readonly publicKey: KeyObject;
}

/** The WeChat Pay public key (default for merchants since 2024) or a platform certificate (before). */
export type PlatformKeySource = { readonly publicKeyId: string; readonly publicKeyPem: string } | { readonly certificatePem: string };

/** A key ring whose certificates can be exchanged while the program runs. */
export interface RenewableKeyRing extends KeyRing {
  /** Takes the keys of a fresh download in place of the certificates known so far; the public key stays. */
  renewCertificates(certificatePems: readonly string[]): void;
}

const PUBLIC_KEY_ID = /^PUB_KEY_ID_\d+$/;

function loadKey(source: PlatformKeySource): PlatformKey {
  if ('certificatePem' in source) {
    const certificate = new X509Certificate(source.certificatePem);
    return { serial: certificate.serialNumber, publicKey: certificate.publicKey };
  }
  if (!PUBLIC_KEY_ID.test(source.publicKeyId)) throw new RangeError('publicKeyId is PUB_KEY_ID_ followed by digits');
  return { serial: source.publicKeyId, publicKey: createPublicKey(source.publicKeyPem) };
}

/** Certificate serials are hexadecimal and compared without regard to case; public key ids are taken literally. */
const canonicalSerial = (serial: string): string => (/^[0-9a-f]+$/i.test(serial) ? serial.toUpperCase() : serial);

/**
 * Builds a key ring. The first source is `current`; the others are accepted too, which a migration from certificate
 * to public key needs for a week, and an overlap of two certificates always.
 *
 * @throws when there is no source, or one cannot be read, or is not an RSA key: bad configuration should stop the start.
 */
export function createKeyRing(sources: readonly PlatformKeySource[]): RenewableKeyRing {
  const loaded = sources.map(loadKey);
  for (const key of loaded) if (key.publicKey.asymmetricKeyType !== 'rsa') throw new RangeError(`key ${key.serial} is not an RSA key`);
  const [first, ...others] = loaded;
  if (first === undefined) throw new RangeError('a key ring needs at least one key');
  let current: PlatformKey = first;
  let keys = new Map([first, ...others].map((key) => [canonicalSerial(key.serial), key.publicKey]));
  return {
    get current() {
      return current;
    },
    find: (serial) => keys.get(canonicalSerial(serial)),
    renewCertificates(certificatePems) {
      const fresh = certificatePems.map((certificatePem) => loadKey({ certificatePem }));
      const lasting = [...keys].filter(([serial]) => serial.startsWith('PUB_KEY_ID_'));
      const newest = fresh[0];
      if (newest === undefined) return;
      keys = new Map([...lasting, ...fresh.map((key): [string, KeyObject] => [canonicalSerial(key.serial), key.publicKey])]);
      if (!current.serial.startsWith('PUB_KEY_ID_')) current = newest;
    },
  };
}
