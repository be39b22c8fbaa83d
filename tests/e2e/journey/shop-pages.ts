import type { Page } from 'playwright-core';
import { field, part } from '../harness/browser';
import { signInMember, visit } from '../harness/sign-in';
import type { World } from '../harness/world';

/** What people do in the shop, each through its real pages. */

export async function signInFromMine(page: Page, world: World, phone: string): Promise<void> {
  await visit(page, world, 'pages/mine/index');
  await part(page, 'mine-sign-in').click();
  await signInMember(page, world, phone);
  await part(page, 'mine-member').waitFor();
}

/** The product's page by search, from the home page. */
export async function findProduct(page: Page, world: World, title: string): Promise<void> {
  await visit(page, world, 'pages/home/index');
  await part(page, 'home-search').click();
  await field(page, 'search-text').fill(title);
  await part(page, 'search-submit').click();
  await part(page, 'product-card').filter({ hasText: title }).first().click();
  await part(page, 'product-title').waitFor();
}

/** Chooses specification and quantity on a product's page and puts it into the cart. */
export async function putIntoCart(page: Page, specifications: readonly string[], quantity: number): Promise<void> {
  await part(page, 'add-to-cart').click();
  for (const value of specifications) await part(page, 'sku-value').getByText(value, { exact: true }).click();
  await field(page, 'quantity').fill(String(quantity));
  await field(page, 'quantity').blur();
  await part(page, 'sku-add-to-cart').click();
  await part(page, 'sku-add-to-cart').waitFor({ state: 'detached' });
}

export async function writeAddress(page: Page, recipient: string, phone: string): Promise<void> {
  await field(page, 'address-recipient').fill(recipient);
  await field(page, 'address-phone').fill(phone);
  await part(page, 'address-region').click();
  for (const code of ['330000', '330100', '330106']) await part(page, `region-${code}`).click();
  await field(page, 'address-detail').fill('文三路 90 号');
  await part(page, 'address-save').click();
}

/** Answers the question that a page asks. */
export async function agree(page: Page): Promise<void> {
  await page.locator('.uni-modal__btn_primary:visible').click();
}

/** A number that an element carries beside its text. */
export async function figure(page: Page, testId: string, attribute: string): Promise<number> {
  const text = await part(page, testId).getAttribute(attribute);
  if (text === null) throw new Error(`${testId} has no ${attribute}`);
  return Number(text);
}
