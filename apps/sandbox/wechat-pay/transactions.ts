import { DAY_MS, HOUR_MS, MINUTE_MS, toRfc3339 } from '../clock';
import { numberParameter, takeFault } from '../faults';
import { clearTimer, setTimer } from '../timers';
import { compactTime, nextDecimalNumber, nextHex, nextSecret, type World } from '../world';
import { answer, type PayAnswer, refuse } from './answers';
import { book, feeOf } from './books';
import { fingerprintOf, type TradeType, type Transaction } from './model';
import { notifyMerchant } from './notifications';

export const PREPAY_LIFE_MS = 2 * HOUR_MS;
export const H5_URL_LIFE_MS = 5 * MINUTE_MS;
const UNPAID_LIFE_MS = 7 * DAY_MS;
const SHARING_WINDOW_MS = 30 * DAY_MS;

/** The members of a create request that the rules look at. */
export interface CreateBody {
  readonly appid: string;
  readonly mchid: string;
  readonly description: string;
  readonly out_trade_no: string;
  readonly time_expire?: string;
  readonly attach?: string;
  readonly notify_url: string;
  readonly amount: { readonly total: number; readonly currency?: string };
  readonly payer?: { readonly openid: string };
  readonly settle_info?: { readonly profit_sharing?: boolean };
}

const TRADE_TYPES = { jsapi: 'JSAPI', native: 'NATIVE', app: 'APP', h5: 'MWEB' } as const satisfies Record<string, TradeType>;
export type Channel = keyof typeof TRADE_TYPES;

/** §5.1: makes an order, or repeats the answer when the same request comes again. */
export function createTransaction(world: World, channel: Channel, body: CreateBody): PayAnswer {
  const refusal = checkMerchant(world, channel, body);
  if (refusal !== undefined) return refusal;
  const { transactions } = world.state.wechatPay;
  const known = transactions.get(body.out_trade_no);
  const fingerprint = `${channel}:${fingerprintOf(body)}`;
  if (known !== undefined) return repeatTransaction(world, channel, known, fingerprint);
  const now = world.clock.now();
  const asked = body.time_expire === undefined ? null : Date.parse(body.time_expire);
  const transaction: Transaction = {
    outTradeNo: body.out_trade_no,
    appid: body.appid,
    tradeType: TRADE_TYPES[channel],
    description: body.description,
    attach: body.attach ?? null,
    notifyUrl: body.notify_url,
    totalFen: body.amount.total,
    payerOpenid: body.payer?.openid ?? null,
    profitSharing: body.settle_info?.profit_sharing ?? false,
    createdAtMs: now,
    payDeadlineMs: asked === null ? null : Math.max(asked, now + MINUTE_MS),
    fingerprint,
    prepayId: '',
    prepayAtMs: now,
    h5Token: null,
    codeUrl: null,
    state: 'NOTPAY',
    transactionId: null,
    paidOpenid: null,
    paidAtMs: null,
    couponFen: 0,
    feeFen: 0,
    refundedFen: 0,
    lastRefundAtMs: null,
    refundCount: 0,
    frozenFen: 0,
    sharedFen: 0,
    sharingOrders: 0,
    unfrozen: false,
    settledAtMs: null,
    hiddenQueries: takeFault(world, 'wechat-pay', 'transaction.create', ['notFoundAfterCreate'], body.out_trade_no) === undefined ? 0 : 1,
  };
  transactions.set(transaction.outTradeNo, transaction);
  setTimer(world, 'transactionExpires', transaction.outTradeNo, now + UNPAID_LIFE_MS);
  renewPrepay(world, transaction);
  world.touch();
  return prepayAnswer(world, channel, transaction);
}

function checkMerchant(world: World, channel: Channel, body: CreateBody): PayAnswer | undefined {
  const { credentials } = world;
  if (body.mchid !== credentials.wechatPay.mchid) return refuse(400, 'PARAM_ERROR', '商户号与签名商户号不一致');
  const appids = [credentials.miniProgram, credentials.officialAccount, credentials.mobileApp].map((app) => app.appid);
  if (!appids.includes(body.appid)) return refuse(403, 'APPID_MCHID_NOT_MATCH', 'appid和mchid不匹配');
  if (body.time_expire !== undefined && Number.isNaN(Date.parse(body.time_expire)))
    return refuse(400, 'PARAM_ERROR', 'time_expire格式错误');
  const owner = channel === 'jsapi' ? world.state.wechatOpen.personByOpenid.get(body.payer?.openid ?? '') : undefined;
  if (owner !== undefined && owner.appid !== body.appid) return refuse(400, 'PARAM_ERROR', 'appid和openid不匹配');
  return undefined;
}

function repeatTransaction(world: World, channel: Channel, known: Transaction, fingerprint: string): PayAnswer {
  if (known.fingerprint !== fingerprint) return refuse(403, 'OUT_TRADE_NO_USED', '商户订单号重复');
  if (known.state === 'CLOSED') return refuse(400, 'ORDER_CLOSED', '订单已关闭');
  if (known.state !== 'NOTPAY') return refuse(400, 'ORDER_PAID', '订单已支付');
  const expired = world.clock.now() >= known.prepayAtMs + (channel === 'h5' ? H5_URL_LIFE_MS : PREPAY_LIFE_MS);
  if (expired || channel === 'native') renewPrepay(world, known);
  return prepayAnswer(world, channel, known);
}

function renewPrepay(world: World, transaction: Transaction): void {
  const { tradeNoByKey } = world.state.wechatPay;
  const now = world.clock.now();
  for (const key of [transaction.prepayId, transaction.h5Token, transaction.codeUrl]) if (key) tradeNoByKey.delete(key);
  transaction.prepayAtMs = now;
  transaction.prepayId = `wx${compactTime(now)}${nextHex(world, 20)}`;
  tradeNoByKey.set(transaction.prepayId, transaction.outTradeNo);
  if (transaction.tradeType === 'MWEB') {
    transaction.h5Token = nextSecret(world, 32);
    tradeNoByKey.set(transaction.h5Token, transaction.outTradeNo);
  }
  if (transaction.tradeType === 'NATIVE') {
    transaction.codeUrl = `weixin://wxpay/bizpayurl?pr=${nextSecret(world, 9)}`;
    tradeNoByKey.set(transaction.codeUrl, transaction.outTradeNo);
  }
  world.touch();
}

function prepayAnswer(world: World, channel: Channel, transaction: Transaction): PayAnswer {
  switch (channel) {
    case 'jsapi':
    case 'app':
      return answer({ prepay_id: transaction.prepayId });
    case 'native':
      return answer({ code_url: transaction.codeUrl });
    case 'h5':
      return answer({
        h5_url: `${world.publicUrl}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=${transaction.prepayId}&package=${transaction.h5Token}`,
      });
    default:
      return channel satisfies never;
  }
}

const STATE_TEXT = { NOTPAY: '订单未支付', SUCCESS: '支付成功', REFUND: '转入退款', CLOSED: '订单已关闭' } as const;

/** Shape of the order query and of the payment notice, §5.3. */
export function transactionView(world: World, transaction: Transaction): Readonly<Record<string, unknown>> {
  const paid = transaction.paidAtMs !== null;
  return {
    appid: transaction.appid,
    mchid: world.credentials.wechatPay.mchid,
    out_trade_no: transaction.outTradeNo,
    ...(paid ? { transaction_id: transaction.transactionId, trade_type: transaction.tradeType } : {}),
    trade_state: transaction.state,
    trade_state_desc: STATE_TEXT[transaction.state],
    ...(paid ? { bank_type: 'OTHERS', success_time: toRfc3339(transaction.paidAtMs ?? 0) } : {}),
    attach: transaction.attach ?? '',
    payer: { openid: transaction.paidOpenid ?? transaction.payerOpenid ?? '' },
    amount: {
      total: transaction.totalFen,
      currency: 'CNY',
      ...(paid ? { payer_total: transaction.totalFen - transaction.couponFen, payer_currency: 'CNY' } : {}),
    },
    ...(transaction.couponFen > 0 ? { promotion_detail: [{ coupon_id: '109519', amount: transaction.couponFen, scope: 'GLOBAL' }] } : {}),
  };
}

export function queryTransaction(world: World, transaction: Transaction | undefined): PayAnswer {
  if (transaction === undefined || (transaction.hiddenQueries > 0 && hideOnce(transaction)))
    return refuse(404, 'ORDER_NOT_EXIST', '订单不存在');
  return answer(transactionView(world, transaction));
}

function hideOnce(transaction: Transaction): true {
  transaction.hiddenQueries -= 1;
  return true;
}

export function findTransaction(world: World, by: { outTradeNo?: string; transactionId?: string }): Transaction | undefined {
  const { transactions, tradeNoByKey } = world.state.wechatPay;
  const outTradeNo = by.outTradeNo ?? tradeNoByKey.get(by.transactionId ?? '');
  return outTradeNo === undefined ? undefined : transactions.get(outTradeNo);
}

/** §5.3: 204 when closed, repeatable; `ORDER_PAID` when paid. */
export function closeTransaction(world: World, transaction: Transaction | undefined): PayAnswer {
  if (transaction === undefined) return refuse(404, 'ORDER_NOT_EXIST', '订单不存在');
  const race = takeFault(world, 'wechat-pay', 'transaction.close', ['paidWhileClosing', 'closedThenPaid'], transaction.outTradeNo);
  if (race !== undefined && transaction.state === 'NOTPAY') markPaid(world, transaction, { openid: null, couponFen: 0 });
  if (race?.fault === 'closedThenPaid') return { status: 204, body: null };
  if (transaction.state === 'SUCCESS' || transaction.state === 'REFUND') return refuse(400, 'ORDER_PAID', '订单已支付，不能关单');
  expireTransaction(world, transaction.outTradeNo);
  return { status: 204, body: null };
}

/** Closes an unpaid order; anything else stays as it is. */
export function expireTransaction(world: World, outTradeNo: string): void {
  const transaction = world.state.wechatPay.transactions.get(outTradeNo);
  if (transaction?.state !== 'NOTPAY') return;
  transaction.state = 'CLOSED';
  clearTimer(world, 'transactionExpires', outTradeNo);
  world.touch();
}

export type PayRefusal = 'paid' | 'closed' | 'deadline' | 'prepayExpired' | 'wrongPayer';

export interface PayOptions {
  readonly openid: string | null;
  /** Instant at which the address or prepay id that the payer holds goes stale; checked when present. */
  readonly validUntilMs?: number;
}

/** The payer confirms. Returns why not, or undefined when the money moved. */
export function payTransaction(world: World, transaction: Transaction, options: PayOptions): PayRefusal | undefined {
  const now = world.clock.now();
  if (transaction.state === 'CLOSED') return 'closed';
  if (transaction.state !== 'NOTPAY') return 'paid';
  if (transaction.payDeadlineMs !== null && now >= transaction.payDeadlineMs) return 'deadline';
  if (options.validUntilMs !== undefined && now >= options.validUntilMs) return 'prepayExpired';
  if (transaction.tradeType === 'JSAPI' && options.openid !== null && options.openid !== transaction.payerOpenid) return 'wrongPayer';
  const coupon = takeFault(world, 'wechat-pay', 'transaction.pay', ['coupon'], transaction.outTradeNo);
  const couponFen = coupon === undefined ? 0 : Math.min(numberParameter(coupon, 'couponFen', 1), transaction.totalFen - 1);
  markPaid(world, transaction, { openid: options.openid, couponFen });
  return undefined;
}

function markPaid(world: World, transaction: Transaction, payment: { openid: string | null; couponFen: number }): void {
  const { settings, tradeNoByKey } = world.state.wechatPay;
  const now = world.clock.now();
  transaction.state = 'SUCCESS';
  transaction.transactionId = nextDecimalNumber(world, '420000', 28);
  transaction.paidAtMs = now;
  transaction.paidOpenid = payment.openid ?? transaction.payerOpenid ?? `o${nextHex(world, 27)}`;
  transaction.couponFen = payment.couponFen;
  transaction.feeFen = feeOf(transaction.totalFen, settings.feeRateBp);
  transaction.settledAtMs = settings.settlementGate && transaction.appid === world.credentials.miniProgram.appid ? null : now;
  tradeNoByKey.set(transaction.transactionId, transaction.outTradeNo);
  const netFen = transaction.totalFen - transaction.feeFen;
  transaction.frozenFen = transaction.profitSharing ? netFen : 0;
  const { transactionId: businessNumber } = transaction;
  book(
    world,
    'payment',
    transaction.outTradeNo,
    [
      { account: 'users', amountFen: -transaction.totalFen },
      { account: 'fees', amountFen: transaction.feeFen },
      { account: transaction.profitSharing ? 'frozen' : 'available', amountFen: netFen },
    ],
    [
      { businessNumber, businessName: '交易', businessType: '交易', amountFen: transaction.totalFen },
      { businessNumber, businessName: '交易', businessType: '扣除交易手续费', amountFen: -transaction.feeFen },
    ],
  );
  clearTimer(world, 'transactionExpires', transaction.outTradeNo);
  if (transaction.profitSharing) setTimer(world, 'sharingUnfreezes', transaction.outTradeNo, now + SHARING_WINDOW_MS);
  notifyPaid(world, transaction);
}

function notifyPaid(world: World, transaction: Transaction): void {
  notifyMerchant(world, {
    operation: 'transaction.notice',
    objectKey: transaction.outTradeNo,
    url: transaction.notifyUrl,
    eventType: 'TRANSACTION.SUCCESS',
    originalType: 'transaction',
    associatedData: 'transaction',
    summary: '支付成功',
    plaintext: transactionView(world, transaction),
  });
}
