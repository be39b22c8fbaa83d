import { lifetimeMs, read, type WechatCall } from './call';
import { asText } from './json';
import { type Outcome, succeeded } from './outcome';
import type { GetAccessToken, JsonObject, StoredToken, TokenStore, WechatOpenConfig } from './types';

/** WeChat hands out a new token in the last five minutes of the old one, and both work in them. */
const OVERLAP_MS = 300_000;
/** After a failed refresh the old token is used on; the next attempt waits this long. */
const RETRY_AFTER_MS = 30_000;

export interface TokenSourceConfig {
  /** Place in the store. */
  readonly key: string;
  readonly clock: { now(): number };
  readonly store: TokenStore | undefined;
  fetch(): Promise<Outcome<{ readonly token: string; readonly lifetimeMs: number }>>;
  /** Switch for tests: without it every caller renews for itself. */
  readonly oneAtATime?: boolean;
}

/**
 * Keeps one token fresh: held here, shared through the store, fetched by one caller at a time. In the overlap a failing refresh is no
 * failure, because the old token still works.
 */
export function createTokenSource({ key, clock, store, fetch, oneAtATime = true }: TokenSourceConfig): GetAccessToken {
  let held: StoredToken | undefined;
  let inFlight: Promise<Outcome<string>> | undefined;

  const isGood = (token: StoredToken | undefined, refused: string | undefined): token is StoredToken =>
    token !== undefined && token.token !== refused && clock.now() < token.expiresAt;

  async function load(): Promise<StoredToken | undefined> {
    // The store is a cache: when it fails, the token is fetched.
    return store?.load(key).catch(() => undefined);
  }

  async function keep(token: StoredToken): Promise<void> {
    held = token;
    await store?.save(key, token).catch(() => undefined);
  }

  async function renew(refused: string | undefined): Promise<Outcome<string>> {
    const shared = await load();
    if (isGood(shared, refused) && clock.now() < shared.refreshAt) {
      held = shared;
      return succeeded(shared.token);
    }
    const now = clock.now();
    const fetched = await fetch();
    if (fetched.kind === 'ok') {
      const { token, lifetimeMs: lifetime } = fetched.value;
      await keep({ token, refreshAt: now + refreshAfterMs(lifetime), expiresAt: now + lifetime });
      return succeeded(token);
    }
    const old = [held, shared].find((token) => isGood(token, refused));
    if (old === undefined) return fetched;
    held = { ...old, refreshAt: now + RETRY_AFTER_MS };
    return succeeded(old.token);
  }

  const renewOnce = (refused: string | undefined): Promise<Outcome<string>> => {
    if (!oneAtATime) return renew(refused);
    inFlight ??= renew(refused).finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  };

  return async ({ refused } = {}) => {
    if (isGood(held, refused) && clock.now() < held.refreshAt) return succeeded(held.token);
    const joined = inFlight !== undefined;
    const outcome = await renewOnce(refused);
    // The renewal joined may have started before this refusal and ended on the token refused here.
    return joined && outcome.kind === 'ok' && outcome.value === refused ? renewOnce(refused) : outcome;
  };
}

/** A token about to end is used for half of what is left, so that its successor is not asked for at every call. */
function refreshAfterMs(lifetime: number): number {
  return lifetime > 2 * OVERLAP_MS ? lifetime - OVERLAP_MS : lifetime / 2;
}

type TokenConfig = Pick<WechatOpenConfig, 'appId' | 'appSecret' | 'clock' | 'tokenStore'>;

/**
 * Stable access token in normal mode: any number of servers may ask and get the same one, nobody's token is killed.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 */
export function createAccessTokens(config: TokenConfig, call: Pick<WechatCall, 'postBare'>): GetAccessToken {
  const body = { grant_type: 'client_credential', appid: config.appId, secret: config.appSecret, force_refresh: false };
  return createTokenSource({
    key: `wechat-open:access-token:${config.appId}`,
    clock: config.clock,
    store: config.tokenStore,
    fetch: async () => read(await call.postBare('/cgi-bin/stable_token', body), (content) => tokenOf(content, 'access_token')),
  });
}

/** Ticket that signs JS-SDK pages. https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html (appendix 1) */
export function createJsapiTickets(config: TokenConfig, call: Pick<WechatCall, 'getWithToken'>): GetAccessToken {
  return createTokenSource({
    key: `wechat-open:jsapi-ticket:${config.appId}`,
    clock: config.clock,
    store: config.tokenStore,
    fetch: async () =>
      read(await call.getWithToken('/cgi-bin/ticket/getticket', { type: 'jsapi' }), (content) => tokenOf(content, 'ticket')),
  });
}

function tokenOf(content: JsonObject, name: string) {
  const token = asText(content[name]);
  return token === undefined || token === '' ? undefined : { token, lifetimeMs: lifetimeMs(content) };
}
