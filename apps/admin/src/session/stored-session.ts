/** Tokens of the signed-in staff member. One copy for all tabs of the browser. */
export interface Tokens {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: string;
}

const KEY = 'qianxing.admin.session';

/** The stored tokens, or null if there are none or they cannot be read. */
export function readTokens(): Tokens | null {
  const text = localStorage.getItem(KEY);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Tokens;
  } catch {
    return null;
  }
}

export function storeTokens(tokens: Tokens): void {
  localStorage.setItem(KEY, JSON.stringify(tokens));
}

export function forgetTokens(): void {
  localStorage.removeItem(KEY);
}

/** Calls back when another tab signs in or out. */
export function onTokensChangedElsewhere(listener: (tokens: Tokens | null) => void): void {
  window.addEventListener('storage', (event) => {
    if (event.key === KEY) listener(readTokens());
  });
}
