import type { Query } from '@qianxing/database';
import { fillMessage } from '@qianxing/errors';
import type { ResponseOf } from '@qianxing/http';
import { fen, formatYuan } from '@qianxing/money';
import { toIso } from '@qianxing/time';
import type { PromotionContext } from '../context';
import type { promotionContract, Withdrawal } from '../contract';
import { promotionProblems } from '../problems';
import type { WithdrawalRow } from '../tables';
import { WITHDRAWAL_TRANSITIONS } from './rules';
import { approvalsOf, historyOf } from './store';

type StaffWithdrawal = ResponseOf<typeof promotionContract.approveWithdrawal>;

/** Steps of one millisecond are shown in the order in which they can only have happened. */
const STEPS = Object.keys(WITHDRAWAL_TRANSITIONS);

/** Withdrawals with their history and approvals; a fixed number of queries whatever the number of rows. */
export async function withdrawalViews(query: Query, rows: readonly WithdrawalRow[]): Promise<Withdrawal[]> {
  const ids = rows.map((row) => row.withdrawalId);
  const history = await historyOf(query, ids);
  const approvals = await approvalsOf(query, ids);
  return rows.map((row) => ({
    withdrawalId: row.withdrawalId,
    withdrawalNo: row.withdrawalNo,
    rail: row.rail,
    status: row.status,
    amountFen: row.amountFen,
    taxFen: row.taxFen,
    netFen: row.netFen,
    problem: problemOf(row),
    approvals: approvals.filter((approval) => approval.withdrawalId === row.withdrawalId).length,
    approvalsNeeded: row.approvalsNeeded,
    history: history
      .filter((entry) => entry.withdrawalId === row.withdrawalId)
      .sort((a, b) => a.at - b.at || STEPS.indexOf(a.status) - STEPS.indexOf(b.status))
      .map((entry) => ({ status: entry.status, at: toIso(entry.at) })),
    actions: actionsOf(row),
    createdAt: toIso(row.createdAt),
    paidAt: row.status === 'paid' && row.finishedAt !== null ? toIso(row.finishedAt) : null,
  }));
}

export async function staffWithdrawalViews(context: PromotionContext, rows: readonly WithdrawalRow[]): Promise<StaffWithdrawal[]> {
  const { query } = context.platform.database;
  const views = await withdrawalViews(query, rows);
  const approvals = await approvalsOf(
    query,
    rows.map((row) => row.withdrawalId),
  );
  const members = await context.needs.members([...new Set(rows.map((row) => row.memberId))]);
  return rows.flatMap((row, index) => {
    const view = views[index];
    const member = members.get(row.memberId);
    if (view === undefined) return [];
    const approvedBy = approvals.filter(({ withdrawalId }) => withdrawalId === row.withdrawalId).map(({ staffName }) => staffName);
    return [{ ...view, promoterNo: member?.memberNo ?? 0, promoterName: member?.nickname ?? '', approvedBy }];
  });
}

function actionsOf(row: WithdrawalRow): Withdrawal['actions'] {
  switch (row.status) {
    case 'reviewing':
      return ['cancel'];
    case 'awaiting_confirmation':
      return ['confirm'];
    case 'approved':
    case 'sending':
    case 'paid':
    case 'failed':
    case 'rejected':
    case 'cancelled':
    case 'unknown':
      return [];
    default:
      return row.status satisfies never;
  }
}

/** What the promoter can put right is said in words; the code stays the provider's. */
const WORDS_FOR_PROVIDER: Readonly<Record<string, string>> = {
  NAME_NOT_CORRECT: 'promotion.nameNotCorrect',
  REAL_NAME_CHECK_FAIL: 'promotion.wechatNotVerified',
};

/** Codes of ours have words of their own; what else the provider says is shown as its code. */
function problemOf(row: WithdrawalRow): Withdrawal['problem'] {
  const { problemCode } = row;
  if (problemCode === null) return null;
  const own = promotionProblems[`promotion.${problemCode}`];
  const definition = own ?? promotionProblems[WORDS_FOR_PROVIDER[problemCode] ?? 'promotion.payoutFailed'];
  if (definition === undefined) return null;
  const params = { reason: row.reason ?? problemCode, received: formatYuan(fen(row.receivedFen)) };
  return {
    code: own === undefined ? problemCode : `promotion.${problemCode}`,
    zh: fillMessage(definition.zh, params, 'zh'),
    en: fillMessage(definition.en, params, 'en'),
  };
}
