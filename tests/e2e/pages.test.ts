import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './harness/accessibility';
import { type Look, openScreens, part, type Screens, shot } from './harness/browser';
import { signInStaff, visit } from './harness/sign-in';
import { demoData, startWorld, type World } from './harness/world';
import { signInFromMine } from './journey/shop-pages';

/** Name, path, and the test id of what the page is there to show. */
type Listed = readonly [name: string, path: string, shows: string];

const SHOP: readonly Listed[] = [
  ['home', 'pages/home/index', 'product-card'],
  ['category', 'pages/category/index', 'finder-size'],
  ['search', 'goods/search/index', 'product-card'],
  ['mine', 'pages/mine/index', 'mine-member'],
  ['orders', 'trade/orders/index', 'order-row'],
  ['addresses', 'trade/addresses/index', 'address'],
  ['settings', 'account/settings/index', 'settings-export'],
  ['promotion', 'promotion/home/index', 'balance-available'],
  ['commissions', 'promotion/commissions/index', 'commission-row'],
  ['poster', 'promotion/poster/index', 'poster-image'],
  ['statement', 'promotion/statement/index', 'statement-row'],
  ['withdraw', 'promotion/withdraw/index', 'withdraw-amount'],
  ['proofs', 'promotion/proofs/index', 'proof-result'],
];
const BACK_OFFICE: readonly Listed[] = [
  ['dashboard', '', 'period-7'],
  ['products', 'products', 'product-row'],
  ['orders', 'orders', 'order-row'],
  ['to-ship', 'to-ship', 'to-ship-row'],
  ['after-sales', 'after-sales', 'after-sale-row'],
  ['payments', 'payments', 'payment-row'],
  ['commissions', 'commissions', 'commission-row'],
  ['withdrawals', 'withdrawals', 'withdrawal-row'],
  ['plans', 'plans', 'plan-to-check'],
  ['plan-checks', 'plan-checks', 'plan-check-row'],
  ['check', 'check?type=plan&example=original', 'finding'],
  ['evaluations', 'evaluations', 'evaluation-row'],
  ['sign-offs', 'sign-offs', 'empty'],
  ['rules', 'rules', 'rule-row'],
  ['staff', 'staff', 'staff-row'],
];
const LOOKS: readonly (readonly [name: string, look: Look, staff: string])[] = [
  ['light-zh', { locale: 'zh-CN' }, 'admin'],
  ['dark-en', { locale: 'en-US', dark: true }, 'admin'],
];
/** 陈立 of the demonstration: promoter with orders, commission and a withdrawal. */
const MEMBER = '13800000001';

describe('pages', () => {
  let world: World;
  let screens: Screens;
  beforeAll(async () => {
    [world, screens] = await Promise.all([startWorld({ template: await demoData() }), openScreens()]);
  });
  afterAll(async () => {
    await screens?.close();
    await world?.stop();
  });
  afterEach(() => expect(screens.takeProblems()).toEqual([]));

  /** Visits every page, keeps a picture of it, and answers what keeps people out, page by page. */
  async function look(page: Page, pages: readonly Listed[], prefix: string, go: (path: string) => Promise<unknown>) {
    const found: Record<string, string[]> = {};
    for (const [name, path, shows] of pages) {
      await go(path);
      await part(page, shows).first().waitFor();
      await shot(page, `${prefix}-${name}`);
      const faults = await barriers(page);
      if (faults.length > 0) found[name] = faults;
    }
    return found;
  }

  it.each(LOOKS)('given the shop in %s, when its pages are opened, then nothing keeps people out', async (name, chosen) => {
    const page = await screens.phone(chosen);
    await world.passTime(60_000);
    await signInFromMine(page, world, MEMBER);
    expect(await look(page, SHOP, `shop-${name}`, (path) => visit(page, world, path))).toEqual({});
    await page.context().close();
  });

  it.each(LOOKS)('given the back office in %s, when its pages are opened, then nothing keeps people out', async (name, chosen, staff) => {
    const page = await screens.desktop(chosen);
    await world.passTime(60_000);
    await signInStaff(page, world, staff);
    expect(await look(page, BACK_OFFICE, `admin-${name}`, (path) => page.goto(`${world.serverUrl}/admin/${path}`))).toEqual({});
    await page.context().close();
  });

  it('given a page that was seen before, when the network is gone, then the shop says so, shows what it had and comes back', async () => {
    const page = await screens.phone();
    await visit(page, world, 'goods/search/index');
    const card = part(page, 'product-card').first();
    await card.click();
    const title = await part(page, 'product-title').textContent();
    await page.goBack();
    await card.waitFor();
    await page.context().setOffline(true);
    await part(page, 'offline-notice').first().waitFor();
    await card.click();
    await part(page, 'stale-notice').waitFor();
    expect(await part(page, 'product-title').textContent()).toBe(title);
    await shot(page, 'shop-offline');
    await page.context().setOffline(false);
    await part(page, 'stale-notice').getByRole('button').click();
    await part(page, 'stale-notice').waitFor({ state: 'detached' });
    expect(screens.takeProblems().filter((problem) => !problem.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
    await page.context().close();
  });
});
