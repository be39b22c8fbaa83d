import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, implement, type ResponseOf, type Route } from '@qianxing/http';
import { explain } from '../commission/explanation';
import { findCommission, listCommissions } from '../commission/store';
import { commissionView, isoOrNull } from '../commission/views';
import type { PromotionContext } from '../context';
import { promotionContract } from '../contract';
import { scopeOf } from '../plan/guarded-plan';
import { parsePlan } from '../plan/model';
import { publish } from '../plan/publication';
import { findPlanVersion, listPlanVersions } from '../plan/store';
import { fail } from '../problems';
import { type StaffPromoter, staffPromoterViews } from '../referral/promoters';
import { listPromoters, promotersByNo, promoterWithMember, setPromoterStatus } from '../referral/store';
import { ancestorsOf, layersOf } from '../referral/team';
import { standingOf } from '../standing/appeals';
import type { PlanVersionRow } from '../tables';
import { pageOf } from './pages';

type StaffPromoterDetail = ResponseOf<typeof promotionContract.staffPromoter>;
type Plan = ResponseOf<typeof promotionContract.activatePlan>;

export function staffRoutes(context: PromotionContext): Route[] {
  const { database } = context.platform;
  const { query } = database;

  const promoterRow = async (promoterId: string): Promise<Result<StaffPromoter>> => {
    const row = await promoterWithMember(query, promoterId);
    const [view] = row === undefined ? [] : await staffPromoterViews(context, [row]);
    return view === undefined ? fail('promoterNotFound') : ok(view);
  };

  return [
    implement(promotionContract.staffPromoters, async ({ query: { cursor, limit = 20, search, status } }) => {
      const before = decodeCursor(cursor, ['string']);
      if (!before.ok) return before;
      if (status === 'none') return ok({ items: [], nextCursor: null });
      const rows = await listPromoters(query, { search, status }, { before: before.value?.[0], limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, (row) => [row.promoterId]);
      return ok({ items: await staffPromoterViews(context, page), nextCursor });
    }),
    implement(promotionContract.staffPromoter, async ({ params }) => {
      const row = await promoterRow(params.promoterId);
      return row.ok ? ok(await withNetwork(context, row.value)) : row;
    }),
    implement(promotionContract.setPromoterStatus, async ({ params, body, actor, now }) => {
      const change = { status: body.status, reason: body.reason, staffName: actor.username, at: now };
      const changed = await database.transaction((transaction) => setPromoterStatus(transaction, params.promoterId, change));
      if (changed) return promoterRow(params.promoterId);
      return fail((await promoterWithMember(query, params.promoterId)) === undefined ? 'promoterNotFound' : 'promoterRemoved');
    }),
    implement(promotionContract.staffCommissions, async ({ query: { cursor, limit = 20, status, promoterNo, orderNo } }) => {
      const before = decodeCursor(cursor, ['string']);
      if (!before.ok) return before;
      const rows = await listCommissions(query, { status, promoterNo, orderNo }, { before: before.value?.[0], limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, (row) => [row.commissionId]);
      const promoters = await promotersByNo(query, [...new Set(page.map((row) => row.promoterNo))]);
      const names = await context.needs.members([...promoters.values()].map((promoter) => promoter.memberId));
      const items = page.map((row) => ({
        ...commissionView(row),
        promoterNo: row.promoterNo,
        promoterName: names.get(promoters.get(row.promoterNo)?.memberId ?? '')?.nickname ?? '',
        orderId: row.orderId,
        rateBp: row.rateBp,
        baseFen: row.baseFen,
      }));
      return ok({ items, nextCursor });
    }),
    implement(promotionContract.staffCommission, async ({ params }) => {
      const row = await findCommission(query, params.commissionId);
      return row === undefined ? fail('commissionNotFound') : ok(await explain(context, row));
    }),
    implement(promotionContract.plans, async () => {
      const active = await context.plans.activeNow();
      const rows = await listPlanVersions(query);
      const { blockedPlans } = context.options;
      return ok({ items: rows.map(planView), activePlanVersionId: active.row.planVersionId, blockedPlans });
    }),
    implement(promotionContract.activatePlan, async ({ params, actor, now }) => {
      const published = await publish(context, params.planVersionId, actor.username, now);
      if (!published.ok) return published;
      const row = await findPlanVersion(query, params.planVersionId);
      return row === undefined ? fail('planNotFound') : ok(planView(row));
    }),
  ];
}

/** The people above, the layers below and what was decided about the promoter. */
async function withNetwork(context: PromotionContext, promoter: StaffPromoter): Promise<StaffPromoterDetail> {
  const { query } = context.platform.database;
  const ancestors = await ancestorsOf(query, promoter.promoterNo);
  const promoters = await promotersByNo(
    query,
    ancestors.map(({ ancestorNo }) => ancestorNo),
  );
  const names = await context.needs.members([...promoters.values()].map(({ memberId }) => memberId));
  const layers = await layersOf(query, promoter.promoterNo);
  return {
    ...promoter,
    upline: ancestors.map(({ ancestorNo, layer }) => ({
      promoterNo: ancestorNo,
      nickname: names.get(promoters.get(ancestorNo)?.memberId ?? '')?.nickname ?? '',
      layer,
    })),
    layers: layers.map(({ layer, members, netSalesFen }) => ({ layer, members, netSalesFen })),
    standing: await standingOf(query, promoter.promoterId),
  };
}

function planView(row: PlanVersionRow): Plan {
  const document = parsePlan(row.document);
  const { planId, planVersionId, version, code, nameZh, nameEn, status } = row;
  const levels = document.levels.map(({ level, rateBp }) => ({ level, rateBp }));
  return {
    ...{ planId, planVersionId, version, code, nameZh, nameEn, status, levels, document },
    publishedAt: isoOrNull(row.publishedAt),
    scope: scopeOf(row),
    blocked: row.blocked === 1,
    standing: row.standing,
    graceUntil: isoOrNull(row.graceUntil),
    judgedPackId: row.judgedPackId,
  };
}
