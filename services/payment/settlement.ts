import { failpoint } from '@qianxing/testing';
import type { PaymentTransaction } from '@qianxing/wechat-pay';
import { recordAttempt } from './attempts';
import type { PaymentContext } from './context';
import { paymentSucceeded } from './contract';
import { pauseAfter } from './model';
import { changeOpenPayment, dropQuestion, endPayment, findPayment, postponeQuestion, succeedPayment } from './store';
import type { PaymentRow } from './tables';

/**
 * Asks the provider about a payment and applies its answer. The provider's answer to a query, and nothing else, settles a payment:
 * a notice, a return page or a client is only a reason to ask.
 */
export async function queryAndApply(context: PaymentContext, payment: PaymentRow): Promise<void> {
  const outcome = await context.options.wechatPay.payments.queryByOutTradeNo(payment.paymentNo);
  if (outcome.kind !== 'ok') {
    await recordAttempt(context, payment.paymentId, 'query', outcome);
    await askLater(context, payment);
    return;
  }
  await applyTransaction(context, payment, outcome.value);
}

async function applyTransaction(context: PaymentContext, payment: PaymentRow, transaction: PaymentTransaction): Promise<void> {
  switch (transaction.tradeState) {
    case 'SUCCESS':
    case 'REFUND':
      await settle(context, payment, transaction);
      return;
    case 'CLOSED':
    case 'REVOKED':
      await context.platform.database.transaction((trx) =>
        endPayment(trx, payment.paymentId, { status: 'closed', problem: null, at: context.platform.clock.now() }),
      );
      if (payment.openKey === null) await context.platform.database.transaction((trx) => dropQuestion(trx, payment.paymentId));
      return;
    case 'NOTPAY':
    case 'USERPAYING':
    case 'PAYERROR':
      await askLater(context, payment);
      return;
    default:
      transaction.tradeState satisfies never;
  }
}

/** Money arrived. Wrong amount, currency, merchant or app id never settles: a person has to look. */
async function settle(context: PaymentContext, payment: PaymentRow, transaction: PaymentTransaction): Promise<void> {
  const { clock, database, events } = context.platform;
  const problem = mismatch(context, payment, transaction);
  const { transactionId } = transaction;
  if (problem !== null || transactionId === undefined) {
    await database.transaction((trx) =>
      changeOpenPayment(trx, payment.paymentId, {
        status: 'unknown',
        problem: problem ?? 'noTransactionId',
        nextQueryAt: clock.now() + pauseAfter(99),
      }),
    );
    context.platform.log.error({ paymentId: payment.paymentId, problem }, 'a paid transaction does not match its payment');
    return;
  }
  const paidAt = transaction.successAt ?? clock.now();
  await failpoint('payment.beforeSettle');
  await database.transaction(async (trx) => {
    const first = await succeedPayment(trx, payment.paymentId, { providerTransactionId: transactionId, paidAt });
    if (!first) return;
    await events.emit(trx, paymentSucceeded, {
      aggregateId: payment.tradeId,
      occurredAt: paidAt,
      payload: {
        paymentId: payment.paymentId,
        tradeId: payment.tradeId,
        amountFen: payment.amountFen,
        providerTransactionId: transactionId,
        paidAt,
      },
    });
    await failpoint('payment.beforeSettleCommit');
  });
}

function mismatch(context: PaymentContext, payment: PaymentRow, transaction: PaymentTransaction): string | null {
  if (transaction.mchId !== context.options.merchantId) return 'merchantDiffers';
  if (transaction.appId !== context.options.appIds[payment.channel]) return 'appIdDiffers';
  if (transaction.outTradeNo !== payment.paymentNo) return 'numberDiffers';
  if (transaction.amount?.currency !== 'CNY') return 'currencyDiffers';
  if (transaction.amount.totalFen !== payment.amountFen) return 'amountDiffers';
  return null;
}

/**
 * Nothing final yet. Only a question that was due lengthens the pause to the next one (a buyer who looks again and again must not), and the
 * pause never goes past the end of the trade, when the payment is to be closed.
 */
async function askLater(context: PaymentContext, payment: PaymentRow): Promise<void> {
  const now = context.platform.clock.now();
  if (payment.nextQueryAt === null || payment.nextQueryAt > now) return;
  const later = now + pauseAfter(payment.attempts);
  const nextQueryAt = payment.expiresAt > now ? Math.min(later, payment.expiresAt) : later;
  await context.platform.database.transaction((trx) =>
    postponeQuestion(trx, payment.paymentId, { attempts: payment.attempts + 1, nextQueryAt }),
  );
}

/** Closes a payment nobody should pay any more. If the buyer was faster, the money is settled and the order service sends it back. */
export async function closeAtProvider(context: PaymentContext, payment: PaymentRow): Promise<void> {
  const outcome = await context.options.wechatPay.payments.close(payment.paymentNo);
  await recordAttempt(context, payment.paymentId, 'close', outcome);
  // Nobody ever got this cashier, so nobody can pay there, even if an earlier call of ours arrives late.
  const neverOpened =
    outcome.kind === 'rejected' && outcome.advice === 'createAgain' && payment.prepayId === null && payment.handoverUrl === null;
  if (outcome.kind === 'ok' || neverOpened) {
    await context.platform.database.transaction((trx) =>
      endPayment(trx, payment.paymentId, { status: 'closed', problem: null, at: context.platform.clock.now() }),
    );
    return;
  }
  await queryAndApply(context, payment);
}

/** The question that is due for a payment: an ended one is asked about, an open one is closed if wanted or expired, else asked about. */
export async function pursue(context: PaymentContext, payment: PaymentRow): Promise<void> {
  const current = await findPayment(context.platform.database.query, payment.paymentId);
  if (!current || current.nextQueryAt === null) return;
  const over = current.expiresAt <= context.platform.clock.now();
  if (current.openKey !== null && (current.closeWanted === 1 || over)) await closeAtProvider(context, current);
  else await queryAndApply(context, current);
}
