import { DAY_MS, toRfc3339 } from '../clock';
import { takeFault } from '../faults';
import { setTimer } from '../timers';
import { nextDecimalNumber, type World } from '../world';
import { answer, type PayAnswer, refuse } from './answers';
import { balances, book, feeOf } from './books';
import { fingerprintOf, type Refund, type Transaction } from './model';
import { notifyMerchant } from './notifications';
import { findTransaction } from './transactions';

const MAX_REFUNDS = 50;
const REFUND_WINDOW_MS = 365 * DAY_MS;

export interface RefundBody {
  readonly transaction_id?: string;
  readonly out_trade_no?: string;
  readonly out_refund_no: string;
  readonly reason?: string;
  readonly notify_url?: string;
  readonly amount: { readonly refund: number; readonly total: number; readonly currency: string };
}

const ENDINGS = { refundStuck: 'STUCK', refundAbnormal: 'ABNORMAL', refundClosed: 'CLOSED' } as const;

/** §6: accepts a refund, or repeats the state of the one with the same number. */
export function createRefund(world: World, body: RefundBody): PayAnswer {
  const { refunds, settings } = world.state.wechatPay;
  const transaction = findTransaction(world, { outTradeNo: body.out_trade_no, transactionId: body.transaction_id });
  if (transaction === undefined) return refuse(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
  const fingerprint = fingerprintOf(body);
  const known = refunds.get(body.out_refund_no);
  if (known !== undefined)
    return known.fingerprint === fingerprint
      ? answer(refundView(world, known))
      : refuse(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试');
  const now = world.clock.now();
  const refusal = checkRefund(world, transaction, body, now);
  if (refusal !== undefined) return refusal;
  const before = transaction.totalFen - transaction.refundedFen;
  const feeBackFen = feeOf(before, settings.feeRateBp) - feeOf(before - body.amount.refund, settings.feeRateBp);
  const source = sourceOf(transaction, body.amount.refund - feeBackFen);
  if (source.fromAvailableFen > balances(world).available) return refuse(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起');
  const ending = takeFault(world, 'wechat-pay', 'refund.create', ['refundStuck', 'refundAbnormal', 'refundClosed'], body.out_refund_no);
  const refund: Refund = {
    outRefundNo: body.out_refund_no,
    refundId: nextDecimalNumber(world, '503000', 29),
    outTradeNo: transaction.outTradeNo,
    reason: body.reason ?? null,
    notifyUrl: body.notify_url ?? null,
    amountFen: body.amount.refund,
    payerRefundFen: payerShare(transaction, body.amount.refund),
    feeBackFen,
    ...source,
    createdAtMs: now,
    fingerprint,
    ending: ending === undefined ? 'SUCCESS' : ENDINGS[ending.fault],
    status: 'PROCESSING',
    finishedAtMs: null,
  };
  acceptRefund(world, transaction, refund);
  return answer(refundView(world, refund));
}

function checkRefund(world: World, transaction: Transaction, body: RefundBody, now: number): PayAnswer | undefined {
  const { settings } = world.state.wechatPay;
  if (transaction.paidAtMs === null) return refuse(400, 'INVALID_REQUEST', '订单未支付，不可退款');
  if (body.amount.total !== transaction.totalFen) return refuse(400, 'INVALID_REQUEST', '订单金额不一致');
  if (transaction.refundedFen + body.amount.refund > transaction.totalFen)
    return refuse(400, 'INVALID_REQUEST', '退款金额超过剩余可退金额');
  if (transaction.refundCount >= MAX_REFUNDS) return refuse(400, 'INVALID_REQUEST', '部分退款次数超过50次');
  if (now - transaction.paidAtMs > REFUND_WINDOW_MS) return refuse(400, 'INVALID_REQUEST', '订单已超过可退款的最长期限');
  if (transaction.lastRefundAtMs !== null && now - transaction.lastRefundAtMs < settings.refundIntervalMs)
    return refuse(429, 'FREQUENCY_LIMITED', '同一笔订单两次退款需间隔1分钟');
  if (takeFault(world, 'wechat-pay', 'refund.create', ['notEnough'], body.out_refund_no))
    return refuse(403, 'NOT_ENOUGH', '基本账户余额不足，请充值后重新发起');
  return undefined;
}

/** §7.3: from the frozen money of the order while it suffices; otherwise that is released first and the balance pays. */
function sourceOf(transaction: Transaction, netFen: number): { fromFrozenFen: number; fromAvailableFen: number } {
  if (transaction.frozenFen >= netFen) return { fromFrozenFen: netFen, fromAvailableFen: 0 };
  return { fromFrozenFen: transaction.frozenFen, fromAvailableFen: netFen - transaction.frozenFen };
}

/** The coupon's part of a refund goes back to its sponsor, in proportion, rounded towards the payer. */
const payerShare = (transaction: Transaction, refundFen: number): number =>
  refundFen - Number((BigInt(transaction.couponFen) * BigInt(refundFen)) / BigInt(transaction.totalFen));

function acceptRefund(world: World, transaction: Transaction, refund: Refund): void {
  const { refunds, settings } = world.state.wechatPay;
  transaction.state = 'REFUND';
  transaction.refundedFen += refund.amountFen;
  transaction.refundCount += 1;
  transaction.lastRefundAtMs = refund.createdAtMs;
  transaction.frozenFen -= refund.fromFrozenFen;
  book(
    world,
    'refundAccepted',
    refund.outRefundNo,
    [
      { account: 'frozen', amountFen: -refund.fromFrozenFen },
      { account: 'available', amountFen: -refund.fromAvailableFen },
      { account: 'fees', amountFen: -refund.feeBackFen },
      { account: 'refunding', amountFen: refund.amountFen },
    ],
    [
      { businessNumber: refund.refundId, businessName: '退款', businessType: '退款', amountFen: -refund.amountFen },
      { businessNumber: refund.refundId, businessName: '退款', businessType: '退还交易手续费', amountFen: refund.feeBackFen },
    ],
  );
  refunds.set(refund.outRefundNo, refund);
  if (refund.ending !== 'STUCK') setTimer(world, 'refundCompletes', refund.outRefundNo, refund.createdAtMs + settings.refundDelayMs);
  world.touch();
}

/** Ends a refund in process. A closed one gives the money back to the merchant. */
export function finishRefund(world: World, outRefundNo: string, atMs: number, forced?: 'SUCCESS' | 'ABNORMAL' | 'CLOSED'): boolean {
  const refund = world.state.wechatPay.refunds.get(outRefundNo);
  if (refund === undefined) return false;
  const next = forced ?? (refund.ending === 'STUCK' ? 'SUCCESS' : refund.ending);
  const allowed = refund.status === 'PROCESSING' || (refund.status === 'ABNORMAL' && next !== 'ABNORMAL');
  if (!allowed) return false;
  refund.status = next;
  refund.finishedAtMs = next === 'ABNORMAL' ? null : atMs;
  if (next === 'SUCCESS')
    book(
      world,
      'refundPaid',
      outRefundNo,
      [
        { account: 'refunding', amountFen: -refund.amountFen },
        { account: 'users', amountFen: refund.amountFen },
      ],
      [],
      atMs,
    );
  if (next === 'CLOSED') reverseRefund(world, refund, atMs);
  notifyRefund(world, refund);
  world.touch();
  return true;
}

function reverseRefund(world: World, refund: Refund, atMs: number): void {
  const transaction = world.state.wechatPay.transactions.get(refund.outTradeNo);
  if (transaction === undefined) return;
  transaction.refundedFen -= refund.amountFen;
  const toFrozenFen = transaction.unfrozen ? 0 : refund.fromFrozenFen;
  transaction.frozenFen += toFrozenFen;
  book(
    world,
    'refundClosed',
    refund.outRefundNo,
    [
      { account: 'refunding', amountFen: -refund.amountFen },
      { account: 'fees', amountFen: refund.feeBackFen },
      { account: 'frozen', amountFen: toFrozenFen },
      { account: 'available', amountFen: refund.fromFrozenFen - toFrozenFen + refund.fromAvailableFen },
    ],
    [
      { businessNumber: refund.refundId, businessName: '退款关闭', businessType: '退款退回', amountFen: refund.amountFen },
      { businessNumber: refund.refundId, businessName: '退款关闭', businessType: '扣除交易手续费', amountFen: -refund.feeBackFen },
    ],
    atMs,
  );
}

function notifyRefund(world: World, refund: Refund): void {
  if (refund.status === 'PROCESSING') return;
  const transaction = world.state.wechatPay.transactions.get(refund.outTradeNo);
  notifyMerchant(world, {
    operation: 'refund.notice',
    objectKey: refund.outRefundNo,
    url: refund.notifyUrl,
    eventType: `REFUND.${refund.status}`,
    originalType: 'refund',
    associatedData: 'refund',
    summary: { SUCCESS: '退款成功', ABNORMAL: '退款异常', CLOSED: '退款关闭' }[refund.status],
    plaintext: {
      mchid: world.credentials.wechatPay.mchid,
      out_trade_no: refund.outTradeNo,
      transaction_id: transaction?.transactionId,
      out_refund_no: refund.outRefundNo,
      refund_id: refund.refundId,
      refund_status: refund.status,
      ...(refund.status === 'SUCCESS' ? { success_time: toRfc3339(refund.finishedAtMs ?? 0) } : {}),
      user_received_account: '支付用户零钱',
      amount: {
        total: transaction?.totalFen,
        refund: refund.amountFen,
        payer_total: (transaction?.totalFen ?? 0) - (transaction?.couponFen ?? 0),
        payer_refund: refund.payerRefundFen,
      },
    },
  });
}

function refundView(world: World, refund: Refund): Readonly<Record<string, unknown>> {
  const transaction = world.state.wechatPay.transactions.get(refund.outTradeNo);
  const totalFen = transaction?.totalFen ?? 0;
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: transaction?.transactionId,
    out_trade_no: refund.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    ...(refund.status === 'SUCCESS' ? { success_time: toRfc3339(refund.finishedAtMs ?? 0) } : {}),
    create_time: toRfc3339(refund.createdAtMs),
    status: refund.status,
    funds_account: refund.fromFrozenFen > 0 ? 'UNSETTLED' : 'AVAILABLE',
    amount: {
      total: totalFen,
      refund: refund.amountFen,
      from: [],
      payer_total: totalFen - (transaction?.couponFen ?? 0),
      payer_refund: refund.payerRefundFen,
      settlement_refund: refund.amountFen,
      settlement_total: totalFen,
      discount_refund: refund.amountFen - refund.payerRefundFen,
      currency: 'CNY',
      refund_fee: refund.feeBackFen,
    },
  };
}

export function queryRefund(world: World, outRefundNo: string): PayAnswer {
  const refund = world.state.wechatPay.refunds.get(outRefundNo);
  return refund === undefined ? refuse(404, 'RESOURCE_NOT_EXISTS', '退款单不存在') : answer(refundView(world, refund));
}

/** §6: settles an abnormal refund through another card. */
export function applyAbnormalRefund(world: World, refundId: string, outRefundNo: string): PayAnswer {
  const refund = world.state.wechatPay.refunds.get(outRefundNo);
  if (refund === undefined || refund.refundId !== refundId) return refuse(404, 'RESOURCE_NOT_EXISTS', '退款单不存在');
  if (refund.status !== 'ABNORMAL') return refuse(400, 'INVALID_REQUEST', '退款单状态不是异常，无需处理');
  finishRefund(world, outRefundNo, world.clock.now(), 'SUCCESS');
  return answer(refundView(world, refund));
}
