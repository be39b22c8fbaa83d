import { type Reaction, reaction } from '@qianxing/events';
import { orderCompleted, refundRequested, tradeCancelled } from '@qianxing/order/contract';
import { payoutRequested } from '@qianxing/promotion/contract';
import type { PaymentContext } from './context';
import { requestRefund } from './refunds/lifecycle';
import { wantClosed, wantUnfrozen } from './store';
import { requestPayout } from './transfers/lifecycle';

export function paymentReactions(context: PaymentContext): Reaction[] {
  return [
    reaction('payment.requestRefund', refundRequested, (transaction, event) =>
      requestRefund(context, transaction, event.payload, event.occurredAt),
    ),
    reaction('payment.closeCancelled', tradeCancelled, (transaction, event) =>
      wantClosed(transaction, event.payload.tradeId, event.occurredAt),
    ),
    reaction('payment.requestPayout', payoutRequested, (transaction, event) =>
      requestPayout(context, transaction, event.payload, event.occurredAt),
    ),
    reaction('payment.unfreeze', orderCompleted, (transaction, event) =>
      wantUnfrozen(transaction, event.payload.tradeId, event.payload.completedAt),
    ),
  ];
}
