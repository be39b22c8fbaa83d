import { type Query, sumInteger } from '@qianxing/database';
import { sql } from 'kysely';
import type { Accounts } from '../account/account';
import type { Violation } from '../checks';
import type { PromotionTables } from '../tables';
import { isEnd, OPEN_WITHDRAWAL, type WithdrawalStatus } from './rules';

const tablesOf = (query: Query) => query.withTables<PromotionTables>();

interface EndRow {
  withdrawalId: string;
  status: WithdrawalStatus;
  amountFen: number;
  receivedFen: number;
  approvalsNeeded: number;
  approvals: number;
  named: number;
  holds: number;
  endKind: string | null;
}

/** Each withdrawal was held once and ended as its status says; approvals are there; what is set aside is what open ones ask for. */
export async function checkWithdrawals(accounts: Accounts, query: Query): Promise<Violation[]> {
  const { rows } = await sql<EndRow>`
    select w.withdrawalId, w.status, w.amountFen, w.receivedFen, w.approvalsNeeded,
      case when w.realNameSealed is null then 0 else 1 end as named,
      (select count(*) from promotion_approvals a where a.withdrawalId = w.withdrawalId) as approvals,
      (select count(*) from ledgerTransaction h where h.referenceType = 'withdrawal' and h.referenceId = w.withdrawalId
        and h.kind = 'withdrawalHeld') as holds,
      (select max(e.kind) from ledgerTransaction e where e.referenceType = 'withdrawal' and e.referenceId = w.withdrawalId
        and e.kind in ('withdrawalPaid', 'withdrawalPartlyPaid', 'withdrawalFailed', 'withdrawalCancelled')) as endKind
    from promotion_withdrawals w order by w.withdrawalId`.execute(query);
  const violations = rows.flatMap((row) => faultsOf(row).map((message) => ({ subject: `withdrawal ${row.withdrawalId}`, message })));
  return [...violations, ...(await checkReserved(accounts, query))];
}

function faultsOf(row: EndRow): string[] {
  const expected = endOf(row);
  const sent = ['sending', 'awaiting_confirmation', 'unknown', 'paid'].includes(row.status);
  const rules: readonly (readonly [boolean, string])[] = [
    [row.holds === 1, `held ${row.holds} times`],
    [!isEnd(row.status) || row.named === 0, 'keeps the name of its receiver after its end'],
    [row.endKind === expected, `ended in the ledger as ${row.endKind} instead of ${expected}`],
    [!sent || row.approvals >= row.approvalsNeeded, `sent with ${row.approvals} of ${row.approvalsNeeded} approvals`],
  ];
  return rules.filter(([holds]) => !holds).map(([, message]) => message);
}

function endOf(row: EndRow): string | null {
  switch (row.status) {
    case 'paid':
      return 'withdrawalPaid';
    case 'failed':
      return row.receivedFen > 0 ? 'withdrawalPartlyPaid' : 'withdrawalFailed';
    case 'rejected':
    case 'cancelled':
      return 'withdrawalCancelled';
    case 'reviewing':
    case 'approved':
    case 'sending':
    case 'awaiting_confirmation':
    case 'unknown':
      return null;
    default:
      return row.status satisfies never;
  }
}

async function checkReserved(accounts: Accounts, query: Query): Promise<Violation[]> {
  const open = await tablesOf(query)
    .selectFrom('promotion_withdrawals')
    .select(['promoterId', sumInteger('amountFen').as('amountFen')])
    .where('status', 'in', OPEN_WITHDRAWAL)
    .groupBy('promoterId')
    .execute();
  const openFen = new Map(open.map((row) => [row.promoterId, row.amountFen]));
  const promoters = await tablesOf(query).selectFrom('promotion_promoters').select('promoterId').execute();
  const balances = await accounts.balances(
    query,
    promoters.map(({ promoterId }) => promoterId),
  );
  return promoters.flatMap(({ promoterId }) => {
    const wanted = openFen.get(promoterId) ?? 0;
    const reserved = balances.get(promoterId)?.reservedFen ?? 0;
    if (reserved === wanted) return [];
    return [{ subject: `promoter ${promoterId}`, message: `${reserved} set aside but open withdrawals ask for ${wanted}` }];
  });
}
