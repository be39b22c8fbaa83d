import type { DeliveryMode, TaskLineRow } from '../tables';

/** WeChat takes at most this many parcels of a payment. Source: upload_shipping_info, `shipping_list`. */
const MOST_PARCELS = 15;
/** Of 120 characters that WeChat takes. */
const DESCRIPTION_LENGTH = 110;

export interface ReportedParcel {
  readonly carrierCode: string;
  readonly waybillNo: string;
  readonly description: string;
  /** Empty once the recipient was forgotten. */
  readonly phone: string;
}

interface ShippedParcel {
  readonly carrierCode: string;
  readonly waybillNo: string;
  readonly phone: string;
  readonly lines: readonly { readonly title: string; readonly quantity: number }[];
}

/**
 * All parcels of a payment as WeChat is told of them, oldest first. Orders that share a waybill share a parcel. What is beyond WeChat's limit
 * is left out: the first ones stay the same from report to report.
 */
export function reportedParcels(shipped: readonly ShippedParcel[]): ReportedParcel[] {
  const parcels = new Map<string, ShippedParcel>();
  for (const parcel of shipped) {
    const key = `${parcel.carrierCode} ${parcel.waybillNo}`;
    const known = parcels.get(key);
    parcels.set(key, known === undefined ? parcel : { ...known, lines: [...known.lines, ...parcel.lines] });
  }
  return [...parcels.values()].slice(0, MOST_PARCELS).map(({ lines, ...parcel }) => ({
    ...parcel,
    description: lines
      .map(({ title, quantity }) => `${title}*${quantity}`)
      .join('，')
      .slice(0, DESCRIPTION_LENGTH),
  }));
}

/**
 * Whether everything that will ever be shipped has been. Units that an open after-sale holds back may still have to go out; refunded ones
 * never do.
 */
export const allDelivered = (
  lines: readonly Pick<TaskLineRow, 'quantity' | 'shippedQuantity' | 'heldQuantity' | 'refundedQuantity'>[],
): boolean => lines.every((line) => line.shippedQuantity + Math.min(line.heldQuantity, line.refundedQuantity) >= line.quantity);

/**
 * One parcel with everything is shipped as one; all else in parts. Once told, the mode stays, because changing it uses up the one
 * correction; only a second parcel after what had seemed to be everything is worth that.
 */
export function modeOf(told: DeliveryMode | null, parcels: number, complete: boolean): DeliveryMode {
  if (parcels > 1) return 'split';
  return told ?? (complete ? 'unified' : 'split');
}
