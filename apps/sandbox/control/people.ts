import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { FastifyInstance } from 'fastify';
import { issueCode } from '../wechat-open/login';
import { grantSubscription } from '../wechat-open/messages';
import { addPerson, openidOf, type Person } from '../wechat-open/model';
import { checkCallback } from '../wechat-open/push';
import { confirmReceipt } from '../wechat-open/shipping';
import type { World } from '../world';

const closed: typeof Type.Object = (members, options) => Type.Object(members, { additionalProperties: false, ...options });
const personBody = closed({
  nickname: Type.String({ minLength: 1, maxLength: 64 }),
  phone: Type.String({ pattern: '^\\d{11}$' }),
  realName: Type.Optional(Type.String()),
  realNameVerified: Type.Optional(Type.Boolean()),
});
const codeBody = closed({
  kind: Type.Union([Type.Literal('login'), Type.Literal('phone'), Type.Literal('oauth')]),
  appid: Type.Optional(Type.String()),
  personId: Type.Optional(Type.String()),
  phone: Type.Optional(Type.String({ pattern: '^\\d{11}$' })),
  scope: Type.Optional(Type.String()),
});
const subscriptionBody = closed({ openid: Type.String(), templateId: Type.String(), times: Type.Optional(Type.Integer({ minimum: 1 })) });
const receiptBody = closed({ outTradeNo: Type.String() });
const callbackBody = closed({
  channelsShop: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  miniProgram: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  check: Type.Optional(Type.Boolean()),
});

/** People with WeChat accounts: what their phones would do, as JSON for tests. */
export function registerPeopleControl(app: FastifyInstance, world: World): void {
  const { wechatOpen } = world.state;
  app.get('/sandbox/people', async () => ({ people: [...wechatOpen.people.values()] }));
  app.post('/sandbox/people', async (request, reply) => {
    const body: unknown = request.body;
    return Value.Check(personBody, body) ? reply.code(201).send(addPerson(world, body)) : reply.code(400).send({ code: 'invalid' });
  });
  app.post('/sandbox/wechat/codes', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(codeBody, body)) return reply.code(400).send({ code: 'invalid' });
    const person = choosePerson(world, body);
    if (person === undefined) return reply.code(404).send({ code: 'notFound' });
    const appid = body.appid ?? (body.kind === 'oauth' ? world.credentials.officialAccount.appid : world.credentials.miniProgram.appid);
    const code = issueCode(world, body.kind, appid, person, body.scope);
    return { code, personId: person.personId, openid: openidOf(world, person, appid) };
  });
  app.post('/sandbox/wechat/subscriptions', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(subscriptionBody, body)) return reply.code(400).send({ code: 'invalid' });
    return { left: grantSubscription(world, body.openid, body.templateId, body.times ?? 1) };
  });
  app.get('/sandbox/wechat/subscription-messages', async () => ({ messages: wechatOpen.subscriptionMessages.slice(-200) }));
  app.get('/sandbox/wechat/shippings', async () => ({ shippings: [...wechatOpen.shippings.values()] }));
  app.post('/sandbox/wechat/confirm-receipt', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(receiptBody, body)) return reply.code(400).send({ code: 'invalid' });
    return confirmReceipt(world, body.outTradeNo) ? { confirmed: true } : reply.code(409).send({ code: 'notShipped' });
  });
  app.get('/sandbox/callbacks', async () => world.state.callbacks);
  app.post('/sandbox/callbacks', async (request, reply) => {
    const body: unknown = request.body;
    if (!Value.Check(callbackBody, body)) return reply.code(400).send({ code: 'invalid' });
    for (const receiver of ['channelsShop', 'miniProgram'] as const) {
      const url = body[receiver];
      if (url === undefined) continue;
      if (url !== null && body.check === true && !(await checkCallback(world, receiver, url)))
        return reply.code(409).send({ code: 'echoFailed', receiver });
      world.state.callbacks[receiver] = url;
    }
    world.touch();
    return world.state.callbacks;
  });
}

/** By id, or by phone (somebody new when the phone is unknown), or the first person of the world. */
function choosePerson(world: World, by: { personId?: string; phone?: string }): Person | undefined {
  const { people } = world.state.wechatOpen;
  if (by.personId !== undefined) return people.get(by.personId);
  if (by.phone === undefined) return [...people.values()][0];
  return (
    [...people.values()].find((person) => person.phone === by.phone) ??
    addPerson(world, { nickname: `用户${by.phone.slice(-4)}`, phone: by.phone })
  );
}
