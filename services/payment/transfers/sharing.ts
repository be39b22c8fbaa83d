import { fen } from '@qianxing/money';
import type { Outcome, SharingOrder } from '@qianxing/wechat-pay';
import { recordAttempt } from '../attempts';
import type { PaymentContext } from '../context';
import { OPEN_TRANSFER, pauseAfter } from '../model';
import { findPayment, giveBackShare } from '../store';
import type { PaymentRow, ShareRow, TransferRow } from '../tables';
import { endTransfer } from './ending';
import { moveShare, moveTransfer, sharesOf } from './store';

/**
 * The profit-sharing rail: one sharing order per payment, all to the promoter's personal wallet. Such shares cannot be returned, which is
 * why only available commission is ever paid this way. The payout ends when every part has ended.
 */
export async function pursueShares(context: PaymentContext, transfer: TransferRow): Promise<void> {
  const { database } = context.platform;
  const shares = await sharesOf(database.query, transfer.transferId);
  if (transfer.status === 'created') {
    const receiver = await addReceiver(context, transfer);
    if (receiver === 'later') return wait(context, transfer, 'created');
    if (receiver !== 'ok') {
      for (const share of shares) await finishShare(context, share, 'failed', receiver.code);
      return conclude(context, transfer);
    }
  }
  for (const share of shares) {
    if (share.status === 'succeeded' || share.status === 'failed') continue;
    await pursueShare(context, transfer, share);
  }
  await conclude(context, transfer);
}

/** A promoter who cannot receive shares ends the payout before any was sent. */
async function addReceiver(context: PaymentContext, transfer: TransferRow): Promise<'ok' | 'later' | { code: string }> {
  const outcome = await context.options.wechatPay.sharing.addReceiver({
    appId: context.options.appIds.transfer,
    type: 'PERSONAL_OPENID',
    account: transfer.openId,
    relation: 'DISTRIBUTOR',
  });
  await recordAttempt(context, transfer.transferId, 'sharing.addReceiver', outcome);
  if (outcome.kind === 'ok') return 'ok';
  const final = outcome.kind === 'rejected' && (outcome.advice === 'businessRule' || outcome.advice === 'bug');
  return final ? { code: outcome.code } : 'later';
}

async function pursueShare(context: PaymentContext, transfer: TransferRow, share: ShareRow): Promise<void> {
  const { database } = context.platform;
  const payment = await findPayment(database.query, share.paymentId);
  if (!payment?.providerTransactionId) throw new Error(`share ${share.shareId} of an unpaid payment`);
  const outcome = await ask(context, transfer, share, payment, payment.providerTransactionId);
  await recordAttempt(context, transfer.transferId, 'sharing.order', outcome);
  if (outcome.kind === 'unknown') {
    await database.transaction((transaction) => moveShare(transaction, share.shareId, 'unknown', outcome.code ?? outcome.reason));
    return;
  }
  if (outcome.kind === 'rejected') {
    const again = outcome.advice === 'createAgain' || outcome.advice === 'later' || outcome.advice === 'topUp';
    const to = again ? 'created' : share.status === 'created' && outcome.advice !== 'query' ? 'failed' : 'unknown';
    await finishShare(context, share, to, outcome.code);
    return;
  }
  const mine = outcome.value.receivers.find((receiver) => receiver.account === transfer.openId);
  const result = mine?.result ?? 'PENDING';
  await finishShare(
    context,
    share,
    result === 'SUCCESS' ? 'succeeded' : result === 'CLOSED' ? 'failed' : 'processing',
    mine?.failReason ?? null,
  );
}

async function ask(
  context: PaymentContext,
  transfer: TransferRow,
  share: ShareRow,
  payment: PaymentRow,
  transactionId: string,
): Promise<Outcome<SharingOrder>> {
  const { sharing } = context.options.wechatPay;
  if (share.status !== 'created') return sharing.queryOrder({ outOrderNo: share.shareNo, transactionId });
  return sharing.createOrder({
    appId: context.options.appIds[payment.channel],
    transactionId,
    outOrderNo: share.shareNo,
    unfreezeUnsplit: false,
    receivers: [{ type: 'PERSONAL_OPENID', account: transfer.openId, amountFen: fen(share.amountFen), description: transfer.remark }],
  });
}

async function finishShare(context: PaymentContext, share: ShareRow, to: ShareRow['status'], problem: string | null): Promise<void> {
  await context.platform.database.transaction(async (transaction) => {
    const moved = await moveShare(transaction, share.shareId, to, problem);
    if (moved && to === 'failed') await giveBackShare(transaction, share.paymentId, share.amountFen);
  });
}

async function conclude(context: PaymentContext, transfer: TransferRow): Promise<void> {
  const { database, clock } = context.platform;
  const shares = await sharesOf(database.query, transfer.transferId);
  const open = shares.some((share) => share.status !== 'succeeded' && share.status !== 'failed');
  if (open) return wait(context, transfer, 'processing');
  const paidFen = shares.filter((share) => share.status === 'succeeded').reduce((sum, share) => sum + share.amountFen, 0);
  const to = paidFen === transfer.amountFen ? 'succeeded' : 'failed';
  const code = shares.find((share) => share.status === 'failed')?.problem ?? 'CLOSED';
  await database.transaction((transaction) => endTransfer(context, transaction, transfer, { to, code, finishedAt: clock.now(), paidFen }));
}

async function wait(context: PaymentContext, transfer: TransferRow, status: 'created' | 'processing'): Promise<void> {
  const now = context.platform.clock.now();
  await context.platform.database.transaction((transaction) =>
    moveTransfer(transaction, transfer.transferId, OPEN_TRANSFER, status, {
      attempts: transfer.attempts + 1,
      nextAttemptAt: now + pauseAfter(transfer.attempts),
    }),
  );
}
