import type { FastifyInstance } from 'fastify';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../clock';
import { nextSecret, type World } from '../world';
import { addOpenRoute, type OpenAnswer, okay, refuseOpen } from './gateway';

const LIFE_MS = 7_200 * SECOND_MS;
const OVERLAP_MS = 5 * MINUTE_MS;
const FORCED_PER_DAY = 20;
const FORCED_GAP_MS = 30 * SECOND_MS;

/** App whose secret this is; undefined when the pair is wrong. */
function appOf(world: World, appid: unknown, secret: unknown): string | undefined {
  const { miniProgram, officialAccount, mobileApp, channelsShop } = world.credentials;
  return [miniProgram, officialAccount, mobileApp, channelsShop].find((app) => app.appid === appid && app.secret === secret)?.appid;
}

export function checkApp(world: World, appid: unknown, secret: unknown): OpenAnswer | undefined {
  return appOf(world, appid, secret) === undefined ? refuseOpen(world, 40125, 'invalid appsecret') : undefined;
}

/** §12.1: the same token until its last five minutes; then a new one beside it; a forced one kills the old at once. */
function stableToken(world: World, appid: string, forced: boolean): OpenAnswer {
  const { accessTokens, forcedRefreshes } = world.state.wechatOpen;
  const now = world.clock.now();
  for (const [token, entry] of accessTokens) if (entry.expiresAtMs <= now) accessTokens.delete(token);
  const current = [...accessTokens.values()].filter((entry) => entry.appid === appid).at(-1);
  if (!forced && current !== undefined && current.expiresAtMs - now > OVERLAP_MS)
    return tokenAnswer(current.token, current.expiresAtMs - now);
  if (forced) {
    const recent = forcedRefreshes.filter((refresh) => refresh.appid === appid && refresh.atMs > now - DAY_MS);
    if (recent.length >= FORCED_PER_DAY) return refuseOpen(world, 45009, 'reach max api daily quota limit');
    if (recent.some((refresh) => refresh.atMs > now - FORCED_GAP_MS)) return refuseOpen(world, 45011, 'force refresh too often');
    forcedRefreshes.splice(0, forcedRefreshes.length, ...forcedRefreshes.filter((refresh) => refresh.atMs > now - DAY_MS), {
      appid,
      atMs: now,
    });
    for (const [token, entry] of accessTokens) if (entry.appid === appid) accessTokens.delete(token);
  }
  const token = `80_${nextSecret(world, 80)}`;
  accessTokens.set(token, { appid, token, expiresAtMs: now + LIFE_MS });
  world.touch();
  return tokenAnswer(token, LIFE_MS);
}

const tokenAnswer = (token: string, lifeMs: number): OpenAnswer => ({
  json: { access_token: token, expires_in: Math.floor(lifeMs / 1_000) },
});

export function registerTokens(app: FastifyInstance, world: World): void {
  addOpenRoute(app, world, {
    method: 'POST',
    url: '/cgi-bin/stable_token',
    party: 'wechat-open',
    operation: 'token',
    needsToken: false,
    handle: (_world, { body }) => {
      if (body.grant_type !== 'client_credential') return refuseOpen(world, 40002, 'invalid grant_type');
      return checkApp(world, body.appid, body.secret) ?? stableToken(world, String(body.appid), body.force_refresh === true);
    },
  });
  addOpenRoute(app, world, {
    method: 'GET',
    url: '/cgi-bin/ticket/getticket',
    party: 'wechat-open',
    operation: 'ticket',
    needsToken: true,
    handle: (_world, { query, appid }) =>
      query.type === 'jsapi' || query.type === undefined
        ? okay({ ticket: `ticket-${appid}`.padEnd(64, '0'), expires_in: 7_200 })
        : refuseOpen(world, 40097, 'invalid args'),
  });
}
