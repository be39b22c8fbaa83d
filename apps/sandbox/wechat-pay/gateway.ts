import { setTimeout as sleep } from 'node:timers/promises';
import type { Static, TSchema } from '@sinclair/typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Fault, numberParameter, takeFaults, textParameter } from '../faults';
import { nextHex, type World } from '../world';
import { checkBody, type PayAnswer, refuse } from './answers';
import { answerMessage, parseAuthorization, requestMessage, signRsa, verifyRsa } from './signature';

/** Five minutes, and the fraction of a second that a timestamp in seconds loses. */
const CLOCK_WINDOW_MS = 300_999;
const NONCE_MEMORY_MS = 10 * 60_000;

/** A verified call of the merchant. */
export interface PayCall<Body> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: { readonly 'wechatpay-serial': string | undefined };
  readonly body: Body;
}

interface PayRoute<S extends TSchema> {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly operation: string;
  /** Number of the object the call is about, for faults that aim at one object. */
  readonly objectKey?: (call: PayCall<Static<S>>) => string | undefined;
  readonly body?: S;
  readonly handle: (world: World, call: PayCall<Static<S>>) => PayAnswer;
}

export type AddPayRoute = <S extends TSchema>(route: PayRoute<S>) => void;

/**
 * Registers WeChat Pay v3: every request is verified (signature, serial, time, nonce, members of the body), every answer signed.
 * `addRoutes` receives the function that adds one operation.
 */
export function registerGateway(app: FastifyInstance, world: World, addRoutes: (add: AddPayRoute) => void): void {
  const nonces = new Map<string, number>();
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 2 * 1024 * 1024 }, (_request, body, done) => done(null, body));
    addRoutes((route) => {
      scope.route({
        method: route.method,
        url: route.url,
        exposeHeadRoute: false,
        handler: async (request, reply) => serve(world, nonces, route, request, reply),
      });
    });
  });
}

async function serve<S extends TSchema>(
  world: World,
  nonces: Map<string, number>,
  route: PayRoute<S>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const parsed = parseJson(raw);
  const call: PayCall<Static<S>> = {
    params: request.params as Record<string, string>,
    query: request.query as Record<string, string>,
    headers: { 'wechatpay-serial': headerText(request, 'wechatpay-serial') },
    body: parsed as Static<S>,
  };
  const refusal = verifyRequest(world, nonces, request, raw) ?? checkContent(world, route, raw, parsed, call);
  if (refusal !== undefined) return send(world, request, reply, refusal, []);
  const objectKey = route.objectKey?.(call);
  for (const fault of takeFaults(world, 'wechat-pay', route.operation, 'before', objectKey)) {
    if (fault.fault === 'slow') await sleep(numberParameter(fault, 'delayMs', 3_000));
    else if (fault.fault === 'connectionReset') return cutConnection(request, reply);
    else return send(world, request, reply, refusalOf(fault), []);
  }
  const result = route.handle(world, call);
  const after = takeFaults(world, 'wechat-pay', route.operation, 'after', objectKey);
  return send(world, request, reply, result, after);
}

function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function parseJson(raw: Buffer): unknown {
  if (raw.length === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw));
  } catch {
    return Number.NaN;
  }
}

function checkContent<S extends TSchema>(
  world: World,
  route: PayRoute<S>,
  raw: Buffer,
  parsed: unknown,
  call: PayCall<unknown>,
): PayAnswer | undefined {
  if (Number.isNaN(parsed)) return refuse(400, 'PARAM_ERROR', '请求体不是合法的JSON');
  if (route.body === undefined && raw.length > 0) return refuse(400, 'PARAM_ERROR', '该接口不接受请求体');
  const { mchid } = call.query;
  if (mchid !== undefined && mchid !== world.credentials.wechatPay.mchid) return refuse(400, 'PARAM_ERROR', 'mchid与签名商户号不一致');
  return route.body === undefined ? undefined : checkBody(route.body, parsed);
}

function verifyRequest(world: World, nonces: Map<string, number>, request: FastifyRequest, raw: Buffer): PayAnswer | undefined {
  const { wechatPay } = world.credentials;
  const { accept, 'user-agent': userAgent, 'wechatpay-serial': askedSerial } = request.headers;
  const authorization = parseAuthorization(request.headers.authorization);
  if (authorization === undefined) return refuse(401, 'SIGN_ERROR', 'Authorization头格式错误或缺失');
  if (authorization.mchid !== wechatPay.mchid) return refuse(403, 'MCH_NOT_EXISTS', '商户号不存在');
  if (authorization.serial.toUpperCase() !== wechatPay.merchantSerial) return refuse(401, 'SIGN_ERROR', '商户证书序列号有误');
  const now = world.clock.now();
  if (!/^\d{1,12}$/.test(authorization.timestamp) || !world.clock.isNear(Number(authorization.timestamp) * 1_000, CLOCK_WINDOW_MS))
    return refuse(401, 'SIGN_ERROR', 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟');
  const message = requestMessage(request.method, request.url, authorization.timestamp, authorization.nonce, raw);
  if (!verifyRsa(world.platformKeys.merchantPublicKeyPem, message, authorization.signature))
    return refuse(401, 'SIGN_ERROR', '签名错误，请检查后再试', { field: 'signature', issue: 'sign not match', location: 'authorization' });
  if (!/^[0-9A-Za-z]{1,32}$/.test(authorization.nonce)) return refuse(401, 'SIGN_ERROR', 'nonce_str格式错误');
  for (const [nonce, atMs] of nonces) {
    if (atMs > now - NONCE_MEMORY_MS) break;
    nonces.delete(nonce);
  }
  if (nonces.has(authorization.nonce)) return refuse(401, 'SIGN_ERROR', 'nonce_str重复');
  nonces.set(authorization.nonce, now);
  if (!accept || !userAgent) return refuse(400, 'PARAM_ERROR', '缺少Accept或User-Agent头');
  if (raw.length > 0 && !request.headers['content-type']?.includes('application/json'))
    return refuse(400, 'PARAM_ERROR', 'Content-Type必须为application/json');
  if (askedSerial !== undefined && askedSerial !== wechatPay.publicKeyId) return refuse(400, 'PARAM_ERROR', 'Wechatpay-Serial有误');
  return undefined;
}

function refusalOf(fault: Fault): PayAnswer {
  switch (fault.fault) {
    case 'frequencyLimited':
      return refuse(429, 'FREQUENCY_LIMITED', '频率超限，请稍后再试');
    case 'errorCode':
      return refuse(
        numberParameter(fault, 'status', 400),
        textParameter(fault, 'code', 'SOME_NEW_CODE'),
        textParameter(fault, 'message', '未知错误'),
      );
    default:
      return refuse(500, 'SYSTEM_ERROR', '系统异常，请稍后重试');
  }
}

/** Closes the socket without an answer. */
export function cutConnection(request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  request.raw.socket.destroy();
}

function send(world: World, request: FastifyRequest, reply: FastifyReply, result: PayAnswer, faults: readonly Fault[]): void {
  const names = new Set(faults.map((fault) => fault.fault));
  const silent = faults.find((fault) => fault.fault === 'timeoutAfterSuccess');
  if (silent !== undefined) {
    if (textParameter(silent, 'mode', 'close') === 'hang') reply.hijack();
    else cutConnection(request, reply);
    return;
  }
  if (result.file !== undefined) {
    reply.code(200).header('content-type', 'application/octet-stream').send(result.file);
    return;
  }
  const shown = names.has('errorAfterSuccess') ? refuse(500, 'SYSTEM_ERROR', '系统异常，请稍后重试') : result;
  const body = shown.body === null ? Buffer.alloc(0) : Buffer.from(JSON.stringify(shown.body));
  const headers = signedHeaders(world, body, names);
  if (names.has('truncatedBody')) {
    reply.hijack();
    reply.raw.writeHead(shown.status, {
      ...headers,
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length + 20,
    });
    reply.raw.write(body.subarray(0, Math.ceil(body.length / 2)), () => request.raw.socket.destroy());
    return;
  }
  reply.code(shown.body === null ? 204 : shown.status).headers(headers);
  if (shown.body !== null) reply.header('content-type', 'application/json; charset=utf-8');
  reply.send(shown.body === null ? undefined : body);
}

function signedHeaders(world: World, body: Buffer, faults: ReadonlySet<string>): Record<string, string> {
  const timestamp = String(Math.floor(world.clock.now() / 1_000));
  const nonce = nextHex(world, 32);
  const signature = signRsa(world.platformKeys.wechatPayPrivateKeyPem, answerMessage(timestamp, nonce, body));
  const headers = { 'Request-ID': `08${nextHex(world, 30).toUpperCase()}-0`, server: 'nginx' };
  if (faults.has('unsigned')) return headers;
  return {
    ...headers,
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': faults.has('wrongSerial') ? `PUB_KEY_ID_0${'9'.repeat(33)}` : world.credentials.wechatPay.publicKeyId,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
    'Wechatpay-Signature': spoil(signature, faults),
  };
}

const spoil = (signature: string, faults: ReadonlySet<string>): string => {
  if (faults.has('signatureProbe')) return `WECHATPAY/SIGNTEST/${signature.slice(19)}`;
  if (faults.has('tamperedSignature')) return `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  return signature;
};
