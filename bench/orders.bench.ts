// Orders over HTTP beside a bare Fastify POST that only validates the same body; both as child processes, durable settings.
// usage: node scripts/bundle.mjs bench/orders.bench.ts bench/dist/orders.js && node bench/dist/orders.js [seconds]
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@qianxing/ids';
import Fastify from 'fastify';
import { Pool } from 'undici';

const CONNECTIONS = 256;
/** Sign-ins per minute are limited: a few members order again and again. */
const MEMBERS = 8;
const seconds = Number(process.argv[2] ?? 8);
const bareMode = process.argv[2] === 'bare';

interface Wish {
  readonly token: string;
  readonly body: string;
}

const tradeSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['items', 'addressId', 'expectedPayableFen'],
  properties: {
    items: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['skuId', 'quantity'],
        properties: {
          skuId: { type: 'string', pattern: '^[0-9a-hjkmnp-tv-z]{26}$' },
          quantity: { type: 'integer', minimum: 1, maximum: 999 },
        },
      },
    },
    addressId: { type: 'string', pattern: '^[0-9a-hjkmnp-tv-z]{26}$' },
    expectedPayableFen: { type: 'integer' },
    remark: { type: 'string', maxLength: 200 },
  },
};

/** The yardstick: validates the body and answers, nothing else. */
async function bare(port: number): Promise<void> {
  const app = Fastify();
  app.post('/api/v1/trades', { schema: { body: tradeSchema } }, async (_request, reply) => reply.code(201).send({ ok: true }));
  app.get('/healthz', async () => ({ status: 'ok' }));
  await app.listen({ host: '127.0.0.1', port });
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const children: ChildProcess[] = [];

async function launch(file: string, args: readonly string[], env: Readonly<Record<string, string>>, readyUrl: string): Promise<void> {
  children.push(spawn(process.execPath, [file, ...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] }));
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if ((await fetch(readyUrl).catch(() => undefined))?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${file} did not start`);
}

async function call<T>(method: string, url: string, body?: unknown, token?: string): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': newId() }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function member(server: string, sandbox: string, index: number): Promise<{ token: string; addressId: string }> {
  const phone = `139${String(index).padStart(8, '0')}`;
  await call('POST', `${server}/api/v1/login/codes`, { phone });
  const { messages } = await call<{ messages: { phone: string; code: string }[] }>('GET', `${sandbox}/sandbox/messages`);
  const code = messages.find((message) => message.phone === phone)?.code;
  const login = await call<{ session: { accessToken: string } }>('POST', `${server}/api/v1/login/phone`, {
    phone,
    code,
    consent: { termsVersion: '2026-11', privacyVersion: '2026-11' },
  });
  const token = login.session.accessToken;
  const address = await call<{ addressId: string }>(
    'POST',
    `${server}/api/v1/addresses`,
    { recipient: '压测', phone, countyCode: '370212', detail: '海尔路 1 号' },
    token,
  );
  return { token, addressId: address.addressId };
}

/** Two-line orders of many members over the goods with the most stock. */
async function wishes(server: string, sandbox: string): Promise<Wish[]> {
  const { items } = await call<{ items: { productId: string }[] }>('GET', `${server}/api/v1/products?limit=20&inStockOnly=true`);
  const products = await Promise.all(
    items.map((item) => call<{ skus: { skuId: string; available: number }[] }>('GET', `${server}/api/v1/products/${item.productId}`)),
  );
  const skus = products.flatMap((product) => product.skus.filter((sku) => sku.available > 100_000).map((sku) => sku.skuId));
  const list: Wish[] = [];
  for (let index = 0; index < MEMBERS; index += 1) {
    const { token, addressId } = await member(server, sandbox, index);
    const items = [skus[index % skus.length], skus[(index + 3) % skus.length]].map((skuId) => ({ skuId, quantity: 1 }));
    const quote = await call<{ payableFen: number }>('POST', `${server}/api/v1/quotes`, { items, addressId }, token);
    list.push({ token, body: JSON.stringify({ items, addressId, expectedPayableFen: quote.payableFen }) });
  }
  return list;
}

/** Keeps `CONNECTIONS` requests in flight for the time given; answers accepted per second and the answers by status. */
async function load(url: string, list: readonly Wish[], durationMs: number): Promise<{ perSecond: number; statuses: Map<number, number> }> {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 });
  const statuses = new Map<number, number>();
  const endsAt = performance.now() + durationMs;
  let accepted = 0;
  const worker = async (start: number): Promise<void> => {
    for (let turn = start; performance.now() < endsAt; turn += CONNECTIONS) {
      const wish = list[turn % list.length];
      if (!wish) return;
      const { statusCode, body } = await pool.request({
        path: '/api/v1/trades',
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${wish.token}`, 'idempotency-key': newId() },
        body: wish.body,
      });
      await body.dump();
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      if (statusCode === 201) accepted += 1;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, (_, index) => worker(index)));
  const perSecond = accepted / ((performance.now() - began) / 1_000);
  await pool.close();
  return { perSecond, statuses };
}

async function main(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'qianxing-bench-'));
  const [sandboxPort, serverPort, barePort] = [await freePort(), await freePort(), await freePort()];
  const sandbox = `http://127.0.0.1:${sandboxPort}`;
  const server = `http://127.0.0.1:${serverPort}`;
  try {
    await launch(
      'apps/sandbox/dist/sandbox.js',
      [],
      { SANDBOX_PORT: String(sandboxPort), SANDBOX_DATA: join(data, 'sandbox') },
      `${sandbox}/clock`,
    );
    await deepStock(sandbox);
    await launch(
      'apps/server/dist/qianxing.js',
      ['start', '--demo'],
      {
        QIANXING_OUTSIDE_SANDBOX_URL: sandbox,
        QIANXING_CREDENTIALS_FILE: join(data, 'sandbox', 'credentials.json'),
        QIANXING_CLOCK_URL: sandbox,
        QIANXING_DATA_DIRECTORY: data,
        QIANXING_HTTP_PORT: String(serverPort),
        QIANXING_LOG_LEVEL: 'error',
        ...(process.env.QIANXING_BENCH_DATABASE_URL === undefined
          ? {}
          : { QIANXING_DATABASE_URL: process.env.QIANXING_BENCH_DATABASE_URL }),
      },
      `${server}/readyz`,
    );
    const list = await wishes(server, sandbox);
    await launch(process.argv[1] ?? '', ['bare', String(barePort)], {}, `http://127.0.0.1:${barePort}/healthz`);
    await load(server, list, 2_000);
    await load(`http://127.0.0.1:${barePort}`, list, 2_000);
    const yardstick = await load(`http://127.0.0.1:${barePort}`, list, seconds * 1_000);
    const orders = await load(server, list, seconds * 1_000);
    const again = await load(`http://127.0.0.1:${barePort}`, list, seconds * 1_000);
    const base = (yardstick.perSecond + again.perSecond) / 2;
    console.log(`bare Fastify POST, validated   ${base.toFixed(0)}/s (${yardstick.perSecond.toFixed(0)}, ${again.perSecond.toFixed(0)})`);
    console.log(
      `orders of two lines, committed ${orders.perSecond.toFixed(0)}/s   answers ${JSON.stringify(Object.fromEntries(orders.statuses))}`,
    );
    console.log(`ratio                          ${((orders.perSecond / base) * 100).toFixed(1)} %`);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  }
}

/** Enough stock of everything that no order of the run is refused. */
async function deepStock(sandbox: string): Promise<void> {
  const { products } = await call<{ products: { productId: string; skus: { skuId: string }[] }[] }>(
    'GET',
    `${sandbox}/sandbox/shop/products`,
  );
  for (const product of products) {
    for (const sku of product.skus)
      await call('PATCH', `${sandbox}/sandbox/shop/products/${product.productId}/skus/${sku.skuId}`, { stock: 5_000_000 });
  }
}

await (bareMode ? bare(Number(process.argv[3])) : main());
