import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadServerConfiguration, type ServerConfiguration } from '@qianxing/config';
import { newKeyMaterial, type Sandbox, startSandbox } from '@qianxing/sandbox';
import { buildProgram, loadBasics, runChecks, serveProgram } from '@qianxing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../house/plant';
import { arrive, type Place, signInStaff } from '../world/people';
import { freePort } from '../world/processes';
import { goods, importGoods, pay, place, plainCaller, reachOrder, receive, refund, ship } from '../world/shop';

/** Files that may know which environment they run in, and why. */
const MAY_KNOW: Readonly<Record<string, string>> = {
  'apps/server/compose/services.ts': 'a plan that the law forbids may be tried in the sandbox',
  'apps/server/compose/transparency-log.ts': 'the name of the log, where none is set',
  'apps/server/operations/routes.ts': 'shown to staff',
  'apps/server/runtime/program.ts': 'browsers are told to insist on https',
  'platform/config/production.ts': 'what production refuses to start with',
  'platform/config/server-schema.ts': 'the setting itself',
  'platform/config/server.ts': 'addresses that are not set',
};
const SWITCH = /\bconfiguration\.environment\b|\benvironment === '|\bsandboxUrl\b|environment: Choice/;

describe('going live', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-live-'));
  let sandbox: Sandbox;
  let where: Place;
  let port: number;
  let environment: Record<string, string>;

  beforeAll(async () => {
    port = await freePort();
    sandbox = await startSandbox({
      port: 0,
      keys: newKeyMaterial(),
      callbacks: { channelsShop: `http://127.0.0.1:${port}/hooks/channels-shop` },
    });
    where = { serverUrl: `http://127.0.0.1:${port}`, sandboxUrl: sandbox.url };
    const credentials = join(folder, 'credentials.json');
    writeFileSync(credentials, JSON.stringify(sandbox.credentials));
    environment = { QIANXING_HTTP_PORT: String(port), QIANXING_DATA_DIRECTORY: folder, QIANXING_CREDENTIALS_FILE: credentials };
    for (const name of ['TOKEN', 'LINK', 'CODE', 'SEAL', 'LOG'])
      environment[`QIANXING_SECRETS_${name}_KEYS`] = `own:${randomBytes(33).toString('base64url')}`;
  });
  afterAll(async () => {
    await sandbox?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function load(more: Readonly<Record<string, string>>): ServerConfiguration {
    const loaded = loadServerConfiguration({ environment: { ...environment, QIANXING_LOG_LEVEL: 'error', ...more } });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
    return loaded.value;
  }

  /** What a production server is told, with the sandbox's addresses in the places of the real ones, which it would refuse at the door. */
  function production(): ServerConfiguration {
    const configuration = load({
      QIANXING_ENVIRONMENT: 'production',
      QIANXING_HTTP_PUBLIC_URL: 'https://shop.example.com',
      QIANXING_OUTSIDE_SMS_URL: 'https://sms.example.com',
    });
    const { url } = sandbox;
    expect(configuration.outside.wechatPayUrl).toBe('https://api.mch.weixin.qq.com');
    return {
      ...configuration,
      http: { ...configuration.http, publicUrl: where.serverUrl },
      outside: {
        ...configuration.outside,
        wechatPayUrl: url,
        wechatPayBackupUrl: '',
        wechatApiUrl: url,
        wechatAuthorizeUrl: url,
        kuaidi100Url: url,
        smsUrl: url,
        pictureUrls: [url],
      },
    };
  }

  it('given a production server at the sandbox’s addresses, then goods are imported, sold, paid, shipped and refunded as ever', async () => {
    const beginning = await buildProgram(load({ QIANXING_OUTSIDE_SANDBOX_URL: sandbox.url }));
    await beginning.migrate();
    await loadBasics(beginning);
    await beginning.close();

    const program = await buildProgram(production());
    const running = await serveProgram(program, { shop: join(folder, 'none'), admin: join(folder, 'none') });
    try {
      const call = plainCaller(where);
      const staff = await signInStaff(where, 'admin');
      await importGoods(call, staff, 3);
      const buyer = await arrive(where, { name: '王芳', phone: '13800000031' });
      const [sku] = (await goods(where.serverUrl)).filter(({ available }) => available > 3);
      const [order] = await pay(call, where.sandboxUrl, buyer, await place(call, buyer, [{ skuId: sku?.skuId ?? '', quantity: 2 }]));
      if (order === undefined) throw new Error('no order');
      await ship(call, staff, order, 'YT8800000001');
      await reachOrder(call, buyer, order.orderId, 'shipped');
      await receive(call, buyer, order.orderId);
      const afterSale = await refund(call, buyer, staff, order.lines[0]?.orderLineId ?? '', 1);
      expect(afterSale.status).toBe('refunded');
      expect((await runChecks(program)).findings).toEqual([]);
    } finally {
      await running.stop();
    }
  }, 120_000);

  it('leaves nothing else in the code that asks where it runs', () => {
    const sources = ['platform', 'protocols', 'services', 'apps/server']
      .flatMap((part) => readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).map((path) => `${part}/${path}`))
      .filter((path) => path.endsWith('.ts') && !/node_modules|\.types|\/dist\/|\/demo\/|test/.test(path));
    expect(sources.length).toBeGreaterThan(300);
    const knowing = sources.filter((path) => SWITCH.test(readFileSync(join(root, path), 'utf8')));
    expect(knowing.sort()).toEqual(Object.keys(MAY_KNOW).sort());
  });
});
