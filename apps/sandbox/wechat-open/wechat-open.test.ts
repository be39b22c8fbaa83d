import { afterEach, describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../clock';
import { newTestWorld } from '../testing/merchant';

let test: ReturnType<typeof newTestWorld>;
afterEach(async () => test.app.close());

const get = async (path: string, query: Record<string, string>) =>
  (await test.app.inject({ method: 'GET', url: `${path}?${new URLSearchParams(query)}` })).json() as Record<string, unknown>;
const post = async (path: string, payload: object, token = '') =>
  test.app.inject({ method: 'POST', url: `${path}?access_token=${token}`, payload });
const mini = () => ({ appid: test.world.credentials.miniProgram.appid, secret: test.world.credentials.miniProgram.secret });
const token = async (force = false) =>
  (await post('/cgi-bin/stable_token', { grant_type: 'client_credential', ...mini(), force_refresh: force })).json() as {
    access_token: string;
    expires_in: number;
    errcode?: number;
  };
const codeOf = async (kind: string, phone = '13900000001') =>
  (await test.control('POST', '/sandbox/wechat/codes', { kind, phone })).body as { code: string; openid: string };
const session = (code: string) => get('/sns/jscode2session', { ...mini(), js_code: code, grant_type: 'authorization_code' });

describe('access tokens', () => {
  it('stay the same until the last five minutes, then the old and the new one are both good', async () => {
    test = newTestWorld();
    const first = await token();
    expect(first.expires_in).toBe(7_200);
    await test.advance(HOUR_MS);
    expect((await token()).access_token).toBe(first.access_token);
    await test.advance(56 * MINUTE_MS);
    const second = await token();
    expect(second.access_token).not.toBe(first.access_token);
    const use = async (value: string) =>
      (await post('/wxa/msg_sec_check', { version: 2, openid: 'o', scene: 1, content: '好' }, value)).json().errcode;
    expect([await use(first.access_token), await use(second.access_token)]).toEqual([0, 0]);
    await test.advance(5 * MINUTE_MS);
    expect([await use(first.access_token), await use(second.access_token)]).toEqual([40001, 0]);
  });

  it('a forced one kills the old at once and may not be asked for twice within 30 seconds', async () => {
    test = newTestWorld();
    const first = await token();
    const forced = await token(true);
    expect(forced.access_token).not.toBe(first.access_token);
    expect((await post('/wxa/msg_sec_check', {}, first.access_token)).json().errcode).toBe(40001);
    expect((await token(true)).errcode).toBe(45011);
  });

  it('are not given for a wrong secret', async () => {
    test = newTestWorld();
    const answer = await post('/cgi-bin/stable_token', { grant_type: 'client_credential', ...mini(), secret: 'x' });
    expect([answer.statusCode, answer.json().errcode]).toEqual([200, 40125]);
  });
});

describe('login', () => {
  it('a code is good once, for five minutes, for its own purpose; one person keeps one openid', async () => {
    test = newTestWorld();
    const { code, openid } = await codeOf('login');
    expect(await session(code)).toMatchObject({ openid, session_key: expect.any(String) });
    expect(await session(code)).toMatchObject({ errcode: 40163 });
    expect((await session((await codeOf('login')).code)).openid).toBe(openid);
    expect((await session((await codeOf('phone')).code)).errcode).toBe(40029);
    const late = await codeOf('login');
    await test.advance(5 * MINUTE_MS);
    expect((await session(late.code)).errcode).toBe(40029);
  });

  it('gives the phone number with the watermark of the asking app', async () => {
    test = newTestWorld();
    const { access_token: accessToken } = await token();
    const ask = async () => (await post('/wxa/business/getuserphonenumber', { code: (await codeOf('phone')).code }, accessToken)).json();
    expect(await ask()).toMatchObject({ errcode: 0, phone_info: { purePhoneNumber: '13900000001', watermark: { appid: mini().appid } } });
    await test.control('POST', '/faults', { party: 'wechat-open', operation: 'phone', fault: 'wrongWatermark' });
    expect((await ask()).phone_info.watermark.appid).not.toBe(mini().appid);
  });

  it('OAuth: code, token, refresh, user info only with the right scope', async () => {
    test = newTestWorld();
    const { officialAccount } = test.world.credentials;
    const oauth = async (scope: string) => {
      const { code } = (await test.control('POST', '/sandbox/wechat/codes', { kind: 'oauth', phone: '13900000001', scope })).body;
      return get('/sns/oauth2/access_token', {
        appid: officialAccount.appid,
        secret: officialAccount.secret,
        code: String(code),
        grant_type: 'authorization_code',
      });
    };
    const base = await oauth('snsapi_base');
    const info = (answer: Record<string, unknown>) =>
      get('/sns/userinfo', { access_token: String(answer.access_token), openid: String(answer.openid) });
    expect((await info(base)).errcode).toBe(48001);
    const full = await oauth('snsapi_userinfo');
    expect(await info(full)).toMatchObject({ openid: full.openid, nickname: '用户0001' });
    const renewed = await get('/sns/oauth2/refresh_token', {
      appid: officialAccount.appid,
      grant_type: 'refresh_token',
      refresh_token: String(full.refresh_token),
    });
    expect(renewed.openid).toBe(full.openid);
    await test.advance(2 * HOUR_MS);
    expect((await info(full)).errcode).toBe(40001);
  });
});

describe('codes and messages', () => {
  it('a mini-program code is a picture for a good scene and JSON with status 200 for a bad one', async () => {
    test = newTestWorld();
    const { access_token: accessToken } = await token();
    const picture = await post('/wxa/getwxacodeunlimit', { scene: 'r=abc123', page: 'pages/home', check_path: false }, accessToken);
    expect([picture.headers['content-type'], picture.rawPayload.subarray(1, 4).toString()]).toEqual(['image/png', 'PNG']);
    const refused = await post('/wxa/getwxacodeunlimit', { scene: 'x'.repeat(33) }, accessToken);
    expect([refused.statusCode, refused.json().errcode]).toEqual([200, 40169]);
  });

  it('one consent is one subscription message; the id is a bare 64-bit number', async () => {
    test = newTestWorld();
    const { access_token: accessToken } = await token();
    const { openid } = await codeOf('login');
    const send = () =>
      post('/cgi-bin/message/subscribe/send', { touser: openid, template_id: 'T1', data: { thing1: { value: '已发货' } } }, accessToken);
    expect((await send()).json().errcode).toBe(43101);
    await test.control('POST', '/sandbox/wechat/subscriptions', { openid, templateId: 'T1' });
    expect((await send()).body).toMatch(/"msgid":\d{19}}$/);
    expect((await send()).json().errcode).toBe(43101);
    expect(test.world.state.wechatOpen.subscriptionMessages).toHaveLength(1);
  });
});

describe('shipping info', () => {
  const body = (number: string, openid: string, seconds: number, extra: object = {}) => ({
    order_key: { order_number_type: 1, mchid: test.world.credentials.wechatPay.mchid, out_trade_no: number },
    logistics_type: 1,
    delivery_mode: 1,
    shipping_list: [{ tracking_no: 'YT1', express_company: 'YTO', item_desc: '轮胎' }],
    upload_time: `2026-03-10T12:00:${String(seconds).padStart(2, '0')}.000+08:00`,
    payer: { openid },
    ...extra,
  });

  it('needs a paid order of that payer, a newer time, a change, and re-ships once only', async () => {
    test = newTestWorld();
    const { access_token: accessToken } = await token();
    const payer = 'oPayer000000000000000000001';
    const upload = async (content: object) => (await post('/wxa/sec/order/upload_shipping_info', content, accessToken)).json().errcode;
    expect(await upload(body('ORDER500', payer, 1))).toBe(10060001);
    await test.placeAndPay('ORDER500', 100);
    const other = (number: string) => ({ shipping_list: [{ tracking_no: number, express_company: 'YTO', item_desc: '轮胎' }] });
    expect(await upload(body('ORDER500', 'oOther', 1))).toBe(10060031);
    expect(await upload(body('ORDER500', payer, 1, { delivery_mode: 2, logistics_type: 3 }))).toBe(10060006);
    expect(await upload(body('ORDER500', payer, 1, { delivery_mode: 2 }))).toBe(10060007);
    expect(await upload(body('ORDER500', payer, 1))).toBe(0);
    expect(await upload(body('ORDER500', payer, 1, other('YT2')))).toBe(10060014);
    expect(await upload(body('ORDER500', payer, 2))).toBe(10060023);
    expect(await upload(body('ORDER500', payer, 3, other('YT2')))).toBe(0);
    expect(await upload(body('ORDER500', payer, 4, other('YT3')))).toBe(10060003);
    const seen = await post(
      '/wxa/sec/order/get_order',
      { merchant_id: test.world.credentials.wechatPay.mchid, merchant_trade_no: 'ORDER500' },
      accessToken,
    );
    expect(seen.json().order).toMatchObject({ order_state: 2, shipping: { shipping_list: [{ tracking_no: 'YT2' }] } });
  });

  it('takes all parcels of a split delivery each time, and contacts only masked', async () => {
    test = newTestWorld();
    const { access_token: accessToken } = await token();
    const payer = 'oPayer000000000000000000001';
    await test.placeAndPay('ORDER502', 100);
    const upload = async (second: number, allDelivered: boolean, ...parcels: readonly object[]) => {
      const list = parcels.map((parcel, index) => ({ tracking_no: `YT${index}`, express_company: 'YTO', item_desc: '轮胎', ...parcel }));
      const split = { delivery_mode: 2, is_all_delivered: allDelivered, shipping_list: list };
      return (await post('/wxa/sec/order/upload_shipping_info', body('ORDER502', payer, second, split), accessToken)).json().errcode;
    };
    const masked = { contact: { receiver_contact: '*******8000' } };
    expect(await upload(1, false, { express_company: 'SF' })).toBe(10060014);
    expect(await upload(1, false, { contact: { receiver_contact: '13800138000' } })).toBe(10060014);
    expect(await upload(1, false, { express_company: 'SF', ...masked })).toBe(0);
    expect(await upload(2, true, { express_company: 'SF', ...masked }, masked)).toBe(0);
    const shipping = test.world.state.wechatOpen.shippings.get('ORDER502');
    expect(shipping).toMatchObject({ allDelivered: true, reshipUsed: false, parcels: [{ tracking_no: 'YT0' }, { tracking_no: 'YT1' }] });
  });

  it('with the settlement gate, money can be shared only after receipt', async () => {
    test = newTestWorld();
    test.world.state.wechatPay.settings.settlementGate = true;
    const { access_token: accessToken } = await token();
    const paid = await test.placeAndPay('ORDER501', 10_000, { settle_info: { profit_sharing: true } });
    await test.advance(MINUTE_MS);
    const share = () =>
      test.call('POST', '/v3/profitsharing/orders', {
        appid: mini().appid,
        transaction_id: paid.transaction_id,
        out_order_no: 'SHARE1',
        receivers: [{ type: 'PERSONAL_OPENID', account: 'oA', amount: 1, description: 'x' }],
        unfreeze_unsplit: false,
      });
    expect((await share()).body?.code).toBe('INVALID_REQUEST');
    expect((await test.control('POST', '/sandbox/wechat/confirm-receipt', { outTradeNo: 'ORDER501' })).status).toBe(409);
    await post('/wxa/sec/order/upload_shipping_info', body('ORDER501', 'oPayer000000000000000000001', 1), accessToken);
    await test.control('POST', '/sandbox/wechat/confirm-receipt', { outTradeNo: 'ORDER501' });
    expect((await share()).status).toBe(200);
  });
});
