import type { Party } from './faults';
import { type Notice, type NoticeAttempt, type NoticeSender, type Parcel, resendNotice } from './notices';
import type { World } from './world';

const ANSWER_TIMEOUT_MS = 5_000;
const MAX_IN_FLIGHT = 32;

/** Sends due notices, a bounded number at a time, and keeps the schedule of repeats. */
export interface Delivery {
  /** Starts sending whatever is due now. */
  wake(): void;
  /** Resolves when nothing due is left and nothing is in flight. */
  settle(): Promise<void>;
  /** Holds everything back for some real time, so that followers of the clock learn of a jump before notices dated after it arrive. */
  pause(realMs: number): void;
  /** Starts nothing more; what is in flight ends by itself. */
  stop(): void;
  /** Sends the bytes of an earlier attempt again, unchanged. */
  replay(notice: Notice, attempt: NoticeAttempt): Promise<NoticeAttempt>;
}

export function createDelivery(world: World, senders: Readonly<Partial<Record<Party, NoticeSender>>>): Delivery {
  const inFlight = new Map<string, Promise<void>>();

  let stopped = false;
  let pause: NodeJS.Timeout | undefined;
  const endPause = () => {
    clearTimeout(pause);
    pause = undefined;
  };

  const wake = () => {
    if (stopped || pause !== undefined) return;
    const now = world.clock.now();
    for (const noticeId of world.openNotices) {
      if (inFlight.size >= MAX_IN_FLIGHT) return;
      if (inFlight.has(noticeId)) continue;
      const notice = world.state.notices.get(noticeId);
      if (notice === undefined || notice.nextAttemptAtMs === null) {
        world.openNotices.delete(noticeId);
        continue;
      }
      if (notice.nextAttemptAtMs > now) continue;
      const sender = senders[notice.party];
      if (sender === undefined) continue;
      const work = sendOnce(world, sender, notice).finally(() => {
        inFlight.delete(noticeId);
        world.touch();
        wake();
      });
      inFlight.set(noticeId, work);
    }
  };

  return {
    wake,
    pause(realMs) {
      endPause();
      pause = setTimeout(() => {
        pause = undefined;
        wake();
      }, realMs);
    },
    stop() {
      stopped = true;
      endPause();
    },
    async settle() {
      endPause();
      wake();
      while (inFlight.size > 0) {
        await Promise.all(inFlight.values());
        wake();
      }
    },
    async replay(notice, attempt) {
      const parcel = { url: attempt.url, headers: attempt.headers, body: Buffer.from(attempt.bodyBase64, 'base64') };
      const outcome = await post(world, parcel, senders[notice.party]);
      notice.attempts.push(outcome);
      world.touch();
      return outcome;
    },
  };
}

async function sendOnce(world: World, sender: NoticeSender, notice: Notice): Promise<void> {
  const fault = notice.attemptFaults.shift();
  const copies = notice.copies;
  notice.copies = 1;
  const outcomes = await Promise.all(Array.from({ length: copies }, () => post(world, sender.pack(world, notice, fault), sender)));
  notice.attempts.push(...outcomes);
  const now = world.clock.now();
  if (outcomes.some((outcome) => outcome.accepted)) {
    notice.status = 'delivered';
    notice.nextAttemptAtMs = notice.repeatsLeft > 0 ? now : null;
    notice.repeatsLeft = Math.max(0, notice.repeatsLeft - 1);
  } else {
    const failures = notice.attempts.filter((attempt) => !attempt.accepted).length;
    const gapMs = sender.retryGapsMs[Math.ceil(failures / copies) - 1];
    notice.nextAttemptAtMs = gapMs === undefined ? null : now + gapMs;
    notice.status = gapMs === undefined ? 'givenUp' : 'waiting';
  }
  releaseHeld(world, notice);
}

/** An overtaken notice goes out after one of its party that came later; the repeat of an earlier one overtakes nothing. */
function releaseHeld(world: World, sent: Notice): void {
  for (const noticeId of world.heldNotices) {
    const notice = world.state.notices.get(noticeId);
    if (notice !== undefined && (notice.party !== sent.party || sent.createdAtMs < notice.createdAtMs)) continue;
    world.heldNotices.delete(noticeId);
    if (notice?.status === 'held') resendNotice(world, notice);
  }
}

async function post(world: World, parcel: Parcel, sender: NoticeSender | undefined): Promise<NoticeAttempt> {
  const base = {
    atMs: world.clock.now(),
    url: parcel.url,
    headers: parcel.headers,
    bodyBase64: parcel.body.length > 100_000 ? '' : parcel.body.toString('base64'),
  };
  try {
    const response = await fetch(parcel.url, {
      method: 'POST',
      headers: parcel.headers,
      body: new Uint8Array(parcel.body),
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const text = (await response.text()).slice(0, 2_000);
    return { ...base, httpStatus: response.status, accepted: sender?.accepts(response.status, text) ?? false, detail: text };
  } catch (error) {
    return { ...base, httpStatus: null, accepted: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
