import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ask, bodyOf, demand } from '../world/http';
import { type AttackedShop, openAttackedShop, problemOf, SECRET_FILE, traces } from './attacked-shop';

/** A path that goes out exactly as written; `fetch` would tidy it. */
function rawGet(serverUrl: string, path: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(serverUrl);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method: 'GET' }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on('error', reject).end();
  });
}

describe('the surface', () => {
  let shop: AttackedShop;
  beforeAll(async () => {
    shop = await openAttackedShop();
  }, 120_000);
  afterAll(async () => {
    expect(await shop?.findings()).toEqual([]);
    await shop?.close();
  });

  const patchMe = (raw: string | Uint8Array<ArrayBuffer>, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    ask(shop.place.serverUrl, { method: 'PATCH', path: '/api/v1/me', token: shop.attacker.tokens.accessToken, raw, headers });

  it('reads bodies one way only', async () => {
    const before = await traces(shop);
    const bodies: [number, string | Uint8Array<ArrayBuffer>, Record<string, string>?][] = [
      [400, '{"nickname":"甲","nickname":"乙"}'],
      [400, '{"nickname":"甲","\\u006eickname":"乙"}'],
      [400, '{"__proto__":{"role":"administrator"}}'],
      [400, '{"nickname":"甲","constructor":{"prototype":{"role":"administrator"}}}'],
      [400, `${'['.repeat(1_000)}${']'.repeat(1_000)}`],
      [400, '{"nickname":'],
      [422, '{"nickname":"\\ud800"}'],
      [422, '{"nickname":"\\u0000"}'],
      [422, '{"nickname":1e999}'],
      [400, '// nothing'],
      [413, JSON.stringify({ nickname: 'x'.repeat(300_000) })],
      [415, 'nickname=x', { 'content-type': 'application/x-www-form-urlencoded' }],
      [415, '{"nickname":"甲"}', { 'content-type': 'text/plain' }],
      [415, '<nickname/>', { 'content-type': 'application/xml' }],
      [415, '{"nickname":"甲"}', { 'content-type': 'multipart/form-data; boundary=x' }],
      [422, '[]'],
      [422, '"nickname"'],
      [422, '{"nickname":{"$gt":""}}'],
      [422, '{"nickname":["甲"]}'],
      [422, '{"nickname":""}'],
      [422, JSON.stringify({ nickname: 'x'.repeat(31) })],
      [422, '{"language":"xx"}'],
    ];
    for (const [status, raw, headers] of bodies) {
      const answer = await patchMe(raw, headers);
      expect([answer.status, String(raw).slice(0, 60)]).toEqual([status, String(raw).slice(0, 60)]);
      expect(problemOf(answer.text).messageZh).toMatch(/\p{Script=Han}/u);
    }
    expect(({} as Record<string, unknown>).role).toBeUndefined();
    expect(await traces(shop)).toEqual(before);
  });

  it('is not talked into another method, host or origin', async () => {
    const { accessToken: token } = shop.attacker.tokens;
    const get = (headers: Readonly<Record<string, string>>) => ask(shop.place.serverUrl, { path: '/api/v1/me', token, headers });
    const overridden = await get({ 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' });
    expect(overridden.status).toBe(200);
    const evil = await get({ origin: 'https://evil.example' });
    for (const name of ['access-control-allow-origin', 'access-control-allow-credentials']) expect(evil.headers.get(name)).toBeNull();
    const preflight = await ask(shop.place.serverUrl, {
      method: 'OPTIONS',
      path: '/api/v1/me',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'PATCH' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect((await patchMe('{"nickname":"张三"}', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const link = await ask(shop.place.serverUrl, { path: '/r/zzzzzzzz', headers: { 'x-forwarded-host': 'evil.example' } });
    expect(link.headers.get('location') ?? '').not.toContain('evil');
    for (const path of ['/api/v2/me', '/v1/me', '/api/v1/me.json', '/api/v1/me/', '//api/v1/me', '/API/V1/ME'])
      expect((await rawGet(shop.place.serverUrl, path)).status, path).toBe(404);
  });

  it('sends people to our own pages only', async () => {
    const { accessToken: token } = shop.attacker.tokens;
    const elsewhere = [
      '//evil.example',
      'https://evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      'javascript:alert(1)',
      '/\tevil',
      'evil',
      '/ /evil',
    ];
    for (const returnTo of elsewhere) {
      const path = `/api/v1/login/wechat-h5/authorize-url?returnTo=${encodeURIComponent(returnTo)}`;
      expect((await ask(shop.place.serverUrl, { path })).status, returnTo).toBe(422);
    }
    const { tradeId } = await shop.call<{ tradeId: string }>(shop.attacker, 'POST', '/api/v1/trades', await basket());
    for (const returnUrl of [
      'https://evil.example/',
      '//evil.example',
      `${shop.place.serverUrl}.evil.example/`,
      `${shop.place.serverUrl}@evil.example/`,
      'javascript:alert(1)',
    ]) {
      const body = { tradeId, channel: 'h5', returnUrl };
      const answer = await ask(shop.place.serverUrl, { method: 'POST', path: '/api/v1/payments', token, body });
      expect(answer.status, returnUrl).toBe(422);
    }
    const { referralCode } = await shop.call<{ referralCode: string }>(shop.promoter, 'GET', '/api/v1/promoter');
    for (const query of ['', '?p=01hzzzzzzzzzzzzzzzzzzzzzzz']) {
      const { status, headers } = await ask(shop.place.serverUrl, { path: `/r/${referralCode}${query}` });
      expect(status).toBe(302);
      expect(new URL(headers.get('location') ?? '', shop.place.serverUrl).origin).toBe(shop.place.serverUrl);
    }
    expect((await ask(shop.place.serverUrl, { path: `/r/${referralCode}?p=https://evil.example` })).status).toBe(422);
  });

  const basket = async () => {
    const items = [{ skuId: shop.skus[0]!.skuId, quantity: 1 }];
    const { addressId } = shop.attacker;
    const quote = await shop.call<{ payableFen: number }>(shop.attacker, 'POST', '/api/v1/quotes', { items, addressId });
    return { items, addressId, expectedPayableFen: quote.payableFen };
  };

  it('serves the files it was given and none beside them', async () => {
    expect((await rawGet(shop.place.serverUrl, '/')).text).toContain('<title>shop</title>');
    const ups = ['../', '..%2f', '%2e%2e/', '%2e%2e%2f', '..%5c', '..\\', '....//', '%252e%252e%252f', '.%00./', '%c0%ae%c0%ae/'];
    const places = ['/', '/media/', '/admin/', '/assets/', '/api/v1/', '/./', '//'];
    for (const from of places)
      for (const up of ups)
        for (const target of [SECRET_FILE, 'qianxing.db', 'credentials.json', `${up}${SECRET_FILE}`, `${up}${up}${up}etc/passwd`]) {
          const { status, text } = await rawGet(shop.place.serverUrl, `${from}${up}${target}`);
          expect([400, 401, 404, 414, 422], `${from}${up}${target}`).toContain(status);
          expect(text).not.toMatch(/a file beside|root:|BEGIN .*PRIVATE KEY|SQLite format/);
        }
    for (const path of [
      '/.env',
      '/.git/config',
      '/package.json',
      '/qianxing.db',
      '/data/qianxing.db',
      '/media/',
      '/media/../qianxing.db',
      '/server-status',
      '/debug',
      '/install',
      '/swagger',
      '/.hidden',
    ])
      expect([404, 400, 422], path).toContain((await rawGet(shop.place.serverUrl, path)).status);
  });

  it('guards every kind of answer: page, file, picture, document, problem', async () => {
    const { items } = await demand<{ items: { pictureUrl: string }[] }>(shop.place.serverUrl, { path: '/api/v1/products?limit=1' });
    const picture = items[0]!.pictureUrl;
    for (const path of [
      '/',
      '/app.js',
      picture,
      '/openapi.json',
      '/healthz',
      '/readyz',
      '/api/v1/home',
      '/nothing-here',
      '/api/v1/nothing',
      '/staff/v1/me',
    ]) {
      const { headers } = await ask(shop.place.serverUrl, { path });
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toMatch(/frame-ancestors 'none'/);
      expect(headers.get('content-security-policy'), path).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/);
      expect(headers.get('referrer-policy'), path).toBeTruthy();
      for (const name of ['server', 'x-powered-by', 'set-cookie']) expect(headers.get(name), `${path} ${name}`).toBeNull();
    }
    const { headers } = await ask(shop.place.serverUrl, { path: picture });
    expect(headers.get('content-type')).toMatch(/^image\//);
    const own = await ask(shop.place.serverUrl, { path: '/api/v1/orders', token: shop.victim.tokens.accessToken });
    expect(own.headers.get('cache-control')).toBe('no-store');
  });

  it('takes no code from words: search, sort, filters, cursors', async () => {
    const token = shop.staff.administrator.tokens.accessToken;
    const words = ["' OR '1'='1", '%', '_', '\\', '"; DROP TABLE order_orders;--', '{{7*7}}', '\u0001', '=1+1'];
    for (const word of words)
      for (const path of ['/api/v1/products?text=', '/staff/v1/orders?text=', '/staff/v1/members?search=', '/staff/v1/payments?text=']) {
        const answer = await ask(shop.place.serverUrl, { path: path + encodeURIComponent(word), token });
        expect([200, 422], `${path}${word}`).toContain(answer.status);
        if (answer.status === 200) expect(bodyOf<{ items: unknown[] }>(answer).items, `${path}${word}`).toEqual([]);
      }
    for (const query of [
      'sort=price_up;--',
      'sort[]=price_up',
      'sort=price_up&sort=sold',
      'limit=1e9',
      'limit=-1',
      'limit=0',
      'cursor=x',
      "cursor=' OR 1",
      'minPriceFen=NaN',
      'text=a&text=b',
    ])
      expect([400, 422], query).toContain((await ask(shop.place.serverUrl, { path: `/api/v1/products?${query}` })).status);
  });

  it('does not take formulas for parcels', async () => {
    const { orderNo } = shop.owned.order;
    const csv = `orderNo,carrierCode,waybillNo\n${orderNo},yuantong,=cmd|' /C calc'!A0\n"=HYPERLINK(""https://evil.example"")",yuantong,YT12345678\n`;
    const body = { csv, dryRun: false };
    const answer = await shop.call<{ shipped: number; errors: unknown[] }>(
      shop.staff.warehouse,
      'POST',
      '/staff/v1/shipments/import',
      body,
    );
    expect(answer).toMatchObject({ shipped: 0, rows: 2 });
    expect(answer.errors.length).toBeGreaterThanOrEqual(2);
  });

  it('keeps what people tell it out of the log', async () => {
    await patchMe(`{"nickname":"${shop.attacker.login}","x":"13800000009"}`);
    await ask(shop.place.serverUrl, { path: `/api/v1/me?phone=${shop.victim.login}`, token: shop.victim.tokens.accessToken });
    await ask(shop.place.serverUrl, {
      method: 'POST',
      path: '/staff/v1/login',
      body: { username: 'admin', password: 'My-Secret-Password-1' },
    });
    await ask(shop.place.serverUrl, { path: '/nothing', headers: { 'x-request-id': 'a\tb', 'user-agent': 'x\u00ff' } }).catch(
      () => undefined,
    );
    const log = shop.log();
    // The log is there and tells of these requests, or this test has seen nothing.
    expect(log.split('\n').length).toBeGreaterThan(100);
    expect(log).toContain('"route":"/api/v1/me"');
    const { credentials, secrets } = shop.program.configuration;
    const people = [shop.attacker, shop.victim, shop.promoter, ...Object.values(shop.staff)];
    const hidden = [
      ...shop.phones,
      ...people.flatMap(({ tokens }) => [tokens.accessToken, tokens.refreshToken]),
      ...['海尔路', '王芳', '陈立', 'My-Secret-Password-1', 'Qianxing-demo-2026', 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 'PRIVATE KEY'],
      ...[credentials.wechatPay.apiV3Key, credentials.sms.secret, credentials.kuaidi100.key, credentials.miniProgram.secret],
      ...Object.values(secrets)
        .flat()
        .map((key) => key.split(':')[1] ?? key),
    ];
    for (const secret of hidden) expect(log.includes(secret), `the log has ${secret.slice(0, 12)}…`).toBe(false);
    expect(log).not.toMatch(/(?<!\d)1[3-9]\d{9}(?!\d)/);
    for (const line of log.trim().split('\n')) expect(() => JSON.parse(line), line.slice(0, 200)).not.toThrow();
    const settings = await ask(shop.place.serverUrl, { path: '/staff/v1/settings', token: shop.staff.administrator.tokens.accessToken });
    for (const secret of [credentials.wechatPay.apiV3Key, credentials.sms.secret, 'PRIVATE KEY'])
      expect(settings.text).not.toContain(secret);
  });
});
