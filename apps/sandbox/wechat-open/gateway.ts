import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Fault, numberParameter, type Party, takeFaults, textParameter } from '../faults';
import { cutConnection } from '../wechat-pay/gateway';
import { nextHex, type World } from '../world';
import { appidOfToken } from './model';

/** One call of a `api.weixin.qq.com` interface. */
export interface OpenCall {
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** App that owns the access token; empty for interfaces without one. */
  readonly appid: string;
}

/** JSON members, or text written out by the operation itself (64-bit numbers), or a picture. */
export type OpenAnswer = { readonly json: Readonly<Record<string, unknown>> } | { readonly text: string } | { readonly picture: Buffer };

export interface OpenRoute {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly party: Party;
  readonly operation: string;
  /** False for interfaces called without access token. */
  readonly needsToken: boolean;
  readonly objectKey?: (call: OpenCall) => string | undefined;
  readonly handle: (world: World, call: OpenCall) => OpenAnswer | Promise<OpenAnswer>;
}

export const okay = (members: Readonly<Record<string, unknown>> = {}): OpenAnswer => ({ json: { errcode: 0, errmsg: 'ok', ...members } });

/** WeChat's refusals come with HTTP 200 and an `rid` that support asks for. */
export const refuseOpen = (world: World, errcode: number, message: string): OpenAnswer => ({
  json: { errcode, errmsg: `${message} rid: ${nextHex(world, 8)}-${nextHex(world, 8)}-${nextHex(world, 8)}` },
});

/** Adds one interface. HTTP status is 200 whatever the outcome, as with WeChat. */
export function addOpenRoute(app: FastifyInstance, world: World, route: OpenRoute): void {
  app.route({ method: route.method, url: route.url, handler: (request, reply) => serve(world, route, request, reply) });
}

async function serve(world: World, route: OpenRoute, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const query = request.query as Record<string, string>;
  const appid = route.needsToken ? appidOfToken(world, query.access_token) : '';
  if (appid === undefined) return answerWith(reply, refuseOpen(world, 40001, 'invalid credential, access_token is invalid or not latest'));
  const { body } = request;
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  if (route.method === 'POST' && !isObject) return answerWith(reply, refuseOpen(world, 47001, 'data format error'));
  const call: OpenCall = { query, appid, body: isObject ? (body as Record<string, unknown>) : {} };
  const objectKey = route.objectKey?.(call);
  for (const fault of takeFaults(world, route.party, route.operation, 'before', objectKey)) {
    if (fault.fault === 'slow') await sleep(numberParameter(fault, 'delayMs', 3_000));
    else if (fault.fault === 'connectionReset') return cutConnection(request, reply);
    else return answerWith(reply, refusalOf(world, fault), fault.fault === 'serverError' ? 502 : 200);
  }
  const result = await route.handle(world, call);
  const [after] = takeFaults(world, route.party, route.operation, 'after', objectKey);
  if (after?.fault === 'timeoutAfterSuccess' && textParameter(after, 'mode', 'close') === 'hang') return reply.hijack();
  if (after?.fault === 'timeoutAfterSuccess' || after?.fault === 'truncatedBody') return cutConnection(request, reply);
  return after?.fault === 'errorAfterSuccess' ? answerWith(reply, refuseOpen(world, -1, 'system error'), 502) : answerWith(reply, result);
}

function refusalOf(world: World, fault: Fault): OpenAnswer {
  switch (fault.fault) {
    case 'frequencyLimited':
      return refuseOpen(world, 45011, 'api minute-quota reach limit  mustslower  retry next minute');
    case 'invalidToken':
      return refuseOpen(world, 40001, 'invalid credential, access_token is invalid or not latest');
    case 'errorCode':
      return refuseOpen(world, numberParameter(fault, 'code', -1), textParameter(fault, 'message', 'error'));
    default:
      return refuseOpen(world, -1, 'system error');
  }
}

function answerWith(reply: FastifyReply, result: OpenAnswer, status = 200): FastifyReply {
  reply.code(status);
  if ('picture' in result) return reply.header('content-type', 'image/png').send(result.picture);
  return reply.header('content-type', 'application/json; charset=utf-8').send('text' in result ? result.text : JSON.stringify(result.json));
}
