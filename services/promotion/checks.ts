import { checkLedger } from '@qianxing/ledger';
import type { Check, CheckFinding } from '@qianxing/service';
import { ledgerSql } from './account/ledger-sql';
import { checkCommissionLedger, checkCommissions, checkLevels } from './commission/checks';
import type { PromotionContext } from './context';
import { proofChecks } from './proof/checks';
import { checkNetwork } from './referral/checks';
import { checkWithdrawals } from './withdrawal/checks';

/** What is wrong with one subject, in words. */
export interface Violation {
  readonly subject: string;
  readonly message: string;
}

/** Invariants of promotion, verified on a database at rest. */
export function promotionChecks(context: PromotionContext): Check[] {
  const { database, clock } = context.platform;
  const check = (name: string, find: () => Promise<readonly Violation[]>): Check => ({
    name: `promotion.${name}`,
    run: async (): Promise<CheckFinding[]> => (await find()).map((violation) => ({ check: `promotion.${name}`, ...violation })),
  });
  return [
    check('commissionFollowsPlan', () => checkCommissions(database.query)),
    check('commissionMatchesLedger', () => checkCommissionLedger(context.accounts, database.query)),
    check('atMostThreeLevels', () => checkLevels(database.query)),
    check('teamCountersMatchBruteForce', () => checkNetwork(database.query)),
    check('withdrawalsEndOnce', () => checkWithdrawals(context.accounts, database.query)),
    ...proofChecks(context).map(({ name, find }) => check(name, find)),
    check('ledger', async () => {
      const findings = await checkLedger(ledgerSql(database.query, database.dialect), { now: clock.now() });
      return findings.map(({ invariant, message, details }) => ({ subject: invariant, message: `${message}: ${JSON.stringify(details)}` }));
    }),
  ];
}
