import type { Job } from '@qianxing/service';
import { DAY_MS, HOUR_MS, SECOND_MS, shopDay, shopDayStart } from '@qianxing/time';
import type { CatalogContext } from './context';
import { workOnImport } from './imports/run';
import { listReports, startReport, workOnReport } from './sync/drift';
import { sweepInbox } from './sync/inbox';
import { pushStock } from './sync/pushes';
import { poll, workOffChanges } from './sync/synchronise';

const PORTION = 30;
/** Hour of the shop's day at which every SKU is compared with the Channels shop. */
const RECONCILE_HOUR = 3;
const KEEP_INBOX_MS = 7 * DAY_MS;

export function catalogJobs(context: CatalogContext): Job[] {
  const { database, clock } = context.platform;
  return [
    { name: 'catalog.import', everyMs: SECOND_MS, run: () => workOnImport(context) },
    { name: 'catalog.workOffChanges', everyMs: SECOND_MS, run: () => workOffChanges(context, PORTION) },
    { name: 'catalog.poll', everyMs: 5 * SECOND_MS, run: async () => poll(context, PORTION).then(() => 0) },
    { name: 'catalog.pushStock', everyMs: 2 * SECOND_MS, run: () => pushStock(context, PORTION) },
    { name: 'catalog.reconcile', everyMs: 2 * SECOND_MS, run: () => workOnReport(context) },
    { name: 'catalog.reconcileNightly', everyMs: 60 * SECOND_MS, run: () => startNightly(context) },
    {
      name: 'catalog.sweepInbox',
      everyMs: HOUR_MS,
      run: () => database.transaction((transaction) => sweepInbox(transaction, clock.now() - KEEP_INBOX_MS)),
    },
  ];
}

async function startNightly(context: CatalogContext): Promise<number> {
  const now = context.platform.clock.now();
  const due = shopDayStart(shopDay(now)) + RECONCILE_HOUR * HOUR_MS;
  if (now < due) return 0;
  const [last] = await listReports(context.platform.database.query, { before: undefined, limit: 1 });
  if (last && last.createdAt >= due) return 0;
  await startReport(context, false);
  return 0;
}
