import type { Job } from '@qianxing/service';
import { MINUTE_MS, SECOND_MS } from '@qianxing/time';
import { ledgerSql } from './account/ledger-sql';
import type { PromotionContext } from './context';
import { judgeUnjudged } from './plan/publication';
import { recordBacklog } from './proof/backlog';
import { createPublisher } from './proof/publisher';
import { sendApproved } from './withdrawal/payouts';

/** Withdrawals sent in one run. */
const PORTION = 50;

export function promotionJobs(context: PromotionContext): Job[] {
  const { database } = context.platform;
  return [
    { name: 'promotion.sendPayouts', everyMs: 5 * SECOND_MS, run: () => sendApproved(context, PORTION) },
    { name: 'promotion.recordBacklog', everyMs: MINUTE_MS, run: () => recordBacklog(database, context.proofLog.log) },
    { name: 'promotion.publishLog', everyMs: 2 * SECOND_MS, run: createPublisher(context) },
    { name: 'promotion.judgePlanInForce', everyMs: MINUTE_MS, run: () => judgeUnjudged(context) },
    {
      name: 'promotion.foldLedger',
      everyMs: MINUTE_MS,
      run: () => database.transaction((transaction) => context.accounts.ledger.fold(ledgerSql(transaction, database.dialect))),
    },
  ];
}
