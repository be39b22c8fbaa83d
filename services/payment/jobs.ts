import type { Job } from '@qianxing/service';
import { MINUTE_MS, SECOND_MS } from '@qianxing/time';
import type { PaymentContext } from './context';
import { processNotices } from './notices';
import { billDays, reconcile } from './reconciliation/run';
import { reconciliationOf } from './reconciliation/store';
import { pursueRefund } from './refunds/lifecycle';
import { dueRefunds } from './refunds/store';
import { pursue } from './settlement';
import { duePayments, dueUnfreezes } from './store';
import { pursueTransfer } from './transfers/lifecycle';
import { dueTransfers } from './transfers/store';
import { UNFREEZE_AFTER_MS, unfreeze } from './transfers/unfreezing';

const PORTION = 50;
/** Days that are reconciled after all when the server did not run. */
const RECONCILED_DAYS = 7;

export function paymentJobs(context: PaymentContext): Job[] {
  const { database, clock } = context.platform;

  const each = async <R>(rows: readonly R[], work: (row: R) => Promise<void>): Promise<number> => {
    for (const row of rows) await work(row);
    return rows.length;
  };

  return [
    { name: 'payment.processNotices', everyMs: SECOND_MS, run: () => processNotices(context, PORTION) },
    {
      name: 'payment.pursuePayments',
      everyMs: SECOND_MS,
      run: async () => each(await duePayments(database.query, clock.now(), PORTION), (row) => pursue(context, row)),
    },
    {
      name: 'payment.pursueRefunds',
      everyMs: SECOND_MS,
      run: async () => each(await dueRefunds(database.query, clock.now(), PORTION), (row) => pursueRefund(context, row)),
    },
    {
      name: 'payment.pursueTransfers',
      everyMs: SECOND_MS,
      run: async () => each(await dueTransfers(database.query, clock.now(), PORTION), (row) => pursueTransfer(context, row)),
    },
    {
      name: 'payment.unfreeze',
      everyMs: MINUTE_MS,
      run: async () => each(await dueUnfreezes(database.query, clock.now() - UNFREEZE_AFTER_MS, PORTION), (row) => unfreeze(context, row)),
    },
    {
      name: 'payment.reconcileDaily',
      everyMs: 10 * MINUTE_MS,
      run: async () => {
        for (const day of billDays(clock.now(), RECONCILED_DAYS)) {
          const row = await reconciliationOf(database.query, day);
          if (row?.status !== 'matched' && row?.status !== 'discrepant') await reconcile(context, day);
        }
        return 0;
      },
    },
  ];
}
