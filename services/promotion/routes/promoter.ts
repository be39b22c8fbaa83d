import { ok } from '@qianxing/errors';
import { decodeCursor, implement, type Route } from '@qianxing/http';
import { toIso } from '@qianxing/time';
import { MOVEMENT_NAMES, type MovementRow, movements } from '../account/statement';
import { explain } from '../commission/explanation';
import { commissionsOfLines, findCommission, listCommissions } from '../commission/store';
import { commissionView } from '../commission/views';
import type { PromotionContext } from '../context';
import { promotionContract } from '../contract';
import { drawPoster } from '../poster/request';
import { fail } from '../problems';
import { enrol, promoterView } from '../referral/promoters';
import { directCustomers, promoterOfMember } from '../referral/store';
import { layersOf } from '../referral/team';
import { pageOf } from './pages';

export function promoterRoutes(context: PromotionContext): Route[] {
  const { query } = context.platform.database;

  return [
    implement(promotionContract.promoter, async ({ actor }) => ok(await promoterView(context, actor.memberId))),
    implement(promotionContract.enrol, ({ actor, body, now }) => enrol(context, actor.memberId, body.agreementVersion, now)),
    implement(promotionContract.poster, async ({ actor, query: { productId } }) => {
      const drawn = await drawPoster(context, actor.memberId, productId);
      return drawn.ok
        ? ok({ status: 200, contentType: 'image/png', body: drawn.value, headers: { 'cache-control': 'private, max-age=300' } })
        : drawn;
    }),
    implement(promotionContract.customers, async ({ actor, query: { cursor, limit = 20 } }) => {
      const before = decodeCursor(cursor, ['integer', 'integer']);
      if (!before.ok) return before;
      const promoter = await promoterOfMember(query, actor.memberId);
      if (promoter === undefined) return fail('notPromoter');
      const rows = await directCustomers(query, promoter.promoterNo, { before: before.value, limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, (row) => [row.boundAt ?? 0, row.memberNo ?? 0]);
      const names = await context.needs.members(page.map((row) => row.memberId));
      const items = page.map((row) => ({
        memberNo: row.memberNo ?? 0,
        nickname: names.get(row.memberId)?.nicknameMasked ?? '***',
        boundAt: toIso(row.boundAt ?? 0),
        orders: row.orders,
        paidFen: row.netSalesFen,
      }));
      return ok({ items, nextCursor });
    }),
    implement(promotionContract.layers, async ({ actor }) => {
      const promoter = await promoterOfMember(query, actor.memberId);
      return promoter === undefined ? fail('notPromoter') : ok({ layers: await layersOf(query, promoter.promoterNo) });
    }),
    implement(promotionContract.commissions, async ({ actor, query: { cursor, limit = 20, status } }) => {
      const before = decodeCursor(cursor, ['string']);
      if (!before.ok) return before;
      const promoter = await promoterOfMember(query, actor.memberId);
      if (promoter === undefined) return fail('notPromoter');
      const filter = { promoterId: promoter.promoterId, status };
      const rows = await listCommissions(query, filter, { before: before.value?.[0], limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, (row) => [row.commissionId]);
      return ok({ items: page.map(commissionView), nextCursor });
    }),
    implement(promotionContract.commission, async ({ actor, params }) => {
      const promoter = await promoterOfMember(query, actor.memberId);
      const row = await findCommission(query, params.commissionId);
      if (row === undefined || row.promoterId !== promoter?.promoterId) return fail('commissionNotFound');
      return ok(await explain(context, row));
    }),
    implement(promotionContract.statement, async ({ actor, query: { cursor, limit = 20 } }) => {
      const before = decodeCursor(cursor, ['integer', 'string', 'integer']);
      if (!before.ok) return before;
      const promoter = await promoterOfMember(query, actor.memberId);
      if (promoter === undefined) return fail('notPromoter');
      const rows = await movements(query, promoter.promoterId, { before: before.value, limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, (row) => [row.postedAt, row.transactionId, row.seq]);
      const commissionIds = await commissionIdsOf(context, promoter.promoterId, page);
      return ok({ items: page.map((row) => statementLine(row, commissionIds)), nextCursor });
    }),
  ];
}

/** Ids of the commissions that ledger references name, one query. */
async function commissionIdsOf(context: PromotionContext, promoterId: string, rows: readonly MovementRow[]): Promise<Map<string, string>> {
  const orderLineIds = rows.filter((row) => row.referenceType === 'commission').map((row) => row.referenceId.split(':')[0] ?? '');
  const found = await commissionsOfLines(context.platform.database.query, promoterId, [...new Set(orderLineIds)]);
  return new Map(found.map((row) => [`${row.orderLineId}:${row.level}`, row.commissionId]));
}

function statementLine(row: MovementRow, commissionIds: ReadonlyMap<string, string>) {
  const names = MOVEMENT_NAMES[row.kind] ?? { zh: row.kind, en: row.kind };
  return {
    entryId: `${row.transactionId}-${row.seq}`,
    postedAt: toIso(row.postedAt),
    kind: row.kind,
    zh: names.zh,
    en: names.en,
    bucket: row.bucket === 'withdrawing' ? ('reserved' as const) : row.bucket,
    amountFen: row.amountFen,
    balanceAfterFen: row.balanceAfterFen,
    commissionId: row.referenceType === 'commission' ? (commissionIds.get(row.referenceId) ?? null) : null,
    withdrawalId: row.referenceType === 'withdrawal' ? row.referenceId : null,
  };
}
