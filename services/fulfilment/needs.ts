import type { Kuaidi100 } from '@qianxing/kuaidi100';

/** What a shipment tells WeChat about (shipping management of the mini program). */
export interface ShippingInfo {
  readonly paymentId: string;
  readonly carrierCode: string;
  readonly waybillNo: string;
  readonly description: string;
  readonly phone: string;
  /** Whether everything of the payment has now been shipped. */
  readonly complete: boolean;
  /** UTC milliseconds. */
  readonly shippedAt: number;
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
