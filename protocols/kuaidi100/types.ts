import type { Outcome } from './outcome';

export interface Kuaidi100Config {
  /** `https://poll.kuaidi100.com` in production, no trailing slash. */
  readonly pollBaseUrl: string;
  /** 授权 key, the password of the account. */
  readonly key: string;
  /** Customer number that goes with the key; signs real-time queries. */
  readonly customer: string;
  /** Deadline of one HTTP exchange from connecting to the last byte. Default 12,000 ms. */
  readonly timeoutMs?: number;
}

/**
 * Our words for Kuaidi100's state numbers; `announced` is ordered but not collected yet (sub-states 101, 102); `other` for numbers added later, the
 * number itself is always kept beside it.
 */
export type TrackingState =
  | 'announced'
  | 'collected'
  | 'inTransit'
  | 'problem'
  | 'signed'
  | 'returnSigned'
  | 'delivering'
  | 'returning'
  | 'forwarded'
  | 'customs'
  | 'customsPending'
  | 'customsClearing'
  | 'customsCleared'
  | 'customsProblem'
  | 'refused'
  | 'other';

/** One node of a parcel's journey. */
export interface TrackingEvent {
  /** UTC ms; Kuaidi100 writes China time. */
  readonly occurredAt: number;
  readonly description: string;
  /** Absent when the account's result format carries no state per node. */
  readonly state?: TrackingState;
  /** Kuaidi100's number for the node, with sub-states (`101`, `301`) when ordered. */
  readonly stateCode?: string;
  /** `广东,深圳市`. */
  readonly areaName?: string;
  readonly areaCode?: string;
  readonly location?: string;
  /** Hash of time and text: same node, same hash, in every push and query. Replace by (number, hash), never append blindly. */
  readonly nodeHash: string;
}

/** A parcel's whole known journey. */
export interface Tracking {
  readonly carrierCode: string;
  readonly trackingNumber: string;
  readonly state: TrackingState;
  readonly stateCode: string;
  /** Kuaidi100's own check mark for «signed». */
  readonly isSigned: boolean;
  /** Newest first. */
  readonly events: readonly TrackingEvent[];
}

export interface TrackInput {
  readonly carrierCode: string;
  /** 6–32 characters. */
  readonly trackingNumber: string;
  /** Sender's or receiver's phone; the last four digits do. Required for `shunfeng`, `shunfengkuaiyun` and `zhongtong`. */
  readonly phone?: string;
  /** Departure and destination, for example `广东深圳`; they sharpen the estimate. */
  readonly from?: string;
  readonly to?: string;
}

export interface SubscribeInput extends TrackInput {
  /** Public address; may carry a query (put an opaque token of the parcel there). https must be enabled by Kuaidi100's staff. */
  readonly callbackUrl: string;
  /** Secret of this subscription; signs every push. At least 8 characters. */
  readonly salt: string;
}

export interface Kuaidi100 {
  /**
   * Real-time query; at most one per parcel and 30 minutes. Rejected: 400 data or carrier, 408 phone check (ask with the other party's
   * phone), 500 nothing known yet (retryable), 501/502 server (retryable), 503 signature, 600 key, 601 quota.
   */
  track(input: TrackInput): Promise<Outcome<Tracking>>;
  /**
   * Orders pushes. `alreadySubscribed` (501) is success, but a changed address or salt did not take effect. At most 4 subscriptions per
   * parcel and month. Rejected: 600 key, 601 expired, 700 data, 701 carrier refused, 702 carrier not recognised; 500 is retryable.
   */
  subscribe(input: SubscribeInput): Promise<Outcome<{ readonly alreadySubscribed: boolean }>>;
}

export interface PushForm {
  /** Form field `param`, after form decoding, byte for byte. */
  readonly param: string | undefined;
  /** Form field `sign`. */
  readonly sign: string | undefined;
  /** The salt given when subscribing. */
  readonly salt: string;
}

export interface TrackingPush {
  /**
   * `polling` journey goes on · `finished` signed, no more pushes (shutdown) · `aborted` nothing for 3 days or no change for 60 days:
   * mark stale, subscribe again after 30 minutes or query · `updated` a finished journey was corrected (updateall).
   */
  readonly status: 'polling' | 'finished' | 'aborted' | 'updated';
  readonly message: string;
  /** Absent when the push brings no result (most aborts). The full list, newest first. */
  readonly tracking?: Tracking;
  /** Set when Kuaidi100 found the carrier to be another one: store it; a new stream of pushes follows. */
  readonly correctedCarrierCode?: string;
}

export interface Carrier {
  /** Kuaidi100's code. */
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  /** The same company in WeChat's list (shipping management, shop), which has codes of its own. Absent where not known for certain. */
  readonly wechatCode?: string;
  /** Tracking works only with the last four digits of a phone. */
  readonly needsPhone: boolean;
}
