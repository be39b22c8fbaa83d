import type { TrackingState } from './types';

/** https://api.kuaidi100.com/document/5f0ffa8f2977d50a94e1023c, table «state». */
const STATES: Readonly<Record<number, TrackingState>> = {
  0: 'inTransit',
  1: 'collected',
  2: 'problem',
  3: 'signed',
  4: 'returnSigned',
  5: 'delivering',
  6: 'returning',
  7: 'forwarded',
  8: 'customs',
  10: 'customsPending',
  11: 'customsClearing',
  12: 'customsCleared',
  13: 'customsProblem',
  14: 'refused',
};

/** Ordered and waiting for the courier: the carrier does not hold the parcel yet, though both count as «1» in the short table. */
const ANNOUNCED = new Set(['101', '102']);

/** Number, or sub-state number of the detailed format (`301` belongs to 3, `1001` to 0), → our word. */
export function trackingState(code: string): TrackingState {
  if (ANNOUNCED.has(code)) return 'announced';
  if (/^10\d\d$/.test(code)) return 'inTransit';
  if (/^[1-9]\d\d$/.test(code)) return STATES[Number(code.charAt(0))] ?? 'other';
  return /^\d{1,2}$/.test(code) ? (STATES[Number(code)] ?? 'other') : 'other';
}
