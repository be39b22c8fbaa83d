import type { ResponseOf } from '@qianxing/http';
import type { Transaction as LedgerTransaction } from '@qianxing/ledger';
import { fen, formatYuan } from '@qianxing/money';
import { toIso } from '@qianxing/time';
import { ledgerSql } from '../account/ledger-sql';
import type { PromotionContext } from '../context';
import type { promotionContract } from '../contract';
import { findPlanVersion } from '../plan/store';
import { promotersByNo } from '../referral/store';
import type { CommissionRow } from '../tables';
import { commissionsOfLine } from './store';
import { commissionView, isoOrNull } from './views';

type Explanation = ResponseOf<typeof promotionContract.commission>;

/** «Why this amount»: rule, base, rate, rounding, chain, what happened when, and the ledger's own words for it. */
export async function explain(context: PromotionContext, row: CommissionRow): Promise<Explanation> {
  const { database } = context.platform;
  const plan = await findPlanVersion(database.query, row.planVersionId);
  const reference = { type: 'commission', id: `${row.orderLineId}:${row.level}` };
  const posted = await context.accounts.ledger.findTransactionsByReference(ledgerSql(database.query, database.dialect), reference);
  return {
    ...commissionView(row),
    planVersionId: row.planVersionId,
    planNameZh: plan === undefined ? '' : `${plan.nameZh} v${plan.version}`,
    planNameEn: plan === undefined ? '' : `${plan.nameEn} v${plan.version}`,
    rateBp: row.rateBp,
    baseFen: row.baseFen,
    refundedBaseFen: row.refundedBaseFen,
    remainingBaseFen: row.baseFen - row.refundedBaseFen,
    ...formulaOf(row),
    rounding: 'floor',
    chain: await chainOf(context, row),
    timeline: timelineOf(row, posted),
    ledger: posted.map((transaction) => ({
      transactionId: transaction.id,
      key: transaction.key,
      postedAt: toIso(transaction.postedAt),
      entries: transaction.entries.map(({ account, amountFen }) => ({
        account: account.ownerType === 'promoter' ? account.kind : `${account.ownerType}/${account.kind}`,
        amountFen,
      })),
    })),
  };
}

/** The computation in words, with its numbers; for a cancelled order the outcome is nothing. */
function formulaOf(row: CommissionRow): { formulaZh: string; formulaEn: string } {
  const yuan = (amountFen: number) => formatYuan(fen(amountFen));
  const percent = `${row.rateBp / 100}%`;
  if (row.earnedAt === null && row.status === 'reversed')
    return { formulaZh: '订单未付款即取消，佣金为 0.00 元', formulaEn: 'The order was cancelled before payment: commission 0.00 yuan' };
  const refundZh = row.refundedBaseFen === 0 ? '' : ` − 已退 ${yuan(row.refundedBaseFen)} 元`;
  const refundEn = row.refundedBaseFen === 0 ? '' : ` − refunded ${yuan(row.refundedBaseFen)}`;
  return {
    formulaZh: `（实付 ${yuan(row.baseFen)} 元${refundZh}）× ${percent}，舍去不足一分的部分 = ${yuan(row.dueFen)} 元`,
    formulaEn: `(paid ${yuan(row.baseFen)}${refundEn}) × ${percent}, fractions of a fen dropped = ${yuan(row.dueFen)} yuan`,
  };
}

/** Buyer first, then the promoters of the line; names masked but one's own. */
async function chainOf(context: PromotionContext, row: CommissionRow): Promise<Explanation['chain']> {
  const line = await commissionsOfLine(context.platform.database.query, row.orderLineId);
  const promoters = await promotersByNo(
    context.platform.database.query,
    line.map(({ promoterNo }) => promoterNo),
  );
  const memberIdOf = ({ promoterNo }: CommissionRow) => promoters.get(promoterNo)?.memberId ?? '';
  const names = await context.needs.members([row.buyerId, ...line.map(memberIdOf)]);
  const nameOf = (memberId: string, own: boolean) => (own ? names.get(memberId)?.nickname : names.get(memberId)?.nicknameMasked) ?? '***';
  return [
    { level: 0, name: nameOf(row.buyerId, false), isYou: false },
    ...line.map((entry) => {
      const isYou = entry.promoterId === row.promoterId;
      return { level: entry.level, name: nameOf(memberIdOf(entry), isYou), isYou };
    }),
  ];
}

type Moment = Explanation['timeline'][number];

const MOMENTS: Readonly<Record<Moment['kind'], { zh: string; en: string }>> = {
  estimated: { zh: '买家下单，预计佣金', en: 'Order placed, commission expected' },
  pending: { zh: '买家付款，佣金待结算', en: 'Order paid, commission pending' },
  available: { zh: '售后期满，佣金可提现', en: 'Return window over, commission available' },
  clawed_back: { zh: '买家退款，按退款后应得重新计算', en: 'Buyer refunded, commission computed again' },
  paid: { zh: '已随提现支付', en: 'Paid with a withdrawal' },
  voided: { zh: '佣金归零', en: 'Nothing is due any more' },
};

const KIND_OF: Readonly<Record<string, Moment['kind']>> = {
  commissionEarned: 'pending',
  commissionReleased: 'available',
  commissionClawedBack: 'clawed_back',
};

function timelineOf(row: CommissionRow, posted: readonly LedgerTransaction[]): Moment[] {
  const moment = (kind: Moment['kind'], at: string | null, amountFen: number): Moment[] =>
    at === null ? [] : [{ at, kind, amountFen, ...MOMENTS[kind] }];
  const moved = posted.flatMap((transaction) => {
    const kind = KIND_OF[transaction.kind];
    const own = transaction.entries.filter(({ account }) => account.ownerType === 'promoter');
    if (kind === undefined) return [];
    const amountFen = kind === 'available' ? Math.max(...own.map((entry) => entry.amountFen)) : (own[0]?.amountFen ?? 0);
    return moment(kind, toIso(transaction.postedAt), amountFen);
  });
  return [
    ...moment('estimated', toIso(row.createdAt), row.originalFen),
    ...moved,
    ...moment('paid', isoOrNull(row.paidAt), row.dueFen),
    ...moment('voided', isoOrNull(row.voidedAt), 0),
  ];
}
