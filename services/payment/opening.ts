import { isUniqueViolation } from '@qianxing/database';
import { ok, type Result } from '@qianxing/errors';
import { newId, newNumber } from '@qianxing/ids';
import { fen } from '@qianxing/money';
import { failpoint } from '@qianxing/testing';
import type { Outcome } from '@qianxing/wechat-pay';
import { recordAttempt } from './attempts';
import type { PaymentContext } from './context';
import { type PaymentChannel, pauseAfter } from './model';
import type { PayableTrade } from './needs';
import { fail } from './problems';
import { closeAtProvider, queryAndApply } from './settlement';
import { changeOpenPayment, endPayment, findPayment, insertPayment, openPaymentOf } from './store';
import type { PaymentRow } from './tables';

const NUMBERS_DRAWN = 5;

export interface OpenRequest {
  readonly memberId: string;
  readonly tradeId: string;
  readonly channel: PaymentChannel;
  readonly payerIp: string;
  readonly now: number;
}

/**
 * Opens a payment for a trade, or takes up the open one. The row is written before the provider is asked, so a crash anywhere leaves a
 * number to ask about. The amount is the trade's. Another channel closes the earlier payment first: a trade never has two open ones.
 */
export async function openPayment(context: PaymentContext, request: OpenRequest): Promise<Result<PaymentRow>> {
  const trade = await context.needs.tradeForPayment(request.tradeId, request.memberId);
  const refusal = refuse(trade, request.now);
  if (refusal || !trade) return refusal ?? fail('tradeNotFound');
  const openId = await payerOpenId(context, request);
  if (!openId.ok) return openId;
  const payment = await currentPayment(context, trade, request, openId.value);
  if (!payment.ok) return payment;
  return prepay(context, payment.value, request.payerIp);
}

function refuse(trade: PayableTrade | undefined, now: number): Result<never> | undefined {
  if (!trade) return fail('tradeNotFound');
  if (trade.status === 'paid') return fail('alreadyPaid');
  if (trade.status === 'cancelled' || trade.expiresAt <= now) return fail('tradeClosed');
  if (trade.payableFen <= 0) return fail('nothingToPay');
  return undefined;
}

async function payerOpenId(context: PaymentContext, request: OpenRequest): Promise<Result<string | null>> {
  if (request.channel !== 'jsapi' && request.channel !== 'mini_program') return ok(null);
  const openId = await context.needs.openId(request.memberId, context.options.appIds[request.channel]);
  return openId === undefined ? fail('openIdMissing') : ok(openId);
}

async function currentPayment(
  context: PaymentContext,
  trade: PayableTrade,
  request: OpenRequest,
  openId: string | null,
): Promise<Result<PaymentRow>> {
  const { query } = context.platform.database;
  const open = await openPaymentOf(query, trade.tradeId);
  if (open && open.channel === request.channel && open.closeWanted === 0) return ok(open);
  if (open) {
    await closeAtProvider(context, open);
    const after = await findPayment(query, open.paymentId);
    if (after?.status === 'succeeded') return fail('alreadyPaid');
    if (after?.openKey !== null) return fail('unknown');
  }
  return ok(await newPayment(context, trade, request, openId));
}

async function newPayment(context: PaymentContext, trade: PayableTrade, request: OpenRequest, openId: string | null): Promise<PaymentRow> {
  const { database } = context.platform;
  for (let tries = 1; ; tries += 1) {
    const row = newRow(context, trade, request, openId);
    try {
      await database.transaction((transaction) => insertPayment(transaction, row));
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      // Another request opened one for this trade at the same moment: both go on with that one.
      const winner = await openPaymentOf(database.query, trade.tradeId);
      if (winner) return winner;
      // Somebody else drew the same number in the same second: the next try draws another.
      if (tries === NUMBERS_DRAWN) throw error;
      continue;
    }
    await failpoint('payment.afterInsert');
    return row;
  }
}

function newRow(context: PaymentContext, trade: PayableTrade, request: OpenRequest, openId: string | null): PaymentRow {
  const { now } = request;
  return {
    paymentId: newId(now),
    paymentNo: newNumber(now),
    tradeId: trade.tradeId,
    tradeNo: trade.tradeNo,
    memberId: request.memberId,
    channel: request.channel,
    status: 'created',
    openKey: trade.tradeId,
    amountFen: trade.payableFen,
    refundedFen: 0,
    sharedFen: 0,
    description: trade.description.slice(0, 40),
    openId,
    payerIp: request.payerIp,
    prepayId: null,
    handoverUrl: null,
    providerTransactionId: null,
    problem: null,
    profitSharing: context.options.profitSharing ? 1 : 0,
    unfreezeFrom: null,
    unfrozenAt: null,
    closeWanted: 0,
    attempts: 0,
    nextQueryAt: now + pauseAfter(0),
    createdAt: now,
    expiresAt: trade.expiresAt,
    paidAt: null,
    closedAt: null,
  };
}

interface Prepaid {
  readonly prepayId?: string;
  readonly handoverUrl?: string;
}

/** Asks the provider for the handover. A JSAPI, mini-program or App prepay id lives two hours and is kept; an H5 address five minutes. */
async function prepay(context: PaymentContext, payment: PaymentRow, payerIp: string): Promise<Result<PaymentRow>> {
  if (payment.status === 'pending' && payment.prepayId !== null) return ok(payment);
  const outcome = await askPrepay(context, payment, payerIp);
  await recordAttempt(context, payment.paymentId, `prepay.${payment.channel}`, outcome);
  await failpoint('payment.afterPrepay');
  const { database, clock } = context.platform;
  switch (outcome.kind) {
    case 'ok': {
      const change = {
        status: 'pending' as const,
        prepayId: outcome.value.prepayId ?? null,
        handoverUrl: outcome.value.handoverUrl ?? null,
        problem: null,
      };
      await database.transaction((transaction) => changeOpenPayment(transaction, payment.paymentId, change));
      return current(context, payment);
    }
    case 'unknown':
      await database.transaction((transaction) =>
        changeOpenPayment(transaction, payment.paymentId, { status: 'unknown', nextQueryAt: clock.now() + pauseAfter(0) }),
      );
      return fail('unknown');
    case 'rejected':
      return afterRejection(context, payment, outcome);
    default:
      return outcome satisfies never;
  }
}

/**
 * A number that was never accepted ends at once. One that the provider may know is asked about, and closed there before it is given up:
 * a buyer may still hold its cashier open.
 */
async function afterRejection(
  context: PaymentContext,
  payment: PaymentRow,
  outcome: { readonly code: string; readonly advice: string },
): Promise<Result<PaymentRow>> {
  const refused = fail('refused', { params: { code: outcome.code } });
  const { database, clock } = context.platform;
  if (outcome.advice === 'later') return refused;
  if (outcome.advice !== 'query' && payment.status === 'created') {
    await database.transaction((transaction) =>
      endPayment(transaction, payment.paymentId, { status: 'failed', problem: outcome.code, at: clock.now() }),
    );
    return refused;
  }
  await queryAndApply(context, payment);
  const asked = await findPayment(database.query, payment.paymentId);
  if (asked?.status === 'succeeded') return fail('alreadyPaid');
  if (asked === undefined || asked.openKey === null || asked.problem !== null) return refused;
  await closeAtProvider(context, asked);
  const closed = await findPayment(database.query, payment.paymentId);
  return closed?.status === 'succeeded' ? fail('alreadyPaid') : refused;
}

async function current(context: PaymentContext, payment: PaymentRow): Promise<Result<PaymentRow>> {
  const row = await findPayment(context.platform.database.query, payment.paymentId);
  return row ? ok(row) : fail('paymentNotFound');
}

async function askPrepay(context: PaymentContext, payment: PaymentRow, payerIp: string): Promise<Outcome<Prepaid>> {
  const { wechatPay, appIds, notifyBaseUrl, profitSharing } = context.options;
  const input = {
    appId: appIds[payment.channel],
    description: payment.description,
    outTradeNo: payment.paymentNo,
    totalFen: fen(payment.amountFen),
    notifyUrl: `${notifyBaseUrl}/hooks/wechat-pay/payment`,
    expiresAt: payment.expiresAt,
    profitSharing,
  };
  switch (payment.channel) {
    case 'jsapi':
    case 'mini_program':
      return wechatPay.payments.prepayJsapi({ ...input, payerOpenId: payment.openId ?? '' });
    case 'app':
      return wechatPay.payments.prepayApp(input);
    case 'native': {
      const outcome = await wechatPay.payments.prepayNative(input);
      return outcome.kind === 'ok' ? { kind: 'ok', value: { handoverUrl: outcome.value.codeUrl } } : outcome;
    }
    case 'h5': {
      const outcome = await wechatPay.payments.prepayH5({ ...input, payerClientIp: payerIp, h5Type: 'Wap' });
      return outcome.kind === 'ok' ? { kind: 'ok', value: { handoverUrl: outcome.value.h5Url } } : outcome;
    }
    default:
      return payment.channel satisfies never;
  }
}
