import type { Outcome } from './outcome';

/**
 * One WeChat application: a mini program, an official account (for H5) or a Channels shop. Each has its own id and secret, so each gets
 * its own client. Going live changes base URLs and credentials only.
 */
export interface WechatOpenConfig {
  /** `https://api.weixin.qq.com` in production, no trailing slash. */
  readonly apiBaseUrl: string;
  /** Where browsers are sent for H5 consent: `https://open.weixin.qq.com` in production. */
  readonly authorizeBaseUrl: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly clock: { now(): number };
  /** Deadline of one HTTP exchange from connecting to the last byte. Default 12,000 ms. */
  readonly timeoutMs?: number;
  /** Where tokens are shared between processes. Default: this process only, which is correct but fetches once per process. */
  readonly tokenStore?: TokenStore;
}

/** An interface credential. It is a secret: keep it out of logs. */
export interface StoredToken {
  readonly token: string;
  /** UTC ms from which a new one should be fetched; the old one still works until `expiresAt`. */
  readonly refreshAt: number;
  /** UTC ms. */
  readonly expiresAt: number;
}

/** Shared place for tokens (Redis, a table). It is a cache: losing it costs one fetch, a failing one is passed over. */
export interface TokenStore {
  load(key: string): Promise<StoredToken | undefined>;
  save(key: string, token: StoredToken): Promise<void>;
}

/** Gives a valid token. `refused` names a token WeChat has just refused, so that it is not handed out again. */
export type GetAccessToken = (options?: { readonly refused?: string }) => Promise<Outcome<string>>;

export interface MiniProgramSession {
  readonly openId: string;
  /** Never leaves the server. */
  readonly sessionKey: string;
  readonly unionId?: string;
}

export interface PhoneNumber {
  /** With country code for foreign numbers. */
  readonly phoneNumber: string;
  readonly purePhoneNumber: string;
  /** `86`. */
  readonly countryCode: string;
  /** When WeChat issued it, UTC ms. */
  readonly issuedAt: number;
}

export interface AuthorizeUrlInput {
  /** Where WeChat sends the browser back, on a domain registered with the official account. */
  readonly redirectUrl: string;
  /** `base`: silent, openid only. `userinfo`: asks for consent, nickname and picture too. */
  readonly scope: 'base' | 'userinfo';
  /** Random, bound to the browser session, single use; at most 128 of `a-zA-Z0-9`. */
  readonly state: string;
}

export interface OauthSession {
  readonly openId: string;
  readonly unionId?: string;
  /** Token for this person's profile; another thing than the application's access token. */
  readonly accessToken: string;
  readonly refreshToken: string;
  /** UTC ms. */
  readonly expiresAt: number;
  readonly scope: string;
  /** A preview identity WeChat invents for pages opened without consent: create no account for it. */
  readonly isSnapshotUser: boolean;
}

export interface OauthProfile {
  readonly openId: string;
  readonly unionId?: string;
  readonly nickname: string;
  readonly avatarUrl: string;
}

export interface JsSdkConfig {
  readonly appId: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly nonceStr: string;
  readonly signature: string;
}

export type MiniProgramVersion = 'release' | 'trial' | 'develop';

export interface MiniProgramCodeInput {
  /** 1–32 of digits, letters and ``!#$&'()*+,/:;=?@-._~``: store a short id, not data. */
  readonly scene: string;
  /** Without leading slash and query; the home page when left out. */
  readonly page?: string;
  /** false lifts the check that the page is published (limit 60,000 codes). Default true. */
  readonly checkPath?: boolean;
  /** Default `release`. */
  readonly version?: MiniProgramVersion;
  /** 280–1280 pixels, default 430. */
  readonly widthPixels?: number;
  readonly transparent?: boolean;
}

export interface Picture {
  readonly contentType: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
}

export interface LinkInput {
  /** Published page without query; the home page when left out. */
  readonly path?: string;
  readonly query?: string;
  readonly version?: MiniProgramVersion;
  /** UTC ms, at most 30 days ahead. */
  readonly expiresAt: number;
}

/** The payment a parcel belongs to: WeChat Pay's number, or the merchant's number with the merchant id. */
export type ShippingOrderKey = { readonly transactionId: string } | { readonly merchantId: string; readonly outTradeNo: string };

export interface ShippingParcel {
  /** Required for express. */
  readonly trackingNumber?: string;
  /** WeChat's carrier code (`SF`, `YTO` …), not Kuaidi100's. Required for express. */
  readonly carrierCode?: string;
  /** At most 120 characters. */
  readonly itemDescription: string;
  /** Masked phone with its last four digits open; one of the two is required for SF. */
  readonly consignorContact?: string;
  readonly receiverContact?: string;
}

export type LogisticsKind = 'express' | 'city' | 'virtual' | 'pickUp';

export interface ShippingInfo {
  readonly order: ShippingOrderKey;
  readonly logistics: LogisticsKind;
  /** `split`: several parcels at several times, express only; then `allDelivered` says whether this was the last. */
  readonly delivery: { readonly mode: 'unified' } | { readonly mode: 'split'; readonly allDelivered: boolean };
  /** 1–15; the full list each time. */
  readonly parcels: readonly ShippingParcel[];
}

export interface ShippingUpload extends ShippingInfo {
  /** UTC ms, strictly newer than that of the last upload for the same payment. */
  readonly uploadedAt: number;
  readonly payerOpenId: string;
}

export interface CombinedShippingUpload {
  readonly order: ShippingOrderKey;
  readonly subOrders: readonly ShippingInfo[];
  readonly uploadedAt: number;
  readonly payerOpenId: string;
}

export type ShippingOrderState = 'toShip' | 'shipped' | 'confirmed' | 'done' | 'refunded' | 'toSettle' | 'other';

export interface ShippingOrder {
  readonly transactionId: string;
  readonly merchantId: string;
  readonly outTradeNo: string;
  readonly paidAmountFen: number;
  readonly openId: string;
  readonly state: ShippingOrderState;
  /** WeChat's number for the state, kept for states added later. */
  readonly stateCode: number;
  readonly inComplaint: boolean;
  readonly parcels: readonly { readonly trackingNumber: string; readonly carrierCode: string }[];
}

export interface SubscriptionMessage {
  readonly toOpenId: string;
  readonly templateId: string;
  /** Page opened by a tap, may carry a query. */
  readonly page?: string;
  /** Default `formal`. */
  readonly version?: 'formal' | 'trial' | 'developer';
  /** Default `zh_CN`. */
  readonly language?: 'zh_CN' | 'en_US' | 'zh_HK' | 'zh_TW';
  /** Template field (`thing1`, `amount2` …) → text; `thing` takes at most 20 characters. */
  readonly fields: Readonly<Record<string, string>>;
}

export type TextScene = 'profile' | 'comment' | 'forum' | 'socialLog';

export interface TextToCheck {
  /** At most 2,500 characters. */
  readonly content: string;
  /** Somebody who visited the mini program in the last two hours. */
  readonly openId: string;
  readonly scene: TextScene;
  readonly title?: string;
  readonly nickname?: string;
  /** Read by WeChat in scene `profile` only. */
  readonly signature?: string;
}

export interface TextVerdict {
  readonly suggestion: 'pass' | 'review' | 'risky';
  /** 100 normal, 10001 advertising, 20001 politics, 20002 pornography, 20003 abuse, 20006 crime, 20008 fraud, 20012 vulgar, 20013 copyright, 21000 other. */
  readonly label: number;
  readonly traceId: string;
}

export interface WechatOpen {
  /** Stable access token, cached, shared, fetched once however many ask. Hand it to `createChannelsShop` as is. */
  readonly getAccessToken: GetAccessToken;

  /** Mini-program login. A code works once, for 5 minutes. Rejected: 40029 invalid, 40163 used, 40226 high-risk user, 45011 too often. */
  codeToSession(jsCode: string): Promise<Outcome<MiniProgramSession>>;
  /** Another code than login's, single use, 5 minutes. Rejected `phone.appId` when the answer was issued to another application. */
  phoneNumber(input: { readonly code: string; readonly openId?: string }): Promise<Outcome<PhoneNumber>>;

  /** Address to send an H5 visitor inside WeChat to; WeChat returns to `redirectUrl?code=…&state=…`. */
  authorizeUrl(input: AuthorizeUrlInput): string;
  oauthSession(code: string): Promise<Outcome<OauthSession>>;
  refreshOauthSession(refreshToken: string): Promise<Outcome<OauthSession>>;
  /** Needs scope `userinfo`. */
  oauthProfile(session: { readonly accessToken: string; readonly openId: string }): Promise<Outcome<OauthProfile>>;
  /** Signature for `wx.config` in a page; `url` is the page's address, its fragment is cut off. */
  jsSdkConfig(url: string): Promise<Outcome<JsSdkConfig>>;

  /** Permanent mini-program code with a scene. Rejected 41030 page missing, 45009 quota. */
  miniProgramCode(input: MiniProgramCodeInput): Promise<Outcome<Picture>>;
  /** `https://wxaurl.cn/…`, opens the mini program from SMS, mail and browsers. */
  urlLink(input: LinkInput): Promise<Outcome<string>>;
  /** `weixin://dl/business/?t=…`. */
  urlScheme(input: LinkInput): Promise<Outcome<string>>;

  /** `changed: false` when WeChat already had exactly this (10060023). 10060001 just after payment is retryable. 10060003: the one re-shipping is used up. */
  uploadShippingInfo(input: ShippingUpload): Promise<Outcome<{ readonly changed: boolean }>>;
  /** For one combined payment of several orders. */
  uploadCombinedShippingInfo(input: CombinedShippingUpload): Promise<Outcome<{ readonly changed: boolean }>>;
  shippingOrder(order: ShippingOrderKey): Promise<Outcome<ShippingOrder>>;
  isTradeManaged(): Promise<Outcome<boolean>>;
  /** Reminds the payer to confirm receipt: once per payment, express only, `receivedAt` (UTC ms) after shipping. 10060030: used up. */
  notifyConfirmReceive(input: { readonly order: ShippingOrderKey; readonly receivedAt: number }): Promise<Outcome<undefined>>;

  /** Rejected 43101: no consent left, final. 47003: a field breaks its format. The message id is a 64-bit number, so it is text. */
  sendSubscriptionMessage(message: SubscriptionMessage): Promise<Outcome<{ readonly messageId: string }>>;
  checkText(text: TextToCheck): Promise<Outcome<TextVerdict>>;
}

/** JSON value whose integers beyond 2^53 were kept as digit strings. From XML every leaf is text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

export interface MessagePushConfig {
  readonly appId: string;
  /** The «Token» entered in WeChat's console. */
  readonly token: string;
  /**
   * As chosen in WeChat's console. `plain` signs only the query, not the body; `compatible` sends plain and encrypted side by side, and
   * only the encrypted one is believed; `secure` is the one to use.
   */
  readonly mode: 'plain' | 'compatible' | 'secure';
  /** 43 characters; required unless `plain`. During rotation the older one may stay as second. */
  readonly encodingAesKeys: readonly string[];
}

export type PushQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface PushMessage {
  readonly toUserName: string;
  readonly fromUserName: string;
  /** UTC ms. */
  readonly createdAt: number;
  /** `event`, `text`, `image` … */
  readonly messageType: string;
  /** Set when `messageType` is `event`. */
  readonly event?: string;
  /** Same for every repetition of one message, different for different messages of one second: put a unique key on it. */
  readonly dedupeKey: string;
  readonly content: JsonObject;
  /** Decrypted text as received, for the inbox table. */
  readonly raw: string;
}

export interface MessagePush {
  /** Answer to WeChat's GET: send the text back as is. Rejected `push.signature`. */
  confirmUrl(query: PushQuery): Outcome<string>;
  /**
   * Checks and opens a POST. Answer `PUSH_ACCEPTED` within 5 seconds once it is stored; else it comes again, three times.
   * Rejected: `push.signature`, `push.padding`, `push.appId`, `push.body`.
   */
  receive(request: { readonly query: PushQuery; readonly body: string | Uint8Array }): Outcome<PushMessage>;
}

/** What a verified push message must bring to be typed; `PushMessage` fits. */
export interface ReceivedEvent {
  readonly event?: string;
  readonly fromUserName: string;
  readonly content: JsonObject;
}

/** A push message of a mini program. All are hints: ask (`shippingOrder`) before anything irreversible. */
export type OpenEvent =
  /**
   * Comes when a payment is shipped, confirmed and settled; `settledAt` is set in the last one only. From then on the money may be shared.
   * Instants are UTC ms.
   */
  | {
      readonly kind: 'paymentSettling';
      readonly transactionId: string;
      readonly merchantId: string;
      readonly outTradeNo: string;
      readonly paidAt?: number;
      readonly shippedAt?: number;
      readonly estimatedSettlementAt?: number;
      readonly confirmedBy?: 'time' | 'payer' | 'other';
      readonly confirmedAt?: number;
      readonly settledAt?: number;
    }
  /** A paid order waits for its shipping info. */
  | { readonly kind: 'shippingReminder'; readonly transactionId: string; readonly merchantId: string; readonly outTradeNo: string }
  /** The visitor answered a request for subscription messages (`popup`), or changed the answer in WeChat's settings (`setting`). */
  | {
      readonly kind: 'subscriptionsChanged';
      readonly openId: string;
      readonly source: 'popup' | 'setting';
      readonly templates: readonly { readonly templateId: string; readonly accepted: boolean }[];
    }
  /** What became of a subscription message sent. */
  | {
      readonly kind: 'subscriptionMessageSent';
      readonly openId: string;
      readonly messages: readonly { readonly templateId: string; readonly messageId: string; readonly errorCode: string }[];
    }
  /** Events not typed here; `event` is WeChat's name. */
  | { readonly kind: 'other'; readonly event: string };
