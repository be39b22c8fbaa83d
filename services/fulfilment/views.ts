import type { Query } from '@qianxing/database';
import { carriers } from '@qianxing/kuaidi100';
import { toIso } from '@qianxing/time';
import { SHIPMENT_STATUSES, type Shipment } from './contract';
import { linesOfShipments, tasksById, trackingOf } from './store';
import type { ShipmentRow, TrackingRow } from './tables';

/** Shipments with lines and tracking; two queries whatever the number of rows. */
export async function shipmentViews(query: Query, rows: readonly ShipmentRow[]): Promise<Shipment[]> {
  const ids = rows.map((row) => row.shipmentId);
  const lines = await linesOfShipments(query, ids);
  const events = await trackingOf(query, ids);
  return rows.map((row) => {
    const carrier = carriers.find((candidate) => candidate.code === row.carrierCode);
    return {
      shipmentId: row.shipmentId,
      orderId: row.orderId,
      carrierCode: row.carrierCode,
      carrierNameZh: carrier?.zh ?? row.carrierCode,
      carrierNameEn: carrier?.en ?? row.carrierCode,
      waybillNo: row.waybillNo,
      status: row.status,
      lines: lines
        .filter((line) => line.shipmentId === row.shipmentId)
        .map(({ orderLineId, title, label, quantity }) => ({ orderLineId, title, label, quantity })),
      events: events
        .filter((event) => event.shipmentId === row.shipmentId)
        .sort(newestFirst)
        .map(({ at, status, text, place }) => ({ at: toIso(at), status, text, place })),
      shippedAt: toIso(row.shippedAt),
      deliveredAt: row.deliveredAt === null ? null : toIso(row.deliveredAt),
    };
  });
}

/** Carriers date to the second; within one the parcel's way decides. */
const newestFirst = (a: TrackingRow, b: TrackingRow): number =>
  b.at - a.at || SHIPMENT_STATUSES.indexOf(b.status) - SHIPMENT_STATUSES.indexOf(a.status);

export async function staffShipmentViews(query: Query, rows: readonly ShipmentRow[]) {
  const plain = await shipmentViews(query, rows);
  const tasks = await tasksById(query, [...new Set(rows.map((row) => row.orderId))]);
  return plain.map((view, index) => ({
    ...view,
    orderNo: tasks.get(view.orderId)?.orderNo ?? '',
    shippingInfo: rows[index]?.shippingInfo ?? ('waiting' as const),
    subscription: rows[index]?.subscription ?? ('waiting' as const),
  }));
}
