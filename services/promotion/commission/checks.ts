import { type Query, sumInteger } from '@qianxing/database';
import type { Accounts } from '../account/account';
import type { Violation } from '../checks';
import type { CommissionRow, PromotionTables } from '../tables';
import { dueOf } from './rules';

const PAGE = 500;
const tablesOf = (query: Query) => query.withTables<PromotionTables>();

/** Every commission again from its rule, base and refunds; rate and base against plan and line. */
export async function checkCommissions(query: Query): Promise<Violation[]> {
  const violations: Violation[] = [];
  let after = '';
  for (;;) {
    const rows = await tablesOf(query)
      .selectFrom('promotion_commissions')
      .leftJoin('promotion_lines', 'promotion_lines.orderLineId', 'promotion_commissions.orderLineId')
      .leftJoin('promotion_plan_levels', (join) =>
        join
          .onRef('promotion_plan_levels.planVersionId', '=', 'promotion_commissions.planVersionId')
          .onRef('promotion_plan_levels.level', '=', 'promotion_commissions.level'),
      )
      .selectAll('promotion_commissions')
      .select([
        'promotion_plan_levels.rateBp as planRateBp',
        'promotion_lines.paidFen as linePaidFen',
        'promotion_lines.refundedFen as lineRefundedFen',
        'promotion_lines.paidAt as linePaidAt',
        'promotion_lines.completedAt as lineCompletedAt',
        'promotion_lines.cancelledAt as lineCancelledAt',
      ])
      .where('commissionId', '>', after)
      .orderBy('commissionId')
      .limit(PAGE)
      .execute();
    for (const row of rows) violations.push(...faultsOf(row).map((message) => ({ subject: `commission ${row.commissionId}`, message })));
    after = rows.at(-1)?.commissionId ?? '';
    if (rows.length < PAGE) return violations;
  }
}

interface CheckedRow extends CommissionRow {
  planRateBp: number | null;
  linePaidFen: number | null;
  lineRefundedFen: number | null;
  linePaidAt: number | null;
  lineCompletedAt: number | null;
  lineCancelledAt: number | null;
}

function faultsOf(row: CheckedRow): string[] {
  const earned = row.linePaidAt !== null;
  const voided = !earned && row.lineCancelledAt !== null;
  const refundedFen = earned ? (row.lineRefundedFen ?? 0) : 0;
  const dueFen = voided ? 0 : dueOf(row, refundedFen);
  const rules: readonly (readonly [boolean, string])[] = [
    [row.planRateBp === row.rateBp, `rate ${row.rateBp} differs from the plan's ${row.planRateBp}`],
    [row.linePaidFen === row.baseFen, `base ${row.baseFen} differs from the line's ${row.linePaidFen}`],
    [row.originalFen === dueOf(row), `originally ${row.originalFen} instead of ${dueOf(row)}`],
    [row.refundedBaseFen === refundedFen, `refunded base ${row.refundedBaseFen} instead of ${refundedFen}`],
    [row.dueFen === dueFen, `due ${row.dueFen} instead of ${dueFen}`],
    [(row.earnedAt !== null) === earned, 'earned does not follow the payment'],
    [(row.availableAt !== null) === (earned && row.lineCompletedAt !== null), 'available does not follow the completion'],
  ];
  return rules.filter(([holds]) => !holds).map(([, message]) => message);
}

/** Pending is what is earned and not released; what was released is available, set aside, paid or kept as tax. */
export async function checkCommissionLedger(accounts: Accounts, query: Query): Promise<Violation[]> {
  const violations: Violation[] = [];
  let after = '';
  for (;;) {
    const promoters = await tablesOf(query)
      .selectFrom('promotion_promoters')
      .select(['promoterId', 'paidFen', 'taxWithheldFen'])
      .where('promoterId', '>', after)
      .orderBy('promoterId')
      .limit(PAGE)
      .execute();
    const ids = promoters.map(({ promoterId }) => promoterId);
    const balances = await accounts.balances(query, ids);
    const pending = await dueBy(query, ids, false);
    const released = await dueBy(query, ids, true);
    for (const { promoterId, paidFen, taxWithheldFen } of promoters) {
      const { pendingFen = 0, availableFen = 0, reservedFen = 0 } = balances.get(promoterId) ?? {};
      const outFen = availableFen + reservedFen + paidFen + taxWithheldFen;
      if (pendingFen !== (pending.get(promoterId) ?? 0))
        violations.push({
          subject: `promoter ${promoterId}`,
          message: `pending ${pendingFen} but lines say ${pending.get(promoterId) ?? 0}`,
        });
      if (outFen !== (released.get(promoterId) ?? 0))
        violations.push({
          subject: `promoter ${promoterId}`,
          message: `released ${outFen} but lines say ${released.get(promoterId) ?? 0}`,
        });
    }
    after = ids.at(-1) ?? '';
    if (promoters.length < PAGE) return violations;
  }
}

async function dueBy(query: Query, promoterIds: readonly string[], released: boolean): Promise<Map<string, number>> {
  if (promoterIds.length === 0) return new Map();
  const rows = await tablesOf(query)
    .selectFrom('promotion_commissions')
    .select(['promoterId', sumInteger('dueFen').as('dueFen')])
    .where('promoterId', 'in', promoterIds)
    .where('earnedAt', 'is not', null)
    .where('availableAt', released ? 'is not' : 'is', null)
    .groupBy('promoterId')
    .execute();
  return new Map(rows.map((row) => [row.promoterId, row.dueFen]));
}

export async function checkLevels(query: Query): Promise<Violation[]> {
  const rows = await tablesOf(query)
    .selectFrom('promotion_commissions')
    .select((eb) => ['orderLineId', eb.fn.countAll<number>().as('levels'), eb.fn.max('level').as('highest')])
    .groupBy('orderLineId')
    .having((eb) => eb.or([eb(eb.fn.countAll(), '>', 3), eb(eb.fn.max('level'), '>', 3)]))
    .execute();
  return rows.map((row) => ({ subject: `line ${row.orderLineId}`, message: `${row.levels} levels, up to ${row.highest}` }));
}
