import { ok, type Result } from '@qianxing/errors';
import { decodeCursor, implement, type Route } from '@qianxing/http';
import type { PromotionContext } from '../context';
import { promotionContract, type Withdrawal } from '../contract';
import { fail } from '../problems';
import { promoterOfMember } from '../referral/store';
import type { WithdrawalRow } from '../tables';
import { findParts, payoutKeyOf } from '../withdrawal/payouts';
import { cancelWithdrawal, repeatedRequest, requestWithdrawal, taxOf, withdrawable } from '../withdrawal/requests';
import { findWithdrawal, listWithdrawals } from '../withdrawal/store';
import { withdrawalViews } from '../withdrawal/views';
import { pageOf } from './pages';

export function withdrawalRoutes(context: PromotionContext): Route[] {
  const { query } = context.platform.database;
  const { transferAppId, withdrawal: policy } = context.options;

  const own = async (memberId: string, withdrawalId: string): Promise<WithdrawalRow | undefined> => {
    const row = await findWithdrawal(query, withdrawalId);
    return row?.memberId === memberId ? row : undefined;
  };
  const view = async (row: WithdrawalRow | undefined): Promise<Result<Withdrawal>> => {
    const [only] = row === undefined ? [] : await withdrawalViews(query, [row]);
    return only === undefined ? fail('withdrawalNotFound') : ok(only);
  };

  return [
    implement(promotionContract.withdrawalTerms, async ({ actor, query: { amountFen = 0 }, now }) => {
      const promoter = await promoterOfMember(query, actor.memberId);
      if (promoter === undefined) return fail('notPromoter');
      const taxFen = amountFen === 0 ? 0 : await taxOf(query, promoter.promoterId, amountFen, now);
      return ok({
        availableFen: await withdrawable(context, promoter.promoterId),
        minimumFen: policy.minimumFen,
        maximumFen: policy.maximumFen,
        realNameFromFen: policy.realNameFromFen,
        taxFen,
        netFen: amountFen - taxFen,
        rails: ['transfer', 'profit_sharing'],
        wechatBound: (await context.needs.openId(actor.memberId, transferAppId)) !== undefined,
      });
    }),
    implement(promotionContract.requestWithdrawal, async ({ actor, body, now, idempotencyKey }) => {
      const promoter = await promoterOfMember(query, actor.memberId);
      if (promoter === undefined) return fail('notPromoter');
      const { amountFen, rail, realName } = body;
      const request = { promoter, amountFen, rail, realName, requestKey: idempotencyKey, now };
      const repeated = await repeatedRequest(context, query, request);
      if (repeated !== undefined) return repeated.ok ? view(repeated.value) : repeated;
      if ((await context.needs.openId(actor.memberId, transferAppId)) === undefined) return fail('wechatNotBound');
      if (body.rail === 'profit_sharing') {
        const netFen = body.amountFen - (await taxOf(query, promoter.promoterId, body.amountFen, now));
        if ((await findParts(context, promoter.promoterId, netFen)) === undefined) return fail('notShareable', { path: '/rail' });
      }
      const opened = await requestWithdrawal(context, request);
      return opened.ok ? view(opened.value) : opened;
    }),
    implement(promotionContract.withdrawals, async ({ actor, query: { cursor, limit = 20 } }) => {
      const before = decodeCursor(cursor, ['string']);
      if (!before.ok) return before;
      const promoter = await promoterOfMember(query, actor.memberId);
      if (promoter === undefined) return fail('notPromoter');
      const rows = await listWithdrawals(query, { promoterId: promoter.promoterId }, { before: before.value?.[0], limit: limit + 1 });
      const { page, nextCursor } = pageOf(rows, limit, (row) => [row.withdrawalId]);
      return ok({ items: await withdrawalViews(query, page), nextCursor });
    }),
    implement(promotionContract.withdrawal, async ({ actor, params }) => view(await own(actor.memberId, params.withdrawalId))),
    implement(promotionContract.cancelWithdrawal, async ({ actor, params, now }) => {
      if ((await own(actor.memberId, params.withdrawalId)) === undefined) return fail('withdrawalNotFound');
      const cancelled = await cancelWithdrawal(context, params.withdrawalId, now);
      return cancelled.ok ? view(await own(actor.memberId, params.withdrawalId)) : cancelled;
    }),
    implement(promotionContract.confirmation, async ({ actor, params }) => {
      const row = await own(actor.memberId, params.withdrawalId);
      if (row === undefined) return fail('withdrawalNotFound');
      const waiting =
        row.status === 'awaiting_confirmation' ? await context.needs.transferConfirmation(payoutKeyOf(row.withdrawalId)) : undefined;
      if (waiting === undefined) return fail('nothingToConfirm');
      const { packageInfo, appId, merchantId, confirmUrl } = waiting;
      return ok({ packageInfo, appId, merchantId, confirmUrl });
    }),
  ];
}
