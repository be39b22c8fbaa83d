import type { FastifyInstance } from 'fastify';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../clock';
import { takeFault } from '../faults';
import { nextSecret, type World } from '../world';
import { addOpenRoute, type OpenAnswer, okay, refuseOpen } from './gateway';
import { openidOf, type Person, type Ticket } from './model';
import { checkApp } from './tokens';

const CODE_LIFE_MS = 5 * MINUTE_MS;
const OAUTH_LIFE_MS = 7_200 * SECOND_MS;
const REFRESH_LIFE_MS = 30 * DAY_MS;

/** A one-time code as a client would get it from `wx.login`, the phone button or the authorize page. */
export function issueCode(world: World, kind: Ticket['kind'], appid: string, person: Person, scope = 'snsapi_base'): string {
  const { tickets } = world.state.wechatOpen;
  const now = world.clock.now();
  for (const [old, ticket] of tickets) if (ticket.expiresAtMs <= now) tickets.delete(old);
  const code = nextSecret(world, 32);
  tickets.set(code, { kind, appid, personId: person.personId, scope, expiresAtMs: now + CODE_LIFE_MS, used: false });
  world.touch();
  return code;
}

type Redeemed = { readonly person: Person; readonly ticket: Ticket } | { readonly refusal: OpenAnswer };

function redeem(world: World, kind: Ticket['kind'], appid: string, code: unknown): Redeemed {
  const fault = takeFault(world, 'wechat-open', 'login', ['codeUsed', 'highRiskUser']);
  if (fault?.fault === 'codeUsed') return { refusal: refuseOpen(world, 40163, 'code been used') };
  if (fault?.fault === 'highRiskUser') return { refusal: refuseOpen(world, 40226, 'code blocked') };
  const ticket = world.state.wechatOpen.tickets.get(String(code));
  const person = ticket && world.state.wechatOpen.people.get(ticket.personId);
  if (
    ticket === undefined ||
    person === undefined ||
    ticket.kind !== kind ||
    ticket.appid !== appid ||
    ticket.expiresAtMs <= world.clock.now()
  )
    return { refusal: refuseOpen(world, 40029, 'invalid code') };
  if (ticket.used) return { refusal: refuseOpen(world, 40163, 'code been used') };
  ticket.used = true;
  world.touch();
  return { person, ticket };
}

/** §12.2 */
function codeToSession(world: World, query: Readonly<Record<string, string>>): OpenAnswer {
  const { miniProgram } = world.credentials;
  if (query.appid !== miniProgram.appid) return refuseOpen(world, 40013, 'invalid appid');
  const refusal = checkApp(world, query.appid, query.secret);
  if (refusal !== undefined) return refusal;
  const redeemed = redeem(world, 'login', miniProgram.appid, query.js_code);
  if ('refusal' in redeemed) return redeemed.refusal;
  const sessionKey = Buffer.from(nextSecret(world, 16)).toString('base64');
  return {
    json: { openid: openidOf(world, redeemed.person, miniProgram.appid), session_key: sessionKey, unionid: redeemed.person.unionid },
  };
}

/** §12.3 */
function codeToOauthToken(world: World, query: Readonly<Record<string, string>>): OpenAnswer {
  const refusal = checkApp(world, query.appid, query.secret);
  if (refusal !== undefined) return refusal;
  const appid = query.appid ?? '';
  const redeemed = redeem(world, 'oauth', appid, query.code);
  if ('refusal' in redeemed) return redeemed.refusal;
  const snapshot = takeFault(world, 'wechat-open', 'oauth', ['snapshotUser']) !== undefined;
  return { json: { ...oauthTokens(world, appid, redeemed.person, redeemed.ticket.scope), ...(snapshot ? { is_snapshotuser: 1 } : {}) } };
}

function oauthTokens(world: World, appid: string, person: Person, scope: string): Record<string, unknown> {
  const accessToken = `90_${nextSecret(world, 60)}`;
  const refreshToken = `91_${nextSecret(world, 60)}`;
  const now = world.clock.now();
  const { oauthTokens: tokens } = world.state.wechatOpen;
  for (const [old, entry] of tokens) if (entry.expiresAtMs <= now) tokens.delete(old);
  const common = { appid, personId: person.personId, scope };
  tokens.set(accessToken, { ...common, kind: 'access', expiresAtMs: now + OAUTH_LIFE_MS });
  tokens.set(refreshToken, { ...common, kind: 'refresh', expiresAtMs: now + REFRESH_LIFE_MS });
  world.touch();
  return {
    access_token: accessToken,
    expires_in: 7_200,
    refresh_token: refreshToken,
    openid: openidOf(world, person, appid),
    scope,
    unionid: person.unionid,
  };
}

function oauthPerson(world: World, token: string | undefined, kind: 'access' | 'refresh') {
  const entry = world.state.wechatOpen.oauthTokens.get(token ?? '');
  const person = entry && world.state.wechatOpen.people.get(entry.personId);
  if (entry === undefined || person === undefined || entry.kind !== kind || entry.expiresAtMs <= world.clock.now()) return undefined;
  return { entry, person };
}

function refreshOauth(world: World, query: Readonly<Record<string, string>>): OpenAnswer {
  const found = oauthPerson(world, query.refresh_token, 'refresh');
  if (found === undefined || found.entry.appid !== query.appid) return refuseOpen(world, 40030, 'invalid refresh_token');
  return { json: oauthTokens(world, found.entry.appid, found.person, found.entry.scope) };
}

function userInfo(world: World, query: Readonly<Record<string, string>>): OpenAnswer {
  const found = oauthPerson(world, query.access_token, 'access');
  if (found === undefined) return refuseOpen(world, 40001, 'invalid credential');
  const { entry, person } = found;
  if (entry.scope !== 'snsapi_userinfo') return refuseOpen(world, 48001, 'api unauthorized');
  if (openidOf(world, person, entry.appid) !== query.openid) return refuseOpen(world, 40003, 'invalid openid');
  return {
    json: {
      openid: query.openid,
      nickname: person.nickname,
      sex: 0,
      province: '',
      city: '',
      country: '',
      headimgurl: '',
      privilege: [],
      unionid: person.unionid,
    },
  };
}

/** §12.2: another code than login's. */
function phoneNumber(world: World, appid: string, body: Readonly<Record<string, unknown>>): OpenAnswer {
  const redeemed = redeem(world, 'phone', appid, body.code);
  if ('refusal' in redeemed) return redeemed.refusal;
  const { phone } = redeemed.person;
  const foreign = takeFault(world, 'wechat-open', 'phone', ['wrongWatermark']) !== undefined;
  const watermark = { timestamp: Math.floor(world.clock.now() / 1_000), appid: foreign ? 'wx0000000000000000' : appid };
  return okay({ phone_info: { phoneNumber: phone, purePhoneNumber: phone, countryCode: '86', watermark } });
}

export function registerLogin(app: FastifyInstance, world: World): void {
  const withoutToken = (url: string, operation: string, handle: (query: Readonly<Record<string, string>>) => OpenAnswer) =>
    addOpenRoute(app, world, {
      method: 'GET',
      url,
      party: 'wechat-open',
      operation,
      needsToken: false,
      handle: (_world, { query }) => handle(query),
    });
  withoutToken('/sns/jscode2session', 'login', (query) => codeToSession(world, query));
  withoutToken('/sns/oauth2/access_token', 'oauth', (query) => codeToOauthToken(world, query));
  withoutToken('/sns/oauth2/refresh_token', 'oauthRefresh', (query) => refreshOauth(world, query));
  withoutToken('/sns/userinfo', 'userInfo', (query) => userInfo(world, query));
  withoutToken('/sns/auth', 'oauthCheck', ({ access_token: token, openid }) => {
    const found = oauthPerson(world, token, 'access');
    return found !== undefined && openidOf(world, found.person, found.entry.appid) === openid
      ? okay()
      : refuseOpen(world, 40003, 'invalid openid');
  });
  addOpenRoute(app, world, {
    method: 'POST',
    url: '/wxa/business/getuserphonenumber',
    party: 'wechat-open',
    operation: 'phone',
    needsToken: true,
    handle: (_world, { appid, body }) => phoneNumber(world, appid, body),
  });
}
