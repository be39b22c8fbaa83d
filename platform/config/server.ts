import { resolve } from 'node:path';
import { type ConfigurationFault, type Loaded, loadConfiguration, readJson } from './load';
import { refuseUnsafeProduction } from './production';
import { type ServerConfiguration, ServerSchema } from './server-schema';

export interface ServerSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Configuration file, JSON. */
  readonly file?: string;
}

const REAL = {
  wechatPayUrl: 'https://api.mch.weixin.qq.com',
  wechatPayBackupUrl: 'https://api2.wechatpay.cn',
  wechatApiUrl: 'https://api.weixin.qq.com',
  wechatAuthorizeUrl: 'https://open.weixin.qq.com',
  kuaidi100Url: 'https://poll.kuaidi100.com',
} as const;

const REAL_PICTURES = ['https://store.mp.video.tencent-cloud.com', 'https://mmecimage.cn'] as const;

/**
 * The configuration of a server, complete and checked. Addresses that are not set are the real parties' in production and the
 * sandbox's otherwise; that is all that differs. Production refuses public secrets, plain HTTP, the sandbox and missing credentials.
 */
export function loadServerConfiguration({ environment, file }: ServerSources): Loaded<ServerConfiguration> {
  const files = file === undefined ? [] : [file];
  const first = loadConfiguration(ServerSchema, { environment, files });
  if (!first.ok) return first;
  const loaded = withCredentialsFile(first.value, environment, files);
  if (!loaded.ok) return loaded;
  const configuration = withAddresses(loaded.value);
  const faults: ConfigurationFault[] = refuseUnsafeProduction(configuration);
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: configuration };
}

/** Credentials of a file of their own rank below the configuration file and the environment. */
function withCredentialsFile(
  configuration: ServerConfiguration,
  environment: ServerSources['environment'],
  files: readonly string[],
): Loaded<ServerConfiguration> {
  if (configuration.credentialsFile === '') return { ok: true, value: configuration };
  const read = readJson(resolve(configuration.credentialsFile));
  if (!read.ok) return read;
  return loadConfiguration(ServerSchema, { environment, files, base: { credentials: read.value } });
}

function withAddresses(configuration: ServerConfiguration): ServerConfiguration {
  const { http, outside } = configuration;
  const isProduction = configuration.environment === 'production';
  const addresses = { ...outside };
  for (const name of Object.keys(REAL) as (keyof typeof REAL)[])
    if (addresses[name] === '') addresses[name] = isProduction ? REAL[name] : name === 'wechatPayBackupUrl' ? '' : outside.sandboxUrl;
  if (!isProduction) {
    if (addresses.smsUrl === '') addresses.smsUrl = outside.sandboxUrl;
    if (addresses.transferPageUrl === '') addresses.transferPageUrl = outside.sandboxUrl;
  }
  if (addresses.pictureUrls.length === 0 && (isProduction || outside.sandboxUrl !== ''))
    addresses.pictureUrls = isProduction ? [...REAL_PICTURES] : [outside.sandboxUrl];
  const publicUrl =
    http.publicUrl === '' && !isProduction
      ? `http://${http.host.includes(':') ? `[${http.host}]` : http.host}:${http.port}`
      : http.publicUrl;
  return { ...configuration, http: { ...http, publicUrl }, outside: addresses };
}
