import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DAY_MS } from '../clock';
import { numberParameter, takeFault, takeFaults, textParameter } from '../faults';
import { cutConnection } from '../wechat-pay/gateway';
import type { World } from '../world';
import { CARRIERS, type Parcel } from './model';
import { kuaidi100Sign } from './sign';
import { startTrackingTimer, trackView } from './tracking';

const PHONE_CARRIERS = new Set(['shunfeng', 'shunfengkuaiyun', 'zhongtong']);
const SUBSCRIPTIONS_PER_MONTH = 4;
const MONTH_MS = 30 * DAY_MS;

interface SubscribeParam {
  readonly company?: string;
  readonly number?: string;
  readonly from?: string;
  readonly to?: string;
  readonly key?: string;
  readonly parameters?: { readonly callbackurl?: string; readonly salt?: string; readonly phone?: string; readonly autoCom?: string };
}

const refuse = (returnCode: string, message: string) => ({ result: false, returnCode, message });
const parseObject = (text: string | undefined): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};

/** §14.2: the key inside the parameters is all that proves who asks. */
function subscribe(world: World, form: Readonly<Record<string, string>>) {
  const param = parseObject(form.param) as SubscribeParam | undefined;
  if (form.schema !== 'json' || param === undefined) return refuse('500', '参数错误');
  if (param.key !== world.credentials.kuaidi100.key) return refuse('600', '您不是合法的订阅者（即授权Key出错）');
  const { company = '', number = '', parameters = {} } = param;
  if (!Object.hasOwn(CARRIERS, company)) return refuse('700', '不支持的快递公司');
  if (!/^[0-9A-Za-z-]{6,32}$/.test(number)) return refuse('700', '快递单号有误');
  if (parameters.callbackurl === undefined || !URL.canParse(parameters.callbackurl)) return refuse('700', '回调地址有误');
  if (takeFault(world, 'kuaidi100', 'subscribe', ['alreadySubscribed'], number)) return refuse('501', '重复订阅');
  const { parcels } = world.state.kuaidi100;
  const known = parcels.get(number);
  if (known?.followed) return refuse('501', '重复订阅');
  const now = world.clock.now();
  const recent = known?.subscribedAtMs.filter((atMs) => atMs > now - MONTH_MS) ?? [];
  if (recent.length >= SUBSCRIPTIONS_PER_MONTH || takeFault(world, 'kuaidi100', 'subscribe', ['monthlyLimit'], number))
    return refuse('500', '该单号本月订阅次数已达上限');
  const parcel: Parcel = {
    company,
    number,
    from: param.from || '发货地',
    to: param.to || '收货地',
    phoneTail: parameters.phone?.slice(-4) ?? known?.phoneTail ?? null,
    callbackUrl: parameters.callbackurl,
    salt: parameters.salt ?? '',
    createdAtMs: known?.createdAtMs ?? now,
    subscribedAtMs: [...recent, now],
    followed: true,
    state: known?.state ?? '0',
    nodes: known?.nodes ?? [],
  };
  parcels.set(number, parcel);
  startTrackingTimer(world, parcel);
  world.touch();
  return { result: true, returnCode: '200', message: '提交成功' };
}

/** §14.1: signed over the exact text of `param`. */
function query(world: World, form: Readonly<Record<string, string>>) {
  const { customer, key } = world.credentials.kuaidi100;
  if (form.customer !== customer) return refuse('600', '您不是合法的订阅者（即授权Key出错）');
  if (form.sign !== kuaidi100Sign(form.param ?? '', key, customer)) return refuse('503', '验证签名失败');
  const param = parseObject(form.param) as { com?: string; num?: string; phone?: string } | undefined;
  if (param?.com === undefined || param.num === undefined) return refuse('400', '提交的数据不完整，或者贵公司没授权');
  const parcel = world.state.kuaidi100.parcels.get(param.num);
  const wrongPhone = PHONE_CARRIERS.has(param.com) && parcel?.phoneTail !== null && param.phone?.slice(-4) !== parcel?.phoneTail;
  if (wrongPhone || takeFault(world, 'kuaidi100', 'query', ['phoneCheckFailed'], param.num))
    return refuse('408', '验证码错误（收、寄件人电话号码有误）');
  if (parcel === undefined || parcel.company !== param.com || parcel.nodes.length === 0) return refuse('500', '查询无结果，请隔段时间再查');
  world.state.kuaidi100.queriedAtMs.set(param.num, world.clock.now());
  return trackView(parcel);
}

export function registerKuaidi100(app: FastifyInstance, world: World): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string', bodyLimit: 256 * 1024 }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    scope.post('/poll', (request, reply) => serve(world, 'subscribe', request, reply, subscribe));
    scope.post('/poll/query.do', (request, reply) => serve(world, 'query', request, reply, query));
  });
}

async function serve(
  world: World,
  operation: 'subscribe' | 'query',
  request: FastifyRequest,
  reply: FastifyReply,
  handle: (world: World, form: Readonly<Record<string, string>>) => object,
): Promise<unknown> {
  const form = (request.body ?? {}) as Record<string, string>;
  const param = parseObject(form.param);
  const objectKey = String(param?.number ?? param?.num ?? '');
  for (const fault of takeFaults(world, 'kuaidi100', operation, 'before', objectKey)) {
    if (fault.fault === 'slow') await sleep(numberParameter(fault, 'delayMs', 3_000));
    else if (fault.fault === 'connectionReset') return cutConnection(request, reply);
    else if (fault.fault === 'errorCode') return refuse(textParameter(fault, 'code', '502'), textParameter(fault, 'message', '服务器繁忙'));
    else return reply.code(fault.fault === 'serverError' ? 500 : 200).send(refuse('502', '服务器繁忙'));
  }
  const result = handle(world, form);
  const [after] = takeFaults(world, 'kuaidi100', operation, 'after', objectKey);
  if (after === undefined) return result;
  return textParameter(after, 'mode', 'close') === 'hang' ? reply.hijack() : cutConnection(request, reply);
}
