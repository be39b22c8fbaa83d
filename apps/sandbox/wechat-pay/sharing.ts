import { DAY_MS, toRfc3339 } from '../clock';
import { takeFault } from '../faults';
import { clearTimer, setTimer } from '../timers';
import { nextDecimalNumber, type World } from '../world';
import { answer, type PayAnswer, refuse } from './answers';
import { book } from './books';
import { fingerprintOf, type ShareReceiver, type SharingOrder, type Transaction } from './model';
import { findTransaction } from './transactions';

const MAX_SHARING_ORDERS = 50;
const SHARING_WINDOW_MS = 30 * DAY_MS;
const RECEIVER_FAULTS = {
  receiverNotVerified: 'RECEIVER_REAL_NAME_NOT_VERIFIED',
  receiverNoRelation: 'NO_RELATION',
  receiverHighRisk: 'RECEIVER_HIGH_RISK',
  receiverLimit: 'RECEIVER_RECEIPT_LIMIT',
} as const;

export interface ReceiverBody {
  readonly type: 'MERCHANT_ID' | 'PERSONAL_OPENID';
  readonly account: string;
}

export interface SharingBody {
  readonly appid?: string;
  readonly transaction_id: string;
  readonly out_order_no: string;
  readonly receivers: readonly (ReceiverBody & { readonly amount: number; readonly description: string; readonly name?: string })[];
  readonly unfreeze_unsplit: boolean;
}

/** §7.2 receivers/add: repeatable, does not overwrite. */
export function addReceiver(
  world: World,
  body: ReceiverBody & { readonly appid: string; readonly relation_type: string; readonly name?: string },
): PayAnswer {
  if (body.type === 'MERCHANT_ID' && body.name === undefined) return refuse(400, 'PARAM_ERROR', '商户类型的接收方必须填写商户全称');
  const key = `${body.type}:${body.account}`;
  const { receivers } = world.state.wechatPay;
  if (!receivers.has(key)) receivers.set(key, { appid: body.appid, relation: body.relation_type, name: body.name ?? null });
  world.touch();
  return answer({
    type: body.type,
    account: body.account,
    ...(body.name === undefined ? {} : { name: body.name }),
    relation_type: body.relation_type,
  });
}

export function deleteReceiver(world: World, body: ReceiverBody): PayAnswer {
  world.state.wechatPay.receivers.delete(`${body.type}:${body.account}`);
  world.touch();
  return answer({ type: body.type, account: body.account });
}

/** §7.2: accepts a share order; its parts end after a while, each for itself. */
export function createSharing(world: World, body: SharingBody): PayAnswer {
  const { sharingOrders, settings } = world.state.wechatPay;
  const transaction = findTransaction(world, { transactionId: body.transaction_id });
  if (transaction === undefined) return refuse(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
  const fingerprint = fingerprintOf(body);
  const known = sharingOrders.get(body.out_order_no);
  if (known !== undefined)
    return known.fingerprint === fingerprint
      ? answer(sharingView(known))
      : refuse(400, 'INVALID_REQUEST', '商户分账单号重复，参数与首次请求不一致');
  const now = world.clock.now();
  const totalFen = body.receivers.reduce((sum, receiver) => sum + receiver.amount, 0);
  const refusal = checkShareable(world, transaction, now) ?? checkShare(world, transaction, body, totalFen);
  if (refusal !== undefined) return refusal;
  const order: SharingOrder = {
    outOrderNo: body.out_order_no,
    orderId: nextDecimalNumber(world, '300080', 28),
    transactionId: body.transaction_id,
    outTradeNo: transaction.outTradeNo,
    unfreezeUnsplit: body.unfreeze_unsplit,
    receivers: body.receivers.map((receiver) => newReceiver(world, receiver, now)),
    fingerprint,
    createdAtMs: now,
    state: 'PROCESSING',
  };
  transaction.sharingOrders += 1;
  transaction.sharedFen += totalFen;
  transaction.frozenFen -= totalFen;
  book(
    world,
    'sharingAccepted',
    order.outOrderNo,
    [
      { account: 'frozen', amountFen: -totalFen },
      { account: 'sharing', amountFen: totalFen },
    ],
    [],
  );
  sharingOrders.set(order.outOrderNo, order);
  setTimer(world, 'sharingCompletes', order.outOrderNo, now + settings.sharingDelayMs);
  return answer(sharingView(order));
}

function newReceiver(world: World, receiver: SharingBody['receivers'][number], now: number): ShareReceiver {
  return {
    type: receiver.type,
    account: receiver.account,
    amountFen: receiver.amount,
    description: receiver.description,
    detailId: nextDecimalNumber(world, '360110', 28),
    createdAtMs: now,
    result: 'PENDING',
    failReason: null,
    finishedAtMs: null,
    returnedFen: 0,
  };
}

function checkShareable(world: World, transaction: Transaction, now: number): PayAnswer | undefined {
  const { settings } = world.state.wechatPay;
  if (!transaction.profitSharing) return refuse(400, 'INVALID_REQUEST', '非分账订单不支持分账');
  if (transaction.paidAtMs === null) return refuse(400, 'INVALID_REQUEST', '订单未支付');
  if (now - transaction.paidAtMs < settings.sharingEarliestMs || transaction.settledAtMs === null)
    return refuse(400, 'INVALID_REQUEST', '订单处理中，暂时无法分账，请稍后再试');
  if (transaction.unfrozen) return refuse(400, 'INVALID_REQUEST', '订单剩余资金已解冻，不能再分账');
  if (now - transaction.paidAtMs >= SHARING_WINDOW_MS) return refuse(400, 'INVALID_REQUEST', '订单已超过分账期限');
  if (transaction.refundedFen >= transaction.totalFen) return refuse(400, 'INVALID_REQUEST', '订单已全额退款');
  return transaction.sharingOrders >= MAX_SHARING_ORDERS ? refuse(400, 'INVALID_REQUEST', '分账次数超过限制') : undefined;
}

function checkShare(world: World, transaction: Transaction, body: SharingBody, totalFen: number): PayAnswer | undefined {
  const { settings } = world.state.wechatPay;
  const accounts = new Set(body.receivers.map((receiver) => `${receiver.type}:${receiver.account}`));
  if (accounts.size !== body.receivers.length) return refuse(400, 'INVALID_REQUEST', '分账接收方重复');
  if (body.appid === undefined && body.receivers.some((receiver) => receiver.type === 'PERSONAL_OPENID'))
    return refuse(400, 'PARAM_ERROR', '分账给个人时appid必填');
  const baseFen = transaction.totalFen - transaction.feeFen;
  const limitFen = Number((BigInt(baseFen) * BigInt(settings.sharingMaxRateBp)) / 10_000n);
  if (transaction.sharedFen + totalFen > limitFen) return refuse(403, 'RULE_LIMIT', '分账金额超过最大分账比例');
  if (takeFault(world, 'wechat-pay', 'sharing.create', ['notEnough'], body.out_order_no) || totalFen > transaction.frozenFen)
    return refuse(403, 'NOT_ENOUGH', '分账金额超过剩余待分金额');
  return undefined;
}

/** Decides each part of a share order and moves its money. Failed parts stay frozen. */
export function finishSharing(world: World, outOrderNo: string, atMs: number): void {
  const order = world.state.wechatPay.sharingOrders.get(outOrderNo);
  const transaction = order && world.state.wechatPay.transactions.get(order.outTradeNo);
  if (order?.state !== 'PROCESSING' || transaction === undefined) return;
  for (const receiver of order.receivers) finishReceiver(world, transaction, order, receiver, atMs);
  order.state = 'FINISHED';
  if (order.unfreezeUnsplit) unfreeze(world, transaction, outOrderNo, atMs);
  world.touch();
}

function finishReceiver(world: World, transaction: Transaction, order: SharingOrder, receiver: ShareReceiver, atMs: number): void {
  receiver.failReason = failureOf(world, receiver);
  receiver.result = receiver.failReason === null ? 'SUCCESS' : 'CLOSED';
  receiver.finishedAtMs = atMs;
  const { amountFen } = receiver;
  if (receiver.result === 'SUCCESS') {
    const flow = { businessNumber: receiver.detailId, businessName: '分账', businessType: '分账支出', amountFen: -amountFen };
    book(
      world,
      'shared',
      order.outOrderNo,
      [
        { account: 'sharing', amountFen: -amountFen },
        { account: 'receivers', amountFen },
      ],
      [flow],
      atMs,
    );
    return;
  }
  transaction.sharedFen -= amountFen;
  if (!transaction.unfrozen) transaction.frozenFen += amountFen;
  const account = transaction.unfrozen ? 'available' : 'frozen';
  book(
    world,
    'shareFailed',
    order.outOrderNo,
    [
      { account: 'sharing', amountFen: -amountFen },
      { account, amountFen },
    ],
    [],
    atMs,
  );
}

function failureOf(world: World, receiver: ShareReceiver): string | null {
  const names = ['receiverNotVerified', 'receiverNoRelation', 'receiverHighRisk', 'receiverLimit'] as const;
  const fault = takeFault(world, 'wechat-pay', 'sharing.create', names, receiver.account);
  if (fault !== undefined) return RECEIVER_FAULTS[fault.fault];
  if (!world.state.wechatPay.receivers.has(`${receiver.type}:${receiver.account}`)) return 'NO_RELATION';
  const identity = world.state.wechatOpen.personByOpenid.get(receiver.account);
  const person = identity && world.state.wechatOpen.people.get(identity.personId);
  return person?.realNameVerified === false ? 'RECEIVER_REAL_NAME_NOT_VERIFIED' : null;
}

/** Releases what is still frozen of an order into the available balance. */
function unfreeze(world: World, transaction: Transaction, objectKey: string, atMs: number): void {
  const amountFen = transaction.frozenFen;
  transaction.unfrozen = true;
  transaction.frozenFen = 0;
  clearTimer(world, 'sharingUnfreezes', transaction.outTradeNo);
  book(
    world,
    'unfrozen',
    objectKey,
    [
      { account: 'frozen', amountFen: -amountFen },
      { account: 'available', amountFen },
    ],
    [],
    atMs,
  );
}

/** The automatic release after 30 days; shares still in process come back first. */
export function unfreezeByTime(world: World, outTradeNo: string, atMs: number): void {
  const transaction = world.state.wechatPay.transactions.get(outTradeNo);
  if (transaction === undefined || transaction.unfrozen) return;
  unfreeze(world, transaction, outTradeNo, atMs);
}

/** §7.2 unfreeze: a number used before answers success and releases nothing. */
export function unfreezeSharing(world: World, body: { transaction_id: string; out_order_no: string; description: string }): PayAnswer {
  const { sharingOrders } = world.state.wechatPay;
  const transaction = findTransaction(world, { transactionId: body.transaction_id });
  if (transaction === undefined) return refuse(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
  const known = sharingOrders.get(body.out_order_no);
  if (known !== undefined) return answer(sharingView(known));
  const now = world.clock.now();
  const refusal = checkShareable(world, transaction, now);
  if (refusal !== undefined) return refusal;
  const amountFen = transaction.frozenFen;
  unfreeze(world, transaction, body.out_order_no, now);
  const own = {
    type: 'MERCHANT_ID' as const,
    account: world.credentials.wechatPay.mchid,
    amount: amountFen,
    description: body.description,
  };
  const order: SharingOrder = {
    outOrderNo: body.out_order_no,
    orderId: nextDecimalNumber(world, '300080', 28),
    transactionId: body.transaction_id,
    outTradeNo: transaction.outTradeNo,
    unfreezeUnsplit: true,
    receivers: [{ ...newReceiver(world, own, now), result: 'SUCCESS', finishedAtMs: now }],
    fingerprint: fingerprintOf(body),
    createdAtMs: now,
    state: 'FINISHED',
  };
  sharingOrders.set(order.outOrderNo, order);
  return answer(sharingView(order));
}

function sharingView(order: SharingOrder): Readonly<Record<string, unknown>> {
  return {
    transaction_id: order.transactionId,
    out_order_no: order.outOrderNo,
    order_id: order.orderId,
    state: order.state,
    receivers: order.receivers.map((receiver) => ({
      amount: receiver.amountFen,
      description: receiver.description,
      type: receiver.type,
      account: receiver.account,
      result: receiver.result,
      ...(receiver.failReason === null ? {} : { fail_reason: receiver.failReason }),
      create_time: toRfc3339(receiver.createdAtMs),
      finish_time: toRfc3339(receiver.finishedAtMs ?? receiver.createdAtMs),
      detail_id: receiver.detailId,
    })),
  };
}

export function querySharing(world: World, outOrderNo: string, transactionId: string | undefined): PayAnswer {
  const order = world.state.wechatPay.sharingOrders.get(outOrderNo);
  if (order === undefined || order.transactionId !== transactionId) return refuse(404, 'RESOURCE_NOT_EXISTS', '分账单不存在');
  return answer(sharingView(order));
}

export function querySharingAmounts(world: World, transactionId: string): PayAnswer {
  const transaction = findTransaction(world, { transactionId });
  if (transaction === undefined) return refuse(404, 'RESOURCE_NOT_EXISTS', '订单不存在');
  return answer({ transaction_id: transactionId, unsplit_amount: transaction.frozenFen });
}
