import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openScreens, part, type Screens, shot } from './harness/browser';
import { until } from './harness/callers';
import { signInStaff, visit, yuan } from './harness/sign-in';
import { startWorld, type World } from './harness/world';

interface Card {
  readonly productId: string;
  readonly title: string;
}
interface Product extends Card {
  readonly skus: readonly { readonly skuCode: string; readonly priceFen: number; readonly available: number }[];
}

describe('the Channels shop fills an empty shop', () => {
  let world: World;
  let screens: Screens;
  let desk: Page;
  beforeAll(async () => {
    [world, screens] = await Promise.all([startWorld(), openScreens()]);
    desk = await screens.desktop();
  });
  afterAll(async () => {
    await screens?.close();
    await world?.stop();
  });
  afterEach(() => expect(screens.takeProblems()).toEqual([]));

  const list = () => world.admin.get<{ items: Card[] }>('/api/v1/products?limit=50');
  const number = async (testId: string) => Number(((await part(desk, testId).textContent()) ?? '').replaceAll(',', ''));

  it('given an empty shop, when staff start the import and apply its preview, then 150 products and more are for sale', async () => {
    expect((await list()).items).toEqual([]);
    const phone = await screens.phone();
    await visit(phone, world, 'goods/search/index');
    await part(phone, 'state-empty').waitFor();
    await shot(phone, '8-empty-shop');

    await signInStaff(desk, world, 'operator');
    await desk.goto(`${world.serverUrl}/admin/imports`);
    await part(desk, 'import-start').click();
    await part(desk, 'import-apply').waitFor({ timeout: 120_000 });
    const offered = await number('import-count-new');
    const refused = await number('import-count-refused');
    expect(offered).toBeGreaterThanOrEqual(150);
    expect(refused).toBeGreaterThan(0);
    await shot(desk, '8-import-preview');
    expect((await list()).items).toEqual([]);

    await part(desk, 'import-apply').click();
    await part(desk, 'import-apply-confirm').click();
    await part(desk, 'import-result').waitFor({ timeout: 120_000 });
    expect(await number('import-count-applied')).toBe(offered);
    expect(await number('import-count-failed')).toBe(0);
    await shot(desk, '8-import-result');

    await phone.reload();
    await part(phone, 'product-card').first().waitFor();
    await shot(phone, '8-filled-shop');
    await phone.context().close();
  });

  it('given a product in the shop, when price and stock change on the Channels side, then a customer sees both', async () => {
    const product = await inStock();
    const sku = product.skus.reduce((cheapest, one) => (one.priceFen < cheapest.priceFen ? one : cheapest));
    const stockOfAll = product.skus.reduce((sum, { available }) => sum + available, 0);
    const phone = await screens.phone();
    await visit(phone, world, `goods/product/index?productId=${product.productId}`);
    await expectPriceAndStock(phone, sku.priceFen, stockOfAll);
    await shot(phone, '8-before-the-change');

    const shop = await screens.desktop();
    await shop.goto(`${world.sandboxUrl}/desk/channels-shop?text=${sku.skuCode}`);
    await shop.locator('a.goods').click();
    const priceFen = sku.priceFen - 123;
    const stock = sku.available + 17;
    const row = shop.locator('tr', { hasText: sku.skuCode });
    await row.locator('input[name=priceFen]').fill((priceFen / 100).toFixed(2));
    await row.getByRole('button', { name: '改价' }).click();
    await shop.waitForLoadState('load');
    await row.locator('input[name=stock]').fill(String(stock));
    await row.getByRole('button', { name: '改库存' }).click();
    const changedAt = Date.now();
    await shot(shop, '8-channels-shop-desk');

    await until('the changed price and stock in the shop', async () => {
      const { skus } = await world.admin.get<Product>(`/api/v1/products/${product.productId}`);
      const now = skus.find(({ skuCode }) => skuCode === sku.skuCode);
      return now?.priceFen === priceFen && now.available === stock ? true : undefined;
    });
    console.info(`price and stock of the Channels shop were in ours after ${Date.now() - changedAt} ms`);
    await phone.reload();
    await expectPriceAndStock(phone, priceFen, stockOfAll + 17);
    await shot(phone, '8-after-the-change');
    expect((await world.check()).output).toContain('nothing found');
  });

  /** What is changed is the only or the cheapest SKU, whose price the page shows. */
  async function inStock(): Promise<Product> {
    for (const { productId } of (await list()).items) {
      const product = await world.admin.get<Product>(`/api/v1/products/${productId}`);
      if (product.skus.every(({ available }) => available > 0)) return product;
    }
    throw new Error('no product with every SKU in stock');
  }

  async function expectPriceAndStock(phone: Page, priceFen: number, stock: number): Promise<void> {
    await part(phone, 'product-price').waitFor();
    expect(await part(phone, 'product-price').getAttribute('aria-label')).toContain(yuan(priceFen));
    expect(await part(phone, 'product-stock').getAttribute('data-stock')).toBe(String(stock));
  }
});
