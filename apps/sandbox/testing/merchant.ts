import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newKeyMaterial } from '../credentials';
import { buildSandbox, type SandboxOptions } from '../sandbox';
import { answerMessage, requestMessage, signRsa, verifyRsa } from '../wechat-pay/signature';

const keys = newKeyMaterial();

/** A sandbox without listener whose base clock stands still, and a merchant who can call it. */
export function newTestWorld(options: Partial<SandboxOptions> = {}) {
  let baseMs = Date.parse('2026-03-10T02:00:00.000Z');
  const built = buildSandbox({ now: () => baseMs, keys, withCatalogue: false, ...options });
  const { app, world } = built;

  const signed = (method: string, path: string, body: string, overrides: { timestamp?: number; nonce?: string; serial?: string } = {}) => {
    const timestamp = String(overrides.timestamp ?? Math.floor(world.clock.now() / 1_000));
    const nonce = overrides.nonce ?? randomBytes(16).toString('hex');
    const signature = signRsa(
      world.credentials.wechatPay.merchantPrivateKeyPem,
      requestMessage(method, path, timestamp, nonce, Buffer.from(body)),
    );
    const serial = overrides.serial ?? world.credentials.wechatPay.merchantSerial;
    const { mchid } = world.credentials.wechatPay;
    return {
      authorization: `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${serial}",signature="${signature}"`,
      accept: 'application/json',
      'user-agent': 'test-merchant',
      'wechatpay-serial': world.credentials.wechatPay.publicKeyId,
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    };
  };

  const call = async (method: 'GET' | 'POST', path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const response = await app.inject({
      method,
      url: path,
      headers: { ...signed(method, path, text), ...headers },
      ...(text === '' ? {} : { payload: text }),
    });
    const timestamp = String(response.headers['wechatpay-timestamp'] ?? '');
    const nonce = String(response.headers['wechatpay-nonce'] ?? '');
    const signature = String(response.headers['wechatpay-signature'] ?? '');
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      raw: response.rawPayload,
      body:
        response.body === '' || !response.headers['content-type']?.toString().includes('json')
          ? undefined
          : (JSON.parse(response.body) as Record<string, unknown>),
      verified: verifyRsa(world.credentials.wechatPay.publicKeyPem, answerMessage(timestamp, nonce, response.rawPayload), signature),
    };
  };

  const orderBody = (outTradeNo: string, totalFen: number, extra: Record<string, unknown> = {}) => ({
    appid: world.credentials.miniProgram.appid,
    mchid: world.credentials.wechatPay.mchid,
    description: '轮胎 205/55R16',
    out_trade_no: outTradeNo,
    notify_url: 'http://127.0.0.1:9/hooks/pay',
    amount: { total: totalFen, currency: 'CNY' },
    payer: { openid: 'oPayer000000000000000000001' },
    ...extra,
  });

  const placeAndPay = async (outTradeNo: string, totalFen: number, extra: Record<string, unknown> = {}) => {
    const placed = await call('POST', '/v3/pay/transactions/jsapi', orderBody(outTradeNo, totalFen, extra));
    const paid = await app.inject({ method: 'POST', url: '/sandbox/pay', payload: { prepayId: placed.body?.prepay_id } });
    return paid.json() as { transaction_id: string; trade_state: string };
  };

  return {
    ...built,
    call,
    signed,
    orderBody,
    placeAndPay,
    control: async (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) => {
      const response = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
      return { status: response.statusCode, body: response.json() as Record<string, unknown> };
    },
    moveBase: (byMs: number) => {
      baseMs += byMs;
    },
  };
}

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** A merchant's server that records what arrives and answers with the next status of the list, then 200. */
export async function newInbox(statuses: number[] = [], answerText = '') {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
      response.writeHead(statuses.shift() ?? 200).end(answerText);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
