import { HOUR_MS, MINUTE_MS, SECOND_MS, toRfc3339 } from '../clock';
import { takeFault } from '../faults';
import { clearTimer, setTimer } from '../timers';
import { nextDecimalNumber, nextSecret, type World } from '../world';
import { answer, type PayAnswer, refuse } from './answers';
import { balances, book } from './books';
import { fingerprintOf, type Transfer, type TransferState } from './model';
import { notifyMerchant } from './notifications';
import { decryptOaep } from './signature';

/** Confirmation ends after 24 hours; the close comes some minutes later (§8). */
const CONFIRM_WINDOW_MS = 24 * HOUR_MS + 5 * MINUTE_MS;
const NAME_REQUIRED_FEN = 200_000;
const NAME_FROM_FEN = 30;

/** §8: information each scene asks for, and the perceptions the payee may see; an empty list allows any. */
const SCENES: Readonly<Record<string, { readonly reports: readonly string[]; readonly perceptions: readonly string[] }>> = {
  '1000': { reports: ['活动名称', '奖励说明'], perceptions: ['现金奖励', '活动奖励'] },
  '1002': { reports: ['补贴类型'], perceptions: ['行政补贴', '行政奖励'] },
  '1004': { reports: ['保险产品备案编号', '保险名称', '保险操作单号'], perceptions: ['保险理赔款'] },
  '1005': { reports: ['岗位类型', '报酬说明'], perceptions: [] },
  '1011': { reports: ['赔付原因'], perceptions: ['退款', '商家赔付'] },
};

export interface TransferBody {
  readonly appid: string;
  readonly out_bill_no: string;
  readonly transfer_scene_id: string;
  readonly openid: string;
  readonly user_name?: string;
  readonly transfer_amount: number;
  readonly transfer_remark: string;
  readonly notify_url?: string;
  readonly user_recv_perception?: string;
  readonly transfer_scene_report_infos: readonly { readonly info_type: string; readonly info_content: string }[];
}

/** §8: makes a bill that waits for the payee, or repeats the state of the one with the same number. */
export function createTransfer(world: World, body: TransferBody, askedSerial: string | undefined): PayAnswer {
  const { transfers } = world.state.wechatPay;
  const { user_name: _encrypted, ...comparable } = body;
  const fingerprint = fingerprintOf(comparable);
  const known = transfers.get(body.out_bill_no);
  if (known !== undefined)
    return known.fingerprint === fingerprint
      ? answer(createdView(known))
      : refuse(400, 'INVALID_REQUEST', '商户单号已存在，且与原请求参数不一致');
  const refusal = checkTransfer(world, body, askedSerial);
  if (refusal !== undefined) return refusal;
  const waitsForFunds = takeFault(world, 'wechat-pay', 'transfer.create', ['transferFundsLow'], body.out_bill_no) !== undefined;
  if (!waitsForFunds) {
    const short = takeFault(world, 'wechat-pay', 'transfer.create', ['notEnough'], body.out_bill_no) !== undefined;
    if (short || body.transfer_amount > balances(world).available) return refuse(403, 'NOT_ENOUGH', '账户资金不足，请充值后使用原单号重试');
  }
  const now = world.clock.now();
  const transfer: Transfer = {
    outBillNo: body.out_bill_no,
    transferBillNo: nextDecimalNumber(world, '133000', 29),
    appid: body.appid,
    openid: body.openid,
    sceneId: body.transfer_scene_id,
    remark: body.transfer_remark,
    amountFen: body.transfer_amount,
    userName: body.user_name === undefined ? null : (decryptOaep(world.platformKeys.wechatPayPrivateKeyPem, body.user_name) ?? null),
    notifyUrl: body.notify_url ?? null,
    fingerprint,
    packageToken: nextSecret(world, 48),
    createdAtMs: now,
    updatedAtMs: now,
    state: 'PROCESSING',
    failReason: null,
  };
  transfers.set(transfer.outBillNo, transfer);
  if (!waitsForFunds) lockFunds(world, transfer);
  world.touch();
  return answer(createdView(transfer));
}

function checkTransfer(world: World, body: TransferBody, askedSerial: string | undefined): PayAnswer | undefined {
  const { credentials } = world;
  const appids = [credentials.miniProgram, credentials.officialAccount, credentials.mobileApp].map((app) => app.appid);
  if (!appids.includes(body.appid)) return refuse(403, 'APPID_MCHID_NOT_MATCH', 'appid和mchid不匹配');
  const owner = world.state.wechatOpen.personByOpenid.get(body.openid);
  if (owner !== undefined && owner.appid !== body.appid) return refuse(400, 'PARAM_ERROR', 'openid与appid不匹配');
  const scene = SCENES[body.transfer_scene_id];
  if (scene === undefined) return refuse(403, 'NO_AUTH', '商户未开通该转账场景');
  const given = body.transfer_scene_report_infos.map((info) => info.info_type);
  if (given.length !== scene.reports.length || scene.reports.some((type) => !given.includes(type)))
    return refuse(400, 'PARAM_ERROR', `转账场景报备信息有误，需要：${scene.reports.join('、')}`);
  if (body.user_recv_perception !== undefined && scene.perceptions.length > 0 && !scene.perceptions.includes(body.user_recv_perception))
    return refuse(400, 'INVALID_REQUEST', '用户收款感知描述不符合场景要求');
  if (body.user_name === undefined)
    return body.transfer_amount >= NAME_REQUIRED_FEN ? refuse(400, 'PARAM_ERROR', '转账金额达到2000元时收款用户姓名必填') : undefined;
  if (body.transfer_amount < NAME_FROM_FEN) return refuse(400, 'PARAM_ERROR', '转账金额低于0.3元时不支持传入收款用户姓名');
  if (askedSerial === undefined) return refuse(400, 'PARAM_ERROR', '请求包含敏感字段时Wechatpay-Serial必填');
  if (decryptOaep(world.platformKeys.wechatPayPrivateKeyPem, body.user_name) === undefined)
    return refuse(400, 'PARAM_ERROR', '敏感字段解密失败，请检查加密所用的公钥');
  return undefined;
}

function lockFunds(world: World, transfer: Transfer): void {
  const { amountFen } = transfer;
  book(
    world,
    'transferLocked',
    transfer.outBillNo,
    [
      { account: 'available', amountFen: -amountFen },
      { account: 'transferring', amountFen },
    ],
    [],
  );
  move(world, transfer, 'WAIT_USER_CONFIRM', world.clock.now());
  setTimer(world, 'transferExpires', transfer.outBillNo, world.clock.now() + CONFIRM_WINDOW_MS);
}

/** After a top-up: bills that waited for funds go on, oldest first. */
export function retryWaitingTransfers(world: World): void {
  for (const transfer of world.state.wechatPay.transfers.values())
    if (transfer.state === 'PROCESSING' && transfer.amountFen <= balances(world).available) lockFunds(world, transfer);
}

function move(world: World, transfer: Transfer, state: TransferState, atMs: number, failReason: string | null = null): void {
  transfer.state = state;
  transfer.failReason = failReason;
  transfer.updatedAtMs = atMs;
  world.touch();
}

/** The payee confirms on the phone. False when the bill no longer waits for that. */
export function confirmTransfer(world: World, transfer: Transfer): boolean {
  if (transfer.state !== 'WAIT_USER_CONFIRM') return false;
  const now = world.clock.now();
  const owner = world.state.wechatOpen.personByOpenid.get(transfer.openid);
  const person = owner && world.state.wechatOpen.people.get(owner.personId);
  const fault = takeFault(world, 'wechat-pay', 'transfer.confirm', ['transferNameWrong'], transfer.outBillNo);
  const nameWrong = transfer.userName !== null && person !== undefined && person.realName !== transfer.userName;
  if (fault !== undefined || nameWrong) return failTransfer(world, transfer, 'FAIL', 'NAME_NOT_CORRECT', now);
  if (person?.realNameVerified === false) return failTransfer(world, transfer, 'FAIL', 'REAL_NAME_CHECK_FAIL', now);
  const { amountFen } = transfer;
  const flow = { businessNumber: transfer.transferBillNo, businessName: '商家转账', businessType: '商家转账', amountFen: -amountFen };
  book(
    world,
    'transferred',
    transfer.outBillNo,
    [
      { account: 'transferring', amountFen: -amountFen },
      { account: 'receivers', amountFen },
    ],
    [flow],
    now,
  );
  clearTimer(world, 'transferExpires', transfer.outBillNo);
  move(world, transfer, 'SUCCESS', now);
  notifyTransfer(world, transfer);
  return true;
}

function failTransfer(world: World, transfer: Transfer, state: 'FAIL' | 'CANCELLED', failReason: string | null, atMs: number): true {
  const { amountFen } = transfer;
  book(
    world,
    'transferReleased',
    transfer.outBillNo,
    [
      { account: 'transferring', amountFen: -amountFen },
      { account: 'available', amountFen },
    ],
    [],
    atMs,
  );
  clearTimer(world, 'transferExpires', transfer.outBillNo);
  move(world, transfer, state, atMs, failReason);
  notifyTransfer(world, transfer);
  return true;
}

/** The payee declines on the phone. False when the bill no longer waits for that. */
export function cancelByPayee(world: World, transfer: Transfer): boolean {
  return transfer.state === 'WAIT_USER_CONFIRM' && failTransfer(world, transfer, 'FAIL', 'MERCHANT_NOT_CONFIRM', world.clock.now());
}

export function expireTransfer(world: World, outBillNo: string, atMs: number): void {
  const transfer = world.state.wechatPay.transfers.get(outBillNo);
  if (transfer?.state === 'WAIT_USER_CONFIRM') failTransfer(world, transfer, 'FAIL', 'OVERDUE_CLOSE', atMs);
}

/** §8 cancel: accepted while the payee has not confirmed; the end comes a moment later. */
export function cancelTransfer(world: World, outBillNo: string): PayAnswer {
  const transfer = world.state.wechatPay.transfers.get(outBillNo);
  if (transfer === undefined) return refuse(404, 'RESOURCE_NOT_EXISTS', '转账单不存在');
  const now = world.clock.now();
  if (takeFault(world, 'wechat-pay', 'transfer.cancel', ['transferConfirmWhileCancel'], outBillNo)) confirmTransfer(world, transfer);
  else if (transfer.state === 'WAIT_USER_CONFIRM' || transfer.state === 'PROCESSING') {
    const locked = transfer.state === 'WAIT_USER_CONFIRM';
    move(world, transfer, 'CANCELING', now);
    if (locked) setTimer(world, 'transferCancels', outBillNo, now + SECOND_MS);
    else endUnfunded(world, transfer, now);
  } else if (transfer.state !== 'CANCELING' && transfer.state !== 'CANCELLED') return refuse(400, 'INVALID_REQUEST', '当前状态不可撤销');
  return answer({
    out_bill_no: transfer.outBillNo,
    transfer_bill_no: transfer.transferBillNo,
    state: transfer.state === 'SUCCESS' ? 'CANCELING' : transfer.state,
    update_time: toRfc3339(transfer.updatedAtMs),
  });
}

function endUnfunded(world: World, transfer: Transfer, atMs: number): void {
  move(world, transfer, 'CANCELLED', atMs);
  notifyTransfer(world, transfer);
}

export function finishCancel(world: World, outBillNo: string, atMs: number): void {
  const transfer = world.state.wechatPay.transfers.get(outBillNo);
  if (transfer?.state === 'CANCELING') failTransfer(world, transfer, 'CANCELLED', null, atMs);
}

function notifyTransfer(world: World, transfer: Transfer): void {
  notifyMerchant(world, {
    operation: 'transfer.notice',
    objectKey: transfer.outBillNo,
    url: transfer.notifyUrl,
    eventType: 'MCHTRANSFER.BILL.FINISHED',
    originalType: 'mch_payment',
    associatedData: 'mch_payment',
    summary: '商家转账单据终态通知',
    plaintext: { ...transferView(world, transfer), mch_id: world.credentials.wechatPay.mchid },
  });
}

const createdView = (transfer: Transfer): Readonly<Record<string, unknown>> => ({
  out_bill_no: transfer.outBillNo,
  transfer_bill_no: transfer.transferBillNo,
  create_time: toRfc3339(transfer.createdAtMs),
  state: transfer.state,
  ...(transfer.failReason === null ? {} : { fail_reason: transfer.failReason }),
  ...(transfer.state === 'WAIT_USER_CONFIRM' ? { package_info: transfer.packageToken } : {}),
});

export const transferView = (world: World, transfer: Transfer): Readonly<Record<string, unknown>> => ({
  mch_id: world.credentials.wechatPay.mchid,
  out_bill_no: transfer.outBillNo,
  transfer_bill_no: transfer.transferBillNo,
  appid: transfer.appid,
  state: transfer.state,
  transfer_amount: transfer.amountFen,
  transfer_remark: transfer.remark,
  ...(transfer.failReason === null ? {} : { fail_reason: transfer.failReason }),
  openid: transfer.openid,
  create_time: toRfc3339(transfer.createdAtMs),
  update_time: toRfc3339(transfer.updatedAtMs),
});

export function queryTransfer(world: World, by: { outBillNo?: string; transferBillNo?: string }): PayAnswer {
  const { transfers } = world.state.wechatPay;
  const transfer =
    by.outBillNo === undefined
      ? [...transfers.values()].find((candidate) => candidate.transferBillNo === by.transferBillNo)
      : transfers.get(by.outBillNo);
  return transfer === undefined ? refuse(404, 'RESOURCE_NOT_EXISTS', '转账单不存在') : answer(transferView(world, transfer));
}
