import { type Reaction, reaction } from '@qianxing/events';
import { standingChanged } from '@qianxing/guard/contract';
import { lineRefunded, orderCancelled, orderCompleted, orderPaid, orderPlaced, orderReceived } from '@qianxing/order/contract';
import { transferAwaitingConfirmation, transferFailed, transferSucceeded } from '@qianxing/payment/contract';
import { memberErased, memberRegistered, memberReturned } from '@qianxing/user/contract';
import { createSettlements } from './commission/settlement';
import type { PromotionContext } from './context';
import { followStanding } from './plan/publication';
import { eraseRecords } from './proof/backlog';
import { bind, ensureMember, readVisit } from './referral/binding';
import { forgetWords } from './standing/store';
import { awaitConfirmation, failTransfer, finishPayout } from './withdrawal/payouts';

export function promotionReactions(context: PromotionContext): Reaction[] {
  const { options, accounts } = context;
  const settlements = createSettlements(context.platform.database, accounts, options.returnWindowMs);

  /** A token that is forged, expired at the login or none at all binds nobody and is no error. */
  const visitOf = (token: string | null, at: number) => (token === null ? undefined : readVisit(options.linkKeys, token, at));

  return [
    reaction('promotion.welcomeMember', memberRegistered, async (transaction, event) => {
      const { memberId, memberNo, referralToken } = event.payload;
      await ensureMember(transaction, memberId, memberNo);
      const visit = visitOf(referralToken, event.occurredAt);
      if (visit !== undefined)
        await bind(transaction, options.binding, { memberId, memberNo, visit, occasion: 'registered', at: event.occurredAt });
    }),
    reaction('promotion.bindReturned', memberReturned, async (transaction, event) => {
      const { memberId, memberNo, referralToken } = event.payload;
      const visit = visitOf(referralToken, event.occurredAt);
      if (visit === undefined) return;
      await ensureMember(transaction, memberId, memberNo);
      await bind(transaction, options.binding, { memberId, memberNo, visit, occasion: 'returned', at: event.occurredAt });
    }),
    reaction('promotion.forgetWords', memberErased, (transaction, event) => forgetWords(transaction, event.payload.memberId)),
    reaction('promotion.eraseRecords', memberErased, (transaction, event) =>
      eraseRecords(context.platform.database, context.proofLog.log, transaction, event.payload.memberId),
    ),
    reaction('promotion.expect', orderPlaced, (transaction, event) => settlements.expect(transaction, event.payload, event.occurredAt)),
    reaction('promotion.earn', orderPaid, (transaction, event) =>
      settlements.advance(transaction, event.payload, 'paidAt', event.payload.paidAt),
    ),
    reaction('promotion.dateRelease', orderReceived, (transaction, event) =>
      settlements.advance(transaction, event.payload, 'receivedAt', event.payload.receivedAt),
    ),
    reaction('promotion.release', orderCompleted, (transaction, event) =>
      settlements.advance(transaction, event.payload, 'completedAt', event.payload.completedAt),
    ),
    reaction('promotion.void', orderCancelled, (transaction, event) =>
      settlements.advance(transaction, event.payload, 'cancelledAt', event.occurredAt),
    ),
    reaction('promotion.takeBack', lineRefunded, (transaction, event) => settlements.reduce(transaction, event.payload, event.occurredAt)),
    reaction('promotion.awaitConfirmation', transferAwaitingConfirmation, (transaction, event) =>
      awaitConfirmation(transaction, event.payload.payoutKey, event.occurredAt),
    ),
    reaction('promotion.finishPayout', transferSucceeded, (transaction, event) => finishPayout(context, transaction, event.payload)),
    reaction('promotion.followStanding', standingChanged, (transaction, event) => followStanding(transaction, event.payload)),
    reaction('promotion.failPayout', transferFailed, (transaction, event) => failTransfer(context, transaction, event.payload)),
  ];
}
