import { lifetimeMs, read, type WechatCall } from './call';
import { asInteger, asObject, asText } from './json';
import { rejected } from './outcome';
import type { AuthorizeUrlInput, JsonObject, OauthSession, WechatOpen, WechatOpenConfig } from './types';

type Login = Pick<WechatOpen, 'codeToSession' | 'phoneNumber' | 'authorizeUrl' | 'oauthSession' | 'refreshOauthSession' | 'oauthProfile'>;

/**
 * Mini-program login, phone number and H5 consent.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html
 * https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html
 */
export function createLogin(config: WechatOpenConfig, authorizeBase: string, call: WechatCall): Login {
  const { appId, appSecret, clock } = config;
  const session = (content: JsonObject) => oauthSession(content, clock.now());

  return {
    codeToSession: async (jsCode) =>
      read(
        await call.get('/sns/jscode2session', { appid: appId, secret: appSecret, js_code: jsCode, grant_type: 'authorization_code' }),
        miniProgramSession,
      ),

    phoneNumber: async ({ code, openId }) => {
      const answer = await call.post('/wxa/business/getuserphonenumber', { code, ...(openId === undefined ? {} : { openid: openId }) });
      const phone = read(answer, phoneWithOwner);
      if (phone.kind !== 'ok') return phone;
      const { owner, ...value } = phone.value;
      // A number issued to another application proves nothing about this visitor.
      if (owner !== appId) return rejected('phone.appId', `issued to ${owner}`);
      return { kind: 'ok', value };
    },

    authorizeUrl: (input) => authorizeUrl(authorizeBase, appId, input),

    oauthSession: async (code) =>
      read(
        await call.get('/sns/oauth2/access_token', { appid: appId, secret: appSecret, code, grant_type: 'authorization_code' }),
        session,
      ),

    refreshOauthSession: async (refreshToken) =>
      read(
        await call.get('/sns/oauth2/refresh_token', { appid: appId, grant_type: 'refresh_token', refresh_token: refreshToken }),
        session,
      ),

    oauthProfile: async ({ accessToken, openId }) =>
      read(await call.get('/sns/userinfo', { access_token: accessToken, openid: openId, lang: 'zh_CN' }), profile),
  };
}

/** WeChat reads the parameters in this order, and the fragment must stand at the end. */
function authorizeUrl(base: string, appId: string, { redirectUrl, scope, state }: AuthorizeUrlInput): string {
  const query = new URLSearchParams({
    appid: appId,
    redirect_uri: redirectUrl,
    response_type: 'code',
    scope: scope === 'base' ? 'snsapi_base' : 'snsapi_userinfo',
    state,
  });
  return `${base}/connect/oauth2/authorize?${query}#wechat_redirect`;
}

const optionalUnionId = (content: JsonObject) => {
  const unionId = asText(content.unionid);
  return unionId === undefined || unionId === '' ? {} : { unionId };
};

function miniProgramSession(content: JsonObject) {
  const openId = asText(content.openid);
  const sessionKey = asText(content.session_key);
  if (!openId || !sessionKey) return undefined;
  return { openId, sessionKey, ...optionalUnionId(content) };
}

function phoneWithOwner(content: JsonObject) {
  const info = asObject(content.phone_info);
  const watermark = asObject(info?.watermark);
  const phoneNumber = asText(info?.phoneNumber);
  const purePhoneNumber = asText(info?.purePhoneNumber);
  const owner = asText(watermark?.appid);
  const issuedAt = asInteger(watermark?.timestamp);
  if (!phoneNumber || !purePhoneNumber || owner === undefined || issuedAt === undefined) return undefined;
  return { phoneNumber, purePhoneNumber, countryCode: asText(info?.countryCode) ?? '86', issuedAt: issuedAt * 1_000, owner };
}

function oauthSession(content: JsonObject, now: number): OauthSession | undefined {
  const openId = asText(content.openid);
  const accessToken = asText(content.access_token);
  if (!openId || !accessToken) return undefined;
  return {
    openId,
    ...optionalUnionId(content),
    accessToken,
    refreshToken: asText(content.refresh_token) ?? '',
    expiresAt: now + lifetimeMs(content),
    scope: asText(content.scope) ?? '',
    isSnapshotUser: asInteger(content.is_snapshotuser) === 1,
  };
}

function profile(content: JsonObject) {
  const openId = asText(content.openid);
  if (!openId) return undefined;
  return { openId, ...optionalUnionId(content), nickname: asText(content.nickname) ?? '', avatarUrl: asText(content.headimgurl) ?? '' };
}
