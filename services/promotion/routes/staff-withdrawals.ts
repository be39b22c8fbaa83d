import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, implement, type ResponseOf, type Route } from '@qianxing/http';
import type { PromotionContext } from '../context';
import { promotionContract } from '../contract';
import { fail } from '../problems';
import { sendPayout } from '../withdrawal/payouts';
import { approveWithdrawal, rejectWithdrawal } from '../withdrawal/requests';
import { findWithdrawal, listWithdrawals } from '../withdrawal/store';
import { staffWithdrawalViews } from '../withdrawal/views';
import { pageOf } from './pages';

export function staffWithdrawalRoutes(context: PromotionContext): Route[] {
  const { query } = context.platform.database;

  const view = async (withdrawalId: string): Promise<Result<ResponseOf<typeof promotionContract.approveWithdrawal>>> => {
    const row = await findWithdrawal(query, withdrawalId);
    const [only] = row === undefined ? [] : await staffWithdrawalViews(context, [row]);
    return only === undefined ? fail('withdrawalNotFound') : ok(only);
  };

  return [
    implement(promotionContract.staffWithdrawals, async ({ query: { cursor, limit = 20, status } }) => {
      const before = decodeCursor(cursor, ['string']);
      if (!before.ok) return before;
      const rows = await listWithdrawals(query, { status }, { before: before.value?.[0], limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, (row) => [row.withdrawalId]);
      return ok({ items: await staffWithdrawalViews(context, page), nextCursor });
    }),
    implement(promotionContract.approveWithdrawal, async ({ params, body, actor, now }) => {
      const approver = { staffId: actor.staffId, staffName: actor.username, note: body.note || null };
      const approved = await approveWithdrawal(context, params.withdrawalId, approver, now);
      if (!approved.ok) return approved;
      // The job of the same name takes over if this process dies here.
      if (approved.value.approved) await sendPayout(context, params.withdrawalId);
      return view(params.withdrawalId);
    }),
    implement(promotionContract.rejectWithdrawal, async ({ params, body, now }) => {
      const rejected = await rejectWithdrawal(context, params.withdrawalId, body.reason, now);
      return rejected.ok ? view(params.withdrawalId) : rejected;
    }),
  ];
}
