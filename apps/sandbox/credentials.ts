import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from './files';

/** What a merchant holds after signing up with the outside parties. A server needs these and the base URL, nothing else. */
export interface SandboxCredentials {
  readonly wechatPay: {
    readonly mchid: string;
    /** Serial number (hex) of the merchant API certificate. */
    readonly merchantSerial: string;
    /** PKCS #8 PEM, RSA 2048. */
    readonly merchantPrivateKeyPem: string;
    /** `PUB_KEY_ID_` and 34 digits. */
    readonly publicKeyId: string;
    /** SPKI PEM of WeChat Pay. */
    readonly publicKeyPem: string;
    /** 32 ASCII bytes. */
    readonly apiV3Key: string;
  };
  readonly miniProgram: AppCredentials;
  readonly officialAccount: AppCredentials;
  readonly mobileApp: AppCredentials;
  readonly channelsShop: AppCredentials & PushCredentials;
  /** Message push of the mini program (shipping and subscription events). */
  readonly miniProgramPush: PushCredentials;
  readonly kuaidi100: { readonly customer: string; readonly key: string; readonly secret: string };
  readonly sms: { readonly secret: string };
}

export interface AppCredentials {
  readonly appid: string;
  readonly secret: string;
}

export interface PushCredentials {
  readonly token: string;
  /** 43 characters of base64. */
  readonly encodingAesKey: string;
}

/** What only the outside parties hold. */
export interface PlatformKeys {
  readonly wechatPayPrivateKeyPem: string;
  readonly merchantPublicKeyPem: string;
}

export interface KeyMaterial {
  readonly credentials: SandboxCredentials;
  readonly platformKeys: PlatformKeys;
}

function newRsaKeyPair(): { privateKeyPem: string; publicKeyPem: string } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privateKeyPem: pair.privateKey, publicKeyPem: pair.publicKey };
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const digits = (length: number): string => Array.from(randomBytes(length), (byte) => String(byte % 10)).join('');
const alphanumeric = (length: number): string => {
  let text = '';
  while (text.length < length)
    text += randomBytes(length)
      .toString('base64')
      .replace(/[^0-9A-Za-z]/g, '');
  return text.slice(0, length);
};
const newApp = (): AppCredentials => ({ appid: `wx${hex(8)}`, secret: hex(16) });
const newPush = (): PushCredentials => ({ token: alphanumeric(16), encodingAesKey: randomBytes(32).toString('base64').slice(0, 43) });

/** Generates fresh keys and secrets for every party. */
export function newKeyMaterial(): KeyMaterial {
  const merchant = newRsaKeyPair();
  const wechatPay = newRsaKeyPair();
  return {
    credentials: {
      wechatPay: {
        mchid: `19${digits(8)}`,
        merchantSerial: createHash('sha1').update(merchant.publicKeyPem).digest('hex').toUpperCase(),
        merchantPrivateKeyPem: merchant.privateKeyPem,
        publicKeyId: `PUB_KEY_ID_0${digits(33)}`,
        publicKeyPem: wechatPay.publicKeyPem,
        apiV3Key: alphanumeric(32),
      },
      miniProgram: newApp(),
      officialAccount: newApp(),
      mobileApp: newApp(),
      channelsShop: { ...newApp(), ...newPush() },
      miniProgramPush: newPush(),
      kuaidi100: { customer: hex(16).toUpperCase(), key: alphanumeric(12), secret: hex(16) },
      sms: { secret: alphanumeric(32) },
    },
    platformKeys: {
      wechatPayPrivateKeyPem: wechatPay.privateKeyPem,
      merchantPublicKeyPem: merchant.publicKeyPem,
    },
  };
}

/** Reads `credentials.json` and `platform-keys.json` of the folder; the first start writes them. */
export function loadKeyMaterial(dataDirectory: string | undefined): KeyMaterial {
  if (dataDirectory === undefined) return newKeyMaterial();
  const credentialsPath = join(dataDirectory, 'credentials.json');
  const platformKeysPath = join(dataDirectory, 'platform-keys.json');
  if (existsSync(credentialsPath) && existsSync(platformKeysPath)) {
    return {
      credentials: JSON.parse(readFileSync(credentialsPath, 'utf8')) as SandboxCredentials,
      platformKeys: JSON.parse(readFileSync(platformKeysPath, 'utf8')) as PlatformKeys,
    };
  }
  const material = newKeyMaterial();
  mkdirSync(dataDirectory, { recursive: true });
  writeFileAtomically(platformKeysPath, `${JSON.stringify(material.platformKeys, null, 2)}\n`);
  writeFileAtomically(credentialsPath, `${JSON.stringify(material.credentials, null, 2)}\n`);
  return material;
}
