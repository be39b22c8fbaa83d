import { DAY_MS, HOUR_MS } from '@qianxing/time';
import { recordAttempt } from '../attempts';
import type { PaymentContext } from '../context';
import { markUnfrozen, postponeUnfreeze } from '../store';
import type { PaymentRow } from '../tables';
import { hasOpenShares } from './store';

/** How long after completion the funds stay frozen. */
export const UNFREEZE_AFTER_MS = DAY_MS;

/**
 * Gives what is left of a payment's frozen funds to the merchant, a while after its last order completed: until then promoters may be
 * paid from it. A used number answers success without effect, so the number is the payment's own and is used once.
 */
export async function unfreeze(context: PaymentContext, payment: PaymentRow): Promise<void> {
  const settled = await askToUnfreeze(context, payment);
  const { database, clock } = context.platform;
  await database.transaction((transaction) =>
    settled
      ? markUnfrozen(transaction, payment.paymentId, clock.now())
      : postponeUnfreeze(transaction, payment.paymentId, clock.now() - UNFREEZE_AFTER_MS + HOUR_MS),
  );
}

async function askToUnfreeze(context: PaymentContext, payment: PaymentRow): Promise<boolean> {
  const { database } = context.platform;
  if (payment.providerTransactionId === null || (await hasOpenShares(database.query, payment.paymentId))) return false;
  const outcome = await context.options.wechatPay.sharing.unfreeze({
    transactionId: payment.providerTransactionId,
    outOrderNo: `U${payment.paymentNo}`,
    description: '解冻剩余资金',
  });
  await recordAttempt(context, payment.paymentId, 'sharing.unfreeze', outcome);
  return outcome.kind === 'ok' || (outcome.kind === 'rejected' && outcome.advice === 'businessRule');
}
