import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { field, openScreens, part, type Screens, shot } from './harness/browser';
import { signInStaff } from './harness/sign-in';
import { DAY_MS, demoData, startWorld, type World } from './harness/world';

interface Kept {
  readonly items: readonly { readonly verdict: string; readonly cause: string; readonly staffName: string | null }[];
}

describe('compliance screens', () => {
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

  const kept = (scope: string) => world.admin.get<Kept>(`/staff/v1/guard/evaluations?scope=${encodeURIComponent(scope)}`);
  const verdictOf = (page: Page) => part(page, 'verdict').getAttribute('data-verdict');
  const findingOf = (page: Page, ruleId: string) => page.locator(`[data-testid="finding"][data-rule="${ruleId}"]`);

  it('given a plan on trial, when it is repaired on the screen, signed by two people and replaced, then each step shows and the banner goes', async () => {
    const page = await screens.desktop();
    await world.passTime(60_000);
    await signInStaff(page, world, 'admin');
    await part(page, 'plan-banner').getByRole('link').click();
    await part(page, 'verdict').waitFor();
    const planPage = page.url();
    expect(await verdictOf(page)).toBe('block');

    await part(page, 'repair-all').click();
    await part(page, 'repair-after').waitFor();
    expect(await part(page, 'diff-removed').count()).toBeGreaterThan(0);
    expect((await kept('draft:three-level-demo-v1')).items).toEqual([]);
    await part(page, 'repair-adopt').click();
    await part(page, 'working-copy').waitFor();
    expect(await verdictOf(page)).toBe('clean');
    await part(page, 'copy-keep').click();
    await part(page, 'copy-kept').waitFor();
    expect((await kept('draft:three-level-demo-v1')).items).toMatchObject([{ verdict: 'clean', cause: 'draft', staffName: 'admin' }]);
    await shot(page, 'compliance-repaired');

    await page.goto(`${planPage}?sign=PYR-18`);
    await part(page, 'sign-off-read').click();
    await field(page, 'sign-off-opinion').fill('OP-2026-118');
    await field(page, 'sign-off-counsel').fill('周正明');
    await field(page, 'sign-off-licence').fill('13702201810123456');
    const until = part(page, 'sign-off-form').locator('.el-date-editor input');
    await until.fill(new Date(Date.now() + 30 * DAY_MS).toISOString().slice(0, 10));
    await until.press('Enter');
    await part(page, 'sign-off-submit').click();
    await part(page, 'sign-off-form').waitFor({ state: 'detached' });
    await page.goto(`${world.serverUrl}/admin/sign-offs`);
    await part(page, 'sign-off-row').first().click();
    await part(page, 'sign-off-own').waitFor();
    expect(await part(page, 'sign-off-approve').isDisabled()).toBe(true);

    const counsel = await screens.desktop();
    await signInStaff(counsel, world, 'counsel');
    await counsel.goto(planPage);
    await findingOf(counsel, 'PYR-18').waitFor();
    expect(await part(findingOf(counsel, 'PYR-18'), 'finding-answered').count()).toBe(0);
    await counsel.goto(`${world.serverUrl}/admin/sign-offs`);
    await part(counsel, 'sign-off-row').first().click();
    await part(counsel, 'sign-off-approve').click();
    await part(counsel, 'sign-off-approve-confirm').click();
    await counsel.locator('[data-testid="sign-off-status"][data-status="effective"]').waitFor();
    await counsel.goto(planPage);
    await part(findingOf(counsel, 'PYR-18'), 'finding-answered').waitFor();
    expect(await part(findingOf(counsel, 'PYR-02'), 'finding-answered').count()).toBe(0);
    expect(await part(counsel, 'plan-publish').count()).toBe(0);
    await counsel.context().close();

    await page.goto(`${world.serverUrl}/admin/plan-checks`);
    await part(page, 'plan-check-row').filter({ hasText: 'direct-sale' }).click();
    await part(page, 'plan-publish').click();
    await part(page, 'plan-publish-confirm').click();
    await part(page, 'plan-banner').waitFor({ state: 'detached' });
    await page.locator('[data-testid="publish-card"][data-state="in_use"]').waitFor();
    await shot(page, 'compliance-published');
    await page.context().close();
    await world.quiet();
    expect((await world.check()).code).toBe(0);
  });
});
