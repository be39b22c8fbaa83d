import type { Page } from 'playwright-core';
import { field, part } from './browser';
import { codesOn, nextCode, STAFF_PASSWORD, staffCode } from './people';
import type { World } from './world';

/** Staff sign in as people do: password, then the authenticator's code. */
export async function signInStaff(page: Page, world: World, username: string): Promise<void> {
  await page.goto(`${world.serverUrl}/admin/login`);
  await field(page, 'login-username').fill(username);
  await field(page, 'login-password').fill(STAFF_PASSWORD);
  await part(page, 'login-submit').click();
  await field(page, 'login-totp').fill(staffCode(await world.now()));
  await page.waitForURL((url) => !url.pathname.endsWith('/login'));
}

/** Fills the login page with the code that arrives on the sandbox's phone. The page must be the login page. */
export async function signInMember(page: Page, world: World, phone: string): Promise<void> {
  const before = (await codesOn(world.sandbox, phone)).length;
  await field(page, 'login-phone').fill(phone);
  await part(page, 'login-send').click();
  await field(page, 'login-code').fill(await nextCode(world.sandbox, phone, before));
  await part(page, 'login-consent').click();
  await part(page, 'login-submit').click();
}

/** Opens a page of the shop anew: a change after the hash alone would leave the page before it in the document. */
export async function visit(page: Page, world: World, path: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${world.serverUrl}/#/${path}`);
}

/** An amount as both applications write it: `1,234.50`. */
export const yuan = (amountFen: number): string => (amountFen / 100).toFixed(2).replace(/\B(?=(\d{3})+(?=\.))/g, ',');
