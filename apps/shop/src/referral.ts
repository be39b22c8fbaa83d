import type { KeyValueStorage } from './platform/storage';

const STORED = 'referral';
/** A visit counts for this long on this device. */
export const REFERRAL_KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const CODE = /^[0-9a-hjkmnp-tv-z]{8}$/;
const PRODUCT_ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

export type ReferralChannel = 'poster' | 'link' | 'showcase' | 'live';

/** How somebody came: by whose code, through what, to which product. */
export interface Arrival {
  readonly code: string | null;
  readonly channel: ReferralChannel;
  readonly productId: string | null;
}

const CHANNELS: readonly string[] = ['poster', 'link', 'showcase', 'live'] satisfies ReferralChannel[];
const isChannel = (value: string | undefined): value is ReferralChannel => value !== undefined && CHANNELS.includes(value);

/** `a=1&b=2` as an object; also what a mini-program code's scene holds. */
export function readQuery(search: string): Record<string, string> {
  const pairs = search
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [decode(name), decode(value)] as const;
    });
  return Object.fromEntries(pairs);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '));
  } catch {
    return text;
  }
}

/** Reads an arrival from a query: `ref` and `p` (H5 links), or the `scene` of a mini-program code (a bare code, or `ref=…&p=…`). */
export function readArrival(query: Readonly<Record<string, string | undefined>>): Arrival {
  const scene = query.scene === undefined ? {} : readScene(decode(query.scene));
  const values: Record<string, string | undefined> = { ...scene, ...query };
  const code = values.ref?.toLowerCase();
  const channel = isChannel(values.c) ? values.c : query.scene === undefined ? 'link' : 'poster';
  return {
    code: code !== undefined && CODE.test(code) ? code : null,
    channel,
    productId: values.p !== undefined && PRODUCT_ID.test(values.p) ? values.p : null,
  };
}

const readScene = (scene: string): Record<string, string> => (scene.includes('=') ? readQuery(scene) : { ref: scene });

export interface KeptReferral {
  readonly code: string;
  readonly referralToken: string;
  readonly referrerNickname: string;
  readonly savedAt: number;
}

/** Keeps the visit through browsing, reloads and restarts until it is used or too old. The newest visit wins; the server decides what it means. */
export function keepReferral(storage: KeyValueStorage, kept: KeptReferral): void {
  storage.write(STORED, kept);
}

export function keptReferral(storage: KeyValueStorage, now: number): KeptReferral | null {
  const kept = storage.read<KeptReferral>(STORED);
  if (kept === null) return null;
  if (now - kept.savedAt < REFERRAL_KEPT_MS) return kept;
  storage.remove(STORED);
  return null;
}

/** Sent with a login that succeeded: it has done its work. */
export function useUpReferral(storage: KeyValueStorage): void {
  storage.remove(STORED);
}

const WAITING = 'referralWaiting';

/** A code whose visit could not be recorded yet (no network when the link was opened); recorded at the next start or before login. */
export function keepWaitingArrival(storage: KeyValueStorage, arrival: Arrival, now: number): void {
  storage.write(WAITING, { arrival, savedAt: now });
}

export function waitingArrival(storage: KeyValueStorage, now: number): Arrival | null {
  const waiting = storage.read<{ arrival: Arrival; savedAt: number }>(WAITING);
  return waiting !== null && now - waiting.savedAt < REFERRAL_KEPT_MS ? waiting.arrival : null;
}

export function dropWaitingArrival(storage: KeyValueStorage): void {
  storage.remove(WAITING);
}
