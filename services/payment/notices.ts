import { insertIfAbsent, type Query, type Transaction } from '@qianxing/database';
import type { RawAnswer } from '@qianxing/http';
import { failpoint } from '@qianxing/testing';
import { answerToNotification, type Notification } from '@qianxing/wechat-pay';
import type { PaymentContext } from './context';
import { pursueRefund } from './refunds/lifecycle';
import { findRefundByNo } from './refunds/store';
import { queryAndApply } from './settlement';
import { askAgain, findPayment, findPaymentByNo } from './store';
import type { NoticeKind, NoticeRow, PaymentTables } from './tables';
import { pursueTransfer } from './transfers/lifecycle';
import { findTransferByNo } from './transfers/store';

/**
 * The inbox of notices. A notice is a hint: it is verified, its number is stored, and it is answered after that commit; what it says is
 * not believed but asked again. No personal data of the notice is kept.
 */
export async function takeNotice(
  context: PaymentContext,
  received: { headers: Readonly<Record<string, string | undefined>>; body: Buffer },
): Promise<RawAnswer> {
  const opened = context.options.wechatPay.notifications.open(received);
  if (opened.ok) {
    const { kind, number } = numberOf(opened.value);
    const row: NoticeRow = {
      noticeId: opened.value.id,
      kind,
      eventType: opened.value.eventType,
      number,
      receivedAt: context.platform.clock.now(),
      processedAt: null,
      result: null,
    };
    await context.platform.database.transaction(async (transaction) => {
      await insertIfAbsent(transaction, 'payment_notices', { ...row });
    });
    await failpoint('payment.afterNotice');
  } else {
    context.platform.log.warn({ refusal: opened.code }, 'a notice was refused');
  }
  const answer = answerToNotification(opened);
  return { status: answer.httpStatus, contentType: 'application/json', body: answer.body };
}

function numberOf(notice: Notification): { kind: NoticeKind; number: string } {
  switch (notice.kind) {
    case 'payment':
      return { kind: 'payment', number: notice.payment.outTradeNo };
    case 'refund':
      return { kind: 'refund', number: notice.refund.outRefundNo };
    case 'transfer':
      return { kind: 'transfer', number: notice.transfer.outBillNo };
    case 'profitSharing':
      return { kind: 'profitSharing', number: notice.sharing.outOrderNo };
    case 'other':
      return { kind: 'other', number: '' };
    default:
      return notice satisfies never;
  }
}

/** Works off waiting notices; answers how many. Safe to run twice at once: what a notice leads to is itself exclusive. */
export async function processNotices(context: PaymentContext, limit: number): Promise<number> {
  const waiting = await waitingNotices(context.platform.database.query, limit);
  for (const notice of waiting) {
    const result = await processNotice(context, notice);
    await context.platform.database.transaction((transaction) =>
      markProcessed(transaction, notice.noticeId, result, context.platform.clock.now()),
    );
  }
  return waiting.length;
}

async function processNotice(context: PaymentContext, notice: NoticeRow): Promise<string> {
  const { query } = context.platform.database;
  switch (notice.kind) {
    case 'payment': {
      const payment = await findPaymentByNo(query, notice.number);
      if (!payment) return 'unknownNumber';
      if (payment.status === 'succeeded') return 'alreadySettled';
      if (payment.openKey === null) return lookAgain(context, payment.paymentId);
      await queryAndApply(context, payment);
      return 'asked';
    }
    case 'refund': {
      const refund = await findRefundByNo(query, notice.number);
      if (!refund) return 'unknownNumber';
      await pursueRefund(context, refund);
      return 'asked';
    }
    case 'transfer': {
      const transfer = await findTransferByNo(query, notice.number);
      if (!transfer) return 'unknownNumber';
      await pursueTransfer(context, transfer);
      return 'asked';
    }
    case 'profitSharing':
    case 'other':
      return 'noted';
    default:
      return notice.kind satisfies never;
  }
}

/** A payment that we gave up is asked about until the provider has answered: the money may be there. */
async function lookAgain(context: PaymentContext, paymentId: string): Promise<string> {
  const { database, clock } = context.platform;
  await database.transaction((transaction) => askAgain(transaction, paymentId, clock.now()));
  const payment = await findPayment(database.query, paymentId);
  if (payment) await queryAndApply(context, payment);
  return 'askedAgain';
}

async function waitingNotices(query: Query, limit: number): Promise<NoticeRow[]> {
  return query
    .withTables<PaymentTables>()
    .selectFrom('payment_notices')
    .selectAll()
    .where('processedAt', 'is', null)
    .orderBy('receivedAt')
    .limit(limit)
    .execute();
}

async function markProcessed(transaction: Transaction, noticeId: string, result: string, processedAt: number): Promise<void> {
  await transaction
    .withTables<PaymentTables>()
    .updateTable('payment_notices')
    .set({ processedAt, result })
    .where('noticeId', '=', noticeId)
    .execute();
}

export async function noticesAbout(query: Query, number: string): Promise<NoticeRow[]> {
  return query
    .withTables<PaymentTables>()
    .selectFrom('payment_notices')
    .selectAll()
    .where('number', '=', number)
    .orderBy('receivedAt')
    .limit(50)
    .execute();
}
