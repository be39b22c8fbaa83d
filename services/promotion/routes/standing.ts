import { ok } from '@qianxing/errors';
import { decodeCursor, implement, type Route } from '@qianxing/http';
import type { PromotionContext } from '../context';
import { promotionContract } from '../contract';
import { promoterView } from '../referral/promoters';
import { appealAgainstStop } from '../standing/appeals';
import { applicationViews, applyForApproval, decideApplication } from '../standing/applications';
import { listApplications } from '../standing/store';
import { pageOf } from './pages';

/** Who may promote: applications and decisions, appeals. */
export function standingRoutes(context: PromotionContext): Route[] {
  const { query } = context.platform.database;

  return [
    implement(promotionContract.applyForApproval, ({ actor, body, now }) =>
      applyForApproval(context, actor.memberId, body.note ?? '', now),
    ),
    implement(promotionContract.appeal, async ({ actor, body, now }) => {
      const appealed = await appealAgainstStop(context, actor.memberId, body.text, now);
      return appealed.ok ? ok(await promoterView(context, actor.memberId)) : appealed;
    }),
    implement(promotionContract.applications, async ({ query: { cursor, limit = 20, status } }) => {
      const after = decodeCursor(cursor, ['integer', 'string']);
      if (!after.ok) return after;
      const rows = await listApplications(query, { status }, { after: after.value, limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, (row) => [row.requestedAt, row.memberId]);
      return ok({ items: await applicationViews(context, page), nextCursor });
    }),
    implement(promotionContract.decideApplication, ({ params, body, actor, now }) =>
      decideApplication(context, params.memberId, {
        status: body.approved ? 'approved' : 'refused',
        reason: body.reason,
        staffName: actor.username,
        decidedAt: now,
      }),
    ),
  ];
}
