import type { Fen } from '@qianxing/money';
import type { Context } from './configuration';
import { amount, defined, instant, oneOf, optionalInstant, optionalText, same, text } from './decode';
import { holds, lengthWithin, matches, notifyUrlFault, OUT_BILL_NO, PLATFORM_NO, positive, unlessFaulty } from './input-rules';
import type { JsonObject } from './json';
import type { Outcome } from './outcome';
import { encryptFor, sensitiveFault } from './sensitive';
import { path, send } from './transport';

/**
 * Only `SUCCESS`, `FAIL` and `CANCELLED` are final. A new number is right only after `FAIL` or `CANCELLED` was read.
 * (`TRANSFERING` is WeChat Pay's spelling.)
 */
export const TRANSFER_STATES = [
  'ACCEPTED',
  'PROCESSING',
  'WAIT_USER_CONFIRM',
  'TRANSFERING',
  'SUCCESS',
  'FAIL',
  'CANCELING',
  'CANCELLED',
] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

/** What has to be reported for a scene, by `info_type` in the documented wording. Scene 1005 (佣金报酬): 岗位类型 and 报酬说明. */
export interface TransferSceneReport {
  /** At most 15 characters. */
  readonly infoType: string;
  /** 1–32 characters. */
  readonly infoContent: string;
}

export interface TransferInput {
  readonly appId: string;
  /** 1–32 of `[0-9A-Za-z]` only. */
  readonly outBillNo: string;
  /** For example `1005` 佣金报酬; must be granted to the merchant. */
  readonly sceneId: string;
  readonly openId: string;
  /** Real name, compared with the receiver's; sent encrypted. Required from 2,000 yuan, refused below 0.3 yuan. */
  readonly userName?: string;
  readonly amountFen: Fen;
  /** Seen by the receiver, at most 32 characters. */
  readonly remark: string;
  readonly notifyUrl?: string;
  /** How the receiver sees the payment; only the wordings allowed for the scene. */
  readonly userReceivePerception?: string;
  readonly sceneReports: readonly TransferSceneReport[];
  readonly userReceiveStyle?: 'CONFIRM_PAGE' | 'RED_PACKET';
}

export interface AcceptedTransfer {
  readonly outBillNo: string;
  readonly transferBillNo: string;
  /** UTC milliseconds. */
  readonly createdAt: number;
  readonly state: TransferState;
  /** Opens the confirmation page on the receiver's phone; only in state `WAIT_USER_CONFIRM`. */
  readonly packageInfo?: string;
  readonly failReason?: string;
}

export interface Transfer {
  readonly mchId: string;
  readonly outBillNo: string;
  readonly transferBillNo: string;
  readonly appId?: string;
  readonly state: TransferState;
  readonly amountFen: Fen;
  readonly remark?: string;
  readonly failReason?: string;
  readonly openId?: string;
  readonly createdAt: number;
  readonly updatedAt?: number;
  readonly packageInfo?: string;
}

export interface CancelledTransfer {
  readonly outBillNo: string;
  readonly transferBillNo: string;
  /** `CANCELING` means accepted; only a query tells whether the receiver was faster. */
  readonly state: TransferState;
  readonly updatedAt?: number;
}

export interface TransferOperations {
  /**
   * Transfer to a person who confirms it within 24 hours (2025 version). An unconfirmed one ends as `FAIL` with reason
   * `OVERDUE_CLOSE`, up to an hour later. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012716434
   */
  create(input: TransferInput): Promise<Outcome<AcceptedTransfer>>;
  /** Possible for 30 days. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012716437 */
  queryByOutBillNo(outBillNo: string): Promise<Outcome<Transfer>>;
  /** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012716457 */
  queryByTransferBillNo(transferBillNo: string): Promise<Outcome<Transfer>>;
  /** Before the receiver confirms. Believe the query, not this call. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012716458 */
  cancel(outBillNo: string): Promise<Outcome<CancelledTransfer>>;
}

/** Below this amount a name must not be given. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012716434, `user_name` */
export const TRANSFER_NAME_FROM_FEN = 30;
/** From this amount on the receiver's real name has to be given. */
const NAME_REQUIRED_FROM_FEN = 200_000;

function readAccepted(outBillNo: string): (source: JsonObject) => AcceptedTransfer {
  return (source) =>
    defined({
      outBillNo: same(source, 'out_bill_no', outBillNo),
      transferBillNo: text(source, 'transfer_bill_no'),
      createdAt: instant(source, 'create_time'),
      state: oneOf(source, 'state', TRANSFER_STATES),
      packageInfo: optionalText(source, 'package_info'),
      failReason: optionalText(source, 'fail_reason'),
    });
}

function readTransferOf(context: Context, name: 'out_bill_no' | 'transfer_bill_no', number: string): (source: JsonObject) => Transfer {
  return (source) => {
    same(source, name, number);
    return defined({
      // Both spellings occur.
      mchId: same(source, source.mchid === undefined ? 'mch_id' : 'mchid', context.mchId),
      outBillNo: text(source, 'out_bill_no'),
      transferBillNo: text(source, 'transfer_bill_no'),
      appId: optionalText(source, 'appid'),
      state: oneOf(source, 'state', TRANSFER_STATES),
      amountFen: amount(source, 'transfer_amount'),
      remark: optionalText(source, 'transfer_remark'),
      failReason: optionalText(source, 'fail_reason'),
      openId: optionalText(source, 'openid'),
      createdAt: instant(source, 'create_time'),
      updatedAt: optionalInstant(source, 'update_time'),
      packageInfo: optionalText(source, 'package_info'),
    });
  };
}

function transferFaults(context: Context, input: TransferInput) {
  return [
    holds(context.appIds.includes(input.appId), `appId ${input.appId} is not configured`),
    matches('outBillNo', input.outBillNo, OUT_BILL_NO),
    matches('sceneId', input.sceneId, /^\d{4}$/),
    lengthWithin('openId', input.openId, 64),
    positive('amountFen', input.amountFen),
    lengthWithin('remark', input.remark, 32),
    notifyUrlFault(input.notifyUrl),
    sensitiveFault('userName', input.userName),
    holds(input.amountFen < NAME_REQUIRED_FROM_FEN || input.userName !== undefined, 'userName is required from 2,000 yuan'),
    holds(input.amountFen >= TRANSFER_NAME_FROM_FEN || input.userName === undefined, 'userName must not be given below 0.3 yuan'),
    holds(input.sceneReports.length > 0, 'sceneReports must name at least one'),
    ...input.sceneReports.flatMap((report) => [
      lengthWithin('infoType', report.infoType, 15),
      lengthWithin('infoContent', report.infoContent, 32),
    ]),
  ];
}

function transferBody(input: TransferInput, encrypt: (plaintext: string) => string): JsonObject {
  return {
    appid: input.appId,
    out_bill_no: input.outBillNo,
    transfer_scene_id: input.sceneId,
    openid: input.openId,
    user_name: input.userName === undefined ? undefined : encrypt(input.userName),
    transfer_amount: input.amountFen,
    transfer_remark: input.remark,
    notify_url: input.notifyUrl,
    user_recv_perception: input.userReceivePerception,
    transfer_scene_report_infos: input.sceneReports.map((report) => ({ info_type: report.infoType, info_content: report.infoContent })),
    user_recv_style: input.userReceiveStyle === undefined ? undefined : { type: input.userReceiveStyle },
  };
}

const ROOT = '/v3/fund-app/mch-transfer/transfer-bills';

export function transferOperations(context: Context): TransferOperations {
  const encrypt = encryptFor(context);
  const query = (name: 'out_bill_no' | 'transfer_bill_no', number: string, queryPath: string) =>
    send(context, { method: 'GET', path: `${ROOT}${queryPath}`, read: readTransferOf(context, name, number) });
  return {
    create: (input) =>
      unlessFaulty(transferFaults(context, input), () =>
        send(context, { method: 'POST', path: ROOT, body: transferBody(input, encrypt), read: readAccepted(input.outBillNo) }),
      ),
    queryByOutBillNo: (outBillNo) =>
      unlessFaulty([matches('outBillNo', outBillNo, OUT_BILL_NO)], () => query('out_bill_no', outBillNo, path`/out-bill-no/${outBillNo}`)),
    queryByTransferBillNo: (transferBillNo) =>
      unlessFaulty([matches('transferBillNo', transferBillNo, PLATFORM_NO)], () =>
        query('transfer_bill_no', transferBillNo, path`/transfer-bill-no/${transferBillNo}`),
      ),
    cancel: (outBillNo) =>
      unlessFaulty([matches('outBillNo', outBillNo, OUT_BILL_NO)], () =>
        send(context, {
          method: 'POST',
          path: `${ROOT}${path`/out-bill-no/${outBillNo}/cancel`}`,
          read: (source) =>
            defined({
              outBillNo: same(source, 'out_bill_no', outBillNo),
              transferBillNo: text(source, 'transfer_bill_no'),
              state: oneOf(source, 'state', TRANSFER_STATES),
              updatedAt: optionalInstant(source, 'update_time'),
            }),
        }),
      ),
  };
}
