export type Tone = 'good' | 'warning' | 'bad' | 'info' | 'quiet';

/** Colour of every state. The word is always shown too: colour never stands alone. */
export const TONES = {
  order: {
    awaiting_payment: 'quiet',
    paid: 'warning',
    partly_shipped: 'info',
    shipped: 'info',
    received: 'good',
    completed: 'good',
    cancelled: 'quiet',
  },
  afterSale: {
    applied: 'warning',
    approved: 'info',
    rejected: 'quiet',
    returning: 'info',
    returned: 'warning',
    refunding: 'info',
    refunded: 'good',
    closed: 'quiet',
  },
  payment: { created: 'quiet', pending: 'warning', succeeded: 'good', closed: 'quiet', failed: 'bad', unknown: 'bad' },
  refund: { created: 'quiet', processing: 'warning', succeeded: 'good', failed: 'bad', unknown: 'bad' },
  transfer: {
    created: 'quiet',
    processing: 'warning',
    awaiting_confirmation: 'info',
    succeeded: 'good',
    failed: 'bad',
    cancelled: 'quiet',
    unknown: 'bad',
  },
  reconciliation: { running: 'info', matched: 'good', discrepant: 'bad', failed: 'bad' },
  shipment: {
    shipped: 'quiet',
    picked_up: 'info',
    in_transit: 'info',
    out_for_delivery: 'info',
    delivered: 'good',
    problem: 'bad',
    returned: 'warning',
  },
  shippingInfo: { not_needed: 'quiet', waiting: 'warning', uploaded: 'good', rejected: 'bad', unknown: 'bad' },
  subscription: { waiting: 'warning', subscribed: 'good', rejected: 'bad' },
  product: { listed: 'good', delisted: 'quiet' },
  import: { fetching: 'info', previewed: 'warning', applying: 'info', completed: 'good', failed: 'bad', cancelled: 'quiet' },
  importChange: { new: 'good', changed: 'info', unchanged: 'quiet', refused: 'bad' },
  importItem: { waiting: 'quiet', applied: 'good', skipped: 'quiet', failed: 'bad' },
  drift: { running: 'info', completed: 'good', failed: 'bad' },
  promoter: { none: 'quiet', active: 'good', paused: 'warning', removed: 'bad' },
  application: { requested: 'warning', approved: 'good', refused: 'quiet' },
  commission: { estimated: 'quiet', pending: 'warning', available: 'info', paid: 'good', reversed: 'bad' },
  withdrawal: {
    reviewing: 'warning',
    approved: 'info',
    sending: 'info',
    awaiting_confirmation: 'warning',
    paid: 'good',
    failed: 'bad',
    rejected: 'quiet',
    cancelled: 'quiet',
    unknown: 'bad',
  },
  plan: { draft: 'quiet', published: 'good', retired: 'quiet' },
  verdict: { clean: 'good', info: 'info', warn: 'warning', block: 'bad' },
  severity: { block: 'bad', warn: 'warning', info: 'info' },
  override: { never: 'bad', legal: 'warning', ack: 'info' },
  signOff: { proposed: 'warning', effective: 'good', expired: 'quiet', withdrawn: 'quiet' },
  standing: { clear: 'good', grace: 'warning', stopped: 'bad' },
  member: { active: 'good', suspended: 'warning', erased: 'quiet' },
  staff: { active: 'good', suspended: 'warning' },
  outcome: { ok: 'good', rejected: 'bad', unknown: 'warning' },
} as const satisfies Record<string, Record<string, Tone>>;

export type StatusKind = keyof typeof TONES;

/** The tone of a state; a state this program does not know yet is shown quietly. */
export function toneOf(kind: StatusKind, value: string): Tone {
  const tones: Readonly<Record<string, Tone>> = TONES[kind];
  return tones[value] ?? 'quiet';
}

/** The states of a kind as choices of a filter. */
export const statesOf = (kind: StatusKind): string[] => Object.keys(TONES[kind]);
