import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { root } from './children';

const ARTEFACTS = join(root, 'artefacts/e2e');
/** Longest wait for an element. It bounds a hang; nothing asserts how fast a page is. */
const PATIENCE_MS = 20_000;

const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  userAgent: 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
};
const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };

export interface Look {
  readonly dark?: boolean;
  /** Language of the browser: zh-CN unless told. */
  readonly locale?: 'zh-CN' | 'en-US';
}

export interface Screens {
  phone(look?: Look): Promise<Page>;
  desktop(look?: Look): Promise<Page>;
  /** What must not happen on any page: requests that leave the machine, script errors, error lines on the console. Emptied by reading. */
  takeProblems(): string[];
  close(): Promise<void>;
}

export async function openScreens(): Promise<Screens> {
  mkdirSync(ARTEFACTS, { recursive: true });
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
  const problems: string[] = [];
  return {
    phone: (look) => openPage(browser, PHONE, look, problems),
    desktop: (look) => openPage(browser, DESKTOP, look, problems),
    takeProblems: () => problems.splice(0),
    close: () => browser.close(),
  };
}

async function openPage(browser: Browser, device: BrowserContextOptions, look: Look | undefined, problems: string[]): Promise<Page> {
  const context = await browser.newContext({
    ...device,
    locale: look?.locale ?? 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: look?.dark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  watch(context, problems);
  return context.newPage();
}

function watch(context: BrowserContext, problems: string[]): void {
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (/^https?:|^wss?:/.test(protocol) && hostname !== '127.0.0.1') problems.push(`left the machine: ${request.url()}`);
  });
  context.on('weberror', (error) => problems.push(`script error: ${error.error().stack ?? error.error().message}`));
  context.on('console', (message) => {
    if (message.type() === 'error' && !isExpiredToken(message.text()))
      problems.push(`console: ${message.text()} (${message.location().url})`);
  });
}

/** A token that has expired is answered 401 and renewed; the browser writes a line about every such answer. */
const isExpiredToken = (text: string): boolean => text.includes('Failed to load resource') && text.includes('401');

/** The visible element with this test id; the shop keeps the pages one came from in the document. */
export const part = (place: Page | Locator, testId: string): Locator => place.locator(`[data-testid="${testId}"]:visible`);

/** The field of a test id: some components put the id on a wrapper. */
export const field = (place: Page | Locator, testId: string): Locator =>
  place.locator(
    `input[data-testid="${testId}"]:visible, textarea[data-testid="${testId}"]:visible, [data-testid="${testId}"]:visible :is(input, textarea)`,
  );

export async function shot(page: Page, name: string, fullPage = false): Promise<void> {
  const take = () => page.screenshot({ path: join(ARTEFACTS, `${name}.png`), fullPage, animations: 'disabled' });
  // Chromium now and then has no frame to give while another window is in front.
  await take().catch(take);
}
