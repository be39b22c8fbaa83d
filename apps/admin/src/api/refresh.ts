import { forgetTokens, readTokens, storeTokens, type Tokens } from '../session/stored-session';

/** Seconds before its end at which an access token is no longer used. */
const EARLY_MS = 15_000;

export type Exchange = (refreshToken: string) => Promise<Tokens | 'refused'>;

const isFresh = (tokens: Tokens, nowMs: number) => Date.parse(tokens.accessTokenExpiresAt) - EARLY_MS > nowMs;

/** One tab at a time: a refresh token that is used twice would revoke the whole session. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  if (!('locks' in navigator)) return work();
  return navigator.locks.request('qianxing.admin.refresh', work) as Promise<T>;
}

/**
 * Gives access tokens and renews them. Calls that need a new token at the same moment share one exchange, also across tabs.
 * @param exchange asks the server for new tokens; throws if there was no answer (the old tokens are then kept)
 */
export function createTokenSource(exchange: Exchange) {
  let running: Promise<string | null> | null = null;

  async function renew(rejected: string | null): Promise<string | null> {
    const stored = readTokens();
    if (stored === null) return null;
    if (stored.accessToken !== rejected && isFresh(stored, Date.now())) return stored.accessToken;
    const renewed = await exchange(stored.refreshToken);
    if (renewed === 'refused') {
      forgetTokens();
      return null;
    }
    storeTokens(renewed);
    return renewed.accessToken;
  }

  function renewOnce(rejected: string | null): Promise<string | null> {
    running ??= alone(() => renew(rejected)).finally(() => {
      running = null;
    });
    return running;
  }

  return {
    /** A token to call with, null if nobody is signed in. */
    async current(): Promise<string | null> {
      const stored = readTokens();
      if (stored === null) return null;
      return isFresh(stored, Date.now()) ? stored.accessToken : renewOnce(null);
    },
    /** Another token after the server refused `rejected` with 401; null if the session is over. */
    after: (rejected: string): Promise<string | null> => renewOnce(rejected),
  };
}
