import { afterEach, describe, expect, it } from 'vitest';
import { createWechatOpen } from './index';
import { type Loopback, type Received, type Reply, serve } from './loopback';
import { signJsSdk } from './page';

let other: Loopback | undefined;
afterEach(async () => {
  await other?.close();
  other = undefined;
});

const client = (url: string, timeoutMs = 10_000) =>
  createWechatOpen({
    apiBaseUrl: `${url}/`,
    authorizeBaseUrl: 'https://open.weixin.qq.com',
    appId: 'wx1',
    appSecret: 'secret1',
    clock: { now: () => 1_700_000_000_000 },
    timeoutMs,
  });

async function answering(reply: (request: Received) => Reply | object) {
  other = await serve((request) => {
    if (request.path === '/cgi-bin/stable_token') return { body: '{"access_token":"t1","expires_in":7200}' };
    const answer = reply(request);
    return 'body' in answer || 'status' in answer || 'fault' in answer ? answer : { body: JSON.stringify(answer) };
  });
  return client(other.url);
}

const last = () => other!.received.at(-1)!;
const lastBody = () => JSON.parse(last().body);

describe('outcomes', () => {
  const outcomeOf = async (reply: Reply) => (await answering(() => reply)).codeToSession('c1');

  it('given faults of the network or of the host, then the outcome is unknown and says why', async () => {
    expect(await outcomeOf({ status: 502, body: 'bad gateway' })).toEqual({ kind: 'unknown', reason: 'status 502' });
    expect(await outcomeOf({ fault: 'cut' })).toEqual({ kind: 'unknown', reason: 'connection UND_ERR_SOCKET' });
    expect(await outcomeOf({ body: '<html>' })).toEqual({ kind: 'unknown', reason: 'answer not JSON' });
    expect(await outcomeOf({ body: new Uint8Array([0xff, 0xfe]) })).toEqual({ kind: 'unknown', reason: 'answer not JSON' });
    expect(await outcomeOf({ body: '{"openid":"o1"}' })).toEqual({ kind: 'unknown', reason: 'answer incomplete' });
    expect(await outcomeOf({ body: 'x'.repeat(2 * 1024 * 1024 + 1) })).toEqual({ kind: 'unknown', reason: 'answer too large' });
  });

  it('given no answer before the deadline, then unknown', async () => {
    other = await serve(() => ({ fault: 'hang' }));
    expect(await client(other.url, 50).codeToSession('c1')).toEqual({ kind: 'unknown', reason: 'timeout' });
  });

  it('given nobody listening, then unknown and the reason says that nothing was sent', async () => {
    const gone = await serve(() => ({}));
    await gone.close();
    expect(await client(gone.url).codeToSession('c1')).toEqual({ kind: 'unknown', reason: 'connect ECONNREFUSED' });
  });

  it('given refusals, then rejected with the code of the other side and whether a later try makes sense', async () => {
    expect(await outcomeOf({ status: 404 })).toEqual({ kind: 'rejected', code: 'http.404', message: 'HTTP status 404' });
    expect(await outcomeOf({ status: 429 })).toMatchObject({ code: 'http.429', retryable: true });
    expect(await outcomeOf({ status: 302 })).toMatchObject({ code: 'http.302' });
    expect(await outcomeOf({ body: '{"errcode":40163,"errmsg":"code been used rid: 7"}' })).toEqual({
      kind: 'rejected',
      code: '40163',
      message: 'code been used rid: 7',
    });
    for (const errcode of [-1, 45009, 45011, '45011']) {
      expect(await outcomeOf({ body: JSON.stringify({ errcode }) })).toMatchObject({ code: String(errcode), retryable: true });
    }
  });

  it('given an address that is none, then it is told at start', () => {
    expect(() => client('api.weixin.qq.com')).toThrow(TypeError);
    expect(() => client('ftp://api.weixin.qq.com')).toThrow(TypeError);
  });
});

describe('login', () => {
  it('given a code, then the session; errcode may be absent, 0 or "0"', async () => {
    for (const success of [{}, { errcode: 0 }, { errcode: '0' }]) {
      const wechat = await answering(() => ({ ...success, openid: 'o1', session_key: 'k', unionid: 'u1' }));
      expect(await wechat.codeToSession('c&1')).toEqual({ kind: 'ok', value: { openId: 'o1', sessionKey: 'k', unionId: 'u1' } });
      expect(Object.fromEntries(last().query)).toEqual({
        appid: 'wx1',
        secret: 'secret1',
        js_code: 'c&1',
        grant_type: 'authorization_code',
      });
      await other!.close();
    }
  });

  it('given a phone code, then the number, but only if it was issued to this application', async () => {
    const phone = (appid: string) => ({
      errcode: 0,
      phone_info: {
        phoneNumber: '13800000000',
        purePhoneNumber: '13800000000',
        countryCode: 86,
        watermark: { timestamp: 1_700_000_000, appid },
      },
    });
    const own = await answering(() => phone('wx1'));
    expect(await own.phoneNumber({ code: 'p1' })).toEqual({
      kind: 'ok',
      value: { phoneNumber: '13800000000', purePhoneNumber: '13800000000', countryCode: '86', issuedAt: 1_700_000_000_000 },
    });
    expect(lastBody()).toEqual({ code: 'p1' });
    await other!.close();
    const foreign = await answering(() => phone('wx2'));
    expect(await foreign.phoneNumber({ code: 'p1', openId: 'o1' })).toMatchObject({ kind: 'rejected', code: 'phone.appId' });
  });

  it('given H5 consent, then the address has the order WeChat wants and the answer names preview identities', async () => {
    const wechat = await answering(() => ({
      access_token: 'a',
      expires_in: 7200,
      refresh_token: 'r',
      openid: 'o1',
      scope: 'snsapi_base',
      is_snapshotuser: 1,
    }));
    expect(wechat.authorizeUrl({ redirectUrl: 'https://shop.example/a?b=1', scope: 'base', state: 's1' })).toBe(
      'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&redirect_uri=https%3A%2F%2Fshop.example%2Fa%3Fb%3D1&response_type=code&scope=snsapi_base&state=s1#wechat_redirect',
    );
    expect(await wechat.oauthSession('c1')).toEqual({
      kind: 'ok',
      value: {
        openId: 'o1',
        accessToken: 'a',
        refreshToken: 'r',
        expiresAt: 1_700_007_200_000,
        scope: 'snsapi_base',
        isSnapshotUser: true,
      },
    });
    await wechat.refreshOauthSession('r1');
    expect(Object.fromEntries(last().query)).toEqual({ appid: 'wx1', grant_type: 'refresh_token', refresh_token: 'r1' });
  });

  it('given consent to the profile, then nickname and picture', async () => {
    const wechat = await answering(() => ({ openid: 'o1', nickname: '小千', headimgurl: 'https://a/b' }));
    const profile = await wechat.oauthProfile({ accessToken: 'a', openId: 'o1' });
    expect(profile).toEqual({ kind: 'ok', value: { openId: 'o1', nickname: '小千', avatarUrl: 'https://a/b' } });
  });
});

describe('pages, codes and links', () => {
  it('given the official sample, then the JS-SDK signature is the published one, with and without fragment', () => {
    const sample = {
      ticket: 'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg',
      nonceStr: 'Wm3WZYTPz0wzccnW',
      timestamp: 1414587457,
    };
    for (const url of ['http://mp.weixin.qq.com?params=value', 'http://mp.weixin.qq.com?params=value#part']) {
      expect(signJsSdk({ ...sample, url })).toBe('0f9de62fce790f9a083d5c99e95740ceb90c27ed');
    }
  });

  it('given two pages, then the ticket is fetched once and each signature fits its page', async () => {
    const wechat = await answering(() => ({ errcode: 0, ticket: 'tick', expires_in: 7200 }));
    for (const url of ['https://a/1', 'https://a/2']) {
      const outcome = await wechat.jsSdkConfig(url);
      if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
      const { appId, timestamp, nonceStr, signature } = outcome.value;
      expect([appId, timestamp]).toEqual(['wx1', 1_700_000_000]);
      expect(signature).toBe(signJsSdk({ ticket: 'tick', nonceStr, timestamp, url }));
    }
    expect(other!.received.filter(({ path }) => path === '/cgi-bin/ticket/getticket')).toHaveLength(1);
  });

  it('given a picture, then its bytes and type; given an error with status 200, then no picture', async () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2]);
    const wechat = await answering(({ body }) => ({ body: body.includes('missing') ? '{"errcode":41030,"errmsg":"invalid page"}' : png }));
    const picture = await wechat.miniProgramCode({ scene: 'r=A1b2', page: 'pages/index/index', version: 'trial', widthPixels: 280 });
    expect(picture).toEqual({ kind: 'ok', value: { contentType: 'image/png', bytes: Buffer.from(png) } });
    expect(lastBody()).toEqual({
      scene: 'r=A1b2',
      page: 'pages/index/index',
      check_path: true,
      env_version: 'trial',
      width: 280,
      is_hyaline: false,
    });
    expect(await wechat.miniProgramCode({ scene: 'a', page: 'missing' })).toMatchObject({ kind: 'rejected', code: '41030' });
  });

  it('given something neither picture nor error, then unknown', async () => {
    const wechat = await answering(() => ({ body: '{}' }));
    expect((await wechat.miniProgramCode({ scene: 'a' })).kind).toBe('unknown');
  });

  it('given a scene WeChat would refuse, then nothing is sent', async () => {
    const wechat = await answering(() => ({}));
    for (const scene of ['', 'a'.repeat(33), 'a b', '中', 'a%20']) {
      expect(await wechat.miniProgramCode({ scene })).toMatchObject({ code: 'scene.invalid' });
    }
    expect(other!.received).toHaveLength(0);
  });

  it('given links, then they are made to expire', async () => {
    const wechat = await answering(({ path }) =>
      path.endsWith('urllink') ? { url_link: 'https://wxaurl.cn/1' } : { openlink: 'weixin://dl/1' },
    );
    const input = { path: 'pages/a', query: 'x=1', expiresAt: 1_700_000_500_999 };
    expect(await wechat.urlLink(input)).toEqual({ kind: 'ok', value: 'https://wxaurl.cn/1' });
    expect(lastBody()).toEqual({ path: 'pages/a', query: 'x=1', env_version: 'release', expire_type: 0, expire_time: 1_700_000_500 });
    expect(await wechat.urlScheme(input)).toEqual({ kind: 'ok', value: 'weixin://dl/1' });
    expect(lastBody()).toMatchObject({ jump_wxa: { path: 'pages/a' }, is_expire: true, expire_time: 1_700_000_500 });
  });
});

describe('messages', () => {
  it('given a subscription message, then its 64-bit id keeps every digit', async () => {
    const wechat = await answering(() => ({ body: '{"errcode":0,"errmsg":"ok","msgid":2401639318413647873}' }));
    const message = { toOpenId: 'o1', templateId: 'tpl', fields: { thing1: '已发货' } };
    expect(await wechat.sendSubscriptionMessage(message)).toEqual({ kind: 'ok', value: { messageId: '2401639318413647873' } });
    expect(lastBody()).toEqual({
      touser: 'o1',
      template_id: 'tpl',
      miniprogram_state: 'formal',
      lang: 'zh_CN',
      data: { thing1: { value: '已发货' } },
    });
  });

  it('given no consent left, then final', async () => {
    const wechat = await answering(() => ({ errcode: 43101, errmsg: 'user refuse to accept the msg' }));
    const outcome = await wechat.sendSubscriptionMessage({ toOpenId: 'o1', templateId: 'tpl', fields: {} });
    expect(outcome).toEqual({ kind: 'rejected', code: '43101', message: 'user refuse to accept the msg' });
  });

  it('given a text, then the verdict; a verdict not understood is no pass', async () => {
    const wechat = await answering(({ body }) => ({
      errcode: 0,
      trace_id: 'x',
      result: body.includes('odd') ? { suggest: 'other' } : { suggest: 'risky', label: 20001 },
    }));
    expect(await wechat.checkText({ content: 'a', openId: 'o1', scene: 'comment' })).toEqual({
      kind: 'ok',
      value: { suggestion: 'risky', label: 20001, traceId: 'x' },
    });
    expect(lastBody()).toEqual({ version: 2, openid: 'o1', scene: 2, content: 'a' });
    expect((await wechat.checkText({ content: 'odd', openId: 'o1', scene: 'profile' })).kind).toBe('unknown');
  });
});
