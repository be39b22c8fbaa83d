import type { Kuaidi100 } from '@qianxing/kuaidi100';
import type { ReportedParcel } from './shipping-info/rules';
import type { DeliveryMode } from './tables';

/** What WeChat is told of the shipping of a payment (shipping management of the mini program): all parcels, each time. */
export interface ShippingInfo {
  readonly paymentId: string;
  readonly mode: DeliveryMode;
  /** Oldest first, at least one. */
  readonly parcels: readonly ReportedParcel[];
  /** Whether everything of the payment has now been shipped. */
  readonly complete: boolean;
  /** UTC milliseconds, newer than that of any report before. */
  readonly uploadTime: number;
}

export type ShippingInfoOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'notNeeded' }
  | { readonly kind: 'rejected'; readonly code: string; readonly retryable: boolean }
  | { readonly kind: 'unknown'; readonly reason: string };

/** The few functions fulfilment needs from others. */
export interface FulfilmentNeeds {
  readonly kuaidi100: Kuaidi100;
  uploadShippingInfo(info: ShippingInfo): Promise<ShippingInfoOutcome>;
}
