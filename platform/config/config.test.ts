import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  describeFaults,
  fieldsOf,
  type Loaded,
  loadConfiguration,
  loadServerConfiguration,
  maskSecrets,
  SecretText,
  Section,
  type ServerConfiguration,
  ServerSchema,
} from './index';

const folder = mkdtempSync(join(tmpdir(), 'qianxing-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const loadedValue = <T>(loaded: Loaded<T>): T => {
  if (!loaded.ok) throw new Error(describeFaults(loaded.faults));
  return loaded.value;
};
const faultsOf = <T>(loaded: Loaded<T>) => (loaded.ok ? [] : loaded.faults);
const variables = <T>(loaded: Loaded<T>) => faultsOf(loaded).map(({ variable }) => variable);

describe('a configuration', () => {
  const schema = Section({
    port: Type.Integer({ default: 1, minimum: 1, maximum: 9 }),
    isOpen: Type.Boolean({ default: false }),
    names: Type.Array(Type.String(), { default: ['a'] }),
    mail: Section({ hostName: Type.String({ minLength: 3, default: 'localhost' }), passWord: SecretText({ default: '' }) }),
  });

  it('is the defaults when nothing is said', () => {
    expect(loadedValue(loadConfiguration(schema, { environment: {} }))).toEqual({
      port: 1,
      isOpen: false,
      names: ['a'],
      mail: { hostName: 'localhost', passWord: '' },
    });
  });

  it('takes base, then files in order, then the environment', () => {
    const files = [
      file('a.json', { port: 3, names: ['f'], mail: { hostName: 'first' } }),
      file('b.json', { mail: { hostName: 'second' } }),
    ];
    const loaded = loadConfiguration(schema, {
      environment: { QIANXING_PORT: '4', QIANXING_IS_OPEN: 'yes', QIANXING_NAMES: 'x, y', OTHER: '1', QIANXING_TEST_MYSQL_URL: 'x' },
      files,
      base: { port: 2, mail: { passWord: 'base' } },
    });
    expect(loadedValue(loaded)).toEqual({ port: 4, isOpen: true, names: ['x', 'y'], mail: { hostName: 'second', passWord: 'base' } });
  });

  it('names every variable at fault at once, in both languages, with no secret in it', () => {
    const withLongSecret = Section({ ...schema.properties, key: SecretText({ minLength: 40, default: '' }) });
    const loaded = loadConfiguration(withLongSecret, {
      environment: { QIANXING_PORT: 'many', QIANXING_MAIL_HOST_NAME: 'x', QIANXING_IS_OPEN: 'perhaps', QIANXING_KEY: 'hunter2' },
    });
    expect(variables(loaded).sort()).toEqual(['QIANXING_IS_OPEN', 'QIANXING_KEY', 'QIANXING_MAIL_HOST_NAME', 'QIANXING_PORT']);
    const text = describeFaults(faultsOf(loaded));
    expect(text).toContain('应为：1 至 9 的整数，现值为 "many"');
    expect(text).toContain('must be a whole number from 1 to 9, it is "many"');
    expect(text).not.toContain('hunter2');
  });

  it('finds misspelt variables and fields and says what was meant', () => {
    const loaded = loadConfiguration(schema, { environment: { QIANXING_PROT: '1' }, files: [file('c.json', { mial: {} })] });
    expect(variables(loaded)).toEqual(['QIANXING_PROT', 'mial']);
    expect(faultsOf(loaded)[0]?.messageEn).toContain('QIANXING_PORT');
  });

  it.each([
    ['not json', '{'],
    ['no object', '[]'],
  ])('is refused when a file is %s', (_name, content) => {
    const path = file('bad.json', content);
    expect(variables(loadConfiguration(schema, { environment: {}, files: [path] }))).toEqual([path]);
  });

  it('is refused when a file is missing', () => {
    expect(faultsOf(loadConfiguration(schema, { environment: {}, files: [join(folder, 'none.json')] }))).toHaveLength(1);
  });

  it('never throws, whatever a variable holds', () => {
    fc.assert(
      fc.property(fc.constantFrom('PORT', 'IS_OPEN', 'NAMES', 'MAIL_HOST_NAME'), fc.string(), (name, text) => {
        const loaded = loadConfiguration(schema, { environment: { [`QIANXING_${name}`]: text } });
        if (!loaded.ok) expect(variables(loaded)).toEqual([`QIANXING_${name}`]);
      }),
    );
  });

  it('does not let a file reach prototypes', () => {
    loadConfiguration(schema, {
      environment: {},
      files: [file('p.json', '{"__proto__":{"polluted":1},"mail":{"__proto__":{"polluted":1}}}')],
    });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('the server configuration', () => {
  it('has one variable per field', () => {
    const names = fieldsOf(ServerSchema).map(({ variable }) => variable);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('QIANXING_HTTP_PUBLIC_URL');
    expect(names).toContain('QIANXING_CREDENTIALS_WECHAT_PAY_API_V3_KEY');
  });

  it('starts in the sandbox without any setting but the address of the sandbox', () => {
    const { environment, http, outside } = loadedValue(
      loadServerConfiguration({ environment: { QIANXING_OUTSIDE_SANDBOX_URL: 'http://127.0.0.1:9100' } }),
    );
    expect([environment, http.publicUrl]).toEqual(['sandbox', 'http://127.0.0.1:8080']);
    expect([outside.wechatPayUrl, outside.wechatApiUrl, outside.kuaidi100Url, outside.smsUrl]).toEqual(
      Array(4).fill('http://127.0.0.1:9100'),
    );
  });

  it('takes credentials from a file of their own, below the environment', () => {
    const credentialsFile = file('credentials.json', {
      wechatPay: { mchid: '1900000001', apiV3Key: 'k'.repeat(32) },
      sms: { secret: 's' },
    });
    const { credentials } = loadedValue(
      loadServerConfiguration({
        environment: { QIANXING_CREDENTIALS_FILE: credentialsFile, QIANXING_CREDENTIALS_WECHAT_PAY_MCHID: '1900000002' },
      }),
    );
    expect([credentials.wechatPay.mchid, credentials.wechatPay.apiV3Key, credentials.sms.secret]).toEqual([
      '1900000002',
      'k'.repeat(32),
      's',
    ]);
  });

  it('reads keys in PEM form from one line', () => {
    const { credentials } = loadedValue(
      loadServerConfiguration({
        environment: { QIANXING_CREDENTIALS_WECHAT_PAY_PUBLIC_KEY_PEM: '-----BEGIN X-----\\nAA\\n-----END X-----' },
      }),
    );
    expect(credentials.wechatPay.publicKeyPem.split('\n')).toHaveLength(3);
  });

  it('runs the services that are named', () => {
    expect(loadedValue(loadServerConfiguration({ environment: { QIANXING_SERVICES: 'order,payment' } })).services).toEqual([
      'order',
      'payment',
    ]);
    expect(variables(loadServerConfiguration({ environment: { QIANXING_SERVICES: 'order,paiment' } }))).toEqual(['QIANXING_SERVICES']);
  });
});

const key = (id: string, letter: string) => `${id}:${letter.repeat(43)}`;
const live = {
  QIANXING_ENVIRONMENT: 'production',
  QIANXING_HTTP_PUBLIC_URL: 'https://shop.example.com',
  QIANXING_SECRETS_TOKEN_KEYS: `${key('a2', 'a')},${key('a1', 'b')}`,
  QIANXING_SECRETS_LINK_KEYS: key('l', 'c'),
  QIANXING_SECRETS_CODE_KEYS: key('c', 'd'),
  QIANXING_SECRETS_SEAL_KEYS: key('s', 'e'),
  QIANXING_SECRETS_LOG_KEYS: key('p', 'f'),
  QIANXING_OUTSIDE_SMS_URL: 'https://sms.example.com',
  QIANXING_CREDENTIALS_WECHAT_PAY_MCHID: '1900000001',
  QIANXING_CREDENTIALS_WECHAT_PAY_MERCHANT_SERIAL: 'AB',
  QIANXING_CREDENTIALS_WECHAT_PAY_MERCHANT_PRIVATE_KEY_PEM: 'x',
  QIANXING_CREDENTIALS_WECHAT_PAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_1',
  QIANXING_CREDENTIALS_WECHAT_PAY_PUBLIC_KEY_PEM: 'x',
  QIANXING_CREDENTIALS_WECHAT_PAY_API_V3_KEY: 'hunter2hunter2hunter2hunter2hunt',
  QIANXING_CREDENTIALS_MINI_PROGRAM_APPID: 'wx1',
  QIANXING_CREDENTIALS_MINI_PROGRAM_SECRET: 'x',
  QIANXING_CREDENTIALS_KUAIDI100_CUSTOMER: 'x',
  QIANXING_CREDENTIALS_KUAIDI100_KEY: 'x',
  QIANXING_CREDENTIALS_KUAIDI100_SECRET: 'x',
};

describe('production', () => {
  it('starts with everything set, and talks to the real parties', () => {
    const { outside } = loadedValue(loadServerConfiguration({ environment: live }));
    expect([outside.wechatPayUrl, outside.kuaidi100Url]).toEqual(['https://api.mch.weixin.qq.com', 'https://poll.kuaidi100.com']);
  });

  it.each([
    ['QIANXING_HTTP_PUBLIC_URL', 'http://shop.example.com'],
    ['QIANXING_HTTP_PUBLIC_URL', 'https://localhost'],
    ['QIANXING_HTTP_PUBLIC_URL', undefined],
    ['QIANXING_CLOCK_URL', 'https://clock.example.com'],
    ['QIANXING_FAILPOINTS', 'order.afterReserve=exit'],
    ['QIANXING_OUTSIDE_SANDBOX_URL', 'https://sandbox.example.com'],
    ['QIANXING_OUTSIDE_WECHAT_PAY_URL', 'http://127.0.0.1:9100'],
    ['QIANXING_OUTSIDE_WECHAT_PAY_URL', 'https://127.0.0.1:9100'],
    ['QIANXING_OUTSIDE_KUAIDI100_URL', 'https://[::1]:9100'],
    ['QIANXING_OUTSIDE_SMS_URL', undefined],
    ['QIANXING_SECRETS_TOKEN_KEYS', undefined],
    ['QIANXING_SECRETS_SEAL_KEYS', undefined],
    ['QIANXING_SECRETS_LOG_KEYS', undefined],
    ['QIANXING_SECRETS_LOG_KEYS', `${key('p', 'f')},${key('q', 'g')}`],
    ['QIANXING_SECRETS_SEAL_KEYS', key('other', 'd')],
    ['QIANXING_SECRETS_LINK_KEYS', 'k:short'],
    ['QIANXING_CREDENTIALS_WECHAT_PAY_API_V3_KEY', undefined],
    ['QIANXING_CREDENTIALS_KUAIDI100_KEY', undefined],
  ])('refuses %s = %s and names it', (name, value) => {
    expect(variables(loadServerConfiguration({ environment: { ...live, [name]: value } }))).toEqual([name]);
  });

  it('keeps the default key out of second place too', () => {
    const loaded = loadServerConfiguration({
      environment: { ...live, QIANXING_SECRETS_LINK_KEYS: `${key('l', 'c')},sandbox:c2FuZGJveC1saW5rLXRva2VuLWtleS0zMi1ieXRlcy0hIQ` },
    });
    expect(variables(loaded)).toEqual(['QIANXING_SECRETS_LINK_KEYS']);
  });

  it('asks a process only for the credentials of its services', () => {
    const environment = {
      ...live,
      QIANXING_SERVICES: 'catalog',
      QIANXING_CREDENTIALS_KUAIDI100_KEY: undefined,
      QIANXING_OUTSIDE_SMS_URL: undefined,
    };
    expect(faultsOf(loadServerConfiguration({ environment }))).toEqual([]);
  });
});

describe('a printed configuration', () => {
  it('shows no secret and no password inside an address', () => {
    const environment = { ...live, QIANXING_DATABASE_URL: 'mysql://shop:hunter2@db:3306/shop', QIANXING_HTTP_METRICS_TOKEN: 'hunter2' };
    const configuration: ServerConfiguration = loadedValue(loadServerConfiguration({ environment }));
    const masked = maskSecrets(ServerSchema, configuration);
    const text = JSON.stringify(masked);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('a'.repeat(43));
    expect(masked.database.url).toBe('mysql://shop:***@db:3306/shop');
    expect(masked.credentials.sms.secret).toBe('');
    expect(configuration.http.metricsToken).toBe('hunter2');
  });
});
