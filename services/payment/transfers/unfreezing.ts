import { recordAttempt } from '../attempts';
import type { PaymentContext } from '../context';
import { markUnfrozen } from '../store';
import type { PaymentRow } from '../tables';
import { hasOpenShares } from './store';

/**
 * Gives what is left of a payment's frozen funds to the merchant, a while after its last order completed: until then promoters may be
 * paid from it. A used number answers success without effect, so the number is the payment's own and is used once.
 */
export async function unfreeze(context: PaymentContext, payment: PaymentRow): Promise<void> {
  const { database, clock } = context.platform;
  if (payment.providerTransactionId === null || (await hasOpenShares(database.query, payment.paymentId))) return;
  const outcome = await context.options.wechatPay.sharing.unfreeze({
    transactionId: payment.providerTransactionId,
    outOrderNo: `U${payment.paymentNo}`,
    description: '解冻剩余资金',
  });
  await recordAttempt(context, payment.paymentId, 'sharing.unfreeze', outcome);
  const settled = outcome.kind === 'ok' || (outcome.kind === 'rejected' && outcome.advice === 'businessRule');
  if (settled) await database.transaction((transaction) => markUnfrozen(transaction, payment.paymentId, clock.now()));
}
