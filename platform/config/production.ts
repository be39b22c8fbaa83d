import { variableOf } from './fields';
import type { ConfigurationFault } from './load';
import { DEFAULT_SECRETS, type ServerConfiguration } from './server-schema';

/** What a production server must not start with. Empty means it may. */
export function refuseUnsafeProduction(configuration: ServerConfiguration): ConfigurationFault[] {
  if (configuration.environment !== 'production') return [];
  return [
    ...refuseDefaultSecrets(configuration),
    ...refuseSandboxParts(configuration),
    ...refuseAddresses(configuration),
    ...refuseMissingCredentials(configuration),
  ];
}

const fault = (steps: readonly string[], messageZh: string, messageEn: string): ConfigurationFault => ({
  variable: variableOf(steps),
  path: steps.join('.'),
  messageZh,
  messageEn,
});

/** Secrets of a fresh checkout are public, and so is every key that stands in for two purposes. */
export function refuseDefaultSecrets({ secrets }: ServerConfiguration): ConfigurationFault[] {
  const publicKeys: ReadonlySet<string> = new Set(Object.values(DEFAULT_SECRETS).map(secretPart));
  const seen = new Map<string, string>();
  return Object.entries(secrets).flatMap(([name, keys]) =>
    keys.flatMap((key) => {
      const secret = secretPart(key);
      const steps = ['secrets', name];
      if (publicKeys.has(secret))
        return [
          fault(
            steps,
            '仍是公开的默认密钥：请用 openssl rand -base64 48 生成并以「编号:密钥」形式设置',
            'is the public default: make one of your own (openssl rand -base64 48) and set it as id:key',
          ),
        ];
      const other = seen.get(secret);
      seen.set(secret, name);
      return other === undefined || other === name
        ? []
        : [fault(steps, `与 ${other} 使用了同一密钥，请分别生成`, `is the same key as ${other}: make one for each`)];
    }),
  );
}

const secretPart = (key: string) => key.slice(key.indexOf(':') + 1);

function refuseSandboxParts({ clockUrl, failpoints, outside }: ServerConfiguration): ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  if (clockUrl !== '') faults.push(fault(['clockUrl'], '生产环境只使用系统时钟，请删除', 'production runs on the system clock: remove it'));
  if (failpoints !== '') faults.push(fault(['failpoints'], '生产环境不允许故障点，请删除', 'production arms no failpoints: remove it'));
  if (outside.sandboxUrl !== '')
    faults.push(fault(['outside', 'sandboxUrl'], '生产环境不使用沙箱，请删除', 'production does not use the sandbox: remove it'));
  return faults;
}

function refuseAddresses({ http, outside }: ServerConfiguration): ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  if (!http.publicUrl.startsWith('https://') || isLoopback(http.publicUrl))
    faults.push(
      fault(['http', 'publicUrl'], '生产环境须为顾客可访问的 https:// 网址', 'production needs the https:// address that customers see'),
    );
  for (const [name, value] of Object.entries(outside)) {
    if (typeof value !== 'string' || value === '' || name === 'sandboxUrl') continue;
    if (!value.startsWith('https://') || isLoopback(value))
      faults.push(
        fault(
          ['outside', name],
          `须为真实服务的 https:// 网址，现为 ${value}`,
          `must be the https:// address of the real party, it is ${value}`,
        ),
      );
  }
  return faults;
}

function isLoopback(address: string): boolean {
  const host = /^https?:\/\/(\[[^\]]*\]|[^:/]*)/i.exec(address)?.[1]?.toLowerCase() ?? '';
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || host === '0.0.0.0' || /^127\./.test(host);
}

/** Going live without the keys of WeChat Pay would only show at the first payment. */
function refuseMissingCredentials({ credentials, services, outside }: ServerConfiguration): ConfigurationFault[] {
  const faults: ConfigurationFault[] = [];
  const need = (section: 'wechatPay' | 'miniProgram' | 'kuaidi100') => {
    for (const [name, value] of Object.entries(credentials[section]))
      if (value === '')
        faults.push(
          fault(['credentials', section, name], '尚未设置，请填写商户平台给出的值', 'is not set: enter the value the party gave you'),
        );
  };
  if (services.includes('payment')) need('wechatPay');
  if (services.includes('user')) need('miniProgram');
  if (services.includes('fulfilment')) need('kuaidi100');
  if (services.includes('user') && outside.smsUrl === '')
    faults.push(
      fault(['outside', 'smsUrl'], '尚未设置短信网关，顾客将无法用手机号登录', 'is not set: customers could not sign in by phone'),
    );
  return faults;
}
