import { insertIfAbsent, type Transaction } from '@qianxing/database';
import { newId, newNumber } from '@qianxing/ids';
import { fen } from '@qianxing/money';
import { failpoint } from '@qianxing/testing';
import type { Outcome, Refund } from '@qianxing/wechat-pay';
import { recordAttempt } from '../attempts';
import type { PaymentContext } from '../context';
import { refundFailed, refundSucceeded } from '../contract';
import { OPEN_REFUND, pauseAfter } from '../model';
import { findPayment, takeForRefund } from '../store';
import type { PaymentRow, RefundRow } from '../tables';
import { findRefundByKey, moveRefund } from './store';

export interface RefundRequest {
  readonly refundKey: string;
  readonly paymentId: string;
  readonly amountFen: number;
  readonly reason: string;
}

/** Writes a refund once per key, inside what is left of its payment. More than that fails at once and is told as an event. */
export async function requestRefund(context: PaymentContext, transaction: Transaction, request: RefundRequest, now: number): Promise<void> {
  if (await findRefundByKey(transaction, request.refundKey)) return;
  const row: RefundRow = {
    refundId: newId(now),
    refundNo: newNumber(now),
    refundKey: request.refundKey,
    paymentId: request.paymentId,
    amountFen: request.amountFen,
    status: 'created',
    reason: request.reason.slice(0, 80),
    problem: null,
    attempts: 0,
    nextAttemptAt: now,
    createdAt: now,
    acceptedAt: null,
    succeededAt: null,
  };
  if (!(await insertIfAbsent(transaction, 'payment_refunds', { ...row }))) {
    if (await findRefundByKey(transaction, request.refundKey)) return;
    throw new Error(`the refund number ${row.refundNo} was drawn twice`);
  }
  if (await takeForRefund(transaction, request.paymentId, request.amountFen)) return;
  await moveRefund(transaction, row.refundId, ['created'], 'failed', { problem: 'exceedsPayment', nextAttemptAt: null });
  await tellFailed(context, transaction, row, 'exceedsPayment', now);
}

/** Sends a refund that was not sent yet, asks about one that was. Always under its first number. */
export async function pursueRefund(context: PaymentContext, refund: RefundRow): Promise<void> {
  if (!OPEN_REFUND.includes(refund.status)) return;
  const payment = await findPayment(context.platform.database.query, refund.paymentId);
  if (!payment) throw new Error(`refund ${refund.refundId} without its payment`);
  const outcome = await ask(context, refund, payment);
  if (outcome.kind !== 'ok' || refund.status !== 'processing') await recordAttempt(context, refund.refundId, 'refund', outcome);
  await failpoint('payment.afterRefundSent');
  await apply(context, refund, outcome);
}

async function ask(context: PaymentContext, refund: RefundRow, payment: PaymentRow): Promise<Outcome<Refund>> {
  const { refunds } = context.options.wechatPay;
  if (refund.status === 'processing') return refunds.query(refund.refundNo);
  return refunds.create({
    outTradeNo: payment.paymentNo,
    outRefundNo: refund.refundNo,
    refundFen: fen(refund.amountFen),
    totalFen: fen(payment.amountFen),
    reason: refund.reason,
    notifyUrl: `${context.options.notifyBaseUrl}/hooks/wechat-pay/refund`,
  });
}

async function apply(context: PaymentContext, refund: RefundRow, outcome: Outcome<Refund>): Promise<void> {
  switch (outcome.kind) {
    case 'ok':
      return applyState(context, refund, outcome.value);
    case 'unknown':
      return later(context, refund, refund.status === 'processing' ? 'processing' : 'unknown', outcome.code ?? outcome.reason);
    case 'rejected':
      if (outcome.advice === 'topUp' || outcome.advice === 'later') return later(context, refund, 'created', outcome.code);
      if (outcome.advice === 'createAgain') return later(context, refund, 'created', outcome.code);
      if (outcome.advice === 'query') return later(context, refund, 'processing', outcome.code);
      return failRefund(context, refund, outcome.code);
    default:
      return outcome satisfies never;
  }
}

async function applyState(context: PaymentContext, refund: RefundRow, state: Refund): Promise<void> {
  if (state.amount.refundFen !== refund.amountFen) return later(context, refund, 'processing', 'amountDiffers');
  switch (state.state) {
    case 'PROCESSING':
      return later(context, refund, 'processing', null, state.createdAt);
    case 'SUCCESS':
      return succeed(context, refund, state);
    case 'ABNORMAL':
    case 'CLOSED':
      return failRefund(context, refund, state.state, state.createdAt);
    default:
      return state.state satisfies never;
  }
}

async function later(
  context: PaymentContext,
  refund: RefundRow,
  status: 'created' | 'processing' | 'unknown',
  problem: string | null,
  acceptedAt = refund.acceptedAt,
): Promise<void> {
  const now = context.platform.clock.now();
  await context.platform.database.transaction((transaction) =>
    moveRefund(transaction, refund.refundId, OPEN_REFUND, status, {
      problem,
      acceptedAt,
      attempts: refund.attempts + 1,
      nextAttemptAt: now + pauseAfter(refund.attempts),
    }),
  );
}

async function succeed(context: PaymentContext, refund: RefundRow, state: Refund): Promise<void> {
  const { clock, database, events } = context.platform;
  const succeededAt = state.successAt ?? clock.now();
  await database.transaction(async (transaction) => {
    const first = await moveRefund(transaction, refund.refundId, OPEN_REFUND, 'succeeded', {
      acceptedAt: state.createdAt,
      succeededAt,
      problem: null,
      nextAttemptAt: null,
    });
    if (!first) return;
    await events.emit(transaction, refundSucceeded, {
      aggregateId: refund.paymentId,
      occurredAt: succeededAt,
      payload: {
        refundId: refund.refundId,
        refundKey: refund.refundKey,
        paymentId: refund.paymentId,
        amountFen: refund.amountFen,
        succeededAt,
      },
    });
  });
}

/** The provider refused for good: the amount stays reserved for staff to retry, so it cannot be refunded twice meanwhile. */
async function failRefund(context: PaymentContext, refund: RefundRow, problem: string, acceptedAt = refund.acceptedAt): Promise<void> {
  const now = context.platform.clock.now();
  await context.platform.database.transaction(async (transaction) => {
    const first = await moveRefund(transaction, refund.refundId, OPEN_REFUND, 'failed', { problem, acceptedAt, nextAttemptAt: null });
    if (first) await tellFailed(context, transaction, refund, problem, now);
  });
}

async function tellFailed(
  context: PaymentContext,
  transaction: Transaction,
  refund: RefundRow,
  problem: string,
  now: number,
): Promise<void> {
  await context.platform.events.emit(transaction, refundFailed, {
    aggregateId: refund.paymentId,
    occurredAt: now,
    payload: { refundId: refund.refundId, refundKey: refund.refundKey, paymentId: refund.paymentId, amountFen: refund.amountFen, problem },
  });
}

/** Staff tries a failed refund again, with the same number. A refund that exceeded its payment stays failed. */
export async function retryRefund(context: PaymentContext, refund: RefundRow): Promise<boolean> {
  if (refund.problem === 'exceedsPayment') return false;
  const now = context.platform.clock.now();
  return context.platform.database.transaction((transaction) =>
    moveRefund(transaction, refund.refundId, ['failed'], 'created', { nextAttemptAt: now }),
  );
}
