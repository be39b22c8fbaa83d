import { createHmac } from 'node:crypto';
import { ask, bodyOf, demand, until } from './http';

/** Where the parties of a test listen. */
export interface Place {
  readonly serverUrl: string;
  readonly sandboxUrl: string;
}

export interface Tokens {
  accessToken: string;
  accessTokenExpiresAt: string;
  refreshToken: string;
}

/** Somebody signed in, member or staff. `tokens` changes when it is renewed. */
export interface Person {
  readonly kind: 'member' | 'staff';
  readonly name: string;
  /** Phone of a member, user name of staff. */
  readonly login: string;
  readonly tokens: Tokens;
}

export interface Member extends Person {
  readonly memberId: string;
  readonly addressId: string;
}

/** Staff accounts that `qianxing demo --basics` makes; all share password and authenticator. */
const STAFF = { password: 'Qianxing-demo-2026', totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' } as const;
const CONSENT = { termsVersion: '2026-11', privacyVersion: '2026-11' };

/** Time-based one-time code, written anew so that the server's own is not its own judge. @see RFC 6238 §4, RFC 4648 §6 */
function totp(secret: string, nowMs: number): string {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = (mac[19] ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const clockOf = async (sandboxUrl: string): Promise<number> => (await demand<{ nowMs: number }>(sandboxUrl, { path: '/clock' })).nowMs;

/** Signs staff in: password, then the authenticator's code. */
export async function signInStaff(place: Place, username: string): Promise<Person> {
  const { challengeToken } = await demand<{ challengeToken: string }>(place.serverUrl, {
    method: 'POST',
    path: '/staff/v1/login',
    body: { username, password: STAFF.password },
  });
  const totpCode = totp(STAFF.totpSecret, await clockOf(place.sandboxUrl));
  const { session } = await demand<{ session: Tokens }>(place.serverUrl, {
    method: 'POST',
    path: '/staff/v1/login/totp',
    body: { challengeToken, totpCode },
  });
  return { kind: 'staff', name: username, login: username, tokens: session };
}

/** The newest code that the phone received, after `seen` earlier ones. */
async function codesOf(sandboxUrl: string, phone: string): Promise<string[]> {
  const { messages } = await demand<{ messages: { phone: string; code: string | null }[] }>(sandboxUrl, { path: '/sandbox/messages' });
  return messages.flatMap((message) => (message.phone === phone && message.code !== null ? [message.code] : []));
}

/** Signs a member in with the code on the sandbox's phone; the first time registers. */
export async function signInMember(place: Place, phone: string, referralToken?: string): Promise<{ tokens: Tokens; memberId: string }> {
  const seen = (await codesOf(place.sandboxUrl, phone)).length;
  await demand(place.serverUrl, { method: 'POST', path: '/api/v1/login/codes', body: { phone } });
  const code = await until(`a login code for ${phone}`, async () => {
    const codes = await codesOf(place.sandboxUrl, phone);
    return codes.length > seen ? codes[0] : undefined;
  });
  const body = { phone, code, consent: CONSENT, ...(referralToken === undefined ? {} : { referralToken }) };
  const signedIn = await demand<{ session: Tokens; member: { memberId: string } }>(place.serverUrl, {
    method: 'POST',
    path: '/api/v1/login/phone',
    body,
  });
  return { tokens: signedIn.session, memberId: signedIn.member.memberId };
}

export interface Arrival {
  readonly name: string;
  readonly phone: string;
  /** Code of the promoter whose link was followed. */
  readonly referralCode?: string;
}

/** A visitor becomes a member with a name and an address. */
export async function arrive(place: Place, { name, phone, referralCode }: Arrival): Promise<Member> {
  const visit =
    referralCode === undefined
      ? undefined
      : await demand<{ referralToken: string }>(place.serverUrl, {
          method: 'POST',
          path: '/api/v1/referrals/visits',
          body: { code: referralCode, channel: 'link' },
        });
  const { tokens, memberId } = await signInMember(place, phone, visit?.referralToken);
  const token = tokens.accessToken;
  await demand(place.serverUrl, { method: 'PATCH', path: '/api/v1/me', token, body: { nickname: name } });
  const { addressId } = await demand<{ addressId: string }>(place.serverUrl, {
    method: 'POST',
    path: '/api/v1/addresses',
    token,
    body: { recipient: name, phone, countyCode: '370212', detail: '海尔路 18 号', isDefault: true },
  });
  return { kind: 'member', name, login: phone, tokens, memberId, addressId };
}

/** Becomes a promoter; answers the referral code. */
export async function enrol({ serverUrl }: Place, { tokens: { accessToken: token } }: Person): Promise<string> {
  const agreement = { kind: 'promoter_agreement', version: '2026-11', granted: true };
  await demand(serverUrl, { method: 'POST', path: '/api/v1/consents', token, body: agreement });
  const { referralCode } = await demand<{ referralCode: string }>(serverUrl, {
    method: 'POST',
    path: '/api/v1/promoter/enrolment',
    token,
    body: { agreementVersion: '2026-11', adult: true },
  });
  return referralCode;
}

/** Binds the WeChat account that payouts go to. */
export async function bindWechat(place: Place, member: Member, appid: string): Promise<void> {
  const token = member.tokens.accessToken;
  const { url } = await demand<{ url: string }>(place.serverUrl, { path: '/api/v1/login/wechat-h5/authorize-url?returnTo=/', token });
  const { code } = await demand<{ code: string }>(place.sandboxUrl, {
    method: 'POST',
    path: '/sandbox/wechat/codes',
    body: { kind: 'oauth', phone: member.login, appid },
  });
  const state = new URL(url).searchParams.get('state');
  await demand(place.serverUrl, { method: 'POST', path: '/api/v1/me/wechat-h5', token, body: { code, state } });
}

/** How long an access token is good. */
const ACCESS_TOKEN_MS = 15 * 60_000;

/** New tokens for somebody; answers until when the access token is good. */
async function renew(place: Place, person: Person): Promise<number> {
  const path = person.kind === 'member' ? '/api/v1/sessions/refresh' : '/staff/v1/sessions/refresh';
  const answer = await ask(place.serverUrl, { method: 'POST', path, body: { refreshToken: person.tokens.refreshToken } });
  const fresh =
    answer.status === 200
      ? bodyOf<Tokens>(answer)
      : (person.kind === 'member' ? await signInMember(place, person.login) : await signInStaff(place, person.login)).tokens;
  Object.assign(person.tokens, { accessToken: fresh.accessToken, refreshToken: fresh.refreshToken });
  return Date.parse(fresh.accessTokenExpiresAt);
}

/**
 * Moves the virtual clock, waits until the server has followed it and gives everybody new tokens. The server looks at the clock twice a
 * second; that it has followed shows in when a renewed token expires.
 */
export async function passTime(place: Place, byMs: number, people: readonly Person[]): Promise<void> {
  const body = { byMs, settle: true };
  const { nowMs } = await demand<{ nowMs: number }>(place.sandboxUrl, { method: 'POST', path: '/clock/advance', body });
  for (const person of people)
    await until(
      'the server to follow the clock',
      async () => ((await renew(place, person)) >= nowMs + ACCESS_TOKEN_MS ? true : undefined),
      200,
    );
}
