import type { FastifyInstance } from 'fastify';
import { toBuffer } from 'qrcode';
import { takeFault } from '../faults';
import { nextHex, nextSecret, type World } from '../world';
import { addOpenRoute, type OpenAnswer, okay, refuseOpen } from './gateway';

const SCENE = /^[\dA-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}$/;
const RISKY_WORDS = ['赌博', '毒品', '枪支', '色情', '代开发票'];
const MESSAGES_KEPT = 1_000;

/** §12.4: a picture, or the JSON of an error with status 200. */
async function codeImage(world: World, appid: string, body: Readonly<Record<string, unknown>>): Promise<OpenAnswer> {
  const { scene, page, check_path: checkPath, width = 430 } = body;
  if (takeFault(world, 'wechat-open', 'codeImage', ['codeImageError'])) return refuseOpen(world, 45009, 'reach max api daily quota limit');
  if (typeof scene !== 'string' || !SCENE.test(scene))
    return refuseOpen(world, 40169, 'invalid length for scene, or the data is not json string');
  if (page !== undefined && (typeof page !== 'string' || page.startsWith('/') || page.includes('?')))
    return refuseOpen(world, 41030, 'invalid page');
  if (typeof width !== 'number' || width < 280 || width > 1280) return refuseOpen(world, 40097, 'invalid args: width');
  void checkPath;
  const query = new URLSearchParams({ appid, page: typeof page === 'string' ? page : '', scene });
  return {
    picture: await toBuffer(`${world.publicUrl}/mini-program?${query}`, { type: 'png', width, margin: 2, errorCorrectionLevel: 'M' }),
  };
}

/** §12.5: one consent is one message. Who has none left, or refused, gets 43101. */
function sendSubscription(world: World, body: Readonly<Record<string, unknown>>): OpenAnswer {
  const { touser, template_id: templateId, data } = body;
  if (typeof touser !== 'string' || !world.state.wechatOpen.personByOpenid.has(touser)) return refuseOpen(world, 40003, 'invalid openid');
  if (typeof templateId !== 'string' || templateId === '') return refuseOpen(world, 40037, 'invalid template_id');
  const fields = Object.entries(typeof data === 'object' && data !== null ? (data as Record<string, { value?: unknown }>) : {});
  const wrong = fields.find(
    ([name, field]) => typeof field?.value !== 'string' || (name.startsWith('thing') && [...field.value].length > 20),
  );
  if (fields.length === 0 || wrong !== undefined) return refuseOpen(world, 47003, `argument invalid! data.${wrong?.[0] ?? ''}`);
  const { subscriptions, subscriptionMessages } = world.state.wechatOpen;
  const key = `${touser}:${templateId}`;
  const left = subscriptions.get(key) ?? 0;
  if (left < 1 || takeFault(world, 'wechat-open', 'subscription', ['subscriptionRefused'], touser))
    return refuseOpen(world, 43101, 'user refuse to accept the msg');
  subscriptions.set(key, left - 1);
  const messageId = (4_000_000_000_000_000_000n + BigInt(`0x${nextHex(world, 12)}`)).toString();
  subscriptionMessages.push({
    messageId,
    openid: touser,
    templateId,
    fields: Object.fromEntries(fields.map(([name, field]) => [name, String(field.value)])),
    sentAtMs: world.clock.now(),
  });
  if (subscriptionMessages.length > MESSAGES_KEPT) subscriptionMessages.shift();
  world.touch();
  return { text: `{"errcode":0,"errmsg":"ok","msgid":${messageId}}` };
}

/** The user taps «allow» once more for a template. */
export function grantSubscription(world: World, openid: string, templateId: string, times: number): number {
  const key = `${openid}:${templateId}`;
  const left = (world.state.wechatOpen.subscriptions.get(key) ?? 0) + times;
  world.state.wechatOpen.subscriptions.set(key, left);
  world.touch();
  return left;
}

function checkText(world: World, body: Readonly<Record<string, unknown>>): OpenAnswer {
  const { content, openid, scene, version } = body;
  if (typeof content !== 'string' || content.length === 0 || content.length > 2_500) return refuseOpen(world, 47001, 'content invalid');
  if (version !== 2 || typeof openid !== 'string' || typeof scene !== 'number') return refuseOpen(world, 40097, 'invalid args');
  const risky =
    takeFault(world, 'wechat-open', 'contentCheck', ['contentRisky']) !== undefined || RISKY_WORDS.some((word) => content.includes(word));
  const [suggest, label] = risky ? ['risky', 20_001] : ['pass', 100];
  return okay({
    result: { suggest, label },
    detail: [{ strategy: 'content_model', errcode: 0, suggest, label, prob: 90 }],
    trace_id: nextHex(world, 24),
  });
}

export function registerMessages(app: FastifyInstance, world: World): void {
  const add = (
    url: string,
    operation: string,
    handle: (appid: string, body: Readonly<Record<string, unknown>>) => OpenAnswer | Promise<OpenAnswer>,
  ) =>
    addOpenRoute(app, world, {
      method: 'POST',
      url,
      party: 'wechat-open',
      operation,
      needsToken: true,
      handle: (_world, { appid, body }) => handle(appid, body),
    });
  add('/wxa/getwxacodeunlimit', 'codeImage', (appid, body) => codeImage(world, appid, body));
  add('/cgi-bin/message/subscribe/send', 'subscription', (_appid, body) => sendSubscription(world, body));
  add('/wxa/msg_sec_check', 'contentCheck', (_appid, body) => checkText(world, body));
  add('/wxa/generate_urllink', 'urlLink', (appid, body) => okay({ url_link: linkTo(world, appid, body) }));
  add('/wxa/generatescheme', 'scheme', (_appid, _body) => okay({ openlink: `weixin://dl/business/?t=${nextSecret(world, 12)}` }));
}

function linkTo(world: World, appid: string, body: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams({ appid, page: String(body.path ?? ''), query: String(body.query ?? '') });
  return `${world.publicUrl}/mini-program?${query}`;
}
