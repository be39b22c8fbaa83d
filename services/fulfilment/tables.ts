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
  recipientName: string;
  recipientPhone: string;
  region: string;
  detail: string;
  /** 1 while something may still be shipped. */
  open: number;
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
  fulfilment_holds: { afterSaleId: string; orderLineId: string; quantity: number; released: number };
  fulfilment_shipments: ShipmentRow;
  fulfilment_shipment_lines: { shipmentId: string; orderLineId: string; quantity: number };
  fulfilment_tracking_events: TrackingRow;
  fulfilment_exceptions: ExceptionRow;
};
