import { api } from './api';
import { t } from './i18n';
import { open } from './platform/navigation';
import { storage } from './platform/storage';
import { type Arrival, dropWaitingArrival, keepReferral, keepWaitingArrival, readArrival, readQuery, waitingArrival } from './referral';

export type LaunchQuery = Readonly<Record<string, string | undefined>>;

/** Turns a referral code into a visit token and keeps it; a code that cannot be recorded now waits for the next chance. */
async function recordVisit(arrival: Arrival): Promise<void> {
  if (arrival.code === null) return;
  const answer = await api.post('/api/v1/referrals/visits', { code: arrival.code, channel: arrival.channel });
  if (answer.ok) {
    keepReferral(storage, { code: arrival.code, savedAt: Date.now(), ...answer.value });
    dropWaitingArrival(storage);
    uni.showToast({ title: t('goods.referredBy', { name: answer.value.referrerNickname }), icon: 'none', duration: 2500 });
    return;
  }
  if (answer.failure.kind === 'problem' && answer.failure.status < 429) dropWaitingArrival(storage);
  else keepWaitingArrival(storage, arrival, Date.now());
}

async function recordWaitingVisit(): Promise<void> {
  const waiting = waitingArrival(storage, Date.now());
  if (waiting !== null) await recordVisit(waiting);
}

/** Reads how somebody came, remembers by whose link, and opens the product that the link was about. */
export function arrive(launchQuery: LaunchQuery): void {
  arriving = readAndRecord(launchQuery);
}

let arriving: Promise<void> = Promise.resolve();

/** The visit of this start is recorded, or one that had to wait (somebody may have been offline when the link was opened). Awaited before login. */
export async function visitRecorded(): Promise<void> {
  await arriving;
  await recordWaitingVisit();
}

async function readAndRecord(launchQuery: LaunchQuery): Promise<void> {
  const arrival = readArrival({ ...addressQuery(), ...launchQuery });
  forgetAddressQuery();
  if (arrival.productId !== null) setTimeout(() => open(`/goods/product/index?productId=${arrival.productId}`), 0);
  if (arrival.code === null) await recordWaitingVisit();
  else await recordVisit(arrival);
}

/** The query before the hash of the page address; empty outside browsers. */
function addressQuery(): Record<string, string> {
  // #ifdef H5
  return readQuery(window.location.search);
  // #endif
  // #ifndef H5
  return {};
  // #endif
}

/** A kept visit must not be recorded again by a reload, nor travel on when the address is copied. */
function forgetAddressQuery(): void {
  // #ifdef H5
  const { pathname, search, hash } = window.location;
  const rest = search
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '' && !/^(?:ref|p|c)=/.test(pair))
    .join('&');
  if (search !== '' && `?${rest}` !== search)
    window.history.replaceState(window.history.state, '', `${pathname}${rest === '' ? '' : `?${rest}`}${hash}`);
  // #endif
}
