import { Secret, TOTP } from 'otpauth';

const STEP_MS = 30_000;
const DIGITS = 6;
/** Steps of drift accepted on either side. */
const WINDOW = 1;

/** 160 random bits, base32, as authenticator apps take them. @see RFC 4226 §4 R6 */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** `otpauth://` address for the QR code. */
export function totpUri(secret: string, account: string, issuer: string): string {
  return totp(secret, account, issuer).toString();
}

const totp = (secret: string, label?: string, issuer?: string) =>
  new TOTP({
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: DIGITS,
    period: STEP_MS / 1000,
    ...(label === undefined ? {} : { label }),
    ...(issuer === undefined ? {} : { issuer }),
  });

export interface TotpAttempt {
  readonly secret: string;
  readonly code: string;
  readonly now: number;
  /** Step of the last code that was accepted, null if none was. Store the new one guarded by `lastUsedStep < :step`. */
  readonly lastUsedStep: number | null;
}

/**
 * The time step of an accepted code (store it: each step is worth one sign-in), or undefined. Accepts one step of drift either way.
 *
 * @see RFC 6238 §5.2
 */
export function acceptTotp({ secret, code, now, lastUsedStep }: TotpAttempt): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const drift = totp(secret).validate({ token: code, timestamp: now, window: WINDOW });
  if (drift === null) return undefined;
  const step = Math.floor(now / STEP_MS) + drift;
  return lastUsedStep !== null && step <= lastUsedStep ? undefined : step;
}

/** The code of an instant; what an authenticator app shows. */
export const totpCode = (secret: string, now: number): string => totp(secret).generate({ timestamp: now });
