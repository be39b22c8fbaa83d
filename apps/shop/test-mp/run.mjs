// Runs the real mini-program build in Chromium and checks that it lives: npm run build:mp-weixin && npm run test:mp
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { startMockApi } from '../test-support/mock-api.mjs';
import { packMiniProgram } from './pack.mjs';

const shop = fileURLToPath(new URL('..', import.meta.url));
const built = join(shop, 'dist/build/mp-weixin');
const artefacts = join(shop, '../../artefacts/mini-program');
/** The build asks this origin; the requests are answered by the stand-in. */
const BUILT_ORIGIN = process.env.VITE_QIANXING_ORIGIN ?? 'http://127.0.0.1:7300';

if (!existsSync(join(built, 'app.json'))) {
  console.error('There is no mini-program build. Run: npm run build:mp-weixin');
  process.exit(1);
}

const { script, css, pages, warnings } = packMiniProgram(built);
assert.deepEqual(warnings, [], 'the templates compile without warnings');
const bundle = await build({
  entryPoints: [join(shop, 'test-mp/boot.mjs')],
  bundle: true,
  write: false,
  format: 'iife',
  logLevel: 'error',
});
const boot = bundle.outputFiles[0].text;

const signedIn = {
  'qx.session': JSON.stringify({ accessToken: 'mock-access', refreshToken: 'mock-refresh' }),
  'qx.member': JSON.stringify({
    memberId: 'a',
    memberNo: 10001,
    nickname: '老周',
    avatarUrl: null,
    phoneMasked: null,
    wechatBound: true,
    language: 'zh',
    personalisedRecommendation: true,
    consentsNeeded: [],
    createdAt: '2026-01-01T00:00:00Z',
  }),
};
let settings = {};
const page404 = (response) => response.writeHead(404).end();
const api = await startMockApi({
  serveOther(_request, response, url) {
    if (url.pathname !== '/') return page404(response);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(
      `<!doctype html><meta name="viewport" content="width=device-width,initial-scale=1"><style>:root{--rpx:calc(100vw / 750)}body{margin:0}wx-view,wx-scroll-view,wx-swiper,wx-swiper-item,wx-input,wx-textarea,wx-image,wx-button{display:block}wx-swiper-item:not(:first-child){display:none}wx-scroll-view[scroll-x]{overflow-x:auto}wx-input>input{width:100%;border:0;background:none;font:inherit;color:inherit}</style><style id="mini-program-css">${css}</style><div id="root"></div><script>${`window.miniProgramSettings=${JSON.stringify(settings)};${script}`.replaceAll('</script', '<\\/script')}</script><script>${boot.replaceAll('</script', '<\\/script')}</script>`,
    );
  },
});

const browser = await chromium.launch({
  executablePath: process.env.QIANXING_TEST_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
mkdirSync(artefacts, { recursive: true });
const outside = [];
const closing = new Set();

async function openProgram(wanted) {
  settings = wanted;
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'zh-CN',
  });
  const page = await context.newPage();
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^http/.test(url.protocol) && url.hostname !== '127.0.0.1') outside.push(request.url());
  });
  // The build knows the server by its usual address; here the stand-in answers under its own.
  await page.route(`${BUILT_ORIGIN}/**`, async (route) => {
    try {
      const answer = await route.fetch({ url: route.request().url().replace(BUILT_ORIGIN, api.origin) });
      await route.fulfill({ response: answer });
    } catch (error) {
      // A test may end while a picture is still on its way.
      if (!closing.has(context)) throw error;
    }
  });
  await page.goto(api.origin);
  await page.waitForFunction(() => window.miniProgramReady === true || window.miniProgramLog?.errors.length > 0);
  const errors = () => page.evaluate(() => window.miniProgramLog.errors);
  const calls = () =>
    page.evaluate(() =>
      window.miniProgramLog.calls.map(([name, given]) => [name, typeof given === 'string' ? given : (given?.url ?? given?.title ?? '')]),
    );
  assert.deepEqual(await errors(), [], 'the program starts without an error');
  return {
    page,
    errors,
    calls,
    shot: (name) => page.screenshot({ path: join(artefacts, `${name}.png`) }),
    close: () => {
      closing.add(context);
      return context.close();
    },
  };
}

const tests = {
  'given a visitor, when the program starts, then home shows categories and products in Chinese': async () => {
    const { page, errors, shot, close } = await openProgram({ page: 'pages/home/index' });
    await page.waitForSelector('.product-card');
    const text = await page.locator('#root').textContent();
    for (const wanted of ['千星小店', '本周热卖', '轮胎', '静行 舒适型轿车轮胎 1 号'])
      assert.ok(text.includes(wanted), `home shows ${wanted}`);
    assert.ok(!/\{\w+\}/.test(text), 'no placeholder is shown raw');
    assert.match(text, /已售 \d/);
    await shot('home');
    assert.deepEqual(await errors(), []);
    await close();
  },
  'given home, when a product is tapped, then its page opens and an SKU can be chosen': async () => {
    const { page, errors, calls, shot, close } = await openProgram({ page: 'pages/home/index' });
    const card = page.locator('.product-card').first();
    await card.waitFor();
    await card.tap();
    await page.waitForSelector('.bottom-bar');
    assert.ok((await calls()).some(([name, url]) => name === 'navigateTo' && url.startsWith('/goods/product/index?productId=')));
    await page.locator('.bottom-bar .button.primary').first().tap();
    await page.waitForSelector('.sheet');
    await shot('product');
    assert.deepEqual(await errors(), []);
    await close();
  },
  'given a code in the scene, when the program starts, then the visit is recorded once and sent with the login': async () => {
    const before = api.requests.length;
    const { errors, page, close } = await openProgram({ page: 'account/login/index', query: { scene: 'a1b2c3d4' } });
    await page.waitForSelector('.referrer');
    const visits = api.requests.slice(before).filter(({ path }) => path === '/api/v1/referrals/visits');
    assert.deepEqual(
      visits.map(({ body }) => body),
      [{ code: 'a1b2c3d4', channel: 'poster' }],
    );
    await page.locator('.login input').first().fill('13800000001');
    await page.locator('.login input').nth(1).fill('123456');
    await page.locator('.login .hit').tap();
    await page.locator('.login .button.primary').tap();
    await page.waitForFunction(() => window.miniProgramLog.calls.some(([name]) => name === 'switchTab' || name === 'navigateBack'));
    const login = api.requests.slice(before).find(({ path }) => path === '/api/v1/login/phone');
    assert.deepEqual(login?.body, {
      phone: '13800000001',
      code: '123456',
      consent: { termsVersion: '2026-11', privacyVersion: '2026-11' },
      referralToken: 'visit-a1b2c3d4',
    });
    assert.deepEqual(await errors(), []);
    await close();
  },
  'given terms newer than what a member accepted, when the program starts, then it asks, and sends the versions it has shown': async () => {
    const before = api.requests.length;
    const headers = { 'content-type': 'application/json', authorization: 'Bearer mock-access' };
    const body = JSON.stringify({ consentsNeeded: ['terms', 'privacy'] });
    await fetch(`${api.origin}/api/v1/me`, { method: 'PATCH', headers, body });
    const { page, errors, shot, close } = await openProgram({ page: 'pages/mine/index', storage: signedIn });
    const box = page.locator('.veil .box').last();
    await box.waitFor();
    assert.ok((await box.textContent()).includes('2026-11'));
    await shot('consent-renewal');
    await box.locator('.button.primary').tap();
    await page.waitForFunction(() => document.querySelector('.veil .box') === null);
    const given = api.requests.slice(before).filter(({ method, path }) => method === 'POST' && path === '/api/v1/consents');
    assert.deepEqual(
      given.map(({ body: { kind, version, granted } }) => [kind, version, granted]),
      [
        ['terms', '2026-11', true],
        ['privacy', '2026-11', true],
      ],
    );
    assert.deepEqual(await errors(), []);
    await close();
  },
  'given a member who is no promoter, when the agreement is accepted, then consent to it and enrolment name the version shown':
    async () => {
      const before = api.requests.length;
      const promoter = await fetch(`${api.origin}/api/v1/promoter`, { headers: { authorization: 'Bearer mock-access' } }).then((answer) =>
        answer.json(),
      );
      api.scripts.set('GET /api/v1/promoter', { ...promoter, status: 'none' });
      api.scripts.set('POST /api/v1/promoter/enrolment', promoter);
      const outdated = { status: 422, code: 'user.consentOutdated', messageZh: '协议已更新', messageEn: 'Changed', path: '/version' };
      api.scripts.set('POST /api/v1/consents', { refused: outdated });
      const { page, errors, shot, close } = await openProgram({ page: 'promotion/home/index', storage: signedIn });
      const boxes = page.locator('.agree .hit');
      await boxes.first().waitFor();
      const submit = page.locator('.cards > .button.primary');
      const isReady = (ready) =>
        page.waitForFunction((wanted) => (document.querySelector('.cards > .button.primary.disabled') === null) === wanted, ready);
      const asked = (path) => api.requests.slice(before).filter((request) => request.method === 'POST' && request.path === path);
      await boxes.nth(0).tap();
      await boxes.nth(1).tap();
      await isReady(true);
      await submit.tap();
      // Refused because of a newer text: nobody enrols, and the box has to be ticked again.
      await isReady(false);
      assert.deepEqual(asked('/api/v1/promoter/enrolment'), []);
      api.scripts.delete('POST /api/v1/consents');
      await boxes.nth(1).tap();
      await isReady(true);
      await shot('enrolment');
      await submit.tap();
      await page.waitForFunction(() => document.querySelector('.agree') === null);
      assert.deepEqual(asked('/api/v1/consents').at(-1)?.body, { kind: 'promoter_agreement', version: '2026-11', granted: true });
      assert.deepEqual(
        asked('/api/v1/promoter/enrolment').map(({ body }) => body),
        [{ agreementVersion: '2026-11', adult: true }],
      );
      api.scripts.clear();
      assert.deepEqual(await errors(), []);
      await close();
    },
  'given 2,000 yuan to withdraw, when typed, then the real name is asked for, sent once and not kept on the device': async () => {
    const before = api.requests.length;
    const { page, errors, shot, close } = await openProgram({ page: 'promotion/withdraw/index', storage: signedIn });
    const fields = page.locator('.cards input');
    await fields.first().waitFor();
    await fields.first().fill('1999.99');
    assert.equal(await fields.count(), 1);
    await fields.first().fill('2000');
    await page.waitForFunction(() => document.querySelectorAll('.cards input').length === 2);
    const submit = page.locator('.button.primary').last();
    await submit.tap();
    const asked = () =>
      api.requests.slice(before).filter(({ method, path }) => method === 'POST' && path === '/api/v1/promoter/withdrawals');
    assert.deepEqual(asked(), []);
    await fields.nth(1).fill('陈宇航');
    await shot('withdraw-real-name');
    await submit.tap();
    await page.waitForFunction(() => window.miniProgramLog.calls.some(([name]) => name === 'redirectTo'));
    assert.deepEqual(
      asked().map(({ body }) => body),
      [{ amountFen: 200_000, rail: 'transfer', realName: '陈宇航' }],
    );
    assert.ok(!JSON.stringify(await page.evaluate(() => window.miniProgramLog.stored())).includes('陈宇航'));
    assert.deepEqual(await errors(), []);
    await close();
  },
  'given a trade to pay, when the button is tapped twice, then one key is used and WeChat is asked to pay': async () => {
    const before = api.requests.length;
    const { page, errors, calls, close } = await openProgram({
      page: 'trade/pay/index?tradeId=t0000000000000000000000000',
      storage: signedIn,
    });
    const button = page.locator('.button.primary');
    await button.waitFor();
    // Two taps before anything can be drawn in between.
    await button.evaluate((element) => {
      const { x, y } = element.getBoundingClientRect();
      for (const type of ['mousedown', 'mouseup', 'mousedown', 'mouseup'])
        element.dispatchEvent(new MouseEvent(type, { bubbles: true, composed: true, clientX: x + 5, clientY: y + 5 }));
    });
    await page.waitForSelector('.result .button');
    const opened = api.requests.slice(before).filter(({ method, path }) => method === 'POST' && path === '/api/v1/payments');
    assert.equal(opened.length, 1);
    assert.equal(opened[0].body.channel, 'mini_program');
    assert.match(opened[0].headers['idempotency-key'], /^[0-9a-f]{32}$/);
    assert.equal((await calls()).filter(([name]) => name === 'requestPayment').length, 1);
    assert.ok((await page.locator('.result').last().textContent()).includes('支付成功'));
    assert.deepEqual(await errors(), []);
    await close();
  },
  'given a promoter with records, when the proofs are opened, then this engine verifies them without WebCrypto': async () => {
    const { page, errors, shot, close } = await openProgram({ page: 'promotion/proofs/index', storage: signedIn });
    await page.waitForFunction(() => document.body.textContent.includes('3 条记录都在日志里'));
    const text = await page.evaluate(() => document.body.textContent);
    assert.ok(text.includes('账户余额与记录一致'), text);
    assert.ok(text.includes('没有第三方见证'), text);
    assert.deepEqual(await errors(), []);
    await shot('proofs');
    await close();
  },
  'given a signed-in promoter, when every page is opened, then none fails': async () => {
    const program = await openProgram({ page: 'pages/home/index', storage: signedIn });
    const id = (kind, number) => `${kind}${String(number).padStart(26 - kind.length, '0')}`;
    const parameters = {
      'goods/product/index': `productId=${id('p', 1)}`,
      'trade/pay/index': `tradeId=${id('t', 0)}`,
      'trade/pay-return/index': `tradeId=${id('t', 0)}`,
      'trade/order/index': `orderId=${id('r', 1)}`,
      'trade/after-sale-apply/index': `orderId=${id('r', 2)}`,
      'trade/after-sale/index': `afterSaleId=${id('f', 1)}`,
      'promotion/commission/index': `commissionId=${id('c', 1)}`,
      'promotion/withdrawal/index': `withdrawalId=${id('w', 1)}`,
      'goods/showcase/index': 'slug=home',
    };
    for (const path of pages) {
      await program.page.evaluate((url) => window.openPage(url), `/${path}?${parameters[path] ?? ''}`);
      await program.page.waitForFunction(
        () => document.querySelector('#root > div:last-child')?.textContent.trim().length > 0 || window.miniProgramLog.errors.length > 0,
      );
      assert.deepEqual(await program.errors(), [], path);
    }
    await program.close();
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.error(`FAIL ${name}\n${error.stack}`);
  }
}
try {
  assert.deepEqual(outside, []);
  console.log('ok   nothing left the machine');
} catch (error) {
  failed += 1;
  console.error(`FAIL something left the machine\n${error.message}`);
}
await browser.close();
await api.stop();
console.log(`${Object.keys(tests).length + 1 - failed} passed, ${failed} failed; ${pages.length} pages`);
process.exit(failed === 0 ? 0 : 1);
