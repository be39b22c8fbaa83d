import type { WechatPay } from '@qianxing/wechat-pay';
import type { PAYMENT_CHANNELS, PAYMENT_STATUSES, REFUND_STATUSES, TRANSFER_STATUSES } from './contract';

export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];
export type RefundStatus = (typeof REFUND_STATUSES)[number];
export type TransferStatus = (typeof TRANSFER_STATUSES)[number];
export type PaymentChannel = (typeof PAYMENT_CHANNELS)[number];

/** A payment that may still end in money: polled until it ends. */
export const OPEN_PAYMENT: readonly PaymentStatus[] = ['created', 'pending', 'unknown'];
/** Money may still arrive on a payment that we gave up: the provider's word counts. */
export const MAY_SUCCEED: readonly PaymentStatus[] = ['created', 'pending', 'unknown', 'closed', 'failed'];
export const OPEN_REFUND: readonly RefundStatus[] = ['created', 'processing', 'unknown'];
export const OPEN_TRANSFER: readonly TransferStatus[] = ['created', 'processing', 'awaiting_confirmation', 'unknown'];

export interface PaymentOptions {
  readonly wechatPay: WechatPay;
  /** App id by which each channel pays. */
  readonly appIds: Readonly<Record<PaymentChannel | 'transfer', string>>;
  readonly merchantId: string;
  /** Origin under which `/hooks/wechat-pay/…` is reached by WeChat Pay. */
  readonly notifyBaseUrl: string;
  /** Where the H5 cashier returns to; `{paymentId}` is filled in. */
  readonly h5ReturnUrl: string;
  /** Opens payments with frozen funds so that commission can be shared from them. */
  readonly profitSharing: boolean;
  /** Scene of commission payouts (1005 佣金报酬) with what has to be reported for it. */
  readonly transferScene: {
    readonly sceneId: string;
    readonly reports: readonly { readonly infoType: string; readonly infoContent: string }[];
  };
  /** A page on which a promoter without WeChat client can confirm a transfer (the sandbox has one); null in production. */
  readonly transferConfirmUrl: (packageInfo: string) => string | null;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses before the next question to the provider, by how often it was asked; the last one repeats. */
const QUERY_PAUSES_MS: readonly number[] = [5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 3 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR];

export function pauseAfter(attempts: number): number {
  return QUERY_PAUSES_MS[Math.min(attempts, QUERY_PAUSES_MS.length - 1)] ?? HOUR;
}
