import type { TrackingEvent, TrackingState } from '@qianxing/kuaidi100';
import type { ShipmentStatus } from '../tables';

/** A carrier's state in our terms. */
function statusOf(state: TrackingState): ShipmentStatus {
  switch (state) {
    case 'announced':
      return 'shipped';
    case 'collected':
      return 'picked_up';
    case 'inTransit':
    case 'forwarded':
    case 'customs':
    case 'customsPending':
    case 'customsClearing':
    case 'customsCleared':
      return 'in_transit';
    case 'delivering':
      return 'out_for_delivery';
    case 'signed':
      return 'delivered';
    case 'problem':
    case 'customsProblem':
    case 'refused':
    case 'returning':
      return 'problem';
    case 'returnSigned':
      return 'returned';
    case 'other':
      return 'in_transit';
    default:
      return state satisfies never;
  }
}

const RANK: Readonly<Record<ShipmentStatus, number>> = {
  shipped: 0,
  picked_up: 1,
  in_transit: 2,
  out_for_delivery: 3,
  problem: 4,
  delivered: 5,
  returned: 6,
};

/** Status after news that may come late or twice: delivered and returned are final, otherwise the newest event counts. */
export function statusAfter(
  current: ShipmentStatus,
  events: readonly { readonly at: number; readonly status: ShipmentStatus }[],
): ShipmentStatus {
  const final = events
    .filter((event) => event.status === 'delivered' || event.status === 'returned')
    .sort((a, b) => RANK[b.status] - RANK[a.status])[0];
  if (current === 'returned' || final?.status === 'returned') return 'returned';
  if (current === 'delivered' || final?.status === 'delivered') return 'delivered';
  const newest = [...events].sort((a, b) => b.at - a.at || RANK[b.status] - RANK[a.status])[0];
  return newest?.status ?? current;
}

/** When a parcel was delivered: the first such event, whatever came in which order. */
export function deliveryInstant(events: readonly { readonly at: number; readonly status: ShipmentStatus }[]): number | undefined {
  const instants = events.filter((event) => event.status === 'delivered').map((event) => event.at);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** Status of one event; without a state of its own it is on its way. */
export const eventStatus = (event: TrackingEvent): ShipmentStatus => (event.state === undefined ? 'in_transit' : statusOf(event.state));
