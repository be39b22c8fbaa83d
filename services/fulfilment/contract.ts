import { defineTopic } from '@qianxing/events';
import { defineContract } from '@qianxing/http/contract';
import { Closed, Count, Id, Instant, Nullable, OneOf, PageOf, PageQuery, Quantity, type Static, Text, Type } from '@qianxing/http/schemas';

export const SHIPMENT_STATUSES = ['shipped', 'picked_up', 'in_transit', 'out_for_delivery', 'delivered', 'problem', 'returned'] as const;

const WaybillNo = Type.String({ pattern: '^[A-Za-z0-9-]{6,40}$' });
export const TrackingEvent = Closed({
  at: Instant,
  status: OneOf(...SHIPMENT_STATUSES),
  text: Type.String(),
  place: Nullable(Type.String()),
});
export const Shipment = Closed({
  shipmentId: Id,
  orderId: Id,
  carrierCode: Type.String(),
  carrierNameZh: Type.String(),
  carrierNameEn: Type.String(),
  waybillNo: Type.String(),
  status: OneOf(...SHIPMENT_STATUSES),
  lines: Type.Array(Closed({ orderLineId: Id, title: Type.String(), label: Type.String(), quantity: Quantity })),
  events: Type.Array(TrackingEvent),
  shippedAt: Instant,
  deliveredAt: Nullable(Instant),
});
export type Shipment = Static<typeof Shipment>;

const ShipLine = Closed({ orderLineId: Id, quantity: Quantity });
const ToShipRow = Closed({
  orderId: Id,
  orderNo: Type.String(),
  warehouseName: Type.String(),
  recipientMasked: Type.String(),
  region: Type.String(),
  lines: Type.Array(
    Closed({
      orderLineId: Id,
      title: Type.String(),
      label: Type.String(),
      quantity: Quantity,
      shippedQuantity: Count,
      heldQuantity: Count,
      toShipQuantity: Count,
    }),
  ),
  paidAt: Instant,
});
const ExceptionRow = Closed({
  exceptionId: Id,
  kind: OneOf('not_shipped_in_time', 'no_tracking', 'stuck', 'problem', 'returned', 'subscription_failed', 'shipping_info_failed'),
  orderId: Id,
  orderNo: Type.String(),
  shipmentId: Nullable(Id),
  waybillNo: Nullable(Type.String()),
  detail: Type.String(),
  openedAt: Instant,
  resolvedAt: Nullable(Instant),
  resolution: Nullable(Type.String()),
});
const StaffShipmentRow = Closed({
  ...Shipment.properties,
  orderNo: Type.String(),
  shippingInfo: OneOf('not_needed', 'waiting', 'uploaded', 'rejected', 'unknown'),
  subscription: OneOf('waiting', 'subscribed', 'rejected'),
});

export const fulfilmentContract = defineContract({
  orderShipments: {
    method: 'GET',
    path: '/api/v1/orders/:orderId/shipments',
    access: 'member',
    summary: 'Parcels of my order with tracking',
    params: Closed({ orderId: Id }),
    response: Closed({ items: Type.Array(Shipment) }),
  },
  carriers: {
    method: 'GET',
    path: '/api/v1/carriers',
    access: 'public',
    summary: 'Carriers',
    response: Closed({ items: Type.Array(Closed({ carrierCode: Type.String(), nameZh: Type.String(), nameEn: Type.String() })) }),
  },
  trackingPush: {
    method: 'POST',
    path: '/hooks/kuaidi100',
    access: 'hook',
    summary: 'Tracking push of Kuaidi100',
    query: Type.Object({}, { additionalProperties: true }),
  },

  toShip: {
    method: 'GET',
    path: '/staff/v1/to-ship',
    access: 'staff:fulfilment.read',
    summary: 'Paid orders that wait for shipping, oldest first',
    query: Closed({ ...PageQuery, text: Type.Optional(Text(60)) }),
    response: PageOf(ToShipRow),
  },
  ship: {
    method: 'POST',
    path: '/staff/v1/shipments',
    access: 'staff:fulfilment.write',
    summary: 'Ship a parcel',
    idempotent: true,
    status: 201,
    body: Closed({ orderId: Id, carrierCode: Text(40), waybillNo: WaybillNo, lines: Type.Array(ShipLine, { minItems: 1, maxItems: 50 }) }),
    response: StaffShipmentRow,
  },
  importShipments: {
    method: 'POST',
    path: '/staff/v1/shipments/import',
    access: 'staff:fulfilment.write',
    summary: 'Ship many from CSV (orderNo, carrierCode, waybillNo[, skuLabel, quantity]); `dryRun` only checks',
    bodyLimit: 2_097_152,
    body: Closed({ csv: Text(2_000_000), dryRun: Type.Boolean() }),
    response: Closed({
      rows: Count,
      accepted: Count,
      shipped: Count,
      errors: Type.Array(Closed({ row: Count, field: Nullable(Type.String()), code: Type.String(), zh: Type.String(), en: Type.String() })),
    }),
  },
  staffShipments: {
    method: 'GET',
    path: '/staff/v1/shipments',
    access: 'staff:fulfilment.read',
    summary: 'Shipments',
    query: Closed({
      ...PageQuery,
      status: Type.Optional(OneOf(...SHIPMENT_STATUSES)),
      orderId: Type.Optional(Id),
      text: Type.Optional(Text(60)),
    }),
    response: PageOf(StaffShipmentRow),
  },
  exceptions: {
    method: 'GET',
    path: '/staff/v1/shipping-exceptions',
    access: 'staff:fulfilment.read',
    summary: 'What went wrong on the way',
    query: Closed({ ...PageQuery, open: Type.Optional(Type.Boolean()) }),
    response: PageOf(ExceptionRow),
  },
  resolveException: {
    method: 'POST',
    path: '/staff/v1/shipping-exceptions/:exceptionId/resolve',
    access: 'staff:fulfilment.write',
    summary: 'Record how an exception was resolved',
    params: Closed({ exceptionId: Id }),
    body: Closed({ resolution: Text(300, 2) }),
    response: ExceptionRow,
  },
});

export const parcelShipped = defineTopic<{
  shipmentId: string;
  orderId: string;
  carrierCode: string;
  waybillNo: string;
  lines: readonly { orderLineId: string; quantity: number }[];
  shippedAt: number;
}>()('fulfilment.parcelShipped');
/** Every parcel of the order, and every unit of it, has been delivered. */
export const orderDelivered = defineTopic<{ orderId: string; deliveredAt: number }>()('fulfilment.orderDelivered');

export interface FulfilmentApi {
  countsByStatus(): Promise<{ toShip: number; openExceptions: number }>;
}
