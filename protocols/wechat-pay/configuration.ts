import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { KeyRing } from './keys';
import { randomNonce } from './signature';

/** Everything that differs between a sandbox and the real WeChat Pay is in here: the base URL and the credentials. */
export interface WechatPayConfiguration {
  /** Origin without path, for example `https://api.mch.weixin.qq.com`. */
  readonly baseUrl: string;
  /** Origins to try when no connection to `baseUrl` can be made at all, for example `https://api2.wechatpay.cn`. */
  readonly backupBaseUrls?: readonly string[];
  /** Merchant number (直连商户号). */
  readonly mchId: string;
  /** App ids bound to the merchant number; requests for another app id are not sent. */
  readonly appIds: readonly string[];
  /** Serial number of the merchant API certificate, hexadecimal. */
  readonly merchantSerialNo: string;
  /** Private key of the merchant API certificate, PKCS#8 PEM, RSA 2048. */
  readonly merchantPrivateKeyPem: string;
  /** 32 ASCII characters set in the merchant platform. */
  readonly apiV3Key: string;
  /** Key before the last change: messages sealed with it are still opened. */
  readonly previousApiV3Key?: string;
  readonly keyRing: KeyRing;
  /** Milliseconds since the epoch. */
  readonly clock: { now(): number };
  /** For one whole exchange, connection to last byte. Default 12 s. Bill downloads get ten times as long. */
  readonly timeoutMs?: number;
  /**
   * WeChat Pay's own libraries believe error answers that carry no signature. This client treats them as `unknown` on
   * requests that change something, because a forged refusal could lead to a second payment. `true` believes them.
   */
  readonly believeUnsignedErrors?: boolean;
  /** Told about every exchange, for logs and metrics. Gets no bodies and no credentials. */
  readonly onExchange?: (exchange: ExchangeReport) => void;
  /** undici dispatcher (connection pool, proxy). Default: undici's global one. */
  readonly dispatcher?: Dispatcher;
}

export interface ExchangeReport {
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  readonly kind: 'ok' | 'rejected' | 'unknown';
  readonly httpStatus?: number;
  readonly code?: string;
  readonly reason?: string;
  readonly requestId?: string;
}

/** The configuration with its keys loaded; shared by all operations of one client. */
export interface Context {
  readonly origins: readonly string[];
  readonly mchId: string;
  readonly appIds: readonly string[];
  readonly merchantSerialNo: string;
  readonly privateKey: KeyObject;
  readonly apiV3Keys: readonly string[];
  readonly keyRing: KeyRing;
  readonly now: () => number;
  readonly nonce: () => string;
  readonly timeoutMs: number;
  readonly believeUnsignedErrors: boolean;
  readonly onExchange: (exchange: ExchangeReport) => void;
  readonly dispatcher: Dispatcher | undefined;
}

const DEFAULT_TIMEOUT_MS = 12_000;

function demand(condition: boolean, message: string): void {
  if (!condition) throw new RangeError(`WeChat Pay configuration: ${message}`);
}

function originOf(url: string): string {
  demand(URL.canParse(url), `${url} is not a URL`);
  const { origin, pathname, search, protocol } = new URL(url);
  demand(pathname === '/' && search === '', 'a base URL is an origin without path: the signature covers the path');
  demand(protocol === 'https:' || protocol === 'http:', 'a base URL is https (or http on loopback)');
  return origin;
}

const isApiV3Key = (key: string): boolean => /^[\x21-\x7e]{32}$/.test(key);

/** @throws RangeError (or an error of node:crypto for an unreadable key): a program with bad credentials should not start. */
export function loadContext(configuration: WechatPayConfiguration): Context {
  const { previousApiV3Key, timeoutMs = DEFAULT_TIMEOUT_MS } = configuration;
  const apiV3Keys = [configuration.apiV3Key, ...(previousApiV3Key === undefined ? [] : [previousApiV3Key])];
  const privateKey = createPrivateKey(configuration.merchantPrivateKeyPem);
  demand(privateKey.asymmetricKeyType === 'rsa', 'merchantPrivateKeyPem is not an RSA key');
  demand(apiV3Keys.every(isApiV3Key), 'apiV3Key has exactly 32 printable ASCII characters');
  demand(/^\d{1,32}$/.test(configuration.mchId), 'mchId consists of digits');
  demand(configuration.appIds.length > 0, 'appIds names at least one app id');
  demand(/^[0-9A-Fa-f]{1,64}$/.test(configuration.merchantSerialNo), 'merchantSerialNo is hexadecimal');
  demand(Number.isSafeInteger(timeoutMs) && timeoutMs > 0, 'timeoutMs is a positive integer');
  return {
    origins: [configuration.baseUrl, ...(configuration.backupBaseUrls ?? [])].map(originOf),
    mchId: configuration.mchId,
    appIds: configuration.appIds,
    merchantSerialNo: configuration.merchantSerialNo,
    privateKey,
    apiV3Keys,
    keyRing: configuration.keyRing,
    now: () => configuration.clock.now(),
    nonce: randomNonce,
    timeoutMs,
    believeUnsignedErrors: configuration.believeUnsignedErrors ?? false,
    onExchange: configuration.onExchange ?? (() => {}),
    dispatcher: configuration.dispatcher,
  };
}
