import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS } from './clock';
import { newTestWorld } from './testing/merchant';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'qianxing-sandbox-'));
  folders.push(folder);
  return folder;
};

describe('a sandbox with a data directory', () => {
  it('keeps keys, orders, books and the clock across a restart', async () => {
    const dataDirectory = newFolder();
    const before = newTestWorld({ dataDirectory });
    await before.placeAndPay('ORDER600', 5_000);
    await before.control('POST', '/clock/advance', { byMs: HOUR_MS });
    before.delivery.stop();
    await before.app.close();
    before.save();
    const after = newTestWorld({ dataDirectory });
    expect(after.world.credentials).toEqual(before.world.credentials);
    expect(after.world.clock.offsetMs()).toBe(HOUR_MS);
    expect(after.world.state.wechatPay).toEqual(before.world.state.wechatPay);
    expect((await after.control('GET', '/sandbox/ledger')).body.basicBalanceFen).toBe(10_000_000 + 5_000 - 30);
    after.delivery.stop();
    await after.app.close();
    after.save();
  });

  it('writes what a merchant holds and what only the platform holds into two files', async () => {
    const dataDirectory = newFolder();
    const test = newTestWorld({ dataDirectory });
    await test.app.close();
    test.save();
    const credentials = readFileSync(join(dataDirectory, 'credentials.json'), 'utf8');
    expect(JSON.parse(credentials)).toEqual(test.world.credentials);
    expect(credentials).not.toContain('wechatPayPrivateKeyPem');
    expect(existsSync(join(dataDirectory, 'platform-keys.json'))).toBe(true);
    expect(existsSync(join(dataDirectory, 'credentials.json.new'))).toBe(false);
  });
});

describe('the clock', () => {
  it('moves forward only', async () => {
    const test = newTestWorld();
    const now = test.world.clock.now();
    expect((await test.control('POST', '/clock/advance', { byMs: 5_000 })).body).toEqual({ nowMs: now + 5_000, offsetMs: 5_000 });
    expect((await test.control('POST', '/clock/advance', { byMs: -1 })).status).toBe(400);
    expect((await test.control('GET', '/clock')).body).toEqual({ nowMs: now + 5_000, offsetMs: 5_000 });
    await test.app.close();
  });
});

describe('a jump of the clock', () => {
  it('leaves followers a moment: calls dated before the jump still count, later they do not', async () => {
    const test = newTestWorld();
    const nowS = Math.floor(test.world.clock.now() / 1_000);
    const call = async () => {
      const path = `/v3/profitsharing/transactions/none/amounts`;
      return (await test.app.inject({ url: path, headers: test.signed('GET', path, '', { timestamp: nowS }) })).statusCode;
    };
    await test.advance(HOUR_MS);
    expect(await call()).toBe(404);
    test.moveBase(3_000);
    expect(await call()).toBe(401);
    await test.app.close();
  });
});

describe('text messages', () => {
  it('are taken only with the secret, and shown on the phone page', async () => {
    const test = newTestWorld();
    const send = (secret: string) =>
      test.app.inject({
        method: 'POST',
        url: '/sms/send',
        headers: { authorization: `Bearer ${secret}` },
        payload: { phone: '13800000001', text: '验证码 <482913>', code: '482913' },
      });
    expect((await send('wrong')).statusCode).toBe(401);
    expect(test.world.state.textMessages).toHaveLength(0);
    expect((await send(test.world.credentials.sms.secret)).json()).toMatchObject({ messageId: expect.any(String) });
    const page = await test.app.inject({ url: '/desk/phones?phone=13800000001' });
    expect(page.body).toContain('验证码 &lt;482913&gt;');
    expect((await test.app.inject({ url: '/desk/phones?phone=13800000002' })).body).not.toContain('482913');
    await test.app.close();
  });
});

describe('the pages', () => {
  it.each(['/', '/desk/bank', '/desk/carrier', '/desk/channels-shop', '/desk/phones', '/desk/notices', '/desk/clock', '/desk/faults'])(
    '%s loads nothing from elsewhere',
    async (url) => {
      const test = newTestWorld();
      await test.placeAndPay('ORDER601', 5_000);
      const page = await test.app.inject({ url });
      expect(page.statusCode).toBe(200);
      expect(page.headers['content-security-policy']).toContain("default-src 'self'");
      expect(page.body.match(/(?:src|href)="(?:https?:)?\/\//g)).toBeNull();
      await test.app.close();
    },
  );

  it('the cashier pays once, goes back only to web addresses, and refuses an H5 link after five minutes', async () => {
    const test = newTestWorld();
    const place = async (number: string) => {
      const body = { ...test.orderBody(number, 9_900), scene_info: { payer_client_ip: '127.0.0.1', h5_info: { type: 'Wap' } } };
      const { payer: _payer, ...h5 } = body;
      const placed = await test.call('POST', '/v3/pay/transactions/h5', h5);
      return new URL(placed.body?.h5_url as string);
    };
    const link = await place('ORDER602');
    const page = await test.app.inject({
      url: `${link.pathname}${link.search}&redirect_url=${encodeURIComponent('http://127.0.0.1:7300/paid?a=1&b=2')}`,
    });
    expect(page.body).toContain('¥99.00');
    expect(page.body).toContain('href="http://127.0.0.1:7300/paid?a=1&amp;b=2"');
    const evil = await test.app.inject({ url: `${link.pathname}${link.search}&redirect_url=javascript:alert(1)` });
    expect(evil.body).not.toContain('javascript:');
    const pay = (url: URL) =>
      test.control('POST', '/cashier/pay', { key: url.searchParams.get('package'), h5: true, redirectUrl: 'http://127.0.0.1:7300/paid' });
    expect((await pay(link)).body.location).toBe('http://127.0.0.1:7300/paid');
    expect((await pay(link)).status).toBe(200);
    expect(test.world.state.wechatPay.books.filter((entry) => entry.kind === 'payment')).toHaveLength(1);
    const stale = await place('ORDER603');
    test.moveBase(5 * 60_000);
    expect((await pay(stale)).body.code).toBe('prepayExpired');
    await test.app.close();
  });
});
