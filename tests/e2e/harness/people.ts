import { totpCode } from '@qianxing/auth';
import { type Caller, openCaller, signedInCaller, until } from './callers';

/** Accounts of the demonstration; README.md lists them too. */
export const STAFF_PASSWORD = 'Qianxing-demo-2026';
const STAFF_TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

export const staffCode = (nowMs: number): string => totpCode(STAFF_TOTP_SECRET, nowMs);

/** A member of staff over HTTP. */
export async function staffCaller(serverUrl: string, username: string, nowMs: number): Promise<Caller> {
  const server = openCaller(serverUrl);
  const { challengeToken } = await server.send<{ challengeToken: string }>('POST', '/staff/v1/login', {
    username,
    password: STAFF_PASSWORD,
  });
  const { session } = await server.send<{ session: { accessToken: string; refreshToken: string } }>('POST', '/staff/v1/login/totp', {
    challengeToken,
    totpCode: staffCode(nowMs),
  });
  return signedInCaller(serverUrl, '/staff/v1/sessions/refresh', session);
}

interface Phones {
  readonly serverUrl: string;
  readonly sandbox: Caller;
}

/** Codes that were sent to a phone, newest first. */
export async function codesOn(sandbox: Caller, phone: string): Promise<string[]> {
  const { messages } = await sandbox.get<{ messages: { phone: string; code: string | null }[] }>('/sandbox/messages');
  return messages.flatMap((message) => (message.phone === phone && message.code !== null ? [message.code] : []));
}

/** The code that arrives after `before` codes had arrived. */
export function nextCode(sandbox: Caller, phone: string, before: number): Promise<string> {
  return until(`a login code on ${phone}`, async () => {
    const codes = await codesOn(sandbox, phone);
    return codes.length > before ? codes[0] : undefined;
  });
}

/** A member over HTTP; registers at the first time. */
export async function memberCaller({ serverUrl, sandbox }: Phones, phone: string, referralToken?: string): Promise<Caller> {
  const server = openCaller(serverUrl);
  const before = (await codesOn(sandbox, phone)).length;
  await server.send('POST', '/api/v1/login/codes', { phone });
  const { session } = await server.send<{ session: { accessToken: string; refreshToken: string } }>('POST', '/api/v1/login/phone', {
    phone,
    code: await nextCode(sandbox, phone, before),
    consent: { termsVersion: '2026-11', privacyVersion: '2026-11' },
    ...(referralToken === undefined ? {} : { referralToken }),
  });
  return signedInCaller(serverUrl, '/api/v1/sessions/refresh', session);
}
