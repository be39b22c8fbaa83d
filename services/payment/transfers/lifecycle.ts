import { insertIfAbsent, type Transaction } from '@qianxing/database';
import { newId, newNumber } from '@qianxing/ids';
import { fen } from '@qianxing/money';
import { failpoint } from '@qianxing/testing';
import { type AcceptedTransfer, type Outcome, TRANSFER_NAME_FROM_FEN, type Transfer, type TransferState } from '@qianxing/wechat-pay';
import { recordAttempt } from '../attempts';
import type { PaymentContext } from '../context';
import { transferAwaitingConfirmation } from '../contract';
import { OPEN_TRANSFER, pauseAfter } from '../model';
import { giveBackShare, takeForSharing } from '../store';
import type { ShareRow, TransferRow } from '../tables';
import { endTransfer } from './ending';
import { pursueShares } from './sharing';
import { findTransferByKey, moveTransfer, wasTold } from './store';

export interface PayoutRequest {
  readonly payoutKey: string;
  readonly memberId: string;
  readonly openId: string;
  readonly amountFen: number;
  readonly rail: 'transfer' | 'profit_sharing';
  readonly parts: readonly { readonly paymentId: string; readonly amountFen: number }[];
  readonly remark: string;
}

/** Writes a payout once per key. The number under which it is sent never changes. */
export async function requestPayout(context: PaymentContext, transaction: Transaction, request: PayoutRequest, now: number): Promise<void> {
  if (await findTransferByKey(transaction, request.payoutKey)) return;
  const row: TransferRow = {
    transferId: newId(now),
    transferNo: `T${newNumber(now)}`,
    payoutKey: request.payoutKey,
    rail: request.rail,
    memberId: request.memberId,
    openId: request.openId,
    amountFen: request.amountFen,
    paidFen: 0,
    status: 'created',
    remark: request.remark.slice(0, 32),
    packageInfo: null,
    providerBillNo: null,
    problem: null,
    attempts: 0,
    nextAttemptAt: now,
    createdAt: now,
    finishedAt: null,
  };
  if (!(await insertIfAbsent(transaction, 'payment_transfers', { ...row }))) {
    if (await findTransferByKey(transaction, request.payoutKey)) return;
    throw new Error(`the transfer number ${row.transferNo} was drawn twice`);
  }
  if (request.rail === 'transfer') return;
  const reserved = await reserveShares(transaction, row, request.parts, now);
  if (!reserved) await endTransfer(context, transaction, row, { to: 'failed', code: 'notShareable', finishedAt: now, paidFen: 0 });
}

/** Sets aside every part in its payment, all or none. */
async function reserveShares(
  transaction: Transaction,
  transfer: TransferRow,
  parts: PayoutRequest['parts'],
  now: number,
): Promise<boolean> {
  const sorted = [...parts].sort((a, b) => (a.paymentId < b.paymentId ? -1 : 1));
  if (sorted.reduce((sum, part) => sum + part.amountFen, 0) !== transfer.amountFen) return false;
  const taken: ShareRow[] = [];
  for (const [index, part] of sorted.entries()) {
    if (!(await takeForSharing(transaction, part.paymentId, part.amountFen))) {
      for (const share of taken) await giveBackShare(transaction, share.paymentId, share.amountFen);
      return false;
    }
    taken.push({
      shareId: newId(now),
      shareNo: `${transfer.transferNo}S${index + 1}`,
      transferId: transfer.transferId,
      paymentId: part.paymentId,
      amountFen: part.amountFen,
      status: 'created',
      problem: null,
    });
  }
  for (const share of taken) await insertIfAbsent(transaction, 'payment_shares', { ...share });
  return true;
}

/** Sends a payout that was not sent yet, asks about one that was. */
export async function pursueTransfer(context: PaymentContext, transfer: TransferRow): Promise<void> {
  if (!OPEN_TRANSFER.includes(transfer.status)) return;
  if (transfer.rail === 'profit_sharing') return pursueShares(context, transfer);
  const outcome = await ask(context, transfer);
  if (outcome.kind !== 'ok' || transfer.status === 'created') await recordAttempt(context, transfer.transferId, 'transfer', outcome);
  await failpoint('payment.afterTransferSent');
  switch (outcome.kind) {
    case 'ok':
      return applyState(context, transfer, outcome.value);
    case 'unknown':
      return later(context, transfer, transfer.status === 'created' ? 'unknown' : transfer.status, outcome.code ?? outcome.reason);
    case 'rejected':
      return applyRejection(context, transfer, outcome);
    default:
      return outcome satisfies never;
  }
}

async function ask(context: PaymentContext, transfer: TransferRow): Promise<Outcome<AcceptedTransfer | Transfer>> {
  const { wechatPay, appIds, notifyBaseUrl, transferScene } = context.options;
  if (transfer.status !== 'created') return wechatPay.transfers.queryByOutBillNo(transfer.transferNo);
  const userName = await realNameOf(context, transfer);
  return wechatPay.transfers.create({
    appId: appIds.transfer,
    outBillNo: transfer.transferNo,
    sceneId: transferScene.sceneId,
    openId: transfer.openId,
    ...(userName === undefined ? {} : { userName }),
    amountFen: fen(transfer.amountFen),
    remark: transfer.remark,
    notifyUrl: `${notifyBaseUrl}/hooks/wechat-pay/transfer`,
    sceneReports: transferScene.reports,
  });
}

/** Asked for when it is sent, again for a repetition under the same number; small amounts must go without. */
async function realNameOf({ needs }: PaymentContext, transfer: TransferRow): Promise<string | undefined> {
  return transfer.amountFen < TRANSFER_NAME_FROM_FEN ? undefined : needs.payoutRealName(transfer.payoutKey);
}

/** `createAgain`: the provider never saw it, so the same number is sent again. Only a refusal of the creation itself ends a payout. */
async function applyRejection(
  context: PaymentContext,
  transfer: TransferRow,
  outcome: { readonly code: string; readonly advice: string },
): Promise<void> {
  if (outcome.advice === 'createAgain') return later(context, transfer, 'created', outcome.code);
  if (outcome.advice === 'query') return later(context, transfer, 'processing', outcome.code);
  const mayRecover = outcome.advice === 'topUp' || outcome.advice === 'later' || outcome.advice === 'configuration';
  if (mayRecover || transfer.status !== 'created') return later(context, transfer, transfer.status, outcome.code);
  const { clock, database } = context.platform;
  await database.transaction((transaction) =>
    endTransfer(context, transaction, transfer, { to: 'failed', code: outcome.code, finishedAt: clock.now(), paidFen: 0 }),
  );
}

async function applyState(context: PaymentContext, transfer: TransferRow, answer: AcceptedTransfer | Transfer): Promise<void> {
  const { clock, database } = context.platform;
  if ('amountFen' in answer && answer.amountFen !== transfer.amountFen) {
    context.platform.log.error({ transferId: transfer.transferId }, 'a transfer at the provider has another amount');
    return later(context, transfer, transfer.status, 'amountDiffers');
  }
  const end = endOf(answer.state);
  if (end === undefined) return awaitOrWait(context, transfer, answer);
  const facts = {
    to: end,
    code: answer.failReason ?? answer.state,
    finishedAt: 'updatedAt' in answer && answer.updatedAt !== undefined ? answer.updatedAt : clock.now(),
    paidFen: end === 'succeeded' ? transfer.amountFen : 0,
  };
  await database.transaction((transaction) => endTransfer(context, transaction, transfer, facts));
}

function endOf(state: TransferState): 'succeeded' | 'failed' | 'cancelled' | undefined {
  switch (state) {
    case 'SUCCESS':
      return 'succeeded';
    case 'FAIL':
      return 'failed';
    case 'CANCELLED':
      return 'cancelled';
    case 'ACCEPTED':
    case 'PROCESSING':
    case 'WAIT_USER_CONFIRM':
    case 'TRANSFERING':
    case 'CANCELING':
      return undefined;
    default:
      return state satisfies never;
  }
}

async function awaitOrWait(context: PaymentContext, transfer: TransferRow, answer: AcceptedTransfer | Transfer): Promise<void> {
  if (answer.state !== 'WAIT_USER_CONFIRM') return later(context, transfer, 'processing', null);
  const { clock, database, events } = context.platform;
  const now = clock.now();
  await database.transaction(async (transaction) => {
    const packageInfo = answer.packageInfo ?? transfer.packageInfo;
    const change = {
      packageInfo,
      providerBillNo: answer.transferBillNo,
      problem: null,
      attempts: transfer.attempts + 1,
      nextAttemptAt: now + pauseAfter(transfer.attempts),
    };
    const told = await wasTold(transaction, transfer.transferId);
    const moved = await moveTransfer(transaction, transfer.transferId, OPEN_TRANSFER, 'awaiting_confirmation', change);
    if (moved && !told) {
      await events.emit(transaction, transferAwaitingConfirmation, {
        aggregateId: transfer.payoutKey,
        occurredAt: now,
        payload: { payoutKey: transfer.payoutKey, transferNo: transfer.transferNo },
      });
    }
  });
}

async function later(context: PaymentContext, transfer: TransferRow, status: TransferRow['status'], problem: string | null): Promise<void> {
  const now = context.platform.clock.now();
  await context.platform.database.transaction((transaction) =>
    moveTransfer(transaction, transfer.transferId, OPEN_TRANSFER, status, {
      problem,
      attempts: transfer.attempts + 1,
      nextAttemptAt: now + pauseAfter(transfer.attempts),
    }),
  );
}
