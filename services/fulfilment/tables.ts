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
  shippingInfo: 'not_needed' | 'waiting' | 'uploaded' | 'rejected' | 'unknown';
  subscription: 'waiting' | 'subscribed' | 'rejected';
  attempts: number;
  nextAttemptAt: number | null;
  lastNewsAt: number;
  shippedAt: number;
  deliveredAt: number | null;
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
  fulfilment_shipment_lines: { shipmentId: string; orderLineId: string; quantity: number };
  fulfilment_tracking_events: TrackingRow;
  fulfilment_exceptions: ExceptionRow;
};
