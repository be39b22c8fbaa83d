import { HOUR_MS } from './clock';
import type { FaultName } from './fault-catalogue';
import { type Fault, numberParameter, type Party } from './faults';
import { nextHex, type World } from './world';

export interface NoticeAttempt {
  readonly atMs: number;
  /** HTTP status, or null when there was no answer. */
  readonly httpStatus: number | null;
  readonly accepted: boolean;
  readonly detail: string;
  /** What was on the wire, so that it can be replayed byte for byte. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBase64: string;
}

/** One notification on its way to the merchant's server. */
export interface Notice {
  readonly noticeId: string;
  readonly party: Party;
  /** Operation for faults, for example `transaction.notice`. */
  readonly operation: string;
  /** Number of the object it is about. */
  readonly objectKey: string;
  readonly title: string;
  readonly url: string;
  /** Envelope or message that the party's sender signs at each attempt. */
  readonly content: string;
  readonly createdAtMs: number;
  readonly attempts: NoticeAttempt[];
  status: 'waiting' | 'held' | 'lost' | 'delivered' | 'givenUp';
  /** Null when nothing more is to be sent. */
  nextAttemptAtMs: number | null;
  /** Transport faults, one per coming attempt. */
  attemptFaults: FaultName[];
  /** Deliveries still to make after the first success. */
  repeatsLeft: number;
  copies: number;
}

/** What goes over the wire at one attempt. */
export interface Parcel {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface NoticeSender {
  /** Gaps between attempts; after the last one the party gives up. */
  readonly retryGapsMs: readonly number[];
  pack(world: World, notice: Notice, fault: FaultName | undefined): Parcel;
  accepts(httpStatus: number, body: string): boolean;
}

export interface NoticeOrder {
  readonly party: Party;
  readonly operation: string;
  readonly objectKey: string;
  readonly title: string;
  readonly url: string;
  readonly content: string;
}

const DELIVERY_FAULTS: ReadonlySet<FaultName> = new Set(['lost', 'late', 'duplicate', 'duplicateOtherId', 'tenCopies', 'outOfOrder']);
const CONTENT_FAULTS: ReadonlySet<FaultName> = new Set([
  'amountMismatch',
  'currencyMismatch',
  'mchidMismatch',
  'appidMismatch',
  'openidMismatch',
  'noticeWrongCipherKey',
  'noticeEmptyAssociatedData',
  'noticeUnknownEvent',
]);

/** Puts a notice into the queue, applying the delivery faults taken for it. */
export function postNotice(world: World, order: NoticeOrder, faults: readonly Fault[]): Notice {
  const has = (name: FaultName) => faults.some((fault) => fault.fault === name);
  const late = faults.find((fault) => fault.fault === 'late');
  const now = world.clock.now();
  const notice: Notice = {
    ...order,
    noticeId: nextHex(world, 16),
    createdAtMs: now,
    attempts: [],
    status: has('lost') ? 'lost' : has('outOfOrder') ? 'held' : 'waiting',
    nextAttemptAtMs:
      has('lost') || has('outOfOrder') ? null : now + (late === undefined ? 0 : numberParameter(late, 'delayMs', 23 * HOUR_MS)),
    attemptFaults: faults.map((fault) => fault.fault).filter((name) => !DELIVERY_FAULTS.has(name) && !CONTENT_FAULTS.has(name)),
    repeatsLeft: has('duplicate') ? 1 : 0,
    copies: has('tenCopies') ? 10 : 1,
  };
  world.state.notices.set(notice.noticeId, notice);
  if (notice.status === 'held') world.heldNotices.add(notice.noticeId);
  forgetOldNotices(world);
  schedule(world, notice);
  return notice;
}

const NOTICES_KEPT = 5_000;

function forgetOldNotices(world: World): void {
  if (world.state.notices.size <= NOTICES_KEPT) return;
  for (const [noticeId, notice] of world.state.notices) {
    if (world.state.notices.size <= NOTICES_KEPT * 0.9) return;
    if (notice.status === 'delivered' || notice.status === 'givenUp') world.state.notices.delete(noticeId);
  }
}

/** Sends a notice again now, whatever became of it. */
export function resendNotice(world: World, notice: Notice): void {
  notice.status = 'waiting';
  notice.nextAttemptAtMs = world.clock.now();
  schedule(world, notice);
}

/** Moves the next attempt of a notice into the future. */
export function delayNotice(world: World, notice: Notice, byMs: number): void {
  notice.status = 'waiting';
  notice.nextAttemptAtMs = Math.max(notice.nextAttemptAtMs ?? 0, world.clock.now()) + byMs;
  schedule(world, notice);
}

function schedule(world: World, notice: Notice): void {
  world.openNotices.add(notice.noticeId);
  world.touch();
  world.wakeDelivery();
}
