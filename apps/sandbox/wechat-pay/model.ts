import type { BookEntry } from './books';

export type TradeType = 'JSAPI' | 'NATIVE' | 'APP' | 'MWEB';
export type TradeState = 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED';

/** One order of a merchant. Amounts in fen. */
export interface Transaction {
  readonly outTradeNo: string;
  readonly appid: string;
  readonly tradeType: TradeType;
  readonly description: string;
  readonly attach: string | null;
  readonly notifyUrl: string;
  readonly totalFen: number;
  readonly payerOpenid: string | null;
  readonly profitSharing: boolean;
  readonly createdAtMs: number;
  readonly payDeadlineMs: number | null;
  /** Canonical body of the first request: a repeat must be equal. */
  readonly fingerprint: string;
  prepayId: string;
  prepayAtMs: number;
  h5Token: string | null;
  codeUrl: string | null;
  state: TradeState;
  transactionId: string | null;
  paidOpenid: string | null;
  paidAtMs: number | null;
  couponFen: number;
  feeFen: number;
  /** Sum of refunds accepted and not closed. */
  refundedFen: number;
  lastRefundAtMs: number | null;
  refundCount: number;
  /** Frozen for sharing and not yet shared, refunded or released. */
  frozenFen: number;
  /** Sum of shares accepted and not failed. */
  sharedFen: number;
  sharingOrders: number;
  unfrozen: boolean;
  /** Shipping was confirmed or needs no confirmation. */
  settledAtMs: number | null;
  hiddenQueries: number;
}

export type RefundStatus = 'PROCESSING' | 'SUCCESS' | 'CLOSED' | 'ABNORMAL';

export interface Refund {
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly outTradeNo: string;
  readonly reason: string | null;
  readonly notifyUrl: string | null;
  readonly amountFen: number;
  readonly payerRefundFen: number;
  readonly feeBackFen: number;
  /** Parts taken from the frozen money of the order and from the available balance. */
  readonly fromFrozenFen: number;
  readonly fromAvailableFen: number;
  readonly createdAtMs: number;
  readonly fingerprint: string;
  readonly ending: 'SUCCESS' | 'ABNORMAL' | 'CLOSED' | 'STUCK';
  status: RefundStatus;
  finishedAtMs: number | null;
}

export type ReceiverResult = 'PENDING' | 'SUCCESS' | 'CLOSED';

export interface ShareReceiver {
  readonly type: 'MERCHANT_ID' | 'PERSONAL_OPENID';
  readonly account: string;
  readonly amountFen: number;
  readonly description: string;
  readonly detailId: string;
  readonly createdAtMs: number;
  result: ReceiverResult;
  failReason: string | null;
  finishedAtMs: number | null;
  returnedFen: number;
}

export interface SharingOrder {
  readonly outOrderNo: string;
  readonly orderId: string;
  readonly transactionId: string;
  readonly outTradeNo: string;
  readonly unfreezeUnsplit: boolean;
  readonly receivers: ShareReceiver[];
  readonly fingerprint: string;
  readonly createdAtMs: number;
  state: 'PROCESSING' | 'FINISHED';
}

export interface SharingReturn {
  readonly outReturnNo: string;
  readonly returnId: string;
  readonly outOrderNo: string;
  readonly orderId: string;
  readonly returnMchid: string;
  readonly amountFen: number;
  readonly description: string;
  readonly fingerprint: string;
  readonly createdAtMs: number;
  readonly result: 'SUCCESS' | 'FAILED';
  readonly failReason: string | null;
}

export type TransferState =
  | 'ACCEPTED'
  | 'PROCESSING'
  | 'WAIT_USER_CONFIRM'
  | 'TRANSFERING'
  | 'SUCCESS'
  | 'FAIL'
  | 'CANCELING'
  | 'CANCELLED';

export interface Transfer {
  readonly outBillNo: string;
  readonly transferBillNo: string;
  readonly appid: string;
  readonly openid: string;
  readonly sceneId: string;
  readonly remark: string;
  readonly amountFen: number;
  readonly userName: string | null;
  readonly notifyUrl: string | null;
  readonly fingerprint: string;
  readonly packageToken: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  state: TransferState;
  failReason: string | null;
}

export interface WechatPaySettings {
  feeRateBp: number;
  sharingMaxRateBp: number;
  refundDelayMs: number;
  refundIntervalMs: number;
  sharingDelayMs: number;
  sharingEarliestMs: number;
  billReadyHour: number;
  /** When true, sharing of mini-program orders waits for shipping info and receipt. */
  settlementGate: boolean;
}

export interface WechatPayState {
  /** Keyed by out_trade_no, out_refund_no, out_order_no, out_return_no, out_bill_no. */
  readonly transactions: Map<string, Transaction>;
  readonly refunds: Map<string, Refund>;
  readonly sharingOrders: Map<string, SharingOrder>;
  readonly sharingReturns: Map<string, SharingReturn>;
  readonly transfers: Map<string, Transfer>;
  /** Secondary keys: transaction_id, prepay_id, code_url and H5 token → out_trade_no. */
  readonly tradeNoByKey: Map<string, string>;
  /** `type:account` of added receivers. */
  readonly receivers: Map<string, { readonly appid: string; readonly relation: string; readonly name: string | null }>;
  readonly billTokens: Map<string, { readonly contentBase64: string; readonly expiresAtMs: number }>;
  readonly books: BookEntry[];
  readonly settings: WechatPaySettings;
}

export const emptyWechatPayState = (): WechatPayState => ({
  transactions: new Map(),
  refunds: new Map(),
  sharingOrders: new Map(),
  sharingReturns: new Map(),
  transfers: new Map(),
  tradeNoByKey: new Map(),
  receivers: new Map(),
  billTokens: new Map(),
  books: [],
  settings: {
    feeRateBp: 60,
    sharingMaxRateBp: 3_000,
    refundDelayMs: 1_000,
    refundIntervalMs: 60_000,
    sharingDelayMs: 1_000,
    sharingEarliestMs: 60_000,
    billReadyHour: 10,
    settlementGate: false,
  },
});

/** Canonical JSON: keys sorted at every depth, so equal requests compare equal whatever their key order. */
export function fingerprintOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(fingerprintOf).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${fingerprintOf(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
