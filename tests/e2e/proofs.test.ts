import { readFile } from 'node:fs/promises';
import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from './harness/accessibility';
import { openScreens, part, type Screens, shot } from './harness/browser';
import { bundles, runChild } from './harness/children';
import { visit } from './harness/sign-in';
import { demoData, startWorld, type World } from './harness/world';
import { signInFromMine } from './journey/shop-pages';

/** 陈立 of the demonstration: promoter with orders, commission and a withdrawal. */
const PROMOTER = '13800000001';

interface RecordPage {
  items: { proof: string | null }[];
}

describe('a promoter’s proofs in the browser', () => {
  let world: World;
  let screens: Screens;
  let page: Page;
  beforeAll(async () => {
    [world, screens] = await Promise.all([startWorld({ template: await demoData() }), openScreens()]);
    page = await screens.phone();
    await signInFromMine(page, world, PROMOTER);
  });
  afterAll(async () => {
    await screens?.close();
    await world?.stop();
  });
  afterEach(() => expect(screens.takeProblems()).toEqual([]));

  const openProofs = async (query = '') => {
    await visit(page, world, `promotion/proofs/index${query}`);
    await part(page, 'proof-result').or(part(page, 'proof-alarm')).first().waitFor();
  };
  const alarm = () => part(page, 'proof-alarm');
  /** Every page of records passes through `change` on its way. */
  const onTheWire = (change: (answer: RecordPage) => void) =>
    page.route('**/api/v1/promoter/records?*', async (route: Route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as RecordPage;
      change(body);
      await route.fulfill({ response: answer, json: body });
    });

  it('1 from the account page: all records, balances and the log are proven, and what is not is said', async () => {
    await visit(page, world, 'promotion/home/index');
    await part(page, 'promotion-proofs').click();
    await part(page, 'proof-result').waitFor();
    expect(await alarm().count()).toBe(0);
    const proven = (await part(page, 'proven-line').allTextContents()).join('\n');
    expect(proven).toContain('都在日志里');
    expect(proven).toContain('账户余额与记录一致');
    expect(proven).toContain('自带的加密功能也确认了');
    expect((await part(page, 'open-line').allTextContents()).join('\n')).toContain('没有第三方见证');
    expect(await part(page, 'record-row').count()).toBeGreaterThan(3);
    expect(await barriers(page)).toEqual([]);
    await shot(page, 'proofs-1-proven', true);
  });

  it('2 once more: the log still begins with what this browser has verified', async () => {
    await openProofs();
    expect((await part(page, 'proven-line').allTextContents()).join('\n')).toContain('上次');
    const download = page.waitForEvent('download');
    await part(page, 'save-proof').first().click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/^[0-9A-Z]{26}\.tlog-proof$/);
    expect(await readFile(await file.path(), 'utf8')).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra .+\nindex \d+\n/);
  });

  it('3 the same log and the downloaded file hold before an independent verifier', async () => {
    const key = (await part(page, 'log-key').textContent()) ?? '';
    const verify = (...object: string[]) => runChild(bundles.server, ['log', ...object, '--vkey', key], {});
    const whole = await verify('verify', `${world.serverUrl}/log`);
    expect([whole.code, whole.output]).toEqual([0, whole.output]);
    const download = page.waitForEvent('download');
    await part(page, 'save-proof').last().click();
    const one = await verify('proof', await (await download).path());
    expect([one.code, one.output]).toEqual([0, one.output]);
  });

  it('4 from «why this amount»: the records of that commission', async () => {
    await visit(page, world, 'promotion/commissions/index?status=pending');
    await part(page, 'commission-row').first().click();
    await part(page, 'commission-proof').click();
    await part(page, 'proof-result').waitFor();
    const own = await part(page, 'record-row').count();
    expect(own).toBeGreaterThan(0);
    await part(page, 'all-records').click();
    expect(await part(page, 'record-row').count()).toBeGreaterThan(own);
  });

  it('5 given a record is tampered with on the wire, then an alarm that no reload takes away', async () => {
    await onTheWire(({ items }) => {
      const first = items[0];
      if (!first?.proof) throw new Error('no proof to tamper with');
      const extra = /^extra (.+)$/m.exec(first.proof)?.[1] ?? '';
      const bytes = Buffer.from(extra, 'base64');
      const changed = bytes.toString('latin1').replace(/"amount":(\d)/, (_, digit: string) => `"amount":${(Number(digit) % 9) + 1}`);
      first.proof = first.proof.replace(extra, Buffer.from(changed, 'latin1').toString('base64'));
    });
    await openProofs();
    await alarm().waitFor();
    expect(await alarm().getAttribute('data-kind')).toBe('badRecord');
    expect(await part(page, 'proof-result').count()).toBe(0);
    expect(await barriers(page)).toEqual([]);
    await shot(page, 'proofs-5-alarm', true);

    await page.unroute('**/api/v1/promoter/records?*');
    await openProofs();
    await part(page, 'proof-result').waitFor();
    expect(await alarm().getAttribute('data-kind')).toBe('badRecord');
    const download = page.waitForEvent('download');
    await part(page, 'save-evidence').click();
    expect(JSON.parse(await readFile(await (await download).path(), 'utf8'))).toMatchObject({ kind: 'badRecord' });
    await part(page, 'start-anew').click();
    await page.locator('uni-modal .uni-modal__btn_primary').click();
    await alarm().waitFor({ state: 'detached' });
    await part(page, 'proof-result').waitFor();
  });

  it('6 given a record is left out on the wire, then an alarm', async () => {
    await onTheWire((answer) => {
      answer.items = answer.items.filter((_, at) => at !== 1);
    });
    await openProofs();
    await alarm().waitFor();
    expect(await alarm().getAttribute('data-kind')).toBe('badRecord');
    await page.unroute('**/api/v1/promoter/records?*');
  });
});
