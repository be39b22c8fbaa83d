import type { SHIPMENT_STATUSES } from './contract';

export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];
export type ExceptionKind =
  | 'not_shipped_in_time'
  | 'no_tracking'
  | 'stuck'
  | 'problem'
  | 'returned'
  | 'subscription_failed'
  | 'shipping_info_failed';

export type ShippingInfoState = 'not_needed' | 'waiting' | 'uploaded' | 'rejected' | 'unknown';
/** WeChat's 统一发货 and 分拆发货. */
export type DeliveryMode = 'unified' | 'split';

/** Rows as the database holds them: instants in UTC milliseconds, booleans as 0 and 1. */
export interface TaskRow {
  orderId: string;
  orderNo: string;
  tradeId: string;
  memberId: string;
  paymentId: string;
  warehouseId: string;
  warehouseName: string;
  recipientName: string;
  recipientPhone: string;
  region: string;
  detail: string;
  /** 1 while something may still be shipped. */
  open: number;
  /** 1 when the member was erased: the recipient goes as soon as no parcel needs it. */
  forget: number;
  deliveredAt: number | null;
  paidAt: number;
}

export interface TaskLineRow {
  orderLineId: string;
  orderId: string;
  position: number;
  title: string;
  label: string;
  quantity: number;
  shippedQuantity: number;
  /** Held back by after-sales; refunded units stay held for ever. */
  heldQuantity: number;
  /** Refunded for good, shipped or not. */
  refundedQuantity: number;
}

/** Units that an after-sale holds back. `quantity` of the `wantedQuantity` were still here to be held. */
export interface HoldRow {
  afterSaleId: string;
  orderId: string;
  orderLineId: string;
  wantedQuantity: number;
  quantity: number;
  released: number;
}

export interface ShipmentRow {
  shipmentId: string;
  orderId: string;
  carrierCode: string;
  waybillNo: string;
  status: ShipmentStatus;
  /** Secret that signs the carrier's pushes about this parcel. */
  salt: string;
  /** How the last report that named this parcel went. */
  shippingInfo: ShippingInfoState;
  subscription: 'waiting' | 'subscribed' | 'rejected';
  attempts: number;
  nextAttemptAt: number | null;
  lastNewsAt: number;
  shippedAt: number;
  deliveredAt: number | null;
}

/** What WeChat knows of the parcels of a payment. Every report names all of them. */
export interface ShippingInfoRow {
  paymentId: string;
  /** As first told; null before. */
  mode: DeliveryMode | null;
  /** 1 when WeChat was told that everything is shipped. */
  complete: number;
  state: ShippingInfoState;
  /** Counts what happened that WeChat must be told. */
  changes: number;
  /** `upload_time` of the last report; each is newer than the one before. */
  uploadTime: number;
  attempts: number;
  nextAttemptAt: number | null;
}

export interface TrackingRow {
  shipmentId: string;
  nodeHash: string;
  at: number;
  status: ShipmentStatus;
  text: string;
  place: string | null;
}

export interface ExceptionRow {
  exceptionId: string;
  exceptionKey: string;
  kind: ExceptionKind;
  orderId: string;
  shipmentId: string | null;
  detail: string;
  openedAt: number;
  resolvedAt: number | null;
  resolution: string | null;
}

export type FulfilmentTables = {
  fulfilment_tasks: TaskRow;
  fulfilment_task_lines: TaskLineRow;
  fulfilment_holds: HoldRow;
  fulfilment_shipments: ShipmentRow;
  fulfilment_shipping_infos: ShippingInfoRow;
  fulfilment_shipment_lines: { shipmentId: string; orderLineId: string; quantity: number };
  fulfilment_tracking_events: TrackingRow;
  fulfilment_exceptions: ExceptionRow;
};
