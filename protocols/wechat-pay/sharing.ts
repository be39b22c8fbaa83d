import type { Fen } from '@qianxing/money';
import type { Context } from './configuration';
import { amount, children, defined, oneOf, optionalInstant, optionalOneOf, optionalText, same, text } from './decode';
import { holds, lengthWithin, matches, OUT_LONG_NO, PLATFORM_NO, positive, unlessFaulty } from './input-rules';
import type { JsonObject } from './json';
import type { Outcome } from './outcome';
import { encryptFor, sensitiveFault } from './sensitive';
import { path, send } from './transport';

const RECEIVER_TYPES = ['MERCHANT_ID', 'PERSONAL_OPENID'] as const;
export type ReceiverType = (typeof RECEIVER_TYPES)[number];

export type ReceiverRelation =
  | 'SERVICE_PROVIDER'
  | 'STORE'
  | 'STAFF'
  | 'STORE_OWNER'
  | 'PARTNER'
  | 'HEADQUARTER'
  | 'BRAND'
  | 'DISTRIBUTOR'
  | 'USER'
  | 'SUPPLIER'
  | 'CUSTOM';

export interface ReceiverName {
  readonly type: ReceiverType;
  /** Merchant number, or openid under `appId`. */
  readonly account: string;
}

export interface AddReceiverInput extends ReceiverName {
  readonly appId: string;
  /** Full registered name (required for merchants) or real name (optional for persons, then checked). Sent encrypted. */
  readonly name?: string;
  readonly relation: ReceiverRelation;
  /** Required with relation `CUSTOM`, at most 10 characters. */
  readonly customRelation?: string;
}

export interface SharingReceiver extends ReceiverName {
  readonly name?: string;
  readonly amountFen: Fen;
  /** Shown on the receiver's statement, at most 80 characters. */
  readonly description: string;
}

export interface SharingInput {
  readonly appId: string;
  readonly transactionId: string;
  /** 1–64 of `[0-9A-Za-z_-|*@]`; the same number is never carried out twice. */
  readonly outOrderNo: string;
  /** 1 to 50, each receiver once. */
  readonly receivers: readonly SharingReceiver[];
  /** `true` gives what is left to the merchant and ends sharing of this transaction. */
  readonly unfreezeUnsplit: boolean;
}

export const SHARE_FAIL_REASONS = [
  'ACCOUNT_ABNORMAL',
  'NO_RELATION',
  'RECEIVER_HIGH_RISK',
  'RECEIVER_REAL_NAME_NOT_VERIFIED',
  'NO_AUTH',
  'RECEIVER_RECEIPT_LIMIT',
  'PAYER_ACCOUNT_ABNORMAL',
  'INVALID_REQUEST',
] as const;

export interface ShareResult extends ReceiverName {
  readonly amountFen: Fen;
  readonly description?: string;
  readonly result: 'PENDING' | 'SUCCESS' | 'CLOSED';
  /** One of `SHARE_FAIL_REASONS` or a newer one. */
  readonly failReason?: string;
  readonly detailId?: string;
  /** UTC milliseconds. */
  readonly createdAt?: number;
  readonly finishedAt?: number;
}

/** `FINISHED` is not success: every receiver has a result of its own. */
export interface SharingOrder {
  readonly transactionId: string;
  readonly outOrderNo: string;
  readonly orderId: string;
  readonly state: 'PROCESSING' | 'FINISHED';
  readonly receivers: readonly ShareResult[];
}

export interface SharingReturnInput {
  /** One of the two names the share. */
  readonly orderId?: string;
  readonly outOrderNo?: string;
  readonly outReturnNo: string;
  /** The merchant that received the share. Shares to persons cannot be returned. */
  readonly returnMchId: string;
  readonly amountFen: Fen;
  readonly description: string;
}

export interface SharingReturn {
  readonly outReturnNo: string;
  readonly returnId: string;
  readonly orderId?: string;
  readonly outOrderNo?: string;
  readonly returnMchId: string;
  readonly amountFen: Fen;
  readonly result: 'PROCESSING' | 'SUCCESS' | 'FAILED';
  readonly failReason?: string;
  readonly createdAt?: number;
  readonly finishedAt?: number;
}

export interface SharingOperations {
  /** Idempotent; does not overwrite an existing relation. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012528995 */
  addReceiver(input: AddReceiverInput): Promise<Outcome<undefined>>;
  /** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012529590 */
  deleteReceiver(input: ReceiverName & { readonly appId: string }): Promise<Outcome<undefined>>;
  /**
   * Shares money of a paid order; from one minute to 30 days after payment. The sum over all calls stays under the
   * agreed ratio (30 % by default). Source: https://pay.weixin.qq.com/doc/v3/merchant/4012524936
   */
  createOrder(input: SharingInput): Promise<Outcome<SharingOrder>>;
  /** The payer of a share gets no notification: this is the only way to learn. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012525210 */
  queryOrder(names: { readonly outOrderNo: string; readonly transactionId: string }): Promise<Outcome<SharingOrder>>;
  /**
   * Ends sharing and gives the rest to the merchant. Needs a number never used before: a used one answers success and
   * leaves the money frozen. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012526374
   */
  unfreeze(input: {
    readonly transactionId: string;
    readonly outOrderNo: string;
    readonly description: string;
  }): Promise<Outcome<SharingOrder>>;
  /** Takes a share back from a merchant within 180 days. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012525287 */
  createReturn(input: SharingReturnInput): Promise<Outcome<SharingReturn>>;
  /** Source: https://pay.weixin.qq.com/doc/v3/merchant/4012526279 */
  queryReturn(names: { readonly outReturnNo: string; readonly outOrderNo: string }): Promise<Outcome<SharingReturn>>;
  /** Money of an order that is still frozen for sharing. Read it before sharing. Source: https://pay.weixin.qq.com/doc/v3/merchant/4012457939 */
  remaining(transactionId: string): Promise<Outcome<{ readonly transactionId: string; readonly unsplitFen: Fen }>>;
}

function readShare(source: JsonObject): ShareResult {
  return defined({
    type: oneOf(source, 'type', RECEIVER_TYPES),
    account: text(source, 'account'),
    amountFen: amount(source, 'amount'),
    description: optionalText(source, 'description'),
    result: oneOf(source, 'result', ['PENDING', 'SUCCESS', 'CLOSED']),
    failReason: optionalText(source, 'fail_reason'),
    detailId: optionalText(source, 'detail_id'),
    createdAt: optionalInstant(source, 'create_time'),
    finishedAt: optionalInstant(source, 'finish_time'),
  });
}

function readOrderOf(names: { readonly outOrderNo: string; readonly transactionId: string }): (source: JsonObject) => SharingOrder {
  return (source) => ({
    transactionId: same(source, 'transaction_id', names.transactionId),
    outOrderNo: same(source, 'out_order_no', names.outOrderNo),
    orderId: text(source, 'order_id'),
    state: oneOf(source, 'state', ['PROCESSING', 'FINISHED']),
    receivers: children(source, 'receivers').map(readShare),
  });
}

function readReturnOf(outReturnNo: string): (source: JsonObject) => SharingReturn {
  return (source) =>
    defined({
      outReturnNo: same(source, 'out_return_no', outReturnNo),
      returnId: text(source, 'return_id'),
      orderId: optionalText(source, 'order_id'),
      outOrderNo: optionalText(source, 'out_order_no'),
      returnMchId: text(source, 'return_mchid'),
      amountFen: amount(source, 'amount'),
      result: oneOf(source, 'result', ['PROCESSING', 'SUCCESS', 'FAILED']),
      failReason: optionalText(source, 'fail_reason'),
      createdAt: optionalInstant(source, 'create_time'),
      finishedAt: optionalInstant(source, 'finish_time'),
    });
}

/** The answer repeats what was sent; the names that come back encrypted or not are of no use. */
function acknowledged(receiver: ReceiverName): (source: JsonObject) => undefined {
  return (source) => {
    same(source, 'account', receiver.account);
    optionalOneOf(source, 'type', RECEIVER_TYPES);
    return undefined;
  };
}

function receiverFaults(context: Context, input: ReceiverName & { readonly appId: string }) {
  return [
    holds(context.appIds.includes(input.appId), `appId ${input.appId} is not configured`),
    lengthWithin('account', input.account, 64),
  ];
}

function sharingFaults(context: Context, input: SharingInput) {
  const { receivers } = input;
  return [
    holds(context.appIds.includes(input.appId), `appId ${input.appId} is not configured`),
    matches('transactionId', input.transactionId, PLATFORM_NO),
    matches('outOrderNo', input.outOrderNo, OUT_LONG_NO),
    holds(receivers.length >= 1 && receivers.length <= 50, 'receivers must be 1 to 50'),
    holds(new Set(receivers.map(({ type, account }) => `${type}:${account}`)).size === receivers.length, 'a receiver is named twice'),
    ...receivers.flatMap((receiver) => [
      positive('amountFen', receiver.amountFen),
      lengthWithin('description', receiver.description, 80),
      sensitiveFault('name', receiver.name),
    ]),
  ];
}

function returnFaults(input: SharingReturnInput) {
  return [
    holds((input.orderId === undefined) !== (input.outOrderNo === undefined), 'name either orderId or outOrderNo'),
    matches('outReturnNo', input.outReturnNo, OUT_LONG_NO),
    positive('amountFen', input.amountFen),
    lengthWithin('description', input.description, 80),
  ];
}

export function sharingOperations(context: Context): SharingOperations {
  const encrypt = encryptFor(context);
  const encryptedName = (name: string | undefined) => (name === undefined ? undefined : encrypt(name));
  const post = <T>(operationPath: string, body: JsonObject, read: (answer: JsonObject) => T) =>
    send(context, { method: 'POST', path: `/v3/profitsharing/${operationPath}`, body, read });
  return {
    addReceiver: (input) =>
      unlessFaulty(
        [
          ...receiverFaults(context, input),
          sensitiveFault('name', input.name),
          holds(input.type !== 'MERCHANT_ID' || input.name !== undefined, 'a receiving merchant needs its registered name'),
          holds((input.relation === 'CUSTOM') === (input.customRelation !== undefined), 'customRelation goes with relation CUSTOM only'),
          lengthWithin('customRelation', input.customRelation, 10),
        ],
        () =>
          post(
            'receivers/add',
            {
              appid: input.appId,
              type: input.type,
              account: input.account,
              name: encryptedName(input.name),
              relation_type: input.relation,
              custom_relation: input.customRelation,
            },
            acknowledged(input),
          ),
      ),
    deleteReceiver: (input) =>
      unlessFaulty(receiverFaults(context, input), () =>
        post('receivers/delete', { appid: input.appId, type: input.type, account: input.account }, acknowledged(input)),
      ),
    createOrder: (input) =>
      unlessFaulty(sharingFaults(context, input), () =>
        post(
          'orders',
          {
            appid: input.appId,
            transaction_id: input.transactionId,
            out_order_no: input.outOrderNo,
            receivers: input.receivers.map((receiver) => ({
              type: receiver.type,
              account: receiver.account,
              name: encryptedName(receiver.name),
              amount: receiver.amountFen,
              description: receiver.description,
            })),
            unfreeze_unsplit: input.unfreezeUnsplit,
          },
          readOrderOf(input),
        ),
      ),
    queryOrder: (names) =>
      unlessFaulty([matches('outOrderNo', names.outOrderNo, OUT_LONG_NO), matches('transactionId', names.transactionId, PLATFORM_NO)], () =>
        send(context, {
          method: 'GET',
          path: path`/v3/profitsharing/orders/${names.outOrderNo}`,
          query: { transaction_id: names.transactionId },
          read: readOrderOf(names),
        }),
      ),
    unfreeze: (input) =>
      unlessFaulty(
        [
          matches('transactionId', input.transactionId, PLATFORM_NO),
          matches('outOrderNo', input.outOrderNo, OUT_LONG_NO),
          lengthWithin('description', input.description, 80),
        ],
        () =>
          post(
            'orders/unfreeze',
            { transaction_id: input.transactionId, out_order_no: input.outOrderNo, description: input.description },
            readOrderOf(input),
          ),
      ),
    createReturn: (input) =>
      unlessFaulty(returnFaults(input), () =>
        post(
          'return-orders',
          {
            order_id: input.orderId,
            out_order_no: input.outOrderNo,
            out_return_no: input.outReturnNo,
            return_mchid: input.returnMchId,
            amount: input.amountFen,
            description: input.description,
          },
          readReturnOf(input.outReturnNo),
        ),
      ),
    queryReturn: ({ outReturnNo, outOrderNo }) =>
      unlessFaulty([matches('outReturnNo', outReturnNo, OUT_LONG_NO), matches('outOrderNo', outOrderNo, OUT_LONG_NO)], () =>
        send(context, {
          method: 'GET',
          path: path`/v3/profitsharing/return-orders/${outReturnNo}`,
          query: { out_order_no: outOrderNo },
          read: readReturnOf(outReturnNo),
        }),
      ),
    remaining: (transactionId) =>
      unlessFaulty([matches('transactionId', transactionId, PLATFORM_NO)], () =>
        send(context, {
          method: 'GET',
          path: path`/v3/profitsharing/transactions/${transactionId}/amounts`,
          read: (source) => ({
            transactionId: same(source, 'transaction_id', transactionId),
            unsplitFen: amount(source, 'unsplit_amount'),
          }),
        }),
      ),
  };
}
