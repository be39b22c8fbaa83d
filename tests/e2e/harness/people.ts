import { totpCode } from '@qianxing/auth';
import { type Caller, openCaller, signedInCaller, type Tokens, until } from './callers';

/** Accounts of the demonstration; README.md lists them too. */
export const STAFF_PASSWORD = 'Qianxing-demo-2026';
const STAFF_TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

export const staffCode = (nowMs: number): string => totpCode(STAFF_TOTP_SECRET, nowMs);

/** Where people are: a server and the sandbox with its phones and its clock. */
interface Place {
  readonly serverUrl: string;
  readonly sandbox: Caller;
}

/** A member of staff over HTTP. */
export function staffCaller({ serverUrl, sandbox }: Place, username: string): Promise<Caller> {
  const server = openCaller(serverUrl);
  return signedInCaller(serverUrl, '/staff/v1/sessions/refresh', async () => {
    const { nowMs } = await sandbox.get<{ nowMs: number }>('/clock');
    const body = { username, password: STAFF_PASSWORD };
    const { challengeToken } = await server.send<{ challengeToken: string }>('POST', '/staff/v1/login', body);
    const second = { challengeToken, totpCode: staffCode(nowMs) };
    return (await server.send<{ session: Tokens }>('POST', '/staff/v1/login/totp', second)).session;
  });
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
export function memberCaller({ serverUrl, sandbox }: Place, phone: string, referralToken?: string): Promise<Caller> {
  const server = openCaller(serverUrl);
  return signedInCaller(serverUrl, '/api/v1/sessions/refresh', async () => {
    const before = (await codesOn(sandbox, phone)).length;
    await server.send('POST', '/api/v1/login/codes', { phone });
    const { session } = await server.send<{ session: Tokens }>('POST', '/api/v1/login/phone', {
      phone,
      code: await nextCode(sandbox, phone, before),
      consent: { termsVersion: '2026-11', privacyVersion: '2026-11' },
      ...(referralToken === undefined ? {} : { referralToken }),
    });
    return session;
  });
}
