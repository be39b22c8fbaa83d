import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { part, type Screens, shot } from '../harness/browser';
import { type Caller, until } from '../harness/callers';
import { signInStaff, visit, yuan } from '../harness/sign-in';
import { DAY_MS, type World } from '../harness/world';

interface Paid {
  readonly world: World;
  readonly screens: Screens;
  /** The promoter's phone. */
  readonly promoter: Page;
  /** The promoter over HTTP. */
  readonly statementOf: Caller;
}

/** The bank's bill of the day, our reconciliation of it, the payout and the promoter's statement. */
export async function expectAgreement({ world, screens, promoter, statementOf }: Paid, amountFen: number): Promise<void> {
  const paidAt = await world.now();
  const day = new Date(paidAt + 8 * 3_600_000).toISOString().slice(0, 10);
  const { items: transfers } = await world.admin.get<{ items: { transferNo: string; amountFen: number; status: string }[] }>(
    '/staff/v1/transfers',
  );
  const [payout] = transfers;
  if (payout === undefined) throw new Error('nothing was paid out');
  expect(payout.status).toBe('succeeded');
  await world.passTime(2 * DAY_MS);
  const bill = await (await fetch(`${world.sandboxUrl}/sandbox/bills?kind=fundFlow&bill_date=${day}`)).text();
  const rows = bill.split('\n').filter((row) => row.includes(payout.transferNo));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toContain(`\`${(payout.amountFen / 100).toFixed(2)}`);
  const run = await world.admin.send<{ reconciliationId: string }>('POST', '/staff/v1/reconciliations', { day });
  const result = await until('the reconciliation', async () => {
    const { items } = await world.admin.get<{
      items: { reconciliationId: string; status: string; transfersFen: number; discrepancies: number }[];
    }>('/staff/v1/reconciliations');
    const found = items.find(({ reconciliationId }) => reconciliationId === run.reconciliationId);
    return found === undefined || found.status === 'running' ? undefined : found;
  });
  expect(result).toMatchObject({ status: 'matched', discrepancies: 0, transfersFen: payout.amountFen });
  const desk = await screens.desktop();
  await signInStaff(desk, world, 'finance1');
  await desk.goto(`${world.serverUrl}/admin/reconciliations`);
  await part(desk, 'reconciliation-row').first().waitFor();
  await shot(desk, '6-reconciliation');

  const { items: statement } = await statementOf.get<{
    items: { bucket: string; amountFen: number; withdrawalId: string | null }[];
  }>('/api/v1/promoter/statement?limit=100');
  const ofBucket = (bucket: string) =>
    statement.filter((line) => line.withdrawalId !== null && line.bucket === bucket).reduce((sum, line) => sum + line.amountFen, 0);
  expect(ofBucket('available')).toBe(-amountFen);
  expect(ofBucket('reserved')).toBe(0);
  const { items: withdrawals } = await statementOf.get<{
    items: { status: string; amountFen: number; netFen: number; taxFen: number }[];
  }>('/api/v1/promoter/withdrawals');
  const [withdrawal] = withdrawals;
  if (withdrawal === undefined) throw new Error('no withdrawal');
  expect(withdrawal).toMatchObject({ status: 'paid', amountFen, netFen: payout.amountFen });
  expect(withdrawal.netFen + withdrawal.taxFen).toBe(amountFen);
  await visit(promoter, world, 'promotion/statement/index');
  await part(promoter, 'statement-row')
    .filter({ hasText: yuan(amountFen) })
    .first()
    .waitFor();
  await shot(promoter, '6-statement', true);
  const report = await world.check();
  expect(report.output).toContain('nothing found');
}
