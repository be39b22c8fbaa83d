import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance } from 'fastify';
import { issueCode } from '../wechat-open/login';
import type { World } from '../world';
import { webAddress } from './cashier';
import { html } from './html';
import { both, sendDesk, sendPhone, time } from './layout';

interface AuthorizeQuery {
  readonly appid?: string;
  readonly redirect_uri?: string;
  readonly response_type?: string;
  readonly scope?: string;
  readonly state?: string;
}
const chooseBody = Type.Object(
  { personId: Type.String(), appid: Type.String(), redirectUri: Type.String(), scope: Type.String(), state: Type.Optional(Type.String()) },
  { additionalProperties: false },
);

/** Phones of people: text messages, the authorize page of WeChat, and what a scanned mini-program code opens. */
export function registerPhones(app: FastifyInstance, world: World): void {
  app.get<{ Querystring: { phone?: string } }>('/desk/phones', async (request, reply) => {
    const phone = request.query.phone?.trim() ?? '';
    const messages = world.state.textMessages
      .filter((message) => phone === '' || message.phone === phone)
      .slice(-50)
      .reverse();
    const list = messages.map(
      (
        message,
      ) => html`<li class="card"><p class="row"><strong class="number">${message.phone}</strong><span class="soft">${time(message.sentAtMs)}</span></p>
<p>${message.text}</p>${message.code === null ? '' : html`<p class="code" aria-label="验证码 code">${message.code}</p>`}</li>`,
    );
    return sendDesk(world, reply, '/desk/phones', {
      title: '手机短信 Text messages',
      body: html`<form method="get" class="card row"><label>手机号 Phone<input name="phone" inputmode="numeric" value="${phone}" placeholder="全部 all"></label><button>查看 Show</button></form>
${messages.length === 0 ? html`<p class="soft">${both('还没有短信', 'No messages yet')}</p>` : html`<ul class="cards">${list}</ul>`}`,
    });
  });
  registerAuthorize(app, world);
  app.get<{ Querystring: { page?: string; scene?: string; query?: string } }>('/mini-program', async (request, reply) => {
    const { page, scene, query } = request.query;
    return sendPhone(reply, {
      title: '打开小程序 Open the mini program',
      body: html`<dl><div><dt>页面 Page</dt><dd>${page || '首页 home'}</dd></div><div><dt>参数 Scene</dt><dd class="number">${scene ?? query ?? ''}</dd></div></dl>
<p class="soft">${both('微信会在这里打开小程序', 'WeChat would open the mini program here')}</p>`,
    });
  });
}

function registerAuthorize(app: FastifyInstance, world: World): void {
  app.get<{ Querystring: AuthorizeQuery }>('/connect/oauth2/authorize', async (request, reply) => {
    const { appid = '', redirect_uri: redirectText, response_type: type, scope = '', state } = request.query;
    const redirectUri = webAddress(redirectText);
    const known = [world.credentials.officialAccount.appid, world.credentials.mobileApp.appid].includes(appid);
    if (!known || redirectUri === undefined || type !== 'code' || (scope !== 'snsapi_base' && scope !== 'snsapi_userinfo'))
      return sendPhone(
        reply,
        { title: '无法登录 Cannot sign in', body: html`<p class="soft">${both('链接参数错误', 'The link is not valid')}</p>` },
        400,
      );
    const buttons = [...world.state.wechatOpen.people.values()].slice(-30).map((person) => {
      const body = JSON.stringify({ personId: person.personId, appid, redirectUri, scope, ...(state === undefined ? {} : { state }) });
      return html`<button class="person" type="button" data-post="/connect/oauth2/choose" data-body="${body}">${person.nickname}&ensp;<small>${person.phone}</small></button>`;
    });
    return sendPhone(reply, {
      title: '微信登录 Sign in with WeChat',
      body: html`<p class="soft">${both('以谁的身份登录？', 'Whose phone is this?')}</p><div class="actions">${buttons}</div>`,
    });
  });
  app.post('/connect/oauth2/choose', async (request, reply) => {
    const body: unknown = request.body;
    const redirectUri = Value.Check(chooseBody, body) ? webAddress(body.redirectUri) : undefined;
    const person = Value.Check(chooseBody, body) ? world.state.wechatOpen.people.get(body.personId) : undefined;
    if (!Value.Check(chooseBody, body) || redirectUri === undefined || person === undefined)
      return reply.code(400).send({ code: 'invalid' });
    const target = new URL(redirectUri);
    target.searchParams.set('code', issueCode(world, 'oauth', body.appid, person, body.scope));
    if (body.state !== undefined) target.searchParams.set('state', body.state);
    return { location: target.toString() };
  });
}
